"""Plan a change of the tree, or cancel one. Source: SM-01 merge/move; DESIGN §3.7."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from commons.access.actors import Actor
from commons.audit.recording import record
from commons.boundaries import calendar, policies
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.errors import (
    AlreadyPlanned,
    BeforeTheLastChange,
    HasChildren,
    LevelNotLower,
    NotAMonthsBeginning,
    NotIndustrial,
    NotPlanned,
    SameAsNow,
    WouldCircle,
)
from commons.boundaries.models import FormerCode, TreeChange
from commons.hierarchy import naming
from commons.hierarchy.enums import Kind, Level, Line, UnionState
from commons.hierarchy.errors import CodeMisshapen, CodeTaken, ParentNotActive, ReasonMissing
from commons.hierarchy.models import Parentage, TradeUnion
from commons.rollup.fold import redrawing


def move(
    *, union: TradeUnion, parent: TradeUnion, on: date, by: Actor, at: datetime, reason: str, document: str = ""
) -> TreeChange:
    """
    From day `on` the union stands under `parent`, with all below it; before, where it stood.

    Raises: NotFound, NotAMonthsBeginning, ReasonMissing, AlreadyPlanned, SameAsNow, WouldCircle, LevelNotLower,
    ParentNotActive, BeforeTheLastChange.
    """
    _admit(by, on, reason)
    with redrawing():
        union = TradeUnion.objects.get(pk=union.pk)
        _refuse_second(union, ChangeKind.MOVE)
        parent = TradeUnion.objects.get(pk=parent.pk)
        if union.pk in parent.path:
            raise WouldCircle(path=("parent",), union=union.name_zh, parent=parent.name_zh)
        if parent.state != UnionState.ACTIVE:
            state = UnionState.label_of(parent.state)
            raise ParentNotActive(path=("parent",), parent=parent.name_zh, state=state)
        if Level(parent.level).rank >= Level(union.level).rank:
            raise LevelNotLower(path=("parent",), union=union.name_zh, parent=parent.name_zh)
        _turn(union, parent, Line.REGIONAL, on)
        change = _note(ChangeKind.MOVE, union, on, by=by, at=at, reason=reason, document=document, other=parent)
        calendar.apply_due(at=at, by=by)
    change.refresh_from_db()
    return change


def redefine(
    *,
    union: TradeUnion,
    on: date,
    by: Actor,
    at: datetime,
    reason: str,
    document: str = "",
    code: str = "",
    level: Level | None = None,
    name_zh: str = "",
    short_name_zh: str = "",
) -> TreeChange:
    """
    From day `on` the union has another name, code or level (更名、县改区、撤地设市); its schema and records stay.

    What is not said stays as it is. The old code leads to the union still.
    Raises: NotFound, NotAMonthsBeginning, ReasonMissing, AlreadyPlanned, SameAsNow, CodeMisshapen, CodeTaken, LevelNotLower.
    """
    _admit(by, on, reason)
    with redrawing():
        union = TradeUnion.objects.get(pk=union.pk)
        _refuse_second(union, ChangeKind.REDEFINE)
        said = {"code": code, "name_zh": name_zh.strip(), "short_name_zh": short_name_zh.strip(), "level": level or ""}
        if all(value in {"", getattr(union, name)} for name, value in said.items()):
            raise SameAsNow(union=union.name_zh)
        if code and code != union.code:
            _require_free(code, union)
        if level is not None:
            _require_between(union, level)
        change = _note(ChangeKind.REDEFINE, union, on, by=by, at=at, reason=reason, document=document, **said)
        calendar.apply_due(at=at, by=by)
    change.refresh_from_db()
    return change


def merge(
    *, union: TradeUnion, successor: TradeUnion, on: date, by: Actor, at: datetime, reason: str, document: str = ""
) -> TreeChange:
    """
    From day `on` the union is no more and `successor` has its work; on that day its records begin to move there.

    By today's boundaries all its months stand under the successor. Its children must have moved first.
    Raises: NotFound, NotAMonthsBeginning, ReasonMissing, AlreadyPlanned, WouldCircle, ParentNotActive, HasChildren,
    BeforeTheLastChange.
    """
    _admit(by, on, reason)
    with redrawing():
        union = TradeUnion.objects.get(pk=union.pk)
        _refuse_second(union, ChangeKind.MERGE)
        if union.pk in successor.path:
            raise WouldCircle(path=("successor",), union=union.name_zh, parent=successor.name_zh)
        if successor.state != UnionState.ACTIVE:
            state = UnionState.label_of(successor.state)
            raise ParentNotActive(path=("successor",), parent=successor.name_zh, state=state)
        left = Parentage.objects.filter(parent=union, line=Line.REGIONAL, until_on=None).select_related("union")
        if count := left.count():
            raise HasChildren(union=union.name_zh, count=count, child=left[0].union.name_zh)
        # Whatever it counts until its records have moved stands under its successor.
        _turn(union, successor, Line.REGIONAL, on)
        change = _note(ChangeKind.MERGE, union, on, by=by, at=at, reason=reason, document=document, other=successor)
        calendar.apply_due(at=at, by=by)
    change.refresh_from_db()
    return change


def join_industry(
    *, union: TradeUnion, head: TradeUnion | None, on: date, by: Actor, at: datetime, reason: str, document: str = ""
) -> TreeChange:
    """
    From day `on` the union counts along the industrial line of `head` too, or with none along no industrial line.

    Raises: NotFound, NotAMonthsBeginning, ReasonMissing, AlreadyPlanned, SameAsNow, NotIndustrial, WouldCircle,
    BeforeTheLastChange.
    """
    _admit(by, on, reason)
    with redrawing():
        union = TradeUnion.objects.get(pk=union.pk)
        _refuse_second(union, ChangeKind.INDUSTRIAL)
        if head is not None and head.kind != Kind.INDUSTRIAL:
            raise NotIndustrial(path=("head",), parent=head.name_zh)
        if head is not None and union.pk in _heads(head):
            raise WouldCircle(path=("head",), union=union.name_zh, parent=head.name_zh)
        _turn(union, head, Line.INDUSTRIAL, on)
        change = _note(ChangeKind.INDUSTRIAL, union, on, by=by, at=at, reason=reason, document=document, other=head)
        calendar.apply_due(at=at, by=by)
    change.refresh_from_db()
    return change


def cancel(*, change: TreeChange, by: Actor, at: datetime, reason: str) -> TreeChange:
    """
    Give up a change whose day has not come; the tree of the coming months is as it was.

    Raises: NotFound, NotPlanned, ReasonMissing.
    """
    policies.require(by)
    if not reason.strip():
        raise ReasonMissing(path=("reason",), verb="取消调整")
    with redrawing():
        row = TreeChange.objects.select_for_update(of=("self",)).select_related("union").get(pk=change.pk)
        if row.state != ChangeState.PLANNED:
            raise NotPlanned(state=ChangeState.label_of(row.state))
        if row.kind != ChangeKind.REDEFINE:
            line = Line.INDUSTRIAL if row.kind == ChangeKind.INDUSTRIAL else Line.REGIONAL
            dated = Parentage.objects.filter(union=row.union, line=line)
            dated.filter(from_on=row.effective_on).delete()
            dated.filter(until_on=row.effective_on).update(until_on=None)
        row.state = ChangeState.CANCELLED
        row.save(update_fields=["state"])
        record("tree.cancel", by=by, at=at, on=row, union=row.union, reason=reason.strip()[:500])
    calendar.forget()
    return row


def _admit(by: Actor, on: date, reason: str) -> None:
    policies.require(by)
    if not reason.strip():
        raise ReasonMissing(path=("reason",), verb="调整区划")
    if on.day != 1:
        following = (on.replace(day=1) + timedelta(days=32)).replace(day=1)
        raise NotAMonthsBeginning(path=("effective_on",), day=f"{following:%Y-%m-%d}")


def _refuse_second(union: TradeUnion, kind: ChangeKind) -> None:
    planned = TreeChange.objects.filter(union=union, kind=kind, state=ChangeState.PLANNED).first()
    if planned is not None:
        raise AlreadyPlanned(union=union.name_zh, day=f"{planned.effective_on:%Y-%m-%d}")


def _turn(union: TradeUnion, parent: TradeUnion | None, line: Line, on: date) -> None:
    """End the standing parentage on that day and begin the next."""
    rows = list(Parentage.objects.select_for_update().filter(union=union, line=line).order_by("from_on"))
    standing = next((row for row in rows if row.until_on is None), None)
    if standing is None:
        if parent is None:
            raise SameAsNow(union=union.name_zh)
        if rows and rows[-1].until_on and rows[-1].until_on > on:
            raise BeforeTheLastChange(path=("effective_on",), union=union.name_zh, day=f"{rows[-1].until_on:%Y-%m-%d}")
    else:
        if parent is not None and standing.parent_id == parent.pk:
            raise SameAsNow(union=union.name_zh)
        if len(rows) > 1 and standing.from_on >= on:
            raise BeforeTheLastChange(path=("effective_on",), union=union.name_zh, day=f"{standing.from_on:%Y-%m-%d}")
        # The first parent counts since ever, whatever the day on which the union joined the platform.
        standing.from_on = min(standing.from_on, on - timedelta(days=1))
        standing.until_on = on
        standing.save(update_fields=["from_on", "until_on"])
    if parent is not None:
        Parentage.objects.create(union=union, parent=parent, line=line, from_on=on)


def _heads(head: TradeUnion) -> set[int]:
    """The industrial union and those above it on its line."""
    found: set[int] = set()
    current: int | None = head.pk
    while current is not None and current not in found:
        found.add(current)
        current = (
            Parentage.objects.filter(union=current, line=Line.INDUSTRIAL, until_on=None)
            .values_list("parent_id", flat=True)
            .first()
        )
    return found


def _require_free(code: str, union: TradeUnion) -> None:
    if not naming.is_shaped(code, Kind(union.kind)):
        raise CodeMisshapen(path=("code",), code=code)
    taken = TradeUnion.objects.filter(code=code).exclude(pk=union.pk).first()
    former = FormerCode.objects.filter(code=code).exclude(union=union).select_related("union").first()
    if taken is not None or former is not None:
        name = taken.name_zh if taken else former.union.name_zh if former else ""
        raise CodeTaken(path=("code",), code=code, name=name)


def _require_between(union: TradeUnion, level: Level) -> None:
    below = [Level(found).rank for found in union.children.values_list("level", flat=True)]
    parent = union.parent
    too_high = parent is not None and Level(parent.level).rank >= level.rank
    if parent is None or too_high or any(rank <= level.rank for rank in below):
        raise LevelNotLower(path=("level",), union=union.name_zh, parent=parent.name_zh if parent else "")


def _note(
    kind: ChangeKind, union: TradeUnion, on: date, *, by: Actor, at: datetime, reason: str, **values: object
) -> TreeChange:
    change = TreeChange.objects.create(
        kind=kind,
        union=union,
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
