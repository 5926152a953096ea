"""What must hold before money is asked for, approved and paid. Source: SM-18; E44."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from commons.codelists.services import FundSource
from commons.kit import clock
from commons.workflow.declaration import Guard, Step
from tenants.purchasing.enums import ContractState, MilestoneCondition, PaymentKind
from tenants.purchasing.models import FundingLine, Payment, PaymentMilestone
from tenants.purchasing.selectors import contracts

Facts = Mapping[str, object] | None
# The books of a year are closed at its end; from this day of December on somebody is told.
CLOSING = (12, 20)


def _today(step: Step) -> date:
    return clock.today(step.at)


def _in_force(step: Step) -> Facts:
    contract = step.row.contract
    if contract.state in contracts.IN_FORCE:
        return None
    return {"number": contract.number, "state": ContractState(contract.state).label}


IN_FORCE = Guard(
    "PURCHASING.MILESTONE_CONTRACT_NOT_IN_FORCE",
    "合同履行中",
    "合同%(number)s当前为“%(state)s”，不能办理付款。已签署或履行中的合同才能付款。",
    _in_force,
    "SM-18",
)


def _day_came(step: Step) -> Facts:
    row: PaymentMilestone = step.row
    if row.condition == MilestoneCondition.DATE and row.planned_on > _today(step):
        return {"no": row.no, "planned_on": row.planned_on.isoformat()}
    return None


DAY_CAME = Guard(
    "PURCHASING.MILESTONE_NOT_YET",
    "已到付款日期",
    "第%(no)s期约定%(planned_on)s起付款，尚未到期。",
    _day_came,
    "§2.6 PaymentMilestone",
)


def _midterm(step: Step) -> Facts:
    row: PaymentMilestone = step.row
    waits = row.condition == MilestoneCondition.MIDTERM_PASSED and not contracts.midterm_holds(row)
    return {"no": row.no} if waits else None


MIDTERM = Guard(
    "PURCHASING.MILESTONE_MIDTERM_NOT_PASSED",
    "中期评估已通过",
    "第%(no)s期须待项目通过中期评估后才能付款。",
    _midterm,
    "SM-18 ★",
)


def _assessed(step: Step) -> Facts:
    row: PaymentMilestone = step.row
    asked = row.condition == MilestoneCondition.PERFORMANCE_PASSED or contracts.is_last_of_project(row)
    return {"no": row.no} if asked and not contracts.assessment_holds(row) else None


ASSESSED = Guard(
    "PURCHASING.MILESTONE_NOT_ASSESSED",
    "绩效考核合格",
    "第%(no)s期须待项目绩效考核作出合格以上结论并结项后才能付款；考核不合格的，这一期不支付。",
    _assessed,
    "SM-18 ★; SM-15P unqualified",
)


def _other_than_requester(step: Step) -> Facts:
    own = step.by.user_id is not None and step.by.user_id == step.row.requested_by_id
    return {} if own else None


NOT_REQUESTER = Guard(
    "PURCHASING.MILESTONE_OWN_REQUEST",
    "申请人不审批",
    "这笔付款由您本人申请，须由他人审批。",
    _other_than_requester,
    "SM-18",
)


def _other_than_approver(step: Step) -> Facts:
    own = step.by.user_id is not None and step.by.user_id in {step.row.approved_by_id, step.row.requested_by_id}
    return {} if own else None


NOT_APPROVER = Guard(
    "PURCHASING.PAYMENT_OWN_APPROVAL",
    "审批人不付款",
    "这笔付款由您本人审批或申请，须由另一位财务人员登记付款。同一人以不同角色办理也不行。",
    _other_than_approver,
    "SM-18 two persons",
)


def _room(step: Step) -> Facts:
    row: PaymentMilestone = step.row
    paying: Decimal = step.data.get("amount") or row.amount - contracts.net_of_milestone(row)
    net = contracts.net_paid(row.contract)
    if net + paying <= row.contract.amount:
        return None
    return {"paid": f"{net:,.2f}", "paying": f"{paying:,.2f}", "amount": f"{row.contract.amount:,.2f}"}


ROOM = Guard(
    "PURCHASING.PAYMENT_ABOVE_CONTRACT",
    "累计付款不超过合同金额",
    "合同已付%(paid)s元，再付%(paying)s元将超过合同金额%(amount)s元。请核对付款金额。",
    _room,
    "SM-18; §2.6 Payment",
)
ROOM_OF_DATA = Guard(ROOM.code, ROOM.zh, ROOM.sentence, ROOM.check, ROOM.source, of_data=True)


def _of_milestone(step: Step) -> Facts:
    left = step.row.amount - contracts.net_of_milestone(step.row)
    paying: Decimal = step.data["amount"]
    if paying <= left:
        return None
    return {"no": step.row.no, "left": f"{left:,.2f}", "paying": f"{paying:,.2f}"}


OF_MILESTONE = Guard(
    "PURCHASING.PAYMENT_ABOVE_MILESTONE",
    "不超过本期未付金额",
    "第%(no)s期尚未支付%(left)s元，登记的%(paying)s元超出。请核对付款金额。",
    _of_milestone,
    "SM-18",
    of_data=True,
)


def _paid_day(step: Step) -> Facts:
    day: date = step.data["paid_on"]
    signed = step.row.contract.signed_on
    if day > _today(step) or (signed is not None and day < signed):
        return {"paid_on": day.isoformat()}
    return None


PAID_DAY = Guard(
    "PURCHASING.PAYMENT_DAY",
    "付款日期合理",
    "付款日期%(paid_on)s晚于今天或早于合同签订日期。付款只作登记，请填写实际付款的日期。",
    _paid_day,
    "Q26",
    of_data=True,
)


def _source(step: Step) -> Facts:
    project_id = step.row.contract.project_id
    given = step.data["fund_source"]
    if project_id is None:
        return None
    known = list(FundingLine.objects.filter(project=project_id).values_list("source", flat=True))
    if given in known:
        return None
    return {
        "given": FundSource.label_of(given),
        "known": "、".join(FundSource(source).label for source in dict.fromkeys(known)) or "未登记",
    }


FUNDED = Guard(
    "PURCHASING.PAYMENT_FUND_SOURCE",
    "资金来源属于项目",
    "项目的资金来源为：%(known)s，没有“%(given)s”。请选择项目的资金来源。",
    _source,
    "E08; PUR-03 FS",
    of_data=True,
)


def _voucher(step: Step) -> Facts:
    voucher = step.data["voucher_no"]
    taken = Payment.objects.filter(contract=step.row.contract_id, voucher_no=voucher).exists()
    return {"voucher": voucher} if taken else None


VOUCHER = Guard(
    "PURCHASING.PAYMENT_VOUCHER",
    "凭证号未登记过",
    "本合同已登记过凭证号“%(voucher)s”。请核对是否重复登记。",
    _voucher,
    "§2.6 Payment",
    of_data=True,
)


def _closing(step: Step) -> Facts:
    today, paid = _today(step), step.data.get("paid_on")
    if paid is not None and paid.year < today.year:
        return {"year": paid.year}
    return {"year": today.year} if (today.month, today.day) >= CLOSING else None


FISCAL_YEAR = Guard(
    "PURCHASING.PAYMENT_FISCAL_YEAR",
    "会计年度",
    "请注意：%(year)s年度即将或已经关账，请与财务确认这笔款项列入哪个年度。",
    _closing,
    "SM-18",
    warns=True,
)


def _can_be_reversed(step: Step) -> Facts:
    payment: Payment = step.data["payment"]
    if payment.kind == PaymentKind.PAYMENT and not payment.reversals.exists():
        return None
    return {"voucher": payment.voucher_no}


NOT_REVERSED = Guard(
    "PURCHASING.PAYMENT_REVERSED",
    "未冲销过",
    "凭证“%(voucher)s”的付款已经冲销过，不能再次冲销。",
    _can_be_reversed,
    "§2.6 Payment",
    of_data=True,
)


def _something_paid(step: Step) -> Facts:
    rows = Payment.objects.filter(milestone=step.row, kind=PaymentKind.PAYMENT, reversals__isnull=True)
    return None if rows.exists() else {"no": step.row.no}


SOMETHING_PAID = Guard("PURCHASING.PAYMENT_NONE", "有可冲销的付款", "第%(no)s期没有可以冲销的付款。", _something_paid)


def _covered(step: Step) -> Facts:
    """What came back came back to a source: reversed is what that source still has paid, so that none is left below nothing."""
    payment: Payment = step.data["payment"]
    net = contracts.net_by_source(step.row.contract).get(payment.fund_source, contracts.NOTHING)
    if net >= payment.amount:
        return None
    return {
        "source": FundSource.label_of(payment.fund_source),
        "net": f"{net:,.2f}",
        "amount": f"{payment.amount:,.2f}",
    }


COVERED = Guard(
    "PURCHASING.PAYMENT_RETURNED",
    "款项未退回",
    "本合同来自“%(source)s”的净付款只有%(net)s元，不能冲销%(amount)s元：已有款项退回。请先核对退款登记。",
    _covered,
    "E44; PUR-03 FS",
    of_data=True,
)
