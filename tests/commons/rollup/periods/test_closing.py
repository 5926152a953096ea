"""SM-25: open, provisional, closed, revised; who may, when, and that nothing else happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commons.access import actors
from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.models import AuditEvent
from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Invalid, NotFound, Refused
from commons.people.enums import Role
from commons.rollup import selectors
from commons.rollup.enums import PeriodState, Scope
from commons.rollup.errors import (
    AlreadyClosed,
    MonthsNotClosed,
    NoSuchRevision,
    NotClosable,
    NotClosedYet,
    NothingToRevise,
    PeriodNotEnded,
)
from commons.rollup.fold import fold
from commons.rollup.folder import EACH_SWEEP
from commons.rollup.models import Cell, PeriodConfirmation, PeriodRevision, ReportingPeriod, Watermark
from commons.rollup.periods import closing, late
from commons.rollup.periods import selectors as periods
from commons.rollup.selectors import Lens, Quality, Span, Value
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tenants.registry.models import ContactLog
from tests.commons.rollup.periods.asking import AT, answers, close, enter, months, move, tracks
from tests.factories import organizations as make

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
JANUARY, QUARTER, YEAR = (Span.parse(text) for text in ("2025-01", "2025-Q1", "2025"))


def shown(country: Country, code: str = "430105", period: str = "2025-01", lens: Lens | None = None) -> Value:
    [value] = selectors.values(
        actors.system("test", country["000000"]),
        unions=[country[code]],
        indicators=["ORG-01"],
        span=Span.parse(period),
        lens=lens or Lens(),
    )
    return value


def after(seconds: float) -> datetime:
    """So many seconds from the last moment at which anything was folded."""
    known_at = Watermark.objects.get().known_at
    assert known_at is not None
    return known_at + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("period", "at", "state"),
    [
        ("2025-01", datetime(2025, 1, 31, 15, 59, tzinfo=UTC), PeriodState.OPEN),
        # In Beijing February has begun.
        ("2025-01", datetime(2025, 1, 31, 16, 0, tzinfo=UTC), PeriodState.PROVISIONAL),
        ("2025-Q1", datetime(2025, 3, 31, 15, 59, tzinfo=UTC), PeriodState.OPEN),
        ("2025-Q1", datetime(2025, 3, 31, 16, 0, tzinfo=UTC), PeriodState.PROVISIONAL),
        ("2025-H1", datetime(2025, 6, 30, 16, 0, tzinfo=UTC), PeriodState.PROVISIONAL),
        ("2025", datetime(2025, 12, 1, tzinfo=UTC), PeriodState.OPEN),
        ("2025", datetime(2026, 1, 1, tzinfo=UTC), PeriodState.PROVISIONAL),
        ("2025-01..2025-03", datetime(2026, 1, 1, tzinfo=UTC), PeriodState.PROVISIONAL),
    ],
)
def test_the_calendar_says_what_is_open_and_what_is_provisional(
    db: None, period: str, at: datetime, state: PeriodState
) -> None:
    found = periods.state_of(Span.parse(period), at=at)
    assert (found.state, found.latest, found.waiting) == (state, None, 0)
    assert not ReportingPeriod.objects.exists()


def test_closing_a_month_makes_revision_0(country: Country, actor_of: ActorOf) -> None:
    enter(country["430105"], date(2025, 1, 10))
    national = actor_of("000000", Role.NATIONAL_ADMIN)
    made = closing.close(span=JANUARY, by=national, at=AT)
    known_at = selectors.known_at()
    assert (made.number, made.known_at, made.reason, made.late_changes, made.missing) == (0, known_at, "", 0, {})
    assert (made.at, made.by_id, made.by_name) == (AT, national.user_id, "张三")
    found = periods.state_of(JANUARY)
    assert (found.state, found.latest, found.waiting, found.waiting_since) == (PeriodState.CLOSED, made, 0, None)
    assert Watermark.objects.get().closed_until == JANUARY.last
    [event] = AuditEvent.objects.filter(event__startswith="period.")
    assert (event.event, event.union_code, event.data) == ("period.closed", "000000", {"period": "2025-01"})
    value = shown(country)
    assert (value.value, value.quality, value.revision) == (1, Quality.FINAL, 0)
    # Only this month is closed.
    other = shown(country, period="2025-02")
    assert (other.value, other.quality, other.revision) == (1, Quality.PROVISIONAL, None)
    assert shown(country, period="2025-Q1").quality is Quality.PROVISIONAL


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.NATIONAL_ADMIN and not role.is_flag])
def test_nobody_but_a_national_administrator_closes_or_revises(country: Country, actor_of: ActorOf, role: Role) -> None:
    for code in ("000000", "430000", "430105"):
        somebody = actor_of(code, role)
        with pytest.raises(Refused):
            closing.close(span=JANUARY, by=somebody, at=AT)
        with pytest.raises(Refused):
            closing.revise(span=JANUARY, reason="补报", by=somebody, at=AT)
    assert not ReportingPeriod.objects.exists()
    assert not AuditEvent.objects.filter(event__startswith="period.").exists()


def test_a_period_is_never_closed_before_it_has_ended(country: Country, actor_of: ActorOf) -> None:
    national = actor_of("000000", Role.NATIONAL_ADMIN)
    for text, at in (
        ("2025-01", datetime(2025, 1, 31, 15, 59, tzinfo=UTC)),
        ("2025", datetime(2025, 12, 31, 15, 59, tzinfo=UTC)),
    ):
        with pytest.raises(PeriodNotEnded):
            closing.close(span=Span.parse(text), by=national, at=at)
    with pytest.raises(NotClosable):
        closing.close(span=Span.parse("2025-01..2025-02"), by=national, at=AT)
    assert not PeriodRevision.objects.exists()


def test_a_longer_period_only_after_its_months(country: Country, actor_of: ActorOf) -> None:
    national = actor_of("000000", Role.NATIONAL_ADMIN)
    close("2025-01", "2025-03")
    with pytest.raises(MonthsNotClosed) as refused:
        closing.close(span=QUARTER, by=national, at=AT)
    assert refused.value.message == "请先为2025年2月关账，再为2025年第一季度关账。"
    close("2025-02", "2025-Q1")
    assert periods.state_of(QUARTER).state is PeriodState.CLOSED
    with pytest.raises(AlreadyClosed):
        closing.close(span=QUARTER, by=national, at=AT)
    assert PeriodRevision.objects.count() == 4


def test_a_union_confirms_its_own_numbers_and_no_others(country: Country, actor_of: ActorOf) -> None:
    kaifu, yuhua = actor_of("430105", Role.UNION_ADMIN), actor_of("430111", Role.UNION_ADMIN)
    made = closing.confirm(span=JANUARY, by=kaifu, at=AT)
    assert closing.confirm(span=JANUARY, by=kaifu, at=AT + timedelta(days=1)) == made
    assert (made.union, made.at, made.by_id) == (country["430105"], AT, kaifu.user_id)
    assert AuditEvent.objects.filter(event="period.confirmed").count() == 1
    national, city = actor_of("000000", Role.NATIONAL_ADMIN), actor_of("430100", Role.LEADER)
    unconfirmed = {union.code for union in periods.unconfirmed(national, JANUARY)}
    assert unconfirmed == country.keys() - {"430105"}
    assert [union.code for union in periods.unconfirmed(city, JANUARY)] == ["430100", "430111"]
    assert periods.confirmations(national, [JANUARY, QUARTER]) == {
        JANUARY: periods.Confirmations(1, 10),
        QUARTER: periods.Confirmations(0, 10),
    }
    # A neighbour learns nothing of it.
    assert periods.confirmations(yuhua, [JANUARY]) == {JANUARY: periods.Confirmations(0, 1)}
    assert [union.code for union in periods.unconfirmed(yuhua, JANUARY)] == ["430111"]
    # A confirmation closes nothing, and its lack hinders nothing.
    assert periods.state_of(JANUARY).state is PeriodState.PROVISIONAL
    close("2025-01")
    with pytest.raises(AlreadyClosed):
        closing.confirm(span=JANUARY, by=yuhua, at=AT)
    assert PeriodConfirmation.objects.count() == 1
    assert periods.confirmed_at(country["430105"], [JANUARY, QUARTER]) == {JANUARY: AT}
    assert periods.confirmation(country["430105"], JANUARY) == made
    assert periods.confirmation(country["430111"], JANUARY) is None


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.UNION_ADMIN and not role.is_flag])
def test_only_a_unions_administrator_confirms(country: Country, actor_of: ActorOf, role: Role) -> None:
    with pytest.raises(Refused):
        closing.confirm(span=JANUARY, by=actor_of("000000", role), at=AT)
    assert not ReportingPeriod.objects.exists()


def test_nothing_that_runs_is_confirmed(country: Country, actor_of: ActorOf) -> None:
    with pytest.raises(PeriodNotEnded):
        closing.confirm(span=Span.parse("2026-02"), by=actor_of("430105", Role.UNION_ADMIN), at=AT)
    assert not ReportingPeriod.objects.exists()


def test_a_late_entry_waits_until_it_has_been_quiet(country: Country) -> None:
    enter(country["430105"], date(2025, 1, 10))
    close("2025-01")
    enter(country["430105"], date(2025, 1, 20))
    waiting = periods.state_of(JANUARY)
    assert (waiting.state, waiting.waiting, waiting.latest and waiting.latest.number) == (PeriodState.CLOSED, 1, 0)
    for code, scope in (("430105", "own"), ("430105", "subtree"), ("000000", "subtree")):
        found = answers(country, ["2025-01"])
        assert found[(Line.REGIONAL, Scope(scope), "2025-01", "", code, "ORG-01", "")] == 1
        assert found[(Line.REGIONAL, Scope(scope), "2025-01", "OT", code, "ORG-01", "social_group")] == 1
    assert shown(country).quality is Quality.FINAL
    assert shown(country, period="2025-02").value == 2
    assert late.revise_due(at=after(59)) == []
    assert PeriodRevision.objects.count() == 1
    [revised] = late.revise_due(at=after(60))
    assert (revised.number, revised.late_changes, revised.by_name) == (1, 1, "迟报修订")
    value = shown(country)
    assert (value.value, value.quality, value.revision) == (2, Quality.REVISED, 1)
    found = periods.state_of(JANUARY)
    assert (found.state, found.waiting, found.latest) == (PeriodState.REVISED, 0, revised)
    # Both versions stay.
    for number, expected, quality in ((0, 1, Quality.FINAL), (1, 2, Quality.REVISED)):
        value = shown(country, lens=Lens(revision=number))
        assert (value.value, value.quality, value.revision) == (expected, quality, number)
    assert shown(country, lens=Lens(as_of=revised.known_at, revision=0)).value == 2
    with pytest.raises(NoSuchRevision):
        shown(country, lens=Lens(revision=2))
    with pytest.raises(NoSuchRevision):
        shown(country, period="2025-02", lens=Lens(revision=0))
    assert late.revise_due(at=after(3600)) == []
    assert AuditEvent.objects.get(event="period.revised").data == {"periods": ["2025-01#1"]}


def test_late_entries_that_never_rest_are_revised_after_ten_minutes(country: Country) -> None:
    close("2025-01")
    enter(country["430105"], date(2025, 1, 10))
    ReportingPeriod.objects.update(late_since=after(-599), late_at=after(0))
    assert late.revise_due(at=after(0.5)) == []
    assert len(late.revise_due(at=after(1))) == 1
    assert shown(country).value == 1
    assert late.revise_due in EACH_SWEEP


def test_the_national_administrator_revises_at_once_with_a_reason(country: Country, actor_of: ActorOf) -> None:
    national = actor_of("000000", Role.NATIONAL_ADMIN)
    close("2025-01", "2025-02")
    with pytest.raises(NothingToRevise):
        closing.revise(span=JANUARY, reason="核对", by=national, at=AT)
    enter(country["430105"], date(2025, 1, 10))
    for reason in ("", "  ", "长" * 501):
        with pytest.raises(Invalid):
            closing.revise(span=JANUARY, reason=reason, by=national, at=AT)
    made = closing.revise(span=JANUARY, reason=" 开福区补报一家 ", by=national, at=AT)
    assert (made.number, made.reason, made.by_id) == (1, "开福区补报一家", national.user_id)
    # The organization stands in February as well: both months are revised at one moment.
    assert list(PeriodRevision.objects.filter(number=1).values_list("period__first_month", "known_at")) == [
        (JANUARY.first, made.known_at),
        (JANUARY.first + 1, made.known_at),
    ]


def test_what_begins_after_the_last_closed_month_costs_no_statement_more(country: Country) -> None:
    def fold_another(on: date) -> int:
        with inside(country["430105"]):
            make.organization(active_on=on)
        with CaptureQueriesContext(connection) as queries:
            fold(country["430105"])
        return sum("rollup_reportingperiod" in query["sql"] for query in queries)

    assert fold_another(date(2025, 2, 1)) == 0
    close("2025-01")
    assert fold_another(date(2025, 2, 1)) == 0
    assert fold_another(date(2025, 1, 1)) == 2


def test_only_periods_whose_figures_change_wait(country: Country) -> None:
    enter(country["430105"], date(2025, 1, 10))
    close(*months(2025, 1, 12), "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2025-H1", "2025-H2", "2025")

    def waiting() -> list[str]:
        rows = ReportingPeriod.objects.filter(late_since__isnull=False).order_by("first_month", "last_month")
        return [row.span.text for row in rows]

    with inside(country["430105"]):
        ContactLog.objects.update(contacted_on=date(2025, 2, 5))
    fold(country["430105"])
    assert waiting() == ["2025-01", "2025-Q1", "2025-H1", "2025", "2025-02"]
    late.revise_due(at=after(60))
    # Of an event in December: no month before it, and of longer periods those it lies in.
    enter(country["430105"], date(2025, 12, 5))
    assert waiting() == ["2025", "2025-H2", "2025-Q4", "2025-12"]


def test_a_figure_of_a_closed_period_is_that_of_the_present_cells_while_nothing_was_changed(country: Country) -> None:
    """The short way and the long one agree: for every union, indicator, item, scope and line."""
    enter(country["430105"], date(2025, 1, 10))
    enter(country["430111"], date(2025, 2, 10))
    enter(country["440304"], date(2025, 3, 10))
    move(country["430105"], country["440300"], date(2025, 3, 1))
    codes = [found.code for found in selectors.catalogue()]
    texts = [*months(2025, 1, 3), "2025-Q1", "2025-01..2025-03"]
    before = answers(country, texts, codes=codes)
    close(*months(2025, 1, 3), "2025-Q1")
    assert answers(country, texts, codes=codes) == before
    assert answers(country, texts, codes=codes, lens=Lens(as_of=selectors.known_at())) == before
    assert answers(country, texts[:-1], codes=codes, lens=Lens(revision=0)) == before_without(before, texts[-1])
    assert answers(country, texts, codes=codes, lens=Lens(unsettled=True)) == before
    with CaptureQueriesContext(connection) as queries:
        shown(country)
    assert not any("cellversion" in query["sql"] for query in queries)


def before_without(found: dict[tuple[str, ...], object], period: str) -> dict[tuple[str, ...], object]:
    return {place: value for place, value in found.items() if place[2] != period}


def test_closed_months_add_up_to_their_closed_quarter_while_changes_wait(country: Country) -> None:
    enter(country["430105"], date(2025, 1, 10))
    close(*months(2025, 1, 3), "2025-Q1")
    enter(country["430105"], date(2025, 1, 20))
    enter(country["430111"], date(2025, 2, 20))
    late.revise_due(at=after(60))
    enter(country["430105"], date(2025, 2, 25))
    found = answers(country, [*months(2025, 1, 3), "2025-Q1", "2025-01..2025-03"], codes=["CTC-01"])
    for code in country:
        here = [
            found[(Line.REGIONAL, Scope.SUBTREE, period, "", code, "CTC-01", "")]
            for period in ("2025-01", "2025-02", "2025-03", "2025-Q1", "2025-01..2025-03")
        ]
        assert sum(here[:3]) == here[3] == here[4]  # type: ignore[arg-type]
    track = tracks(country, "2025-01", "2025-04")
    assert [track[("000000", "CTC-01", str(JANUARY.first + month))] for month in range(4)] == [2, 1, 0, 0]
    assert [track[("000000", "ORG-01", str(JANUARY.first + month))] for month in range(4)] == [2, 3, 3, 4]


def test_any_months_are_closed_when_each_of_them_is(country: Country) -> None:
    enter(country["430105"], date(2025, 1, 10))
    close("2025-01", "2025-02")
    closed, mixed = Span.parse("2025-01..2025-02"), Span.parse("2025-01..2025-03")
    assert periods.state_of(closed).state is PeriodState.CLOSED
    assert periods.state_of(mixed).state is PeriodState.PROVISIONAL
    enter(country["430105"], date(2025, 1, 20))
    assert (shown(country, period=closed.text).value, shown(country, period=mixed.text).value) == (1, 2)
    assert (shown(country, period=closed.text).quality, shown(country, period=closed.text).revision) == (
        Quality.FINAL,
        None,
    )
    assert periods.state_of(closed).waiting == 2
    late.revise_due(at=after(60))
    assert (shown(country, period=closed.text).value, shown(country, period=closed.text).quality) == (
        2,
        Quality.REVISED,
    )
    assert periods.state_of(closed).state is PeriodState.REVISED


def test_who_was_missing_when_it_was_closed_stays_missing_in_it(country: Country) -> None:
    """R9: the figure does not become whole because a union has come back since."""
    TradeUnion.objects.filter(code="430105").update(state="suspended")
    close("2025-01")
    TradeUnion.objects.filter(code="430105").update(state="active")
    value = shown(country, code="430000")
    assert (value.missing_unions, value.quality, value.revision) == (1, Quality.PARTIAL, 0)
    other = shown(country, code="440000")
    assert (other.missing_unions, other.quality, other.revision) == (0, Quality.FINAL, 0)
    TradeUnion.objects.filter(code="440304").update(state="suspended")
    assert shown(country, code="440000").missing_unions == 0
    assert shown(country, code="440000", period="2025-02").missing_unions == 1


def test_todays_boundaries_follow_the_tree_and_late_entries_do_not(country: Country) -> None:
    enter(country["430105"], date(2025, 1, 10))
    close("2025-01")
    enter(country["430105"], date(2025, 1, 20))
    today = Lens(Line.TODAY)
    assert shown(country, "430100", lens=today).value == 1
    # What waited is revised before the tree is redrawn, so that the two are told apart.
    move(country["430105"], country["440300"], date(2026, 11, 1))
    assert [one.number for one in periods.state_of(JANUARY).revisions] == [0, 1]
    assert periods.state_of(JANUARY).waiting == 0
    assert [shown(country, code, lens=today).value for code in ("430100", "440300")] == [0, 2]
    assert [shown(country, code).value for code in ("430100", "440300")] == [2, 0]
    enter(country["430105"], date(2025, 1, 25))
    assert [shown(country, code, lens=today).value for code in ("430100", "440300")] == [0, 2]
    late.revise_due(at=after(60))
    assert [shown(country, code, lens=today).value for code in ("430100", "440300")] == [0, 3]
    assert verify().differences == []


def test_a_move_of_a_closed_month_is_a_late_entry(country: Country) -> None:
    enter(country["430105"], date(2025, 1, 10))
    close("2025-01")
    move(country["430105"], country["440300"], date(2025, 1, 1))
    assert periods.state_of(JANUARY).waiting == 1
    assert [shown(country, code).value for code in ("430100", "440300")] == [1, 0]
    late.revise_due(at=after(60))
    assert [shown(country, code).value for code in ("430100", "440300")] == [0, 1]


def test_what_a_revision_would_bring_can_be_seen_before(country: Country) -> None:
    close("2025-01")
    enter(country["430105"], date(2025, 1, 10))
    value = shown(country, lens=Lens(unsettled=True))
    assert (value.value, value.quality, value.revision) == (1, Quality.PROVISIONAL, None)


def test_partners_that_may_not_read_provisional_numbers_read_closed_ones_alone(country: Country) -> None:
    """V10."""
    permissions = frozenset({Permission.NUMBERS_VIEW})
    hunan = country["430000"]
    partner = Actor(union=hunan, partner="对账系统", permissions=permissions, closed_only=True)
    free = Actor(union=hunan, partner="对账系统", permissions=permissions)
    close("2025-01")

    def ask(actor: Actor, period: str, lens: Lens | None = None, union: TradeUnion = hunan) -> Value:
        [value] = selectors.values(
            actor, unions=[union], indicators=["ORG-01"], span=Span.parse(period), lens=lens or Lens()
        )
        return value

    assert ask(partner, "2025-01").value == 0
    for period, lens in (
        ("2025-02", None),
        ("2026", None),
        ("2025-Q1", None),
        ("2025-01..2025-02", None),
        ("2025-01", Lens(as_of=datetime(2020, 1, 1, tzinfo=UTC))),
        ("2025-01", Lens(unsettled=True)),
    ):
        with pytest.raises(NotClosedYet):
            ask(partner, period, lens)
        assert ask(free, period, lens).value == 0
    span = {"union": hunan, "indicators": ["ORG-01"], "first_month": JANUARY.first}
    assert len(selectors.series(partner, last_month=JANUARY.last, **span)) == 1  # type: ignore[arg-type]
    with pytest.raises(NotClosedYet):
        selectors.series(partner, last_month=JANUARY.last + 1, **span)  # type: ignore[arg-type]
    assert [found.span for found in periods.of_year(partner, 2025)] == [JANUARY]
    assert len(periods.of_year(free, 2025)) == 19
    # The scope goes before the state: a neighbour's closed period is absent.
    with pytest.raises(NotFound):
        ask(partner, "2025-01", union=country["440000"])


def test_a_year_has_nineteen_periods_in_two_statements(country: Country, actor_of: ActorOf) -> None:
    leader = actor_of("430000", Role.LEADER)
    close("2025-01", "2025-02")
    with CaptureQueriesContext(connection) as queries:
        found = periods.of_year(leader, 2025)
    assert len(queries) == 2
    assert [one.span.text for one in found][:8] == [
        "2025", "2025-H1", "2025-H2", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2025-01",
    ]  # fmt: skip
    assert [one.span.text for one in found if one.state is PeriodState.CLOSED] == ["2025-01", "2025-02"]
    with pytest.raises(Refused):
        periods.of_year(actor_of("430000", Role.REVIEWER), 2025)
    assert periods.years() == (2025, 2026)


def test_the_database_keeps_what_was_closed(country: Country) -> None:
    close("2025-01")
    for statement in (
        "UPDATE rollup_periodrevision SET known_at = now()",
        "DELETE FROM rollup_periodrevision",
        "UPDATE rollup_reportingperiod SET closed_at = NULL",
        "UPDATE rollup_reportingperiod SET first_month = first_month - 1",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert periods.state_of(JANUARY).state is PeriodState.CLOSED


def test_a_fold_that_dies_leaves_no_note(country: Country) -> None:
    enter(country["430105"], date(2025, 1, 10))
    close("2025-01")
    cells = list(Cell.objects.order_by("pk").values_list("pk", "subtree"))
    with transaction.atomic():
        enter(country["430105"], date(2025, 1, 20))
        assert periods.state_of(JANUARY).waiting == 1
        transaction.set_rollback(True)
    assert periods.state_of(JANUARY).waiting == 0
    assert list(Cell.objects.order_by("pk").values_list("pk", "subtree")) == cells


def test_a_growth_rate_of_a_closed_period_also_waits_for_the_months_it_is_told_against(country: Country) -> None:
    growth = next(found for found in selectors.catalogue() if found.against_months == 12)
    nation = actors.system("test", country["000000"])

    def rate() -> object:
        [value] = selectors.values(nation, unions=[country["430105"]], indicators=[growth.code], span=JANUARY)
        return value.value

    enter(country["430105"], date(2024, 1, 10))
    close("2025-01")
    before = rate()
    with inside(country["430105"]):
        make.organization(active_on=date(2024, 1, 10)).spans.update(until_on=date(2024, 2, 1))
    fold(country["430105"])
    assert shown(country, period="2024-01").value == 2
    assert periods.state_of(JANUARY).waiting == 1
    assert rate() == before == 0
    late.revise_due(at=after(60))
    assert rate() == -50
    assert shown(country).value == 1
