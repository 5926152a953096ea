"""The first job after a merger or a split has come into force: begin to move the records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commons.boundaries.calendar import HAND_OVER
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer import actions as transfers
from commons.boundaries.transfer.enums import Mode
from commons.boundaries.transfer.errors import NothingToMove
from commons.boundaries.transfer.models import Transfer
from commons.boundaries.transfer.steps import WHILE
from commons.jobs import register
from commons.jobs.context import JobContext
from commons.kit.clock import month_index


@register.handler(HAND_OVER, label="区划调整：开始划转记录", retry_s=2.0, while_union=WHILE)
def hand_over(job: JobContext) -> Mapping[str, Any]:
    """In the giving union. Where there is nothing to move, nothing is begun; where another transfer runs, it comes again."""
    change = (
        TreeChange.objects.select_related("union", "other")
        .filter(pk=job.payload["change"], union=job.union, state=ChangeState.APPLIED, other__isnull=False)
        .first()
    )
    if change is None or change.other is None or Transfer.objects.filter(change_id=change.pk).exists():
        return {}
    try:
        transfer = transfers.start(
            source=change.union,
            target=change.other,
            month=month_index(change.effective_on),
            mode=Mode.MERGE if change.kind == ChangeKind.MERGE else Mode.SPLIT,
            rule=change.rule,
            by=job.by,
            at=job.at,
            change_id=change.pk,
        )
    except NothingToMove:
        return {"records": 0}
    return {"transfer": str(transfer.pk)}
