"""
When a release is made: with the step, the answer to a question, the refund, that makes something public, in its transaction.

A release's id is that of the row and its version, so that the same history gives the same ids.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from commons.hierarchy.models import TradeUnion
from commons.opendata import feed
from commons.opendata.models import OcdsRelease
from commons.opendata.writing import moment
from commons.tenancy import door
from commons.workflow.declaration import Step
from tenants.purchasing.enums import CallState, ContractState, NoteKind, ProjectState
from tenants.purchasing.models import Call, CallNote, Contract, Payment, PaymentMilestone, ServiceProject
from tenants.purchasing.opendata.body import body, ocid
from tenants.purchasing.opendata.contracts import ENDED
from tenants.purchasing.selectors.calls import RESULT_STANDS
from tenants.purchasing.who import project_of

UNTOLD = (ProjectState.DRAFT, ProjectState.APPROVAL_REVIEW, ProjectState.REJECTED)
_STAYING = {"amend": ["tenderAmendment"], "next_reserve": ["awardUpdate"], "set_aside": ["awardUpdate"]}
_CALLS = {
    CallState.PUBLICISED: "award",
    CallState.CONFIRMED: "awardUpdate",
    CallState.CANCELLED: "tenderCancellation",
    CallState.FAILED: "tenderUpdate",
}


def tags_of(row: Any, event: str, before: str) -> list[str]:
    """What a step is told as; nothing for a step that makes nothing public."""
    if isinstance(row, ServiceProject):
        return _of_project(row, before)
    if isinstance(row, Call):
        return _of_call(row, event, before)
    if isinstance(row, Contract) and row.project_id:
        return _of_contract(row, before)
    if isinstance(row, PaymentMilestone) and row.contract.project_id and event in {"pay", "reverse"}:
        told = Payment.objects.filter(contract=row.contract_id).count()
        return ["implementation" if told <= 1 else "implementationUpdate"]
    return []


def _of_project(row: ServiceProject, before: str) -> list[str]:
    if row.state == ProjectState.APPROVED and before == ProjectState.APPROVAL_REVIEW:
        return ["planning"]
    if row.state == ProjectState.TERMINATED and before != ProjectState.TERMINATED:
        return ["contractTermination"]
    return []


def _of_call(row: Call, event: str, before: str) -> list[str]:
    if row.published_on is None:
        return []
    if row.state == CallState.PUBLISHED and before == CallState.DRAFT:
        return ["tender" if row.round == 1 else "tenderUpdate"]
    if before == row.state:
        return _STAYING.get(event, [])
    tag = _CALLS.get(CallState(row.state))
    if tag and before in RESULT_STANDS and row.state not in RESULT_STANDS:
        return [tag, "awardUpdate"]
    return [tag] if tag else []


def _of_contract(row: Contract, before: str) -> list[str]:
    if before == row.state:
        return []
    if row.state == ContractState.SIGNED:
        if row.amends_id:
            return ["contractAmendment"]
        return ["contract"] if row.bid_id else ["award", "contract"]
    return ["contractTermination"] if row.state in ENDED and not row.amends_id else []


def listener(step: Step, before: str) -> None:
    """Publish what `step` has made public."""
    if tags := tags_of(step.row, str(step.line.event), before):
        told = step.row
        publish(told, tags, key=f"{told._meta.model_name}-{told.pk}-{told.version}", at=step.at)


def answered(note: CallNote, *, at: datetime) -> None:
    """Publish a question with its answer, which is given once; what is objected to a result, and answered, is not public."""
    if note.kind == NoteKind.QUESTION and note.call.published_on is not None:
        publish(note.call, ["tenderUpdate"], key=f"callnote-{note.pk}", at=at)


def came_back(refund: Payment, *, at: datetime) -> None:
    """Publish money that came back, which waits for no step."""
    publish(refund.contract, ["implementationUpdate"], key=f"payment-{refund.pk}", at=at)


def publish(row: Any, tags: list[str], *, key: str, at: datetime) -> OcdsRelease | None:
    """A release of the project that `row` belongs to, as it is now; None for one that was never approved."""
    buying, project = door.current(), project_of(row)
    if buying is None or project is None:
        return None
    # Read anew: the step's row may carry a project read before its own change.
    fresh = ServiceProject.objects.select_related("buyer_unit").get(pk=project.pk)
    if fresh.state in UNTOLD:
        return None
    told = {**body(fresh, buying), "id": f"{ocid(buying, fresh)}-{key}", "date": moment(at), "tag": tags}
    return feed.publish(union=buying, body=told, at=at)


def rebuild(union: TradeUnion, *, at: datetime) -> int:
    """Tell of projects that have no release yet: one release each, as they are now; how many there were."""
    made = 0
    with door.inside(union):
        for project in ServiceProject.objects.exclude(state__in=UNTOLD).order_by("id"):
            if OcdsRelease.objects.filter(ocid=ocid(union, project)).exists():
                continue
            made += publish(project, _found(body(project, union)), key="rebuilt", at=at) is not None
    return made


def _found(told: dict[str, Any]) -> list[str]:
    tags = ["planning"] + [
        tag for tag, part in (("tender", "tender"), ("award", "awards"), ("contract", "contracts")) if part in told
    ]
    if any("implementation" in one for one in told.get("contracts", [])):
        tags.append("implementation")
    return tags
