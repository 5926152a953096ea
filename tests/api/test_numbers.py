"""Rolled-up numbers through the API: periods, what was known when, and whose boundaries."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.test import Client

from commons.hierarchy.models import Parentage, TradeUnion
from commons.people.enums import Role
from commons.rollup import selectors
from commons.rollup.fold import fold, redrawing
from commons.tenancy.door import inside
from tests.api.test_reading import ask
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
ClientOf = Callable[..., Client]


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
