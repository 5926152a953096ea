"""The rows behind a figure, and a dashboard in one request, through the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from api.kit import documents, limits
from api.kit.ids import from_global
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.people.enums import Role
from commons.rollup import selectors
from commons.rollup.declaration import CATALOGUE
from commons.rollup.fold import fold, fold_many
from commons.rollup.models import Watermark
from commons.tenancy.door import inside
from tenants.registry.enums import Classification
from tenants.registry.models import ContactLog, OrgYearFact, SocialOrganization
from tests.api.conftest import Bearer, ask
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
ClientOf = Callable[..., Client]

ROWS = """
query($code: String, $indicator: IndicatorCode!, $first: Int, $after: String, $part: RollupPart, $by: Dimension, $item: String) {
  rowsBehind(code: $code, indicator: $indicator, period: "2026-10", first: $first, after: $after, part: $part,
             groupBy: $by, item: $item) {
    figure published shownAmount shownCount hiddenAmount hiddenCount hiddenBelow eliminated suppressed kind
    edges { label amount eliminated cursor node { id ... on SocialOrganization { name } ... on ContactLog { topics } } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}
"""


def rows(client: Client, indicator: str = "ORG-01", **variables: Any) -> dict[str, Any]:
    answer = ask(client, ROWS, {"indicator": indicator, **variables})
    assert "errors" not in answer, answer["errors"]
    found: dict[str, Any] = answer["data"]["rowsBehind"]
    return found


def refused(client: Client, **variables: Any) -> str:
    answer = ask(client, ROWS, {"indicator": "ORG-01", **variables})
    assert answer["data"] == {"rowsBehind": None}
    code: str = answer["errors"][0]["extensions"]["code"]
    return code


@pytest.fixture
def counted(country: Country) -> Country:
    for code, count in (("430105", 3), ("430100", 1), ("440304", 2)):
        with inside(country[code]):
            for number in range(count):
                make.organization(name=f"{code}协会{number}")
    fold_many(list(country.values()), everything=True)
    return country


@pytest.mark.usefixtures("counted")
def test_an_officer_reads_the_rows_as_nodes_page_by_page(client_of: ClientOf) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    first = rows(client, first=2)
    assert (first["figure"], first["shownAmount"], first["shownCount"], first["hiddenAmount"]) == (3, 3, 3, 0)
    assert [edge["node"]["name"] for edge in first["edges"]] == ["430105协会0", "430105协会1"]
    assert from_global(first["edges"][0]["node"]["id"])[0] == "SocialOrganization"
    second = rows(client, first=2, after=first["pageInfo"]["endCursor"])
    assert [edge["label"] for edge in second["edges"]] == ["430105协会2"]
    assert second["pageInfo"]["hasNextPage"] is False
    assert second["figure"] == 3


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("union", "role", "code", "figure", "shown", "here"),
    [
        ("430100", Role.UNION_STAFF, None, 4, 1, 0),
        ("430100", Role.UNION_STAFF, "430105", 3, 0, 0),
        ("000000", Role.LEADER, "430105", 3, 0, 0),
        ("000000", Role.NATIONAL_ADMIN, None, 6, 0, 0),
    ],
)
def test_what_may_not_be_read_is_counted(
    client_of: ClientOf, union: str, role: Role, code: str | None, figure: int, shown: int, here: int
) -> None:
    """V1, V5, V11."""
    found = rows(client_of(union, role), code=code)
    assert (found["figure"], found["published"], found["shownCount"]) == (figure, figure, shown)
    assert (found["hiddenAmount"], found["hiddenCount"], found["hiddenBelow"]) == (figure - shown, here, figure - shown)


@pytest.mark.usefixtures("counted")
def test_outside_the_subtree_there_is_nothing(client_of: ClientOf, partner_of: Callable[[str], Bearer]) -> None:
    """V7: above, beside and absent alike. V10: a partner has no rows, not even the account of them."""
    client = client_of("430105", Role.UNION_ADMIN)
    for code in ("430100", "000000", "430111", "440304", "999999"):
        assert refused(client, code=code) == "NOT_FOUND", code
    assert refused(client_of("430105", Role.REVIEWER)) == "REFUSED"
    for code in ("430100", "430105"):
        assert refused(partner_of("430100"), code=code) == "REFUSED"


@pytest.mark.usefixtures("counted")
def test_what_does_not_fit_is_told(client_of: ClientOf) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    assert refused(client, part="NUMERATOR") == "INVALID"
    assert refused(client, by="OT") == "INVALID"
    assert refused(client, item="foundation") == "INVALID"
    assert refused(client, by="OT", item="x") == "NOT_FOUND"
    assert refused(client, by="LV", item="city") == "ROLLUP.UNKNOWN_DIMENSION"
    assert refused(client, after="W10") == "API.BAD_CURSOR"
    theirs = rows(client_of("440304", Role.UNION_STAFF))["edges"][0]["cursor"]
    assert refused(client, after=theirs) == "API.BAD_CURSOR"
    assert rows(client, by="OT", item="social_group")["figure"] == 3
    assert rows(client, "ORG-11", part="DENOMINATOR")["figure"] == 3


def test_confidential_contacts_are_counted_for_whoever_is_not_named(client_of: ClientOf, country: Country) -> None:
    """V13."""
    client = client_of("430105", Role.UNION_STAFF)
    with inside(country["430105"]):
        entry = make.organization(name="甲")
        for day, level in ((8, Classification.INTERNAL), (9, Classification.CONFIDENTIAL)):
            ContactLog.objects.create(
                organization=entry,
                contacted_on=date(2026, 10, day),
                kind="visit",
                topics=f"走访{day}",
                classification=level,
                created_at=datetime(2026, 10, 9, tzinfo=UTC),
                updated_at=datetime(2026, 10, 9, tzinfo=UTC),
                created_by_name="李敏",
            )
    found = rows(client, "CTC-01")
    assert (found["figure"], found["published"], found["hiddenAmount"], found["hiddenCount"]) == (2, 0, 1, 1)
    assert [edge["node"]["topics"] for edge in found["edges"]] == ["走访8"]
    fold(country["430105"])
    assert rows(client, "CTC-01") == {**found, "published": 2}


def test_a_day_is_no_node_and_a_union_is_one(client_of: ClientOf, country: Country) -> None:
    with inside(country["430105"]):
        ContactLog.objects.create(
            organization=make.organization(name="甲"),
            contacted_on=date(2026, 10, 9),
            kind="heads_meeting",
            topics="例会",
            created_at=datetime(2026, 10, 9, tzinfo=UTC),
            updated_at=datetime(2026, 10, 9, tzinfo=UTC),
            created_by_name="李敏",
        )
        OrgYearFact.objects.create(
            organization=SocialOrganization.objects.get(),
            year=2026,
            staff=7,
            updated_at=datetime(2026, 10, 9, tzinfo=UTC),
        )
    fold(country["430105"], everything=True)
    client = client_of("430105", Role.LEADER)
    [day] = rows(client, "CTC-02")["edges"]
    assert (day["label"], day["node"]) == ("2026-10-09 负责人例会", None)
    assert [edge["amount"] for edge in rows(client, "ORG-14")["edges"]] == [7]
    [union] = rows(client, "GOV-01")["edges"]
    assert from_global(union["node"]["id"]) == ("TradeUnion", "430105")


SERIES = """
query($as_of: DateTime) {
  union(code: "430000") {
    rollupSeries(indicators: ["ORG-01", "ORG-07", "CTC-01"], first: "2025-11", last: "2026-10", asOf: $as_of) {
      indicator month value watermark
    }
    children(first: 50) { edges { node {
      code rollupSeries(indicators: ["ORG-01"], first: "2026-09", last: "2026-10", asOf: $as_of) { month value }
    } } }
  }
}
"""


def test_months_in_one_go_are_those_asked_one_by_one_now_and_then(client_of: ClientOf, country: Country) -> None:
    client = client_of("430000", Role.LEADER)
    moments = []
    for day in (date(2025, 10, 3), date(2026, 10, 3)):
        with inside(country["430105"]):
            make.organization(active_on=day)
        fold(country["430105"])
        moments.append(selectors.known_at())
    Watermark.objects.update(folded_until=now())
    for as_of in (None, *(moment.isoformat() for moment in moments if moment)):
        found = ask(client, SERIES, {"as_of": as_of})["data"]["union"]
        series = found["rollupSeries"]
        assert [value["month"] for value in series][:12] == [
            f"{2025 + n // 12}-{n % 12 + 1:02d}" for n in range(10, 22)
        ]
        for value in series:
            one = ask(
                client,
                "query($i: [IndicatorCode!]!, $p: Period, $t: DateTime) "
                '{ union(code: "430000") { rollup(indicators: $i, period: $p, asOf: $t) { value } } }',
                {"i": [value["indicator"]], "p": value["month"], "t": as_of},
            )["data"]["union"]["rollup"]
            assert one == [{"value": value["value"]}], (as_of, value)
            assert (value["watermark"] is None) is (as_of is not None)
        last = {edge["node"]["code"]: edge["node"]["rollupSeries"][-1]["value"] for edge in found["children"]["edges"]}
        assert last == {"430100": 1 if as_of and as_of != moments[-1].isoformat() else 2}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("first", "last", "code"), [("2026-10", "2026-09", "INVALID"), ("2010-01", "2026-10", "ROLLUP.TOO_MUCH")]
)
def test_a_series_of_no_or_too_many_months_is_refused(client_of: ClientOf, first: str, last: str, code: str) -> None:
    query = f'{{ union(code: "430105") {{ rollupSeries(indicators: ["ORG-01"], first: "{first}", last: "{last}") {{ value }} }} }}'
    answer = ask(client_of("430105", Role.LEADER), query)
    assert (answer["data"]["union"]["rollupSeries"], answer["errors"][0]["extensions"]["code"]) == (None, code)


def test_a_series_of_others_is_absent(client_of: ClientOf) -> None:
    query = '{ union(code: "430105") { parent { rollupSeries(indicators: ["ORG-01"], first: "2026-09", last: "2026-10") { value } } } }'
    answer = ask(client_of("430105", Role.LEADER), query)
    assert answer["data"]["union"] == {"parent": {"rollupSeries": None}}
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"


DASHBOARD = """
query Dashboard($all: [IndicatorCode!]!) {
  union(code: "000000") {
    nameZh
    rollup(indicators: $all, period: "2026-10") {
      indicator value numerator denominator quality missingUnions suppressed watermark
    }
    rollupSeries(indicators: $all, first: "2025-11", last: "2026-10") { indicator month value }
    children(first: 50) {
      edges { node { code nameZh rollup(indicators: $all, period: "2026-10") { indicator value quality suppressed watermark } } }
    }
  }
}
"""


def test_a_dashboard_of_sixty_indicators_fits_one_request() -> None:
    """Sixty of the nation, with a year behind each, beside sixty of each of up to fifty below."""
    document = documents.document(DASHBOARD)
    codes = [f"X-{number:02d}" for number in range(60)]
    cost = documents.prices().of(document, documents.operation(document, None), {"all": codes})
    assert cost == 1 + 60 + 60 * 12 + 50 * (1 + 60)
    assert cost < limits.MAX_COST / 2


@pytest.mark.usefixtures("counted")
def test_a_dashboard_is_told_with_its_watermark(client_of: ClientOf, partner_of: Callable[[str], Bearer]) -> None:
    moment = now()
    Watermark.objects.update(folded_until=moment)
    codes = list(CATALOGUE.indicators)[:60]
    for client in (client_of("000000", Role.LEADER), partner_of("000000")):
        union = ask(client, DASHBOARD, {"all": codes})["data"]["union"]
        assert [value["indicator"] for value in union["rollup"]] == codes
        assert len(union["rollupSeries"]) == 12 * len(codes)
        total = next(value for value in union["rollup"] if value["indicator"] == "ORG-01")
        assert (total["value"], datetime.fromisoformat(total["watermark"])) == (6, moment)
        below = {edge["node"]["code"]: edge["node"]["rollup"] for edge in union["children"]["edges"]}
        assert {code: values[codes.index("ORG-01")]["value"] for code, values in below.items()} == {
            "310000": 0,
            "430000": 4,
            "440000": 2,
        }
