"""Questions about transfers: which there are, and how far one has come."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from commons.access.actors import Actor
from commons.boundaries.transfer import policies
from commons.boundaries.transfer.enums import RUNNING, TransferState
from commons.boundaries.transfer.models import Transfer
from commons.boundaries.transfer.subjects import SUBJECTS
from commons.hierarchy.models import TradeUnion
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.errors import NotFound


def transfers(actor: Actor, *, union: TradeUnion | None = None, change_id: UUID | None = None) -> list[Transfer]:
    """The latest first: all, those of a union on either side, or those of one change of the tree."""
    rows = policies.visible(actor).order_by("-at", "-pk")
    if union is not None:
        rows = rows.filter(Q(source=union) | Q(target=union))
    if change_id is not None:
        rows = rows.filter(change_id=change_id)
    return list(rows)


def transfer(actor: Actor, pk: UUID) -> Transfer:
    """
    Raises: NotFound, for whoever may not see it as well.
    """
    found = policies.visible(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def stopped(found: Transfer) -> Job | None:
    """The parked job on which a running transfer stands still, if one does; see the runbook “A merge stopped”."""
    if found.state not in RUNNING:
        return None
    jobs = Job.objects.filter(kind__startswith="transfer.", key__startswith=f"{found.pk}:", state=JobState.PARKED)
    return jobs.order_by("-asked_at").first()


def told(found: Transfer) -> str:
    """How far it has come, in an officer's words."""
    state = TransferState(found.state)
    if state is TransferState.COPYING and found.total:
        return f"{state.label}：{found.moved} / {found.total} 条"
    return state.label


def tables(found: Transfer) -> list[tuple[str, int]]:
    """What has been carried so far: the name of each table and its rows."""
    rows = found.report.get("tables", {})
    names = {label: name for subject in SUBJECTS.values() for label, name in subject.tables.items()}
    return [(names.get(label, label), rows[label]) for label in [*names, *(rows.keys() - names)] if rows.get(label)]
