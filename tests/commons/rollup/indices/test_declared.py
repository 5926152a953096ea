"""
Indices as indicators: over organizations, over children, between items; at district, city, province and nation.

No purchases are recorded yet, so yearly facts stand for awards: `income` is what a provider was awarded in a year.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from commons.access import actors
from commons.hierarchy.enums import Line
from commons.hierarchy.models import Parentage, TradeUnion
from commons.kit.clock import month_index
from commons.kit.errors import NotFound
from commons.people.enums import Role
from commons.rollup import selectors
from commons.rollup.declaration import CATALOGUE, Dimension, Indicator, Measure
from commons.rollup.enums import Aggregation, MeasureKind, Scope
from commons.rollup.errors import NotOverOrganizations, UnknownDimension
from commons.rollup.fold import fold, fold_many, rebuild, redrawing
from commons.rollup.indices.declared import Gap, OverChildren, OverKeys
from commons.rollup.indices.formulas import (
    Group,
    coefficient_of_variation,
    decomposed,
    gini,
    highest_to_lowest,
    theil,
)
from commons.rollup.indices.levels import taken_apart
from commons.rollup.models import Cell, Presence
from commons.rollup.selectors import Lens, Span
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tenants.registry.enums import FoundingMode
from tenants.registry.measures import STAFF
from tenants.registry.models import OrgYearFact
from tests.factories import organizations as make

Country = dict[str, TradeUnion]

FOUNDED = Dimension("FM", "成立方式", "Founding mode", FoundingMode)
AWARDED = Measure(
    code="test_awarded",
    kind=MeasureKind.KEYED_SUM,
    family=STAFF,
    sql="""
        SELECT o.id, o.uscc, '{}', y.year * 12, y.year * 12 + 1, y.income, 0
        FROM registry_socialorganization o JOIN registry_orgyearfact y ON y.organization_id = o.id
        WHERE o.uscc <> '' AND y.income IS NOT NULL
    """,
)
SPENT, MEMBERS = (
    Measure(
        code=f"test_{column}",
        kind=kind,
        family=STAFF,
        sql=f"SELECT organization_id, '{{}}', year * 12, NULL::int, {column} FROM registry_orgyearfact WHERE {column} IS NOT NULL",
    )
    for column, kind in (("income", MeasureKind.SUM), ("members", MeasureKind.STOCK))
)
BIDS, WINS = (
    Measure(
        code=f"test_{code}",
        kind=MeasureKind.SUM,
        family=STAFF,
        dims=(FOUNDED,),
        sql=f"""
            SELECT o.id, jsonb_build_object('FM', jsonb_build_array(o.founding_mode)), y.year * 12, NULL::int, 1
            FROM registry_socialorganization o JOIN registry_orgyearfact y ON y.organization_id = o.id WHERE {where}
        """,
    )
    for code, where in (("bids", "y.staff IS NOT NULL"), ("wins", "y.staff > 0"))
)
WORDS = {"unit": "", "definition": "试验", "date_rule": "试验", "who_counts": "试验", "aggregation": Aggregation.INDEX}
DECLARED = (
    Indicator(code="X-02", zh="中标率差", en="Gap", index=Gap(WINS, BIDS, "FM", "union_founded"), **WORDS),
    Indicator(code="X-03", zh="基尼系数", en="Gini", index=OverKeys(AWARDED, gini), **WORDS),
    Indicator(code="X-04", zh="泰尔指数", en="Theil", index=OverKeys(AWARDED, theil), **WORDS),
    Indicator(
        code="X-07", zh="倍数", en="Ratio", index=OverChildren(highest_to_lowest, SPENT, MEMBERS, 10_000), **WORDS
    ),
    Indicator(code="X-08", zh="变异系数", en="CV", index=OverChildren(coefficient_of_variation, SPENT), **WORDS),
)
A, B, C = (make.credit_code(800_000 + number) for number in range(3))


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    before = (dict(CATALOGUE.families), dict(CATALOGUE.measures), dict(CATALOGUE.indicators))
    for indicator in DECLARED:
        CATALOGUE.add(indicator)
    yield
    CATALOGUE.families, CATALOGUE.measures, CATALOGUE.indicators = before


def state(union: TradeUnion, uscc: str, *, year: int = 2025, founded: str = "", **facts: object) -> None:
    with inside(union):
        entry = make.organization(uscc=uscc or None, active_on=date(2025, 1, 1), founding_mode=founded)
        OrgYearFact.objects.create(organization=entry, year=year, updated_at=datetime(2026, 1, 1, tzinfo=UTC), **facts)


def figure(
    country: Country, code: str, indicator: str, *, period: str = "2025", own: bool = False, lens: Lens = selectors.NOW
) -> Decimal | None:
    [value] = selectors.values(
        actors.system("test", country["000000"]),
        unions=[country[code]],
        indicators=[indicator],
        span=Span.parse(period),
        scope=Scope.OWN if own else Scope.SUBTREE,
        lens=lens,
    )
    assert (value.numerator, value.denominator) == (None, None)
    return value.value


@pytest.fixture
def awards(country: Country) -> Country:
    """A has 100 from 开福 and 50 from 雨花, B 50 from 雨花 and 30 from 福田, C 20 from the province itself."""
    state(country["430105"], A, income=100)
    state(country["430111"], A, income=50)
    state(country["430111"], B, income=50)
    state(country["440304"], B, income=30)
    state(country["430000"], C, income=20)
    fold_many([country[code] for code in ("430105", "430111", "440304", "430000")])
    return country


def test_a_provider_of_several_unions_is_one_provider_with_all_it_has(awards: Country) -> None:
    # 开福: A alone. 雨花: 50 and 50. 长沙: A 150, B 50. 湖南: A 150, B 50, C 20. Nation: A 150, B 80, C 20.
    for code, expected in (
        ("430105", "0"),
        ("430111", "0"),
        ("430100", "0.25"),
        ("430000", "0.3939"),
        ("440000", "0"),
        ("000000", "0.3467"),
        ("310000", None),
    ):
        wanted = None if expected is None else Decimal(expected)
        assert figure(awards, code, "X-03") == wanted, code
    assert figure(awards, "430000", "X-03", own=True) == 0
    assert figure(awards, "430100", "X-03", own=True) is None
    assert figure(awards, "000000", "X-03", period="2025-Q1") == Decimal("0.3467")
    assert figure(awards, "000000", "X-03", period="2025-Q2") is None
    assert figure(awards, "000000", "X-03", period="2020-01..2025-12") == Decimal("0.3467")


def test_amounts_of_several_years_add_up(awards: Country) -> None:
    with inside(awards["440304"]):
        [entry] = [fact.organization for fact in OrgYearFact.objects.all()]
        OrgYearFact.objects.create(
            organization=entry, year=2024, income=70, updated_at=datetime(2026, 1, 1, tzinfo=UTC)
        )
    fold(awards["440304"])
    # Nation over two years: A 150, B 150, C 20.
    assert figure(awards, "000000", "X-03", period="2024-01..2025-12") == Decimal("0.2708")
    assert figure(awards, "000000", "X-03", period="2025") == Decimal("0.3467")
    assert verify().differences == []


def test_theil_of_a_province_is_what_its_parts_add_up_to(awards: Country) -> None:
    """Each union's awards as a group: what differs between districts and what differs inside them."""
    split = decomposed(
        Group(
            "湖南",
            (Decimal(20),),
            (Group("长沙", (), (Group("开福", (Decimal(100),)), Group("雨花", (Decimal(50), Decimal(50))))),),
        )
    )
    assert split is not None
    parts = split.between + sum(part.share * part.total for part in split.within)
    assert abs(parts - split.total) < Decimal("1e-12")
    # Awarded amounts, not providers: of each award by itself.
    whole = theil([20, 100, 50, 50])
    assert whole is not None
    assert abs(split.total - whole) < Decimal("1e-12")
    stored = taken_apart(actors.system("test", awards["000000"]), awards["430000"], "X-03", Span.parse("2025"))
    assert stored is not None
    assert (stored.name, stored.total, stored.between) == ("430000", split.total, split.between)
    [city, own] = stored.within
    assert (city.name, own.name, own.share) == ("430100", "", split.within[1].share)
    assert [(part.name, part.share, part.total) for part in city.within] == [
        ("430105", Decimal("0.5"), 0),
        ("430111", Decimal("0.5"), 0),
    ]
    # Providers: A 150, B 50, C 20 of 220.
    found = theil([150, 50, 20])
    assert found is not None
    assert figure(awards, "430000", "X-04") == found.quantize(Decimal("0.0001"))


def test_a_decomposition_belongs_to_who_sees_the_numbers(
    awards: Country, actor_of: Callable[..., actors.Actor]
) -> None:
    leader = actor_of("430100", Role.LEADER)
    for other in ("430000", "440304"):
        with pytest.raises(NotFound):
            taken_apart(leader, awards[other], "X-03", Span.parse("2025"))
    with pytest.raises(NotOverOrganizations):
        taken_apart(leader, awards["430100"], "X-08", Span.parse("2025"))
    assert taken_apart(leader, awards["430100"], "X-03", Span.parse("2024")) is None


def test_what_is_kept_of_providers_is_verified_and_made_anew(awards: Country) -> None:
    assert verify().differences == []
    row = Presence.objects.filter(measure="test_awarded", union=awards["430105"]).get()
    Presence.objects.filter(pk=row.pk).update(amount=99)
    found = verify().differences
    assert {(one.union, one.measure, one.scope) for one in found if one.scope == "presence"} == {
        ("430105", "test_awarded", "presence")
    }
    assert all(one.indicators == ["X-03", "X-04"] for one in found)
    rebuild([awards["430105"]], measures=["test_awarded"])
    assert verify().differences == []
    stored = Cell.objects.get(union=awards["000000"], measure="test_awarded", month=2025 * 12)
    assert (stored.own, stored.subtree) == (0, 250)


def test_changed_and_withdrawn_awards_leave(awards: Country) -> None:
    with inside(awards["430105"]):
        OrgYearFact.objects.update(income=None)
    fold(awards["430105"])
    # Nation: A 50, B 80, C 20.
    assert figure(awards, "000000", "X-03") == Decimal("0.2667")
    assert verify().differences == []


def test_providers_follow_a_union_that_moves(awards: Country) -> None:
    with redrawing():
        Parentage.objects.filter(union=awards["430111"]).update(until_on=date(2025, 1, 1))
        Parentage.objects.create(union=awards["430111"], parent=awards["440300"], from_on=date(2025, 1, 1))
    # 长沙 keeps A 100; 深圳 has A 50, B 80.
    assert figure(awards, "430100", "X-03") == 0
    assert figure(awards, "440300", "X-03") == Decimal("0.1154")
    assert figure(awards, "000000", "X-03") == Decimal("0.3467")
    assert verify().differences == []


def test_as_it_was_known_over_providers(awards: Country) -> None:
    """A record that changes, one that goes and a union that moves leave what was shown before as it was."""
    codes = ("000000", "430000", "430100", "440300")
    moments: list[tuple[datetime, list[Decimal | None]]] = []

    def remember() -> None:
        known_at = selectors.known_at()
        assert known_at is not None
        moments.append((known_at, [figure(awards, code, "X-03") for code in codes]))

    remember()
    with inside(awards["430111"]):
        OrgYearFact.objects.update(income=90)
    fold(awards["430111"])
    remember()
    with redrawing():
        Parentage.objects.filter(union=awards["430111"]).update(until_on=date(2025, 1, 1))
        Parentage.objects.create(union=awards["430111"], parent=awards["440300"], from_on=date(2025, 1, 1))
    remember()
    with inside(awards["430105"]):
        OrgYearFact.objects.all().delete()
    fold(awards["430105"])
    remember()
    assert len({tuple(shown) for _, shown in moments}) == 4
    for known_at, shown in moments:
        assert [figure(awards, code, "X-03", lens=Lens(as_of=known_at)) for code in codes] == shown
    assert figure(awards, "000000", "X-03", lens=Lens(as_of=datetime(2026, 1, 1, tzinfo=UTC))) is None


def test_children_are_compared_per_member_at_each_level(country: Country) -> None:
    for code, income, members in (("430105", 300, 1000), ("430111", 100, 2000), ("440304", 50, 500)):
        state(country[code], "", income=income, members=members)
    fold_many([country[code] for code in ("430105", "430111", "440304")])
    # 开福 3000, 雨花 500 per 10,000: six times. 湖南 400/3000 = 1333.33, 广东 1000; 上海 has no members.
    assert figure(country, "430100", "X-07") == 6
    assert figure(country, "430000", "X-07") == 1
    assert figure(country, "000000", "X-07") == Decimal("1.3333")
    assert figure(country, "430105", "X-07") is None
    assert figure(country, "430100", "X-07", own=True) is None
    # 300 and 100: mean 200, deviation 100.
    assert figure(country, "430100", "X-08") == Decimal("0.5")
    # 400, 50 and 0 of three provinces: mean 150, deviation 177.95.
    assert figure(country, "000000", "X-08") == Decimal("1.1863")
    assert figure(country, "000000", "X-08", period="2024") is None
    then = selectors.known_at()
    assert then is not None
    state(country["430111"], "", income=200)
    fold(country["430111"])
    assert figure(country, "430100", "X-08") == 0
    assert figure(country, "430100", "X-08", lens=Lens(as_of=then)) == Decimal("0.5")


def test_children_are_those_of_the_time_or_of_today(country: Country) -> None:
    for code, income in (("430105", 300), ("430111", 100), ("440304", 50)):
        state(country[code], "", income=income)
    fold_many([country[code] for code in ("430105", "430111", "440304")])
    kaifu, shenzhen = country["430105"], country["440300"]
    with redrawing():
        Parentage.objects.filter(union=kaifu).update(until_on=date(2026, 7, 1))
        Parentage.objects.create(union=kaifu, parent=shenzhen, from_on=date(2026, 7, 1))
        TradeUnion.objects.filter(pk=kaifu.pk).update(parent=shenzhen, path=[*shenzhen.path, kaifu.pk])
    today = Lens(line=Line.TODAY)
    assert figure(country, "430100", "X-08") == Decimal("0.5")
    assert figure(country, "440300", "X-08") == 0
    assert figure(country, "430100", "X-08", lens=today) == 0
    # 300 and 50: mean 175, deviation 125.
    assert figure(country, "440300", "X-08", lens=today) == Decimal("0.7143")


def test_the_gap_between_founded_and_other_organizations(country: Country) -> None:
    for staff in (1, 1, 0):
        state(country["430105"], "", founded="union_founded", staff=staff)
    for staff in (1, 0, 0, 0):
        state(country["430111"], "", founded="independent", staff=staff)
    fold_many([country["430105"], country["430111"]])
    # 2 of 3 against 1 of 4.
    assert figure(country, "430100", "X-02") == Decimal("41.67")
    assert figure(country, "000000", "X-02", period="2025-01") == Decimal("41.67")
    assert figure(country, "430105", "X-02") is None


def test_a_series_of_an_index(awards: Country) -> None:
    track = selectors.series(
        actors.system("test", awards["000000"]),
        union=awards["430000"],
        indicators=["X-03", "X-08", "X-02"],
        first_month=month_index(date(2024, 12, 1)),
        last_month=month_index(date(2025, 2, 1)),
    )
    values = {code: [one.value for one in track if one.indicator == code] for code in ("X-03", "X-08", "X-02")}
    assert values == {"X-03": [None, Decimal("0.3939"), None], "X-08": [None, 0, None], "X-02": [None] * 3}


def test_an_index_cannot_be_split_and_is_declared_alone(awards: Country) -> None:
    with pytest.raises(UnknownDimension):
        selectors.values(
            actors.system("test", awards["000000"]), unions=[awards["000000"]], indicators=["X-02"], month=0, by="FM"
        )
    words = {**WORDS, "zh": "错", "en": "Wrong", "code": "X-99"}
    with pytest.raises(ValueError, match="or an index"):
        Indicator(index=OverKeys(AWARDED, gini), measure=SPENT, **words)
    with pytest.raises(ValueError, match="aggregated as INDEX"):
        Indicator(measure=SPENT, **words)
    with pytest.raises(ValueError, match="KEYED_SUM"):
        Indicator(index=OverKeys(SPENT, gini), **words)
