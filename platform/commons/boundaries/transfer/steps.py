"""
The jobs of a transfer: each does one batch, in one transaction, and asks for the next.

A job writes one union's schema and `public`. It is done exactly once (commons.jobs), so a worker may be killed anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from commons.access.actors import Actor
from commons.audit.recording import record
from commons.boundaries.transfer import carrying, returning
from commons.boundaries.transfer.enums import TransferState
from commons.boundaries.transfer.errors import NothingToMove
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.jobs import actions, register
from commons.jobs.context import JobContext

FREEZE, COPY, SWITCH = "transfer.freeze", "transfer.copy", "transfer.switch"
HOLD, RETURN, CLEAN = "transfer.hold", "transfer.return", "transfer.clean"

# The giver of a merger may be merged already; a transfer outlasts a suspension.
WHILE = frozenset({UnionState.ACTIVE, UnionState.SUSPENDED, UnionState.MERGED, UnionState.ARCHIVED})
Told = Mapping[str, Any]
# A step that does not get its locks at once gives up and comes again, so that no officer waits for it.
_ATTEMPTS = 10


def follow(transfer: Transfer, kind: str, union: TradeUnion, *, by: Actor, at: datetime) -> None:
    """Ask for the next job of a transfer, in the transaction of what it follows."""
    transfer.step += 1
    transfer.save(update_fields=["step"])
    actions.enqueue(
        kind=kind,
        union=union,
        payload={"transfer": str(transfer.pk)},
        key=f"{transfer.pk}:{transfer.step}",
        by=by,
        at=at,
        max_attempts=_ATTEMPTS,
    )


@register.handler(FREEZE, label="划转记录：登记范围", retry_s=2.0, while_union=WHILE)
def freeze(job: JobContext) -> Told:
    """In the giving union: close the records to changes and list them."""
    transfer = _transfer(job, TransferState.COPYING, "source")
    if transfer is None:
        return {}
    if not carrying.freeze(transfer, by=job.by, at=job.at):
        raise NothingToMove(union=transfer.source.name_zh)
    follow(transfer, COPY, transfer.target, by=job.by, at=job.at)
    return {"records": transfer.total}


@register.handler(COPY, label="划转记录：搬移", retry_s=2.0, while_union=WHILE)
def copy(job: JobContext) -> Told:
    """In the receiving union: the next batch, or the end of copying."""
    transfer = _transfer(job, TransferState.COPYING, "target")
    if transfer is None:
        return {}
    job.progress(transfer.moved, transfer.total, f"已搬移 {transfer.moved} / {transfer.total} 条")
    copied = carrying.copy_next(transfer, by=job.by, at=job.at)
    follow(transfer, COPY if copied else SWITCH, transfer.target, by=job.by, at=job.at)
    return {"records": copied}


@register.handler(SWITCH, label="划转记录：核对并切换", lease_s=300.0, retry_s=2.0, while_union=WHILE)
def switch(job: JobContext) -> Told:
    """In the receiving union: compare every copy with its original, then decide; the fold does it."""
    transfer = _transfer(job, TransferState.COPYING, "target")
    if transfer is not None:
        carrying.decide(transfer)
    return {}


@register.handler(HOLD, label="撤销划转：锁定记录", retry_s=2.0, while_union=WHILE)
def hold(job: JobContext) -> Told:
    """In the receiving union: close what is to go back; if something cannot any more, nothing goes back."""
    transfer = _transfer(job, TransferState.RETURNING, "target")
    if transfer is None:
        return {}
    if names := returning.in_the_way(transfer):
        transfer.state = TransferState.DONE
        transfer.report["refused"] = names
        transfer.save(update_fields=["state", "report"])
        record("transfer.undo_refused", by=job.by, at=job.at, on=transfer, union=transfer.target, records=len(names))
        return {"refused": len(names)}
    returning.hold(transfer)
    follow(transfer, RETURN, transfer.source, by=job.by, at=job.at)
    return {}


@register.handler(RETURN, label="撤销划转：退回", retry_s=2.0, while_union=WHILE)
def bring_back(job: JobContext) -> Told:
    """In the giving union: the next batch, or the end of bringing back."""
    transfer = _transfer(job, TransferState.RETURNING, "source")
    if transfer is None:
        return {}
    returned = returning.return_next(transfer)
    if returned:
        follow(transfer, RETURN, transfer.source, by=job.by, at=job.at)
    else:
        transfer.state = TransferState.SWITCHING_BACK
        transfer.save(update_fields=["state"])
        carrying.announce()
    return {"records": returned}


@register.handler(CLEAN, label="撤销划转：清理", retry_s=2.0, while_union=WHILE)
def clean(job: JobContext) -> Told:
    """In the receiving union: remove the next batch of copies, or end."""
    transfer = _transfer(job, TransferState.CLEANING, "target")
    if transfer is None:
        return {}
    cleaned = returning.clean_next(transfer)
    if cleaned:
        follow(transfer, CLEAN, transfer.target, by=job.by, at=job.at)
    else:
        transfer.state, transfer.finished_at = TransferState.UNDONE, job.at
        transfer.save(update_fields=["state", "finished_at"])
        record("transfer.undone", by=job.by, at=job.at, on=transfer, union=transfer.source, records=transfer.total)
    return {"records": cleaned}


def _transfer(job: JobContext, state: TransferState, side: Literal["source", "target"]) -> Transfer | None:
    """
    The job's transfer, locked; None when it is no longer in this state, as one that is being undone.

    Also None when the job's union is not the one that this step works in: a job reaches no other union's transfer.
    """
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("source", "target")
    return rows.filter(pk=job.payload["transfer"], state=state, **{side: job.union}).first()
