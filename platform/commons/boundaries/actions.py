"""Plan a change of the tree, or cancel one. Source: SM-01 merge/move, archive; DESIGN §3.7."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from commons.access.actors import Actor
from commons.audit.recording import record
from commons.boundaries import calendar, planning, policies, standing
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.errors import (
    AnotherPersonNeeded,
    LevelNotLower,
    NationStands,
    NothingChosen,
    NothingToConfirm,
    NotIndustrial,
    NotPlanned,
    SameAsNow,
    WouldCircle,
)
from commons.boundaries.models import FormerCode, TreeChange
from commons.boundaries.transfer.errors import SameUnion
from commons.hierarchy import naming
from commons.hierarchy.enums import Kind, Level, Line
from commons.hierarchy.errors import CodeMisshapen, CodeTaken, ReasonMissing
from commons.hierarchy.models import Parentage, TradeUnion
from commons.rollup.fold import redrawing
from commons.tenancy import ending


def move(
    *, union: TradeUnion, parent: TradeUnion, on: date, by: Actor, at: datetime, reason: str, document: str = ""
) -> TreeChange:
    """
    From day `on` the union stands under `parent`, with all below it; before, where it stood.

    Raises: NotFound, NotAMonthsBeginning, ReasonMissing, NotStanding, AlreadyPlanned, SameAsNow, WouldCircle,
    LevelNotLower, ParentNotActive, OtherEnds, BeforeTheLastChange.
    """
    planning.admit(by, on, reason)
    with redrawing():
        union = planning.hold(union, ChangeKind.MOVE)
        parent = TradeUnion.objects.get(pk=parent.pk)
        if union.pk in parent.path:
            raise WouldCircle(path=("parent",), union=union.name_zh, parent=parent.name_zh)
        planning.require_receiver(union, parent, path="parent")
        levels = standing.levels_on([union, parent], on)
        if levels[parent.pk].rank >= levels[union.pk].rank:
            raise LevelNotLower(path=("parent",), union=union.name_zh, parent=parent.name_zh)
        planning.turn(union, parent, Line.REGIONAL, on)
        change = planning.note(ChangeKind.MOVE, union, on, by=by, at=at, reason=reason, document=document, other=parent)
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

    What is not said stays as it is. The old code leads to the union still. A level is held against the parent and the
    children of that day, so a move on the same day is planned first.
    Raises: NotFound, NotAMonthsBeginning, ReasonMissing, NotStanding, AlreadyPlanned, SameAsNow, CodeMisshapen, CodeTaken,
    LevelNotLower.
    """
    planning.admit(by, on, reason)
    with redrawing():
        union = planning.hold(union, ChangeKind.REDEFINE)
        said = {"code": code, "name_zh": name_zh.strip(), "short_name_zh": short_name_zh.strip(), "level": level or ""}
        if all(value in {"", getattr(union, name)} for name, value in said.items()):
            raise SameAsNow(union=union.name_zh)
        if code and code != union.code:
            _require_free(code, union)
        if level is not None and level != union.level:
            _require_between(union, level, on)
        change = planning.note(ChangeKind.REDEFINE, union, on, by=by, at=at, reason=reason, document=document, **said)
        calendar.apply_due(at=at, by=by)
    change.refresh_from_db()
    return change


def merge(
    *, union: TradeUnion, successor: TradeUnion, on: date, by: Actor, at: datetime, reason: str, document: str = ""
) -> TreeChange:
    """
    From day `on` the union is no more and `successor` has its work; on that day its records begin to move there.

    By today's boundaries all its months stand under the successor. Its children must have moved by then.
    Raises: NotFound, NotAMonthsBeginning, ReasonMissing, NotStanding, AlreadyPlanned, WouldCircle, ParentNotActive,
    OtherEnds, NationStands, HasChildren, StillReceives, Unfinished, BeforeTheLastChange.
    """
    planning.admit(by, on, reason)
    with redrawing():
        union = planning.hold(union, ChangeKind.MERGE)
        successor = TradeUnion.objects.get(pk=successor.pk)
        if union.pk in successor.path:
            raise WouldCircle(path=("successor",), union=union.name_zh, parent=successor.name_zh)
        planning.require_receiver(union, successor, path="successor")
        planning.require_no_ties(union, on)
        ending.require_finished(union)
        if standing.parent_on(union, on) != successor:
            # Whatever it counts until its records have moved stands under its successor.
            planning.turn(union, successor, Line.REGIONAL, on)
        change = planning.note(
            ChangeKind.MERGE, union, on, by=by, at=at, reason=reason, document=document, other=successor
        )
        calendar.apply_due(at=at, by=by)
    change.refresh_from_db()
    return change


def split(
    *,
    union: TradeUnion,
    receiver: TradeUnion,
    rule: Mapping[str, Any],
    on: date,
    by: Actor,
    at: datetime,
    reason: str,
    document: str = "",
) -> TreeChange:
    """
    On day `on` the records that `rule` chooses begin to move to `receiver`, where they count from that month on.

    `rule` as in `Transfer.rule`: divisions, or a list (see transfer.choosing). Both unions go on; a receiver that is newly
    founded joins first.
    Raises: NotFound, NotAMonthsBeginning, ReasonMissing, NotStanding, AlreadyPlanned, SameUnion, NationStands,
    ParentNotActive, OtherEnds, NothingChosen.
    """
    planning.admit(by, on, reason)
    with redrawing():
        union = planning.hold(union, ChangeKind.SPLIT, other=receiver)
        receiver = TradeUnion.objects.get(pk=receiver.pk)
        if receiver.pk == union.pk:
            raise SameUnion(path=("receiver",))
        if union.parent_id is None:
            raise NationStands(path=("union",))
        if not (rule.get("regions") or rule.get("ids")):
            raise NothingChosen(path=("regions",))
        planning.require_receiver(union, receiver, path="receiver")
        values = {"document": document, "other": receiver, "rule": dict(rule)}
        change = planning.note(ChangeKind.SPLIT, union, on, by=by, at=at, reason=reason, **values)
        calendar.apply_due(at=at, by=by)
    change.refresh_from_db()
    return change


def close(*, union: TradeUnion, on: date, by: Actor, at: datetime, reason: str, document: str = "") -> TreeChange:
    """
    From day `on` the union is no more and nobody has its work; its schema is kept, and its months before stay counted.

    It needs a second administrator (`confirm`), and nothing happens before one has confirmed. Its children must have moved.
    Raises: NotFound, NotAMonthsBeginning, ReasonMissing, NotStanding, AlreadyPlanned, NationStands, HasChildren,
    StillReceives, TransferRunning, Unfinished. Source: SM-01 archive.
    """
    planning.admit(by, on, reason)
    with redrawing():
        union = planning.hold(union, ChangeKind.CLOSE)
        planning.require_no_ties(union, on)
        planning.require_at_rest(union)
        ending.require_finished(union)
        change = planning.note(ChangeKind.CLOSE, union, on, by=by, at=at, reason=reason, document=document)
    change.refresh_from_db()
    return change


def confirm(*, change: TreeChange, by: Actor, at: datetime) -> TreeChange:
    """
    The second administrator agrees to a closing; from now on the months from its day are told without the union.

    Raises: NotFound, NothingToConfirm, AnotherPersonNeeded, HasChildren, StillReceives, TransferRunning, Unfinished,
    BeforeTheLastChange. Source: SM-01 archive, four eyes.
    """
    policies.require(by)
    with redrawing():
        row = _held(change)
        if row.kind != ChangeKind.CLOSE or row.state != ChangeState.PLANNED or row.confirmed_at is not None:
            state = (
                "已确认" if row.confirmed_at and row.state == ChangeState.PLANNED else ChangeState.label_of(row.state)
            )
            raise NothingToConfirm(state=state)
        if row.by_id is None or row.by_id == by.user_id:
            raise AnotherPersonNeeded()
        planning.require_no_ties(row.union, row.effective_on)
        planning.require_at_rest(row.union)
        ending.require_finished(row.union)
        planning.turn(row.union, None, Line.REGIONAL, row.effective_on)
        if Parentage.objects.filter(union=row.union, line=Line.INDUSTRIAL, until_on=None).exists():
            planning.turn(row.union, None, Line.INDUSTRIAL, row.effective_on)
        row.confirmed_by_id, row.confirmed_by_name, row.confirmed_at = by.user_id, by.name[:120], at
        row.save(update_fields=["confirmed_by_id", "confirmed_by_name", "confirmed_at"])
        record("tree.confirm", by=by, at=at, on=row, union=row.union, kind=str(row.kind))
        calendar.forget()
        calendar.apply_due(at=at, by=by)
    row.refresh_from_db()
    return row


def join_industry(
    *, union: TradeUnion, head: TradeUnion | None, on: date, by: Actor, at: datetime, reason: str, document: str = ""
) -> TreeChange:
    """
    From day `on` the union counts along the industrial line of `head` too, or with none along no industrial line.

    Raises: NotFound, NotAMonthsBeginning, ReasonMissing, NotStanding, AlreadyPlanned, SameAsNow, NotIndustrial,
    WouldCircle, ParentNotActive, OtherEnds, BeforeTheLastChange.
    """
    planning.admit(by, on, reason)
    with redrawing():
        union = planning.hold(union, ChangeKind.INDUSTRIAL)
        if head is not None:
            if head.kind != Kind.INDUSTRIAL:
                raise NotIndustrial(path=("head",), parent=head.name_zh)
            if union.pk in _heads(head):
                raise WouldCircle(path=("head",), union=union.name_zh, parent=head.name_zh)
            planning.require_receiver(union, head, path="head")
        planning.turn(union, head, Line.INDUSTRIAL, on)
        change = planning.note(
            ChangeKind.INDUSTRIAL, union, on, by=by, at=at, reason=reason, document=document, other=head
        )
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
        row = _held(change)
        if row.state != ChangeState.PLANNED:
            raise NotPlanned(state=ChangeState.label_of(row.state))
        for line in _turned(row):
            planning.turn_back(row.union, line, row.effective_on)
        row.state = ChangeState.CANCELLED
        row.save(update_fields=["state"])
        record("tree.cancel", by=by, at=at, on=row, union=row.union, reason=reason.strip()[:500])
    calendar.forget()
    return row


def _held(change: TreeChange) -> TreeChange:
    return TreeChange.objects.select_for_update(of=("self",)).select_related("union", "other").get(pk=change.pk)


def _turned(change: TreeChange) -> list[Line]:
    """The lines along which a planned change has turned the union."""
    if change.kind == ChangeKind.CLOSE:
        return [Line.REGIONAL, Line.INDUSTRIAL] if change.confirmed_at else []
    if change.kind == ChangeKind.INDUSTRIAL:
        return [Line.INDUSTRIAL]
    if change.kind == ChangeKind.MERGE:
        # Where a move of the same day leads to the successor, the merger had nothing to turn.
        moves = TreeChange.objects.filter(union=change.union, kind=ChangeKind.MOVE, effective_on=change.effective_on)
        return [] if moves.filter(state=ChangeState.PLANNED).exists() else [Line.REGIONAL]
    return [Line.REGIONAL] if change.kind == ChangeKind.MOVE else []


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
    coming = TreeChange.objects.filter(code=code, state=ChangeState.PLANNED).exclude(union=union)
    if taken is not None or former is not None:
        name = taken.name_zh if taken else former.union.name_zh if former else ""
        raise CodeTaken(path=("code",), code=code, name=name)
    if planned := coming.select_related("union").first():
        raise CodeTaken(path=("code",), code=code, name=planned.name_zh or planned.union.name_zh)


def _require_between(union: TradeUnion, level: Level, on: date) -> None:
    parent, children = standing.parent_on(union, on), standing.children_on(union, on)
    above = standing.level_on(parent, on) if parent else None
    below = standing.levels_on(children, on).values()
    if above is None or above.rank >= level.rank or any(found.rank <= level.rank for found in below):
        raise LevelNotLower(path=("level",), union=union.name_zh, parent=parent.name_zh if parent else "")
