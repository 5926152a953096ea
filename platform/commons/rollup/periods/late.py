"""
Late entries: what changes a closed period is noted, and becomes visible there by a numbered revision only.

A revision is made of all closed periods that wait, at one moment. So the figures of closed months always add up to those of
their closed quarter, and whatever is closed can be read as of the newest of these moments. Source: R8, SM-25.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Max, Min, QuerySet

from commons.access.actors import Actor, system
from commons.audit.recording import record
from commons.hierarchy.enums import Line
from commons.hierarchy.selectors import root
from commons.kit.clock import now
from commons.rollup import missing
from commons.rollup.declaration import CATALOGUE
from commons.rollup.enums import PERIOD_MONTHS
from commons.rollup.models import PeriodRevision, ReportingPeriod
from commons.rollup.moments import Moment, next_moment
from commons.rollup.spans import Span

if TYPE_CHECKING:
    from commons.rollup.fold.stored import Changes, Touched

# A revision is made when nothing more has come for so long,
QUIET = timedelta(seconds=60)
# or when the first late entry has waited for so long.
LONGEST = timedelta(minutes=10)

# By today's boundaries all of the past is told anew whenever the tree is redrawn, and that is no late entry.
DATED = (Line.REGIONAL, Line.INDUSTRIAL)


def note(changes: Changes, *, lines: Collection[str] = tuple(Line)) -> None:
    """
    Write down which closed periods these changes concern, in the transaction that makes them.

    Nearly always one comparison: what is entered today begins after the last closed month.
    """
    moment, first = changes.moment(), changes.first_month()
    if moment.closed_until is None or first is None or first > moment.closed_until:
        return
    touched = changes.months(lines)
    earlier = _compared_with()
    closed = ReportingPeriod.objects.filter(closed_at__isnull=False, last_month__gte=first)
    concerned = [
        period.pk for period in closed if any(_concerns(one, period.span, earlier[one.code]) for one in touched)
    ]
    if concerned:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE public.rollup_reportingperiod SET late_since = coalesce(late_since, %(at)s), late_at = %(at)s, "
                "late_changes = late_changes + 1 WHERE id = ANY(%(periods)s)",
                {"at": moment.known_at, "periods": concerned},
            )


def revise_due(at: datetime | None = None) -> list[PeriodRevision]:
    """Revise what waits, once it has been quiet for `QUIET` or has waited for `LONGEST`. Called by each sweep."""
    moment = at or now()
    waiting = _waiting().aggregate(last=Max("late_at"), first=Min("late_since"))
    if waiting["last"] is None or (waiting["last"] > moment - QUIET and waiting["first"] > moment - LONGEST):
        return []
    with transaction.atomic():
        return settle(next_moment(), reason="迟报变更", by=_platform(), at=moment)


def settle_before_redrawing() -> None:
    """Make the revisions that wait before the tree is redrawn: what it restates is then entries that were revised."""
    if _waiting().exists():
        settle(next_moment(), reason="区划调整前并入迟报变更", by=_platform(), at=now())


def settle(moment: Moment, *, reason: str, by: Actor, at: datetime) -> list[PeriodRevision]:
    """A numbered revision of every closed period that waits, as known at this moment; in the caller's transaction."""
    periods = list(_waiting().select_for_update().order_by("first_month", "last_month"))
    if not periods:
        return []
    numbers = dict(
        PeriodRevision.objects.filter(period__in=periods).values_list("period_id").annotate(last=Max("number"))
    )
    uncounted = missing.now()
    made = PeriodRevision.objects.bulk_create(
        PeriodRevision(
            period=period,
            number=numbers[period.pk] + 1,
            known_at=moment.known_at,
            reason=reason,
            late_changes=period.late_changes,
            missing=uncounted,
            at=at,
            by_id=by.user_id,
            by_name=by.name,
        )
        for period in periods
    )
    ReportingPeriod.objects.filter(pk__in=[period.pk for period in periods]).update(
        late_since=None, late_at=None, late_changes=0
    )
    record("period.revised", by=by, at=at, periods=[f"{one.period}#{one.number}" for one in made])
    return made


def _waiting() -> QuerySet[ReportingPeriod]:
    return ReportingPeriod.objects.filter(late_since__isnull=False)


def _platform() -> Actor:
    return system("迟报修订", root())


def _concerns(change: Touched, span: Span, earlier: Iterable[int]) -> bool:
    """Whether a figure of this period reads what has changed: a flow all of its months, everything else its last."""
    # An event's months are not added up to longer periods: those have series of their own.
    measure = CATALOGUE.measures.get(change.code.partition("@")[0])
    if measure is not None and measure.event and change.months != span.months:
        return False
    for back in earlier:
        first, last = (span.first if change.flow else span.last) - back, span.last - back
        if change.from_month <= last and (change.until_month is None or first < change.until_month):
            return True
    return False


def _compared_with() -> dict[str, set[int]]:
    """By measure, how many months back a period reads it: its own, and those its growth is told against."""
    back: dict[str, set[int]] = defaultdict(lambda: {0})
    for found in CATALOGUE.indicators.values():
        for measure in found.measures if found.against_months else ():
            for code in (measure.code, *(f"{measure.code}@{months}" for months in PERIOD_MONTHS if measure.event)):
                back[code].add(found.against_months)
    return back
