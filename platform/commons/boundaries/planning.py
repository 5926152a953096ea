"""What all planning shares: who may, which day, one change of a kind at a time, and the dated parents turned over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q

from commons.access.actors import Actor
from commons.audit.recording import record
from commons.boundaries import calendar, policies, standing
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.errors import (
    AlreadyPlanned,
    BeforeTheLastChange,
    HasChildren,
    NationStands,
    NotAMonthsBeginning,
    NotStanding,
    OtherEnds,
    SameAsNow,
    StillReceives,
)
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer.enums import RUNNING
from commons.boundaries.transfer.errors import TransferRunning
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.enums import Line, UnionState
from commons.hierarchy.errors import ParentNotActive, ReasonMissing
from commons.hierarchy.models import Parentage, TradeUnion

STANDING = frozenset({UnionState.ACTIVE, UnionState.SUSPENDED})


def admit(by: Actor, on: date, reason: str) -> None:
    """Raises: NotFound, ReasonMissing, NotAMonthsBeginning."""
    policies.require(by)
    if not reason.strip():
        raise ReasonMissing(path=("reason",), verb="调整区划")
    if on.day != 1:
        following = (on.replace(day=1) + timedelta(days=32)).replace(day=1)
        raise NotAMonthsBeginning(path=("effective_on",), day=f"{following:%Y-%m-%d}")


def hold(union: TradeUnion, kind: ChangeKind, *, other: TradeUnion | None = None) -> TradeUnion:
    """
    The union as it is stored, if such a change can be planned of it; inside `redrawing`, which holds all unions.

    One change of a kind at a time; parts may go to several receivers, one change for each `other`.

    Raises: NotStanding, AlreadyPlanned.
    """
    row = TradeUnion.objects.get(pk=union.pk)
    if row.state not in STANDING:
        raise NotStanding(path=("union",), union=row.name_zh, state=UnionState.label_of(row.state))
    kinds = standing.ENDS if kind in standing.ENDS else (kind,)
    waiting = TreeChange.objects.filter(union=row, kind__in=kinds, state=ChangeState.PLANNED)
    planned = (waiting.filter(other=other) if other is not None else waiting).first()
    if planned is not None:
        raise AlreadyPlanned(union=row.name_zh, day=f"{planned.effective_on:%Y-%m-%d}")
    return row


def require_receiver(union: TradeUnion, other: TradeUnion, *, path: str) -> None:
    """
    Whether `other` can take `union`, or what is its.

    Raises: ParentNotActive, OtherEnds.
    """
    if other.state != UnionState.ACTIVE:
        raise ParentNotActive(path=(path,), parent=other.name_zh, state=UnionState.label_of(other.state))
    if end := standing.end_of(other):
        what = ChangeKind.label_of(end.kind)
        day = f"{end.effective_on:%Y-%m-%d}"
        raise OtherEnds(path=(path,), other=other.name_zh, day=day, what=what, union=union.name_zh)


def require_no_ties(union: TradeUnion, on: date) -> None:
    """
    Whether a union can end on that day.

    Raises: NationStands, HasChildren, StillReceives.
    """
    if union.parent_id is None:
        raise NationStands(path=("union",))
    members = Parentage.objects.filter(parent=union, line=Line.INDUSTRIAL, until_on=None).select_related("union")
    if left := [*standing.children_on(union, on), *(row.union for row in members)]:
        raise HasChildren(union=union.name_zh, count=len(left), child=left[0].name_zh)
    coming = TreeChange.objects.filter(
        other=union, kind__in=(ChangeKind.MERGE, ChangeKind.SPLIT), state=ChangeState.PLANNED
    )
    if first := coming.select_related("union").first():
        day = f"{first.effective_on:%Y-%m-%d}"
        raise StillReceives(path=("union",), other=first.union.name_zh, union=union.name_zh, day=day)


def require_at_rest(union: TradeUnion) -> None:
    """
    Whether no records are on their way from or to the union: nobody would look after them in the archive of one that is closed.

    Raises: TransferRunning.
    """
    if Transfer.objects.filter(Q(source=union) | Q(target=union), state__in=RUNNING).exists():
        raise TransferRunning(path=("union",), union=union.name_zh)


def turn(union: TradeUnion, parent: TradeUnion | None, line: Line, on: date) -> None:
    """
    End the standing parentage on that day and begin the next; with no parent, none follows.

    Raises: SameAsNow, BeforeTheLastChange.
    """
    rows = list(Parentage.objects.select_for_update().filter(union=union, line=line).order_by("from_on"))
    last = next((row for row in rows if row.until_on is None), None)
    if last is None:
        if parent is None:
            raise SameAsNow(union=union.name_zh)
        if rows and rows[-1].until_on and rows[-1].until_on > on:
            raise BeforeTheLastChange(path=("effective_on",), union=union.name_zh, day=f"{rows[-1].until_on:%Y-%m-%d}")
    else:
        if parent is not None and last.parent_id == parent.pk:
            raise SameAsNow(union=union.name_zh)
        if len(rows) > 1 and last.from_on >= on:
            raise BeforeTheLastChange(path=("effective_on",), union=union.name_zh, day=f"{last.from_on:%Y-%m-%d}")
        # The first parent counts since ever, whatever the day on which the union joined the platform.
        last.from_on = min(last.from_on, on - timedelta(days=1))
        last.until_on = on
        last.save(update_fields=["from_on", "until_on"])
    if parent is not None:
        Parentage.objects.create(union=union, parent=parent, line=line, from_on=on)


def turn_back(union: TradeUnion, line: Line, on: date) -> None:
    """As if nothing had been planned for that day; what is planned for later ones stays."""
    dated = Parentage.objects.filter(union=union, line=line)
    begun = dated.filter(from_on=on).first()
    until = begun.until_on if begun else None
    if begun is not None:
        begun.delete()
    dated.filter(until_on=on).update(until_on=until)


def note(
    kind: ChangeKind, union: TradeUnion, on: date, *, by: Actor, at: datetime, reason: str, **values: object
) -> TreeChange:
    """Write the change down."""
    change = TreeChange.objects.create(
        kind=kind,
        union=union,
        union_name=union.name_zh,
        effective_on=on,
        reason=reason.strip()[:500],
        by_id=by.user_id,
        by_name=by.name[:120],
        at=at,
        **values,
    )
    record("tree.plan", by=by, at=at, on=change, union=union, kind=kind.value, day=f"{on:%Y-%m-%d}")
    calendar.forget()
    return change
