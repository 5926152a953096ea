"""V9 on real declarations: who is shown what, what it costs, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commons.access import actors
from commons.access.actors import Actor
from commons.access.decisions import Rule
from commons.access.permissions import Permission
from commons.access.policies import may_see_small_cells
from commons.directory.enums import OrgType
from commons.hierarchy.enums import Line
from commons.hierarchy.models import Parentage, TradeUnion
from commons.people.enums import Role
from commons.rollup import declaration, selectors
from commons.rollup.declaration import CATALOGUE, Catalogue
from commons.rollup.enums import Scope
from commons.rollup.fold import fold, redrawing
from commons.rollup.protection import checks
from commons.rollup.selectors import Lens, Span, Value
from commons.tenancy.door import inside
from tenants.registry.models import OrgYearFact
from tests.commons.rollup.test_selectors import asked
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]


def employ(union: TradeUnion, **staff: int) -> None:
    """One organization per type with so many people since January."""
    with inside(union):
        for org_type, number in staff.items():
            OrgYearFact.objects.create(
                organization=make.organization(org_type=OrgType(org_type), active_on=date(2026, 1, 1)),
                year=2026,
                staff=number,
                updated_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
    fold(union)


@pytest.fixture
def staffed(country: Country) -> Country:
    """开福 has a foundation of 3; 雨花 none so small; 福田 is a neighbour's."""
    employ(country["430105"], social_group=20, foundation=3, social_service_institution=8)
    employ(country["430111"], social_group=15, foundation=9, social_service_institution=30)
    employ(country["440304"], social_group=50, foundation=60, social_service_institution=70)
    return country


def partner(union: TradeUnion) -> Actor:
    return Actor(union=union, partner="对账系统", permissions=frozenset({Permission.NUMBERS_VIEW}))


def split(
    actor: Actor,
    *unions: TradeUnion,
    period: str = "2026-03",
    scope: Scope = Scope.SUBTREE,
    lens: Lens = selectors.NOW,
) -> list[Value]:
    return selectors.values(
        actor, unions=unions, indicators=["ORG-14"], span=Span.parse(period), scope=scope, by="OT", lens=lens
    )


def shown(values: list[Value], union: TradeUnion) -> list[Decimal | None]:
    """By type, as declared; None where it is withheld."""
    for value in values:
        assert (value.value is None) == value.suppressed
    return [value.value for value in values if value.union_id == union.pk]


def test_the_union_and_its_parent_see_all_two_levels_up_do_not(staffed: Country, actor_of: ActorOf) -> None:
    kaifu = staffed["430105"]
    in_full = [20, 3, 8, 0]
    for code in ("430105", "430100"):
        assert shown(split(actor_of(code, Role.LEADER), kaifu), kaifu) == in_full
    assert shown(split(actors.system("test", staffed["000000"]), kaifu), kaifu) == in_full
    for code in ("430000", "000000"):
        # The social groups too, or 3 would be 31 less 20 less 8: with 雨花's 15 and 9 the least that has to go.
        assert shown(split(actor_of(code, Role.LEADER), kaifu), kaifu) == [None, None, 8, 0]
    found = shown(split(partner(kaifu), kaifu), kaifu)
    assert found[1] is None
    assert found.count(None) == 2


def test_the_neighbour_beside_it_is_hidden_with_it(staffed: Country, actor_of: ActorOf) -> None:
    """The city shows 35 and 12, so 雨花's 15 and 9 would tell 开福's."""
    leader = actor_of("430000", Role.LEADER)
    kaifu, yuhua, city = staffed["430105"], staffed["430111"], staffed["430100"]
    values = split(leader, kaifu, yuhua, city)
    assert shown(values, kaifu) == [None, None, 8, 0]
    assert shown(values, yuhua) == [None, None, 30, 0]
    assert shown(values, city) == [35, 12, 38, 0]
    assert shown(split(leader, city, scope=Scope.OWN), city) == [0, 0, 0, 0]
    # Nobody else's are touched.
    assert not any(value.suppressed for value in split(actor_of("000000", Role.LEADER), staffed["440304"]))


def test_it_does_not_matter_how_one_asks(staffed: Country, actor_of: ActorOf) -> None:
    leader = actor_of("000000", Role.LEADER)
    unions = list(staffed.values())
    for scope in Scope:
        together = {(value.union_id, value.item): value.suppressed for value in split(leader, *unions, scope=scope)}
        for one in unions:
            for value in split(leader, one, scope=scope):
                assert together[(value.union_id, value.item)] == value.suppressed, one
    by_month = {value.item: value.suppressed for value in split(leader, staffed["430105"], period="2026-02")}
    assert by_month == {value.item: value.suppressed for value in split(leader, staffed["430105"], period="2026-Q1")}


def test_totals_are_never_withheld(staffed: Country, actor_of: ActorOf) -> None:
    for actor in (actor_of("000000", Role.LEADER), partner(staffed["000000"])):
        values = selectors.values(actor, unions=staffed.values(), indicators=["ORG-14", "FAIR-06"], month=2026 * 12 + 2)
        assert not any(value.suppressed for value in values)


def test_a_ratio_of_few_organizations_loses_its_parts_too(country: Country, actor_of: ActorOf) -> None:
    """The amounts are large; it is their organizations that are few."""
    for code, few, some, many in (("430105", 1, 5, 6), ("430111", 6, 7, 8)):
        with inside(country[code]):
            for founded, number in (("union_founded", few), ("independent", some), ("government", many)):
                for _ in range(number):
                    OrgYearFact.objects.create(
                        organization=make.organization(founding_mode=founded),
                        year=2026,
                        income=1000,
                        income_from_union=400,
                        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
                    )
        fold(country[code])
    values = selectors.values(
        actor_of("000000", Role.LEADER), unions=[country["430105"]], indicators=["FAIR-06"], month=2026 * 12, by="FM"
    )
    hidden = [value for value in values if value.suppressed]
    # The one organization's, and what would tell it from the total: five organizations rather than six.
    assert {value.item for value in hidden} == {"union_founded", "independent"}
    assert {(value.value, value.numerator, value.denominator) for value in hidden} == {(None, None, None)}


def test_what_was_known_earlier_tells_no_more_than_what_is_known_now(staffed: Country, actor_of: ActorOf) -> None:
    leader, kaifu = actor_of("000000", Role.LEADER), staffed["430105"]
    then = selectors.known_at()
    assert then is not None
    with inside(kaifu):
        OrgYearFact.objects.filter(staff=3).update(staff=30)
    fold(kaifu)
    assert shown(split(leader, kaifu), kaifu) == [20, 30, 8, 0]
    assert shown(split(leader, kaifu, lens=Lens(as_of=then)), kaifu) == [None, None, 8, 0]
    with inside(kaifu):
        OrgYearFact.objects.filter(staff=20).update(staff=2)
    fold(kaifu)
    now = shown(split(leader, kaifu), kaifu)
    assert now[0] is None
    assert shown(split(leader, kaifu, lens=Lens(as_of=then)), kaifu)[0] is None


def test_boundaries_held_against_each_other_tell_nothing(staffed: Country, actor_of: ActorOf) -> None:
    """开福 moves from 长沙 to 深圳 in July: 长沙's months before, as they were and by today's tree, differ by it."""
    kaifu, shenzhen = staffed["430105"], staffed["440300"]
    with redrawing():
        Parentage.objects.filter(union=kaifu).update(until_on=date(2026, 7, 1))
        Parentage.objects.create(union=kaifu, parent=shenzhen, from_on=date(2026, 7, 1))
        TradeUnion.objects.filter(pk=kaifu.pk).update(parent=shenzhen, path=[*shenzhen.path, kaifu.pk])
    unions = {union.code: union for union in TradeUnion.objects.all()}
    leader = actor_of("000000", Role.LEADER)
    today = split(leader, *unions.values(), lens=Lens(line=Line.TODAY))
    withheld = {code for code, union in unions.items() if None in shown(today, union)}
    assert {"430100", "440300", "430000", "440000"} <= withheld
    assert shown(today, unions["310000"]) == [0, 0, 0, 0]
    for period in ("2026-03", "2026-08"):
        assert shown(split(leader, unions["430105"], period=period), kaifu)[1] is None
    industrial = split(leader, unions["430105"], lens=Lens(line=Line.INDUSTRIAL))
    assert all(value.suppressed for value in industrial)
    assert not any(value.suppressed for value in split(actors.system("test"), kaifu, lens=Lens(line=Line.TODAY)))


def test_protection_costs_two_statements_and_others_none(staffed: Country, actor_of: ActorOf) -> None:
    leader = actor_of("000000", Role.LEADER)
    then = selectors.known_at()
    for indicators, lens, statements in (
        (["ORG-01"], Lens(), 3),
        (["ORG-01", "ORG-14"], Lens(), 5),
        (["ORG-01", "ORG-14"], Lens(as_of=then), 6),
    ):
        with CaptureQueriesContext(connection) as queries:
            selectors.values(
                leader, unions=staffed.values(), indicators=indicators, month=2026 * 12 + 2, by="OT", lens=lens
            )
        assert len(asked(queries)) == statements, indicators
    # Nothing can be hidden from a parent of its children.
    with CaptureQueriesContext(connection) as queries:
        split(leader, staffed["000000"], staffed["430000"])
    assert len(asked(queries)) == 3


def test_who_may_see_small_cells(country: Country, actor_of: ActorOf) -> None:
    leader = actor_of("430000", Role.LEADER)
    for code, rule in (("430000", Rule.V1), ("430100", Rule.V1), ("430105", Rule.V9)):
        decision = may_see_small_cells(leader, country[code])
        assert (bool(decision), decision.rule) == (rule is Rule.V1, rule)
    assert may_see_small_cells(partner(country["430105"]), country["430105"]).rule is Rule.V9
    assert may_see_small_cells(actors.system("test"), country["430105"])


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    other = Catalogue(dict(CATALOGUE.families), dict(CATALOGUE.measures), dict(CATALOGUE.indicators))
    monkeypatch.setattr(checks, "CATALOGUE", other)
    monkeypatch.setattr(declaration, "CATALOGUE", other)
    return other


def test_a_declaration_that_would_tell_is_refused(catalogue: Catalogue) -> None:
    def ids() -> list[str | None]:
        return [found.id for found in checks.protected_indicators_stand_alone(None)]

    assert ids() == []
    catalogue.add(replace(CATALOGUE.indicator("ORG-14"), code="X-01", person_related=False))
    assert ids() == ["rollup.V902"]
    del catalogue.indicators["X-01"]
    catalogue.add(replace(CATALOGUE.indicator("ORG-07"), code="X-02", sensitive=True))
    assert "rollup.V901" in ids()


def test_what_is_declared_protected() -> None:
    assert {code for code, found in CATALOGUE.indicators.items() if found.protected} == {
        *("FAIR-06", "INF-04", "NED-02", "NED-05", "NED-07", "NED-08", "ORG-14", "PUR-07", "PUR-08"),
    }
