"""Every kind of figure of DOMAIN §5.1, on declarations of its own."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from commons.access import actors
from commons.hierarchy.enums import Line
from commons.hierarchy.models import Parentage, TradeUnion
from commons.kit.clock import month_index, month_text, today
from commons.kit.clock import month_of as month_of_index
from commons.rollup import selectors
from commons.rollup.declaration import CATALOGUE, Indicator, Measure, month_of
from commons.rollup.enums import Aggregation, MeasureKind, PeriodKind, Scope
from commons.rollup.fold import fold, fold_many, redrawing
from commons.rollup.selectors import Lens, Span
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tenants.registry.measures import CONTACT, STAFF
from tenants.registry.models import ContactLog, OrgYearFact, SocialOrganization
from tests.factories import organizations as make

Country = dict[str, TradeUnion]

# The participants of a contact name the union that receives, its topics the amount.
GIVEN = Measure(
    code="test_given",
    kind=MeasureKind.TRANSFER,
    family=CONTACT,
    sql=f"""
        SELECT organization_id, jsonb_build_object('TX', jsonb_build_array(participants)),
               {month_of("contacted_on")}, NULL::int, topics::numeric
        FROM registry_contactlog WHERE participants <> ''
    """,
)
INCOME, YEARS = (
    Measure(
        code=code,
        kind=MeasureKind.SUM,
        family=STAFF,
        sql=f"SELECT organization_id, '{{}}', year * 12, NULL::int, {amount} FROM registry_orgyearfact",
    )
    for code, amount in (("test_income", "staff"), ("test_years", "1"))
)
WORDS = {"unit": "元", "definition": "试验", "date_rule": "试验", "who_counts": "试验"}
DECLARED = (
    Indicator(code="X-01", zh="对下补贴", en="Given", aggregation=Aggregation.SUM, measure=GIVEN, **WORDS),
    Indicator(
        code="X-02", zh="平均", en="Mean", aggregation=Aggregation.AVG, numerator=INCOME, denominator=YEARS, **WORDS
    ),
)


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    before = (dict(CATALOGUE.families), dict(CATALOGUE.measures), dict(CATALOGUE.indicators))
    for indicator in DECLARED:
        CATALOGUE.add(indicator)
    yield
    CATALOGUE.families, CATALOGUE.measures, CATALOGUE.indicators = before


def give(giver: TradeUnion, receiver: TradeUnion, amount: str, *, on: date = date(2026, 3, 5)) -> None:
    moment = datetime(2026, 3, 5, tzinfo=UTC)
    with inside(giver):
        ContactLog.objects.create(
            organization=SocialOrganization.objects.first() or make.organization(active_on=date(2026, 1, 1)),
            contacted_on=on,
            kind="visit",
            participants=str(receiver.pk),
            topics=amount,
            created_at=moment,
            updated_at=moment,
            created_by_name="李敏",
        )


def figure(
    country: Country, code: str, indicator: str, *, period: str = "2026-03", own: bool = False, lens: Lens | None = None
) -> Decimal | None:
    [value] = selectors.values(
        actors.system("test", country["000000"]),
        unions=[country[code]],
        indicators=[indicator],
        span=Span.parse(period),
        scope=Scope.OWN if own else Scope.SUBTREE,
        lens=lens or selectors.NOW,
    )
    return value.value


def test_money_given_inside_a_subtree_vanishes_there(country: Country) -> None:
    give(country["430000"], country["430100"], "100.55")
    give(country["430000"], country["430105"], "20.00")
    give(country["430100"], country["440300"], "7.01")
    fold_many([country["430000"], country["430100"]])
    assert figure(country, "430000", "X-01", own=True) == Decimal("120.55")
    assert figure(country, "430100", "X-01", own=True) == Decimal("7.01")
    # Hunan's own gifts stay in Hunan; what Changsha gave to Shenzhen leaves it, but not the nation.
    assert figure(country, "430000", "X-01") == Decimal("7.01")
    assert figure(country, "430100", "X-01") == Decimal("7.01")
    assert figure(country, "000000", "X-01") == 0
    assert figure(country, "440000", "X-01") == 0
    assert verify().differences == []
    with inside(country["430100"]):
        ContactLog.objects.update(topics="8.01")
    fold(country["430100"])
    assert figure(country, "430000", "X-01") == Decimal("8.01")
    assert figure(country, "430000", "X-01", period="2026") == Decimal("8.01")
    assert figure(country, "430000", "X-01", period="2026-Q2") == 0


def test_money_given_to_a_union_that_moves_away_leaves_the_subtree_from_then_on(country: Country) -> None:
    give(country["430000"], country["430100"], "5.00", on=date(2026, 3, 5))
    give(country["430000"], country["430100"], "9.00", on=date(2026, 8, 5))
    fold(country["430000"])
    with redrawing():
        Parentage.objects.filter(union=country["430100"]).update(until_on=date(2026, 7, 1))
        Parentage.objects.create(union=country["430100"], parent=country["440000"], from_on=date(2026, 7, 1))
    assert figure(country, "430000", "X-01") == 0
    assert figure(country, "430000", "X-01", period="2026-08") == 9
    assert figure(country, "000000", "X-01", period="2026") == 0
    assert verify().differences == []


def test_a_mean_is_the_sum_over_the_count_at_every_level(country: Country) -> None:
    for code, staff in (("430105", [10, 20]), ("430111", [90])):
        with inside(country[code]):
            for number in staff:
                OrgYearFact.objects.create(
                    organization=make.organization(),
                    year=2026,
                    staff=number,
                    updated_at=datetime(2026, 1, 1, tzinfo=UTC),
                )
        fold(country[code])
    assert figure(country, "430105", "X-02", period="2026-01") == 15
    assert figure(country, "430100", "X-02", period="2026-01") == 40
    assert figure(country, "430100", "X-02", period="2026") == 40
    assert figure(country, "440000", "X-02", period="2026") is None


def test_an_event_counts_an_organization_once_in_each_kind_of_period(country: Country) -> None:
    code = make.credit_code()
    for union, day in (("430105", date(2026, 1, 5)), ("430111", date(2026, 3, 5)), ("430100", date(2026, 8, 5))):
        with inside(country[union]):
            make.organization(uscc=code, active_on=day)
    with inside(country["430111"]):
        make.organization(active_on=date(2026, 2, 1))
    fold_many([country[code] for code in ("430105", "430111", "430100")])
    months = [figure(country, "430000", "ORG-05", period=f"2026-{month:02d}") for month in range(1, 9)]
    assert months == [1, 1, 1, 0, 0, 0, 0, 1]
    for period, expected in (("2026-Q1", 2), ("2026-Q2", 0), ("2026-Q3", 1), ("2026-H1", 2), ("2026", 2), ("2025", 0)):
        assert figure(country, "430000", "ORG-05", period=period) == expected, period
    assert figure(country, "430000", "ORG-05", period="2026-01..2026-12") == 2
    assert figure(country, "430000", "ORG-05", period="2026-03..2026-08") == 1
    assert figure(country, "430111", "ORG-05", period="2026") == 2
    assert figure(country, "440000", "ORG-05", period="2026") == 0


def test_a_stock_stands_at_the_periods_end_and_a_flow_adds_up(country: Country) -> None:
    with inside(country["430105"]):
        entry = make.organization(active_on=date(2026, 2, 10))
        for day in (date(2026, 2, 11), date(2026, 5, 2), date(2026, 5, 3)):
            ContactLog.objects.create(
                organization=entry,
                contacted_on=day,
                kind="visit",
                topics="走访",
                created_at=datetime(2026, 1, 1, tzinfo=UTC),
                updated_at=datetime(2026, 1, 1, tzinfo=UTC),
                created_by_name="李敏",
            )
    fold(country["430105"])
    for period, stock, flow in (
        ("2026-Q1", 1, 1),
        ("2026-Q2", 1, 2),
        ("2026-H1", 1, 3),
        ("2026", 1, 3),
        ("2025", 0, 0),
        ("2026-03..2026-05", 1, 2),
    ):
        assert figure(country, "430000", "ORG-01", period=period) == stock, period
        assert figure(country, "430000", "CTC-01", period=period) == flow, period


def test_a_period_that_is_running_is_told_up_to_the_running_month(country: Country) -> None:
    """What is dated ahead has not happened: an entry that leaves next month is still there this year."""
    this = month_index(today())
    year, month = month_of_index(this + 1)
    with inside(country["430105"]):
        make.organization(active_on=date(2026, 2, 10)).spans.update(until_on=date(year, month, 1))
    fold(country["430105"])
    assert figure(country, "430000", "ORG-01", period=Span.holding(PeriodKind.YEAR, this).text) == 1
    assert figure(country, "430000", "ORG-01", period=month_text(this + 1)) == 0


def test_a_fact_counts_once_along_each_line(country: Country) -> None:
    """Kaifu stands in its city, and besides under an industrial union that stands elsewhere in the regional tree."""
    with redrawing():
        Parentage.objects.create(
            union=country["430105"], parent=country["310000"], line=Line.INDUSTRIAL, from_on=date(2026, 1, 1)
        )
    for code in ("430105", "310000"):
        with inside(country[code]):
            make.organization(active_on=date(2026, 2, 1))
    fold_many([country["430105"], country["310000"]])
    industrial = Lens(line=Line.INDUSTRIAL)
    assert figure(country, "310000", "ORG-01", lens=industrial) == 2
    assert figure(country, "310000", "ORG-01") == 1
    assert figure(country, "430100", "ORG-01") == 1
    assert figure(country, "430100", "ORG-01", lens=industrial) == 0
    assert figure(country, "000000", "ORG-01") == 2
    assert verify().differences == []
