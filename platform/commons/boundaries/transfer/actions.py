"""Start a transfer; undo one. Both only ask for the first job. Source: SM-01 merge; DESIGN §3.7."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from commons.access.actors import Actor
from commons.audit.recording import record
from commons.boundaries.transfer import policies, rehearsal, returning, steps
from commons.boundaries.transfer.enums import RUNNING, Mode, TransferState
from commons.boundaries.transfer.errors import CannotReturn, GiverEnded, NotUndoable, TransferRunning
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy import locks
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound


@transaction.atomic
def start(
    *,
    source: TradeUnion,
    target: TradeUnion,
    month: int,
    mode: Mode,
    by: Actor,
    at: datetime,
    rule: Mapping[str, Any] | None = None,
    change_id: UUID | None = None,
) -> Transfer:
    """
    Move records of `source` to `target`, where they count from `month` on; before, they count where they did.

    `rule` as in `Transfer.rule`; a merger moves all. The records are read-only on both sides until it is done.
    Raises: NotFound, SameUnion, TooEarly, TransferRunning, ShapesDiffer, NothingToMove, BelongedBefore.
    """
    policies.require(by)
    rule = dict(rule or {}) if mode is Mode.SPLIT else {}
    _alone(source, target)
    rehearsal.require_possible(source=source, target=target, month=month, rule=rule, at=at)
    transfer = Transfer.objects.create(
        change_id=change_id,
        mode=mode,
        source=source,
        target=target,
        month=month,
        rule=rule,
        by_id=by.user_id,
        by_name=by.name[:120],
        at=at,
    )
    record("transfer.start", by=by, at=at, on=transfer, union=source, target=target.code, mode=mode.value)
    steps.follow(transfer, steps.FREEZE, source, by=by, at=at)
    return transfer


@transaction.atomic
def undo(*, transfer: Transfer, by: Actor, at: datetime, reason: str = "") -> Transfer:
    """
    Bring the records back with everything attached since, so that all months count as if they had not moved.

    One that stopped half way can be undone as well.
    Raises: NotFound, NotUndoable, GiverEnded; CannotReturn naming what is in the way.
    """
    policies.require(by)
    locks.unions([transfer.source_id, transfer.target_id])
    row = (
        Transfer.objects.select_for_update(of=("self",))
        .select_related("source", "target")
        .filter(pk=transfer.pk)
        .first()
    )
    if row is None:
        raise NotFound()
    if row.state not in {TransferState.COPYING, TransferState.DONE}:
        raise NotUndoable(state=TransferState.label_of(row.state))
    if row.state == TransferState.DONE:
        if row.mode == Mode.SPLIT and row.source.state in {UnionState.MERGED, UnionState.ARCHIVED}:
            raise GiverEnded(union=row.source.name_zh)
        _alone(row.source, row.target)
    if names := returning.in_the_way(row):
        raise CannotReturn(names="、".join(names[:20]) + ("等" if len(names) > 20 else ""))
    row.state, row.finished_at = TransferState.RETURNING, None
    row.report.pop("refused", None)
    row.save(update_fields=["state", "finished_at", "report"])
    record("transfer.undo", by=by, at=at, on=row, union=row.source, target=row.target.code, reason=reason)
    steps.follow(row, steps.HOLD, row.target, by=by, at=at)
    return row


def _alone(*unions: TradeUnion) -> None:
    """
    One transfer at a time for each of these unions, whichever side they are on.

    Raises: TransferRunning.
    """
    # Two that begin at once wait for each other here.
    ids = [union.pk for union in unions]
    locked = locks.unions(ids)
    running = Transfer.objects.filter(state__in=RUNNING).filter(Q(source__in=ids) | Q(target__in=ids)).first()
    if running is not None:
        busy = running.source_id if running.source_id in locked else running.target_id
        raise TransferRunning(union=locked[busy].name_zh)
