"""
On the day everything happens: planned changes come into force by whoever looks first - a request, a job, the folder.

Months follow from dated parents by themselves. What has no date (the path that rights go by, names, codes, levels, states)
is turned over here, in one transaction per look, so that no job has to be remembered and none can be forgotten.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from django.db.models import Q, QuerySet

from commons.access.actors import Actor, system
from commons.audit.recording import record
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.models import FormerCode, TreeChange
from commons.hierarchy import states
from commons.hierarchy.enums import Level, UnionState
from commons.hierarchy.models import Division, TradeUnion
from commons.hierarchy.selectors import root
from commons.jobs import actions as jobs
from commons.kit.clock import now, today
from commons.rollup.fold import redrawing
from commons.tenancy import door

log = structlog.get_logger(__name__)

# The job that begins to move a merged union's records, or a part of one's; see commons.boundaries.handing.
HAND_OVER = "boundaries.hand_over"
# Another transfer of the same unions is waited for, if need be for a day.
_ATTEMPTS = 30

# How long a process trusts what it knows of the next change.
TRUSTED_S = 10.0


@dataclass
class Known:
    """The day of the next change, as this process knows it until a moment of its monotonic clock."""

    following: date | None = None
    until: float = 0.0


_known = Known()


def trust(following: date | None, *, seconds: float = TRUSTED_S) -> None:
    """The next change is on this day; not to be asked again for so long."""
    _known.following, _known.until = following, time.monotonic() + seconds


def forget() -> None:
    """Look again at the next occasion: a change was planned or cancelled."""
    _known.until = 0.0


def look(at: datetime | None = None) -> int:
    """
    Bring into force what is due; how many changes. Nearly always it is one comparison of two dates.

    Asks the database at most every ten seconds for the day of the next change.
    """
    moment = at or now()
    if time.monotonic() > _known.until:
        with door.outside():
            following = decided().order_by("effective_on").values_list("effective_on", flat=True).first()
        trust(following)
    if _known.following is None or _known.following > today(moment):
        return 0
    with door.outside(), redrawing():
        done = apply_due(at=moment, by=system("区划调整生效", root()))
    forget()
    return done


def decided() -> QuerySet[TreeChange]:
    """The planned changes that nobody has to agree to any more."""
    planned = TreeChange.objects.filter(state=ChangeState.PLANNED)
    return planned.filter(~Q(kind=ChangeKind.CLOSE) | Q(confirmed_at__isnull=False))


def apply_due(*, at: datetime, by: Actor) -> int:
    """Turn over what is due, oldest first; inside `redrawing`, or where no parent changes."""
    due = (
        decided()
        .select_for_update(of=("self",))
        .filter(effective_on__lte=today(at))
        .select_related("union", "other")
        .order_by("effective_on", "at", "pk")
    )
    done = 0
    for change in due:
        _turn_over(change, by=by, at=at)
        change.state, change.applied_at = ChangeState.APPLIED, at
        change.save(update_fields=["state", "applied_at"])
        record("tree.apply", by=by, at=at, on=change, union=change.union, kind=str(change.kind))
        log.info("tree.applied", union=change.union.code, kind=str(change.kind))
        done += 1
    return done


def _turn_over(change: TreeChange, *, by: Actor, at: datetime) -> None:
    union = TradeUnion.objects.select_for_update().get(pk=change.union_id)
    if change.kind == ChangeKind.MOVE and change.other is not None:
        _put_under(union, TradeUnion.objects.get(pk=change.other.pk))
    elif change.kind == ChangeKind.REDEFINE:
        _redefine(union, change)
    elif change.kind == ChangeKind.MERGE and change.other is not None:
        successor = TradeUnion.objects.get(pk=change.other.pk)
        _put_under(union, successor)
        states.change(union=union, event="merge", by=by, at=at, reason=change.reason)
        TradeUnion.objects.filter(pk=union.pk).update(successor=successor)
        _hand_over(union, change, at=at)
    elif change.kind == ChangeKind.SPLIT:
        _hand_over(union, change, at=at)
    elif change.kind == ChangeKind.CLOSE:
        _close(union, change, at=at)


def _hand_over(union: TradeUnion, change: TreeChange, *, at: datetime) -> None:
    """The records follow by jobs that can be gone on with; the first is asked for in the transaction of the change."""
    payload = {"change": str(change.pk)}
    planner = system(change.by_name or "区划调整生效")
    jobs.enqueue(
        kind=HAND_OVER, union=union, payload=payload, key=str(change.pk), by=planner, at=at, max_attempts=_ATTEMPTS
    )


def _close(union: TradeUnion, change: TreeChange, *, at: datetime) -> None:
    """Suspended, proposed for the archive by the first person, archived by the second. Source: SM-01."""
    first, second = system(change.by_name), system(change.confirmed_by_name)
    if union.state == UnionState.ACTIVE:
        states.change(union=union, event="suspend", by=first, at=at, reason=change.reason)
    states.change(union=union, event="propose_archive", by=first, at=at, reason=change.reason)
    states.change(union=union, event="archive", by=second, at=at, reason=change.reason)


def _put_under(union: TradeUnion, parent: TradeUnion) -> None:
    """The union and all below it, in one statement."""
    old, new = list(union.path), [*parent.path, union.pk]
    below = list(TradeUnion.objects.under(union).select_for_update())
    for one in below:
        one.path = [*new, *one.path[len(old) :]]
    TradeUnion.objects.bulk_update(below, ["path"])
    TradeUnion.objects.filter(pk=union.pk).update(parent=parent)


def _redefine(union: TradeUnion, change: TreeChange) -> None:
    if change.code and change.code != union.code:
        FormerCode.objects.update_or_create(code=union.code, defaults={"union": union, "until_on": change.effective_on})
        # One that comes back to an old code has it again.
        FormerCode.objects.filter(code=change.code, union=union).delete()
        union.code = change.code
        union.division = Division.objects.filter(pk=change.code[:6]).first() or union.division
    union.level = Level(change.level) if change.level else union.level
    union.name_zh = change.name_zh or union.name_zh
    union.short_name_zh = change.short_name_zh or union.short_name_zh
    union.save(update_fields=["code", "division", "level", "name_zh", "short_name_zh"])
