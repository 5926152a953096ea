"""
What follows from a step for contracts and their milestones, in its transaction.

Listeners are told after the row is saved, so that the guards of the other machines read what has just been decided.
"""

from __future__ import annotations

from datetime import datetime, time

from commons.kit import clock
from commons.workflow import alarms, machines
from commons.workflow.declaration import Step
from commons.workflow.transitions import follow
from tenants.purchasing import amending
from tenants.purchasing.actions import course
from tenants.purchasing.enums import ContractKind, MilestoneCondition, MilestoneState, ProcurementMode, ProjectState
from tenants.purchasing.machines.contract import CONTRACT, ContractEvent
from tenants.purchasing.machines.milestone import MILESTONE, MilestoneEvent
from tenants.purchasing.models import Contract, PaymentMilestone, ServiceProject
from tenants.purchasing.selectors import contracts

_ENDED = "合同已终止"
_UNQUALIFIED = "项目绩效考核不合格，按规定不支付末期款"


def listener(step: Step, before: str) -> None:
    """Told of every step of every machine."""
    if isinstance(step.row, Contract):
        _of_contract(step)
    elif isinstance(step.row, ServiceProject):
        _of_project(step, before)


def _of_contract(step: Step) -> None:
    row: Contract = step.row
    if step.line.event == ContractEvent.SIGN:
        if row.amends is not None:
            original = amending.apply(row, by=step.by, at=step.at)
            fall_due(original, step)
            course.schedule(original, by=step.by, at=step.at)
        else:
            fall_due(row, step)
            course.schedule(row, by=step.by, at=step.at)
            _begin_project(step)
    elif step.line.event == ContractEvent.TERMINATE:
        _withhold(row, step, step.reason or _ENDED, list(contracts.OPEN))


def _begin_project(step: Step) -> None:
    """
    The project begins once all its contracts are signed; what its own guards refuse, refuses the signing.

    Source: SM-15P: project contract signed and, where supervision is required, the supervision contract; R6 before signing.
    """
    project: ServiceProject | None = step.row.project
    if project is None or project.state != ProjectState.AWARDED:
        return
    main = ContractKind.COOPERATION if project.mode == ProcurementMode.COOPERATION else ContractKind.PROJECT
    wanted = [main, *([ContractKind.SUPERVISION] if project.third_party_required else [])]
    for kind in wanted:
        if not contracts.live_contracts(project, kind).filter(state__in=contracts.STANDING).exists():
            return
    machine = machines.of("serviceproject")
    follow(machine, project, "start", after=step, reason=f"合同{step.row.number}已签署")


def _of_project(step: Step, before: str) -> None:
    row: ServiceProject = step.row
    if before == row.state and "midterm_passed" not in step.changes:
        return
    live = list(contracts.live_contracts(row, ContractKind.PROJECT).filter(state__in=contracts.IN_FORCE).order_by("pk"))
    if row.state == ProjectState.TERMINATED:
        for one in live:
            follow(CONTRACT, one, ContractEvent.TERMINATE, after=step, reason=step.reason or "项目已终止")
        return
    for one in contracts.live_contracts(row, ContractKind.SUPERVISION).filter(state__in=contracts.IN_FORCE):
        fall_due(one, step)
    for one in live:
        if row.state == ProjectState.FAILED:
            waiting = one.milestones.filter(condition=MilestoneCondition.PERFORMANCE_PASSED)
            _withhold(one, step, _UNQUALIFIED, list(contracts.OPEN), only=set(waiting.values_list("pk", flat=True)))
        else:
            fall_due(one, step)


def fall_due(contract: Contract, after: Step) -> None:
    """Let what waits for nothing else be asked for; what waits for a day gets an alarm."""
    today = clock.today(after.at)
    for one in _milestones(contract, [MilestoneState.PLANNED]):
        if contracts.condition_holds(one, today):
            follow(MILESTONE, one, MilestoneEvent.DUE, after=after, reason="付款条件已满足")
        elif one.condition == MilestoneCondition.DATE:
            moment = datetime.combine(one.planned_on, time(0), clock.BEIJING)
            alarms.ring_at(moment, MILESTONE, one, MilestoneEvent.DUE, by=after.by, at=after.at)


def _withhold(
    contract: Contract, step: Step, reason: str, states: list[MilestoneState], only: set[object] | None = None
) -> None:
    for one in _milestones(contract, states):
        if only is None or one.pk in only:
            follow(MILESTONE, one, MilestoneEvent.WITHHOLD, after=step, reason=reason)


def _milestones(contract: Contract, states: list[MilestoneState]) -> list[PaymentMilestone]:
    # Read anew, with the contract as it is saved now.
    rows = PaymentMilestone.objects.filter(contract=contract.pk, state__in=states)
    return list(rows.select_related("contract__project").order_by("no"))
