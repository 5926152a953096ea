"""What must hold before an amendment takes effect, and what is not done with one. Source: SM-18 amendment = new version."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from commons.workflow.declaration import Guard, Step
from tenants.purchasing.enums import ContractState, MilestoneState
from tenants.purchasing.selectors import contracts

Facts = Mapping[str, object] | None


def _amends_settled(step: Step) -> Facts:
    original = step.row.amends
    if original is None:
        return None
    under_way = (MilestoneState.REQUESTED, MilestoneState.APPROVED)
    waiting = original.milestones.filter(state__in=under_way).order_by("no")
    nos = [str(no) for no in waiting.values_list("no", flat=True)]
    if original.state in contracts.IN_FORCE and not nos:
        return None
    return {"number": original.number, "state": ContractState(original.state).label, "nos": "、".join(nos) or "无"}


AMENDS_SETTLED = Guard(
    "PURCHASING.CONTRACT_AMENDS_UNSETTLED",
    "原合同可以变更",
    "原合同%(number)s为“%(state)s”，办理中的付款节点：%(nos)s。请先办结这些付款；已结束的合同不能变更。",
    _amends_settled,
    "SM-18 amendment",
)


def _keeps_paid(step: Step) -> Facts:
    original = step.row.amends
    if original is None:
        return None
    kept = {one.no: one.amount for one in step.row.milestones.order_by("no")}
    for one in original.milestones.order_by("no"):
        net = contracts.net_of_milestone(one)
        if one.state == MilestoneState.PAID and kept.get(one.no) != one.amount:
            return {"no": one.no, "paid": f"{net:,.2f}"}
        if net and kept.get(one.no, Decimal(0)) < net:
            return {"no": one.no, "paid": f"{net:,.2f}"}
    return None


KEEPS_PAID = Guard(
    "PURCHASING.CONTRACT_AMENDS_PAID",
    "已付款项不变",
    "第%(no)s期已付款%(paid)s元，补充协议不能取消这一期，也不能少于已付金额；已付清的金额不能改。请调整付款节点。",
    _keeps_paid,
    "SM-18 amendment",
)


def _not_amendment(step: Step) -> Facts:
    return None if step.row.amends_id is None else {}


NOT_AMENDMENT = Guard(
    "PURCHASING.CONTRACT_IS_AMENDMENT",
    "不是补充协议",
    "补充协议签署后已并入原合同，履行和终止请在原合同办理。",
    _not_amendment,
    "SM-18 amendment",
)
