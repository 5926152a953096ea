"""
The records of a merged union follow it: asked for in the transaction of the merger, begun by a job that waits its turn.

Whoever dies between the merger and the transfer leaves the job to the next worker; while either union is busy with
another transfer it is tried again, and parked in the end, where the operator sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commons.access.actors import Actor
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer import actions as transfers
from commons.boundaries.transfer import guard
from commons.boundaries.transfer.enums import Mode
from commons.boundaries.transfer.errors import NothingToMove
from commons.hierarchy import locks
from commons.hierarchy.enums import UnionState
from commons.jobs import actions, register
from commons.jobs.context import JobContext
from commons.kit.clock import month_index

HAND_OVER = "boundaries.hand_over"
# A transfer in the way takes seconds to minutes.
_ATTEMPTS = 20


def ask(change: TreeChange, *, by: Actor, at: datetime) -> None:
    """Have the records of a merger's union begin to move, in the transaction in which the merger comes into force."""
    actions.enqueue(
        kind=HAND_OVER,
        union=change.union,
        payload={"change": str(change.pk)},
        key=str(change.pk),
        by=by,
        at=at,
        max_attempts=_ATTEMPTS,
    )


@register.handler(
    HAND_OVER,
    label="撤并：移交记录",
    retry_s=2.0,
    while_union=frozenset({UnionState.MERGED, UnionState.ARCHIVED}),
)
def hand_over(job: JobContext) -> Mapping[str, Any]:
    """In the merged union: begin the transfer of its records to the successor, if it has any."""
    mergers = TreeChange.objects.filter(kind=ChangeKind.MERGE, state=ChangeState.APPLIED, union=job.union)
    change = mergers.select_related("union", "other").filter(pk=job.payload["change"]).first()
    if change is None or change.other is None:
        return {}
    locks.unions([change.union.pk, change.other.pk])
    # Whoever is still writing there, from before the merger, finishes; nobody begins.
    guard.close_all()
    try:
        transfer = transfers.start(
            source=change.union,
            target=change.other,
            month=month_index(change.effective_on),
            mode=Mode.MERGE,
            by=job.by,
            at=job.at,
            change_id=change.pk,
        )
    except NothingToMove:
        return {}
    return {"transfer": str(transfer.pk)}
