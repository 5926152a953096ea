"""Drafting a call, and opening it when its moment has come. Steps of its life go by its machine. Source: SM-16."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from commons.access import actors
from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.directory import credit_code
from commons.kit.errors import Conflict, Invalid, NotFound, Refused
from commons.sealing.clock import database_now
from commons.tenancy import door
from commons.tenancy.acting import require
from commons.workflow.errors import GuardRefused, StateRefused
from commons.workflow.rows import made
from commons.workflow.transitions import begun, edited, transition
from tenants.purchasing.admission import Conditions
from tenants.purchasing.call_errors import CallUnderWay, NotADraft, ProjectNotApproved
from tenants.purchasing.enums import CallState, ProcurementMethod, ProjectState
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.models import Call, ServiceProject
from tenants.purchasing.policies import PROJECTS
from tenants.purchasing.rules import thresholds
from tenants.purchasing.who import in_department

ENDED = (CallState.CANCELLED, CallState.FAILED)
# Where one alone is asked, one bid suffices.
ALONE = 1


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is written of a call before it is published. `invited` are credit codes; `ceiling` in yuan."""

    title: str
    text: str = ""
    method: ProcurementMethod = ProcurementMethod.OPEN_CALL
    ceiling: Decimal
    admission: Conditions = field(default_factory=Conditions)
    invited: tuple[str, ...] = ()
    min_days: int = 10
    panel_size: int = 3
    bid_deadline: datetime | None = None


@transaction.atomic
def create(*, project_id: UUID, draft: Draft, by: Actor, at: datetime) -> Call:
    """
    Draft a call for an approved project; after a failed one it is the second, which one bid suffices to open.

    Raises: Refused, NotFound, ProjectNotApproved, CallUnderWay, Invalid.
    """
    project = _project(project_id, by)
    if project.state != ProjectState.APPROVED:
        raise ProjectNotApproved(state=ProjectState.label_of(str(project.state)))
    earlier = list(Call.objects.filter(project=project).order_by("round"))
    if under_way := next((call for call in earlier if call.state not in ENDED), None):
        raise CallUnderWay(title=under_way.title)
    failed = any(call.state == CallState.FAILED for call in earlier)
    call = Call(
        project=project,
        round=len(earlier) + 1,
        min_bids=_needed(project, failed=failed, method=draft.method),
        **_columns(draft),
        **made(by, at),
    )
    call.save(force_insert=True)
    begun(CALL, call, by=by, at=at)
    return call


@transaction.atomic
def edit(*, call_id: UUID, draft: Draft, version: int, by: Actor, at: datetime) -> Call:
    """
    Change a call that is not published yet.

    Raises: Refused, NotFound, NotADraft, Conflict, Invalid.
    """
    require(by, Permission.PROJECTS_EDIT)
    found = Call.objects.filter(pk=call_id).values_list("project_id", flat=True).first()
    if found is None:
        raise NotFound()
    _project(found, by)
    call = Call.objects.select_for_update().get(pk=call_id)
    if call.state != CallState.DRAFT:
        raise NotADraft()
    if call.version != version:
        raise Conflict()
    changes: dict[str, tuple[object, object]] = {}
    for name, value in _columns(draft).items():
        if getattr(call, name) != value:
            changes[name] = (getattr(call, name), value)
            setattr(call, name, value)
    failed = Call.objects.filter(project=call.project, state=CallState.FAILED).exists()
    needed = _needed(call.project, failed=failed, method=draft.method)
    if call.min_bids != needed:
        changes["min_bids"] = (call.min_bids, needed)
        call.min_bids = needed
    edited(call, by=by, at=at, changes=changes)
    return call


def copied(call: Call) -> Draft:
    """A call as a draft: for the form, and for the second call after a failed one, which still needs a deadline."""
    values = {one.name: getattr(call, one.name) for one in fields(Draft)}
    values |= {"admission": Conditions.of(call.admission), "invited": tuple(call.invited)}
    if call.state != CallState.DRAFT:
        values["bid_deadline"] = None
    return Draft(**values)


def settle(*, call: Call, at: datetime) -> Call:
    """
    Close and open a call whose moment has come, whoever looks at it: the clock's own work, should no worker have done it.

    Returns the call as it is then.
    """
    if call.state not in (CallState.PUBLISHED, CallState.CLOSED) or call.bid_deadline is None:
        return call
    if call.bid_deadline > at or call.bid_deadline > database_now():
        return call
    clock = actors.system("到期开标", door.current())
    for state, event in ((CallState.PUBLISHED, CallEvent.CLOSE), (CallState.CLOSED, CallEvent.OPEN)):
        if call.state == state:
            # Refused where a worker was faster.
            with suppress(StateRefused, GuardRefused):
                transition(CALL, call, event, by=clock, at=at)
            call.refresh_from_db()
    return call


def _needed(project: ServiceProject, *, failed: bool, method: ProcurementMethod) -> int:
    """How many bids it takes to open: fewer in a second call after a failed one. Source: SM-15P failed (design)."""
    limits = thresholds(project.measures)
    if method == ProcurementMethod.DIRECT:
        return ALONE
    return limits.min_bids_again if failed else limits.min_bids


def _project(pk: UUID, by: Actor) -> ServiceProject:
    require(by, Permission.PROJECTS_EDIT)
    project = PROJECTS.visible(by).select_for_update().filter(pk=pk).first()
    if project is None:
        raise NotFound()
    if not by.system and not in_department(by, project):
        raise Refused(why="项目属于其他部室。")
    row: ServiceProject = project
    return row


def _columns(draft: Draft) -> dict[str, object]:
    invited = _codes(draft)
    problems: dict[str, list[str]] = {}
    if not draft.title.strip() or len(draft.title) > 160:
        problems["title"] = ["请填写标题，最多 160 个字。"]
    if not 0 < draft.ceiling < Decimal(10) ** 14:
        problems["ceiling"] = ["最高限价须大于零。"]
    if not 1 <= draft.min_days <= 365:
        problems["min_days"] = ["公告期须为 1 至 365 天。"]
    if not 1 <= draft.panel_size <= 99:
        problems["panel_size"] = ["评审组人数须为三人以上单数。"]
    if problems:
        raise Invalid(problems)
    return {
        "title": draft.title.strip(),
        "text": draft.text,
        "method": draft.method,
        "ceiling": draft.ceiling,
        "admission": draft.admission.as_json(),
        "invited": invited,
        "min_days": draft.min_days,
        "panel_size": draft.panel_size,
        "bid_deadline": draft.bid_deadline,
    }


def _codes(draft: Draft) -> list[str]:
    if draft.method in (ProcurementMethod.OPEN_CALL,):
        return []
    found = []
    for code in draft.invited:
        try:
            found.append(credit_code.validated(code))
        except credit_code.CreditCodeInvalid as wrong:
            raise Invalid({"invited": [wrong.message]}) from wrong
    return sorted(set(found))
