"""
Questions about reporting periods. Source: SM-25.

The list is the calendar's: a period nobody has spoken of has no row. Who confirmed is told of the own subtree alone (V1, V7).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from commons.access.actors import Actor
from commons.access.policies import unions_with_visible_numbers
from commons.hierarchy.models import TradeUnion, TradeUnionQuerySet
from commons.kit.clock import month_index, today
from commons.rollup.enums import PeriodKind, PeriodState
from commons.rollup.models import PeriodConfirmation, PeriodRevision, ReportingPeriod
from commons.rollup.periods import policies
from commons.rollup.spans import Span


@dataclass(frozen=True)
class Period:
    """
    How far a period is. `waiting` batches of later changes are not in what is shown of it, since `waiting_since`.

    `revisions` from the closing (number 0) on; none while it is not closed.
    """

    span: Span
    state: PeriodState
    revisions: tuple[PeriodRevision, ...] = ()
    waiting: int = 0
    waiting_since: datetime | None = None

    @property
    def closed(self) -> bool:
        return self.state in {PeriodState.CLOSED, PeriodState.REVISED}

    @property
    def latest(self) -> PeriodRevision | None:
        return self.revisions[-1] if self.revisions else None


@dataclass(frozen=True)
class Confirmations:
    """How many of the active unions of a subtree have confirmed their own numbers of a period."""

    confirmed: int
    unions: int

    @property
    def missing(self) -> int:
        return self.unions - self.confirmed


@dataclass(frozen=True)
class Subtree:
    """A union directly below: whether it confirmed its own numbers, and how many of its subtree did."""

    name: str
    own: bool
    confirmed: int
    unions: int


def state_of(span: Span, *, at: datetime | None = None) -> Period:
    """
    (state, latest revision, waiting changes) of a period; one statement, none for one that has not ended.

    Any other months than a calendar's period are closed when each of them is, and then have no revisions of their own.
    """
    return states_of([span], at=at)[span]


def states_of(spans: Iterable[Span], *, at: datetime | None = None) -> dict[Span, Period]:
    """`state_of` for many."""
    running = month_index(today(at))
    asked = list(spans)
    wanted = Q(pk__in=[])
    for span in asked:
        if span.last < running:
            months = span.kind is PeriodKind.CUMULATIVE
            kind = PeriodKind.MONTH if months else span.kind
            wanted |= Q(kind=kind, first_month__range=(span.first, span.last if months else span.first))
    ordered = Prefetch("revisions", PeriodRevision.objects.order_by("number"))
    found: dict[tuple[PeriodKind, int], ReportingPeriod] = {}
    if wanted != Q(pk__in=[]):
        rows = ReportingPeriod.objects.filter(wanted, closed_at__isnull=False).prefetch_related(ordered)
        found = {(PeriodKind(row.kind), row.first_month): row for row in rows}
    return {span: _period(span, found, running) for span in asked}


def years() -> tuple[int, int]:
    """The first and the last year that the list of periods offers."""
    first = ReportingPeriod.objects.order_by("first_month").values_list("first_month", flat=True).first()
    this = today().year
    return min(this - 1, first // 12 if first is not None else this), this


def of_year(actor: Actor, year: int, *, at: datetime | None = None) -> list[Period]:
    """
    The year, its halves, quarters and months, as `of_spans`.

    Raises: Refused.
    """
    spans = [Span.holding(PeriodKind.YEAR, year * 12)]
    for kind, months in ((PeriodKind.HALF, 6), (PeriodKind.QUARTER, 3), (PeriodKind.MONTH, 1)):
        spans += [Span.holding(kind, year * 12 + month) for month in range(0, 12, months)]
    return of_spans(actor, spans, at=at)


def of_spans(actor: Actor, spans: Iterable[Span], *, at: datetime | None = None) -> list[Period]:
    """
    These periods, in this order; for a partner that reads closed periods alone, the closed among them (V10).

    Raises: Refused.
    """
    policies.may_view(actor).require()
    asked = list(spans)
    found = states_of(asked, at=at)
    return [found[span] for span in asked if found[span].closed or not actor.closed_only]


def confirmation(union: TradeUnion, span: Span) -> PeriodConfirmation | None:
    """When the union confirmed its own numbers of a period, and who."""
    return PeriodConfirmation.objects.filter(
        union=union, period__kind=span.kind, period__first_month=span.first
    ).first()


def confirmed_at(union: TradeUnion, spans: Iterable[Span]) -> dict[Span, datetime]:
    """When the union confirmed its own numbers of these periods; nothing for those it did not."""
    rows = PeriodConfirmation.objects.filter(union=union, period__first_month__in={span.first for span in spans})
    return {row.period.span: row.at for row in rows.select_related("period")}


def unconfirmed(actor: Actor, span: Span) -> TradeUnionQuerySet:
    """The active unions of the actor's subtree that have not confirmed, by the tree. Source: V1, V7."""
    given = PeriodConfirmation.objects.filter(
        union=OuterRef("pk"), period__kind=span.kind, period__first_month=span.first
    )
    return unions_with_visible_numbers(actor).active().filter(~Exists(given)).order_by("path")


def confirmations(actor: Actor, spans: Iterable[Span]) -> Mapping[Span, Confirmations]:
    """Of the actor's subtree, for each of these periods: two statements."""
    shown = list(spans)
    unions = unions_with_visible_numbers(actor).active()
    grouped = (
        PeriodConfirmation.objects.filter(union__in=unions, period__first_month__in={span.first for span in shown})
        .values_list("period__kind", "period__first_month")
        .annotate(Count("pk"))
    )
    counted = {(kind, first): count for kind, first, count in grouped}
    total = unions.count()
    return {span: Confirmations(counted.get((span.kind, span.first), 0), total) for span in shown}


def below(actor: Actor, span: Span) -> list[Subtree]:
    """The unions directly below the acting one, by code, active ones of their subtrees counted: two statements."""
    if actor.union is None:
        return []
    found = list(unions_with_visible_numbers(actor).active().only("pk", "code", "name_zh", "path").order_by("code"))
    given = set(
        PeriodConfirmation.objects.filter(
            period__kind=span.kind, period__first_month=span.first, union__in=[union.pk for union in found]
        ).values_list("union_id", flat=True)
    )
    depth = len(actor.union.path)
    unions: Counter[int] = Counter(union.path[depth] for union in found if len(union.path) > depth)
    confirmed: Counter[int] = Counter(
        union.path[depth] for union in found if len(union.path) > depth and union.pk in given
    )
    return [
        Subtree(union.name_zh, union.pk in given, confirmed[union.pk], unions[union.pk])
        for union in found
        if len(union.path) == depth + 1
    ]


def _period(span: Span, found: Mapping[tuple[PeriodKind, int], ReportingPeriod], running: int) -> Period:
    if span.last >= running:
        return Period(span, PeriodState.OPEN)
    if span.kind is PeriodKind.CUMULATIVE:
        months = [found.get((PeriodKind.MONTH, month)) for month in range(span.first, span.last + 1)]
        rows = [row for row in months if row is not None]
        if len(rows) < len(months):
            return Period(span, PeriodState.PROVISIONAL)
        revised = any(len(row.revisions.all()) > 1 for row in rows)
        since = [row.late_since for row in rows if row.late_since is not None]
        return Period(
            span,
            PeriodState.REVISED if revised else PeriodState.CLOSED,
            waiting=sum(row.late_changes for row in rows),
            waiting_since=min(since, default=None),
        )
    row = found.get((span.kind, span.first))
    if row is None:
        return Period(span, PeriodState.PROVISIONAL)
    revisions = tuple(row.revisions.all())
    state = PeriodState.REVISED if len(revisions) > 1 else PeriodState.CLOSED
    return Period(span, state, revisions, row.late_changes, row.late_since)
