"""
The moment at which the records count under the other union: decided by one row in `public`, finished by the fold.

No transaction writes two unions' schemas, so the tenures of both cannot change in one. Instead the decision is committed
first (`SWITCHING`), and whoever folds either union next, under the folding lock, writes both tenures and folds both unions
in one batch before anything else is read. A fold therefore sees either nothing of it or all of it, whoever dies when.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from commons.access.actors import system
from commons.audit.recording import record
from commons.boundaries.transfer import carrying, guard, returning, steps, tenure
from commons.boundaries.transfer.enums import RecordState, TransferState
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.rollup.fold.engine import fold_many
from commons.tenancy import door

_finishing = threading.local()


def finish(unions: Sequence[TradeUnion]) -> None:
    """Finish what was decided for these unions; registered with the fold, which holds its lock."""
    if getattr(_finishing, "now", False):
        return
    ids = [union.pk for union in unions]
    pending = Transfer.objects.filter(state__in=[TransferState.SWITCHING, TransferState.SWITCHING_BACK])
    pending = pending.filter(Q(source__in=ids) | Q(target__in=ids)).select_related("source", "target")
    for transfer in pending.order_by("pk"):
        _finishing.now = True
        try:
            _finish(transfer)
        finally:
            _finishing.now = False


def _finish(transfer: Transfer) -> None:
    """Every step may be repeated after a crash."""
    back = transfer.state == TransferState.SWITCHING_BACK
    every = [str(one) for one in transfer.records.values_list("record", flat=True)]
    carried = [
        str(one)
        for one in transfer.records.filter(joined_to__isnull=True)
        .exclude(state=RecordState.LISTED)
        .values_list("record", flat=True)
    ]
    by, at = system(transfer.by_name), now()
    with door.inside(transfer.source), transaction.atomic():
        if back:
            tenure.restore(every)
        else:
            tenure.end(every, month=transfer.month, heir=transfer.target_id)
        # Until it is folded, whoever compares records and numbers knows that they may differ.
        carrying.announce()
    with door.inside(transfer.target), transaction.atomic(), guard.carrying():
        if back:
            tenure.count_nowhere(carried)
            returning.unjoin(transfer, by=by)
        else:
            tenure.begin(carried, month=transfer.month)
        carrying.announce()
    fold_many([transfer.source, transfer.target], everything=True, wait=True)
    with door.outside(), transaction.atomic():
        transfer.state = TransferState.CLEANING if back else TransferState.DONE
        transfer.finished_at = None if back else at
        transfer.save(update_fields=["state", "finished_at", "report"])
        event = "transfer.switched_back" if back else "transfer.done"
        record(event, by=by, at=at, on=transfer, union=transfer.target, records=len(every))
        if back:
            steps.follow(transfer, steps.CLEAN, transfer.target, by=by, at=at)
