"""Rolled-up numbers through the API: periods, what was known when, and whose boundaries."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.test import Client

from commons.hierarchy.enums import Level
from commons.hierarchy.models import Parentage, TradeUnion
from commons.kit.clock import parse_month
from commons.people.enums import Role
from commons.rollup import selectors
from commons.rollup.fold import fold, redrawing
from commons.rollup.models import Cell
from commons.tenancy.door import inside
from tests.api.test_reading import ask
from tests.factories import country as countries
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
ClientOf = Callable[..., Client]
FAR = parse_month("2026-01")


def numbers(client: Client, code: str, arguments: str, fields: str = "value") -> list[dict[str, Any]]:
    found = ask(client, f'{{ union(code: "{code}") {{ rollup(indicators: ["ORG-01"] {arguments}) {{ {fields} }} }} }}')
    rows: list[dict[str, Any]] = found["data"]["union"]["rollup"]
    return rows


def test_any_kind_of_period(client_of: ClientOf, country: Country) -> None:
    with inside(country["430105"]):
        make.organization(active_on=date(2026, 2, 10))
    with inside(country["440304"]):
        make.organization(active_on=date(2026, 2, 10))
    fold(country["430105"])
    fold(country["440304"])
    client = client_of("430000", Role.LEADER)
    for period, expected in (("2026-01", 0), ("2026-Q1", 1), ("2026-H1", 1), ("2025", 0), ("2025-12..2026-02", 1)):
        [row] = numbers(client, "430000", f', period: "{period}"', "value period quality missingUnions suppressed")
        assert row == {
            "value": expected,
            "period": period,
            "quality": "PROVISIONAL",
            "missingUnions": 0,
            "suppressed": False,
        }
    refused = ask(client, '{ union(code: "430000") { rollup(indicators: ["ORG-01"], period: "2026-Q5") { value } } }')
    assert "统计期应写作" in refused["errors"][0]["message"]


def test_what_was_known_then_is_what_was_shown_then(client_of: ClientOf, country: Country) -> None:
    client = client_of("430000", Role.LEADER)
    shown: list[tuple[str, float]] = []
    for _ in range(3):
        with inside(country["430105"]):
            make.organization(active_on=date(2026, 2, 10))
        fold(country["430105"])
        moment = ask(client, "{ numbersKnownAt }")["data"]["numbersKnownAt"]
        [row] = numbers(client, "430000", ', period: "2026-03"')
        shown.append((moment, row["value"]))
    assert [value for _, value in shown] == [1, 2, 3]
    for moment, value in shown:
        assert numbers(client, "430000", f', period: "2026-03", asOf: "{moment}"') == [{"value": value}]
        by_type = numbers(client, "430000", f', period: "2026-03", asOf: "{moment}", groupBy: OT', "item value")
        assert {"item": "social_group", "value": value} in by_type
    before = datetime(2020, 1, 1).astimezone().isoformat()
    assert numbers(client, "430000", f', period: "2026-03", asOf: "{before}"') == [{"value": 0}]


def test_old_and_todays_boundaries(client_of: ClientOf, country: Country) -> None:
    with inside(country["430105"]):
        make.organization(active_on=date(2025, 1, 1))
    with inside(country["430111"]):
        make.organization(active_on=date(2025, 1, 1))
    fold(country["430105"])
    fold(country["430111"])
    kaifu, shenzhen = country["430105"], country["440300"]
    with redrawing():
        Parentage.objects.filter(union=kaifu).update(until_on=date(2026, 7, 1))
        Parentage.objects.create(union=kaifu, parent=shenzhen, from_on=date(2026, 7, 1))
        TradeUnion.objects.filter(pk=kaifu.pk).update(parent=shenzhen, path=[*shenzhen.path, kaifu.pk])
    client = client_of("000000", Role.LEADER)
    for code, boundaries, expected in (
        ("430100", "DATED", [2, 1]),
        ("430100", "TODAY", [1, 1]),
        ("440300", "DATED", [0, 1]),
        ("440300", "TODAY", [1, 1]),
        ("430000", "TODAY", [1, 1]),
        ("000000", "DATED", [2, 2]),
        ("000000", "TODAY", [2, 2]),
    ):
        found = [
            numbers(client, code, f', period: "{month}", boundaries: {boundaries}')[0]["value"]
            for month in ("2026-06", "2026-07")
        ]
        assert found == expected, (code, boundaries)
    # Rights follow the tree: Changsha has lost sight of Kaifu, Shenzhen sees it.
    assert ask(client_of("430100", Role.LEADER), '{ union(code: "430105") { code } }')["data"]["union"] is None
    assert ask(client_of("440300", Role.LEADER), '{ union(code: "430105") { code } }')["data"]["union"] is not None


def test_a_union_that_is_suspended_is_missing_above(client_of: ClientOf, country: Country) -> None:
    TradeUnion.objects.filter(code="430105").update(state="suspended")
    client = client_of("000000", Role.LEADER)
    for code, missing in (("000000", 1), ("430100", 1), ("440000", 0)):
        [row] = numbers(client, code, "", "missingUnions quality")
        assert row == {"missingUnions": missing, "quality": "PARTIAL" if missing else "PROVISIONAL"}
    assert selectors.missing([country["430100"], country["440000"]]) == {country["430100"].pk: 1}


def test_the_average_of_the_parents_children_for_the_acting_union_alone(
    client_of: ClientOf, partner_of: Callable[[str], Client], country: Country
) -> None:
    """V8."""
    for number, code in enumerate(("430102", "430103", "430112")):
        country[code] = countries.union(code, f"长沙市第{number}区总工会", Level.DISTRICT, country["430100"])
    for amount, code in enumerate(("430102", "430103", "430105", "430111", "430112"), start=1):
        Cell.objects.create(union=country[code], measure="org_ledger", month=FAR, own=amount, subtree=amount)
    asking = (
        '{ union(code: "430105") { parentAverage(indicators: ["ORG-01"], period: "2026-11") '
        "{ indicator period value contributing } } }"
    )
    told = {"indicator": "ORG-01", "period": "2026-11", "value": 3.0, "contributing": 5}
    assert ask(client_of("430105", Role.LEADER), asking)["data"]["union"]["parentAverage"] == [told]
    for client in (client_of("430100", Role.LEADER), partner_of("430105")):
        found = ask(client, asking)
        assert found["data"]["union"]["parentAverage"] is None
        assert found["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def test_small_counts_of_people_are_suppressed(
    client_of: ClientOf, partner_of: Callable[[str], Client], country: Country
) -> None:
    """V9: the same question, to the parent, the province and a partner."""
    for code, item, amount in (
        ("430105", "foundation", 3),
        ("430105", "social_group", 20),
        ("430111", "foundation", 9),
    ):
        for union in (code, "430100"):
            before = Cell.objects.filter(union=country[union], measure="org_staff", dim="OT", item=item)
            held = sum(cell.subtree for cell in before)
            before.delete()
            Cell.objects.create(
                union=country[union],
                measure="org_staff",
                dim="OT",
                item=item,
                month=FAR,
                own=0 if union == "430100" else amount,
                subtree=held + amount,
            )
    asking = (
        '{ union(code: "430105") { rollup(indicators: ["ORG-14"], period: "2026-11", groupBy: OT) '
        "{ item value numerator denominator suppressed } } }"
    )

    def seen(client: Client) -> dict[str, Any]:
        rows = ask(client, asking)["data"]["union"]["rollup"]
        assert all(row["numerator"] is None and row["denominator"] is None for row in rows)
        return {row["item"]: "suppressed" if row["suppressed"] else row["value"] for row in rows}

    in_full = {"social_group": 20, "foundation": 3, "social_service_institution": 0, "unregistered": 0}
    assert seen(client_of("430105", Role.LEADER)) == in_full
    assert seen(client_of("430100", Role.LEADER)) == in_full
    # The second one, because the total of 23 is shown.
    hidden = {**in_full, "social_group": "suppressed", "foundation": "suppressed"}
    assert seen(client_of("430000", Role.LEADER)) == hidden
    assert seen(client_of("000000", Role.LEADER)) == hidden
    assert seen(partner_of("430105"))["foundation"] == "suppressed"
