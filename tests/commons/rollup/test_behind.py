"""Shown and hidden together are the figure: every indicator, scope, item and period, for whoever looks, folded or not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commons.access import actors, grants
from commons.access.actors import Actor
from commons.access.decisions import Rule
from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_index, today
from commons.kit.errors import NotFound, Refused
from commons.people.enums import Role
from commons.rollup import selectors
from commons.rollup.behind import Behind, Question, behind, described, parts_of
from commons.rollup.behind.figure import Reach
from commons.rollup.behind.kinds import kind_of
from commons.rollup.declaration import CATALOGUE
from commons.rollup.enums import Place, Scope
from commons.rollup.fold import fold, fold_many
from commons.rollup.selectors import Span
from commons.tenancy.door import inside
from tenants.registry.enums import Classification
from tenants.registry.models import ContactLog, ContactPlan, OrgYearFact, SocialOrganization
from tests.commons.rollup import test_kinds as kinds
from tests.commons.rollup.test_randomized import CHANGES_OF_THE_TREE, STEPS, WRITERS
from tests.factories import organizations as make
from tests.factories import people

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)


def look(
    actor: Actor,
    union: TradeUnion,
    indicator: str,
    *,
    period: str = "2026-10",
    scope: Scope = Scope.SUBTREE,
    which: str = "",
    dim: str = "",
    item: str = "",
    line: Line = Line.REGIONAL,
) -> Behind:
    """As a page does: inside the schema of the acting union."""
    found = CATALOGUE.indicator(indicator)
    parts = parts_of(found, Span.parse(period))
    part = next(part for part in parts.values() if not which or part.which == which)
    assert actor.union is not None
    with inside(actor.union):
        return behind(actor, Question(union, found, part, scope, dim, item, line))


def names(actor: Actor, found: Behind) -> list[str]:
    assert actor.union is not None
    with inside(actor.union):
        told = described(actor, found, found.shown)
    return [told[row.key].label for row in found.shown]


def log(entry: SocialOrganization, day: date, *, kind: str = "visit", by: Actor | None = None) -> ContactLog:
    """A contact; a confidential one of `by`, if somebody is named."""
    return ContactLog.objects.create(
        organization=entry,
        contacted_on=day,
        kind=kind,
        topics="走访",
        classification=Classification.CONFIDENTIAL if by else Classification.INTERNAL,
        created_at=MOMENT,
        updated_at=MOMENT,
        created_by_id=by.user_id if by else None,
        created_by_name="李敏",
    )


def adds_up(found: Behind) -> None:
    if found.suppressed:
        # V9: neither the figure nor what would add up to it.
        assert (found.figure, found.shown, found.hidden) == (None, (), 0)
        return
    assert found.figure is not None
    assert found.shown_amount + found.hidden == found.figure
    assert found.hidden_here + found.hidden_below == found.hidden


def test_an_officer_sees_the_rows_of_the_own_union(country: Country, actor_of: ActorOf) -> None:
    with inside(country["430105"]):
        make.organization(name="职工书画协会")
        make.organization(name="爱心服务中心")
    with inside(country["430111"]):
        make.organization(name="雨花工友之家")
    fold_many([country["430105"], country["430111"]])
    officer = actor_of("430105", Role.UNION_STAFF)
    found = look(officer, country["430105"], "ORG-01")
    assert (found.figure, found.published, found.hidden, found.reach) == (2, 2, 0, Reach.OWN)
    assert names(officer, found) == ["爱心服务中心", "职工书画协会"]
    assert not found.is_newer


@pytest.mark.parametrize("role", [Role.LEADER, Role.UNION_ADMIN])
@pytest.mark.parametrize("above", ["430100", "430000", "000000"])
def test_a_lower_unions_rows_stay_hidden_and_are_counted(
    country: Country, actor_of: ActorOf, above: str, role: Role
) -> None:
    """V5, V11: numbers come up, records do not."""
    with inside(country["430105"]):
        make.organization()
    fold(country["430105"])
    actor = actor_of(above, role)
    for union in ("430105", above):
        found = look(actor, country[union], "ORG-01")
        assert (found.figure, found.shown, found.hidden, found.hidden_below) == (1, (), 1, 1)


def test_the_national_administrator_never_sees_rows(country: Country, actor_of: ActorOf) -> None:
    """V11: not even those of the nation's own ledger."""
    with inside(country["000000"]):
        make.organization()
    fold(country["000000"])
    found = look(actor_of("000000", Role.NATIONAL_ADMIN), country["000000"], "ORG-01")
    assert (found.figure, found.shown, found.hidden_here, found.hidden_rows) == (1, (), 1, 1)
    assert len(look(actor_of("000000", Role.LEADER), country["000000"], "ORG-01").shown) == 1


def test_outside_the_subtree_there_is_no_figure(country: Country, actor_of: ActorOf) -> None:
    """V7, V10."""
    for other in ("430111", "430100", "000000", "440304"):
        with pytest.raises(NotFound):
            look(actor_of("430105", Role.LEADER), country[other], "ORG-01")
    partner = Actor(union=country["430105"], partner="合作系统")
    with pytest.raises(Refused) as refused:
        look(partner, country["430105"], "ORG-01")
    assert refused.value.params["rule"] == Rule.V10


def test_a_confidential_contact_is_hidden_with_all_that_it_gives_away(country: Country, actor_of: ActorOf) -> None:
    """V13: counted by amount, shown to the author and the named officers."""
    author, named, other = (actor_of("430105", Role.UNION_STAFF) for _ in range(3))
    with inside(country["430105"]):
        open_, secret = make.organization(name="甲"), make.organization(name="乙")
        log(open_, date(2026, 10, 8))
        sealed = log(secret, date(2026, 10, 9), kind="heads_meeting", by=author)
        assert named.user is not None
        grants.name_officer(named.user, sealed)
    fold(country["430105"])
    for indicator in ("CTC-01", "ORG-04"):
        for reader in (author, named):
            found = look(reader, country["430105"], indicator)
            assert (found.figure, len(found.shown), found.hidden) == (2, 2, 0), indicator
        found = look(other, country["430105"], indicator)
        assert (found.figure, names(other, found), found.hidden_here, found.hidden_rows) == (2, ["甲"], 1, 1)
    assert [look(reader, country["430105"], "CTC-02").hidden for reader in (author, named, other)] == [0, 0, 1]
    by_kind = look(other, country["430105"], "ORG-04", dim="K", item="heads_meeting")
    assert (by_kind.figure, by_kind.shown, by_kind.hidden_here) == (1, (), 1)
    # What the log makes known is hidden; the entry itself is everyone's.
    assert len(look(other, country["430105"], "ORG-01").shown) == 2


def test_a_plan_kept_by_a_confidential_contact_is_not_shown_as_kept(country: Country, actor_of: ActorOf) -> None:
    """V13: 乙 was contacted on time, and only its author may know; that a plan is due is no secret."""
    author, other = (actor_of("430105", Role.UNION_STAFF) for _ in range(2))
    assert author.user_id is not None
    with inside(country["430105"]):
        for name, by in (("甲", None), ("乙", author)):
            entry = make.organization(name=name)
            ContactPlan.objects.create(
                organization=entry,
                officer_id=author.user_id,
                officer_name="李敏",
                frequency="monthly",
                from_on=date(2026, 9, 15),
            )
            log(entry, date(2026, 10, 9), by=by)
    fold(country["430105"])
    kept, due = (
        [look(reader, country["430105"], "CTC-03", which=part) for reader in (author, other)]
        for part in ("numerator", "denominator")
    )
    assert [(found.figure, len(found.shown), found.hidden) for found in kept] == [(2, 2, 0), (2, 1, 1)]
    assert names(other, kept[1]) == ["甲"]
    assert [(found.figure, len(found.shown), found.hidden) for found in due] == [(2, 2, 0), (2, 2, 0)]


def test_an_unfolded_change_is_counted_and_said(country: Country, actor_of: ActorOf) -> None:
    officer = actor_of("430100", Role.UNION_STAFF)
    with inside(country["430105"]):
        make.organization(uscc=make.credit_code(77))
    fold(country["430105"])
    with inside(country["430100"]):
        make.organization(uscc=make.credit_code(77))
        make.organization()
    found = look(officer, country["430100"], "ORG-01")
    assert (found.figure, found.published, found.is_newer) == (2, 1, True)
    assert (found.shown_amount, found.hidden) == (2, 0)
    fold(country["430100"])
    after = look(officer, country["430100"], "ORG-01")
    assert (after.figure, after.published, after.is_newer, after.shown) == (2, 2, False, found.shown)
    assert look(officer, country["430100"], "ORG-01", scope=Scope.OWN).figure == 2


def test_where_another_union_has_the_later_word_the_row_adds_nothing(country: Country, actor_of: ActorOf) -> None:
    code = make.credit_code(78)
    for union, staff, minute in (("430100", 10, 0), ("430105", 12, 5)):
        with inside(country[union]):
            entry = make.organization(uscc=code)
            OrgYearFact.objects.create(
                organization=entry, year=2026, staff=staff, updated_at=MOMENT + timedelta(minutes=minute)
            )
    fold_many([country["430100"], country["430105"]])
    found = look(actor_of("430100", Role.UNION_STAFF), country["430100"], "ORG-14")
    assert [(row.amount, row.says) for row in found.shown] == [(0, 10)]
    assert (found.figure, found.hidden_here, found.hidden_below) == (12, 0, 12)


def test_the_unions_themselves_are_the_rows_of_what_counts_unions(country: Country, actor_of: ActorOf) -> None:
    fold_many(list(country.values()), everything=True)
    leader = actor_of("430000", Role.LEADER)
    found = look(leader, country["430000"], "GOV-01")
    assert (found.figure, found.hidden, found.reach) == (4, 0, Reach.UNIONS)
    assert [row.key for row in found.shown] == ["430000", "430100", "430105", "430111"]
    assert names(leader, found)[0] == "湖南省总工会"
    city = look(leader, country["430000"], "GOV-01", dim="LV", item="city")
    assert [row.key for row in city.shown] == ["430100"]
    assert [row.key for row in look(leader, country["430000"], "GOV-01", scope=Scope.OWN).shown] == ["430000"]


@pytest.fixture
def transfers() -> Iterator[None]:
    before = (dict(CATALOGUE.families), dict(CATALOGUE.measures), dict(CATALOGUE.indicators))
    for indicator in kinds.DECLARED:
        CATALOGUE.add(indicator)
    yield
    CATALOGUE.families, CATALOGUE.measures, CATALOGUE.indicators = before


@pytest.mark.usefixtures("transfers")
def test_what_stays_inside_the_subtree_is_named_as_eliminated(country: Country, actor_of: ActorOf) -> None:
    """R6; the family's rows are entries, of which each tells what it gave."""
    from commons.rollup.behind import register
    from commons.rollup.behind.kinds import _KINDS
    from tenants.registry.rows import ENTRIES

    register(ENTRIES, kinds.GIVEN.code)
    try:
        kinds.give(country["430000"], country["430100"], "100.55")
        kinds.give(country["430000"], country["440000"], "20.00")
        fold(country["430000"])
        kinds.give(country["430000"], country["430105"], "3.00")
        kinds.give(country["430000"], country["310000"], "1.00")
        officer = actor_of("430000", Role.UNION_STAFF)
        found = look(officer, country["430000"], "X-01", period="2026-03")
        assert [(row.amount, row.inside) for row in found.shown] == [(21, Decimal("103.55"))]
        assert (found.figure, found.published, found.hidden, found.inside) == (21, 20, 0, Decimal("103.55"))
        own = look(officer, country["430000"], "X-01", period="2026-03", scope=Scope.OWN)
        assert (own.figure, own.inside, own.hidden) == (Decimal("124.55"), 0, 0)
    finally:
        del _KINDS[kinds.GIVEN.code]


PERIODS = ["2026-10", "2025-06", "2026-Q3", "2026-H1", "2025", "2025-03..2026-08"]


def secrets(country: Country, dice: random.Random, authors: dict[str, Actor]) -> None:
    """Some logs become confidential, of an author who looks or of nobody."""
    for code, author in authors.items():
        with inside(country[code]):
            for row in ContactLog.objects.order_by("pk"):
                if dice.random() < 0.4:
                    row.classification = Classification.CONFIDENTIAL
                    row.created_by_id = dice.choice([author.user_id, None])
                    row.kind = dice.choice(["visit", "heads_meeting"])
                    row.save()


@given(seed=st.integers(0, 2**32), steps=st.lists(st.sampled_from(range(len(STEPS) + 4)), min_size=8, max_size=30))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_shown_and_hidden_are_the_figure(country: Country, seed: int, steps: list[int]) -> None:
    """Random records, viewers, indicators, items, scopes and periods; before the fold and after it."""
    dice = random.Random(seed)
    with transaction.atomic():
        viewers = {
            code: [people.actor(code, role) for role in (Role.UNION_STAFF, Role.LEADER)]
            for code in (*WRITERS, "430000")
        }
        viewers["000000"] = [people.actor("000000", Role.NATIONAL_ADMIN)]
        for number in steps:
            if number < len(STEPS):
                with inside(country[dice.choice(WRITERS)]):
                    STEPS[number](dice)
            elif number == len(STEPS):
                fold(country[dice.choice(WRITERS)])
            else:
                dice.choice(CHANGES_OF_THE_TREE)(country, dice)
        secrets(country, dice, {code: held[0] for code, held in viewers.items() if code in WRITERS})
        fresh = {union.code: union for union in TradeUnion.objects.all()}
        questions = _some_questions(dice, fresh, viewers)
        before = [(question, look(*question[:3], **question[3])) for question in questions]
        for _, found in before:
            adds_up(found)
        fold_many(list(fresh.values()))
        for question, found in before:
            after = look(*question[:3], **question[3])
            adds_up(after)
            if after.suppressed or found.suppressed:
                continue
            assert after.figure == (after.published or 0), question
            assert not after.is_newer
            if found.reach is Reach.OWN and question[3]["scope"] is Scope.OWN:
                assert (after.figure, after.shown, after.hidden) == (found.figure, found.shown, found.hidden), question
            _only_own_rows(question[0], after, fresh)
        transaction.set_rollback(True)


def _some_questions(dice: random.Random, country: Country, viewers: dict[str, list[Actor]]) -> list[tuple]:  # type: ignore[type-arg]
    made = []
    for code, held in viewers.items():
        for indicator in CATALOGUE.indicators.values():
            for part in parts_of(indicator, Span.parse("2026-10")).values():
                dim = dice.choice([None, *indicator.dims])
                below = [union for union in country.values() if union.is_under(country[code])]
                actor = dice.choice(held)
                acting = actors.acting(actor.user, country[code]) if actor.user else None
                assert acting is not None
                asked = {
                    "period": dice.choice(PERIODS),
                    "scope": dice.choice(list(Scope)),
                    "which": part.which,
                    "dim": dim.code if dim else "",
                    "item": dice.choice(dim.item_codes) if dim else "",
                    "line": dice.choice([Line.REGIONAL, Line.REGIONAL, Line.TODAY, Line.INDUSTRIAL]),
                }
                made.append((acting, dice.choice([country[code], *below]), indicator.code, asked))
    return made


def _only_own_rows(actor: Actor, found: Behind, country: Country) -> None:
    """Every shown row is one that the actor's own pages show."""
    assert actor.union is not None
    if found.reach is Reach.ELSEWHERE:
        assert found.shown == ()
    if found.reach is not Reach.OWN:
        return
    assert found.question.part.measure.family.place is Place.TENANT
    with inside(actor.union):
        told = described(actor, found, found.shown)
        assert {row.key for row in found.shown} == set(told)
        readable = {str(pk) for pk in SocialOrganization.objects.values_list("pk", flat=True)}
        readable |= {str(pk) for pk in ContactLog.objects.values_list("pk", flat=True)}
        readable |= {day.isoformat() for day in ContactLog.objects.values_list("contacted_on", flat=True)}
        assert {row.key for row in found.shown} <= readable
        confidential = ContactLog.objects.filter(classification=Classification.CONFIDENTIAL)
        others = {str(pk) for pk in confidential.exclude(created_by_id=actor.user_id).values_list("pk", flat=True)}
        assert not {row.key for row in found.shown} & others


def test_the_statements_do_not_grow_with_the_rows(country: Country, actor_of: ActorOf) -> None:
    officer = actor_of("430100", Role.UNION_STAFF)
    counts = set()
    for _ in range(2):
        with inside(country["430100"]):
            for _ in range(10):
                log(make.organization(), date(2026, 10, 8))
        fold(country["430100"])
        told = []
        for indicator in ("ORG-01", "CTC-01", "GOV-01"):
            with CaptureQueriesContext(connection) as sql:
                look(officer, country["430100"], indicator)
            told.append(len([one for one in sql if "SAVEPOINT" not in one["sql"] and "search_path" not in one["sql"]]))
        counts.add(tuple(told))
    assert counts == {(10, 8, 7)}


def test_every_measure_says_whose_rows_it_has() -> None:
    """Otherwise all of its rows would be hidden from everybody."""
    without = {
        code for code, one in CATALOGUE.measures.items() if one.family.place is Place.TENANT and not kind_of(one)
    }
    assert without == set()


def test_this_month_is_the_usual_one(country: Country, actor_of: ActorOf) -> None:
    """A year that is running is told up to the month that is running, rows and figure alike."""
    with inside(country["430105"]):
        make.organization(active_on=date(2026, 2, 10))
    fold(country["430105"])
    officer = actor_of("430105", Role.UNION_STAFF)
    for period in ("2026", Span.month(month_index(today())).text):
        found = look(officer, country["430105"], "ORG-01", period=period)
        assert (found.figure, len(found.shown), found.published) == (1, 1, 1)
    assert selectors.known_at() is not None
