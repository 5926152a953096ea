"""What must hold for the steps of a subsidy. Source: DOMAIN §3.7 SM-24; a star marks what comes straight from a policy."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum

from commons.kit.clock import today
from commons.subsidies import sources
from commons.subsidies.enums import GRANTED_STATES, RoundState
from commons.subsidies.models import Subsidy
from commons.workflow.declaration import Guard, Step

Facts = dict[str, object] | None


def yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def listed(row: Subsidy) -> Decimal:
    """What the projects that are named ask for together."""
    return sum((Decimal(one["amount"]) for one in row.projects), Decimal(0))


def _headcount(step: Step) -> Facts:
    return None if step.row.headcount > 0 else {}


def _projects(step: Step) -> Facts:
    return None if step.row.projects else {}


def _sum(step: Step) -> Facts:
    total = listed(step.row)
    return None if total == step.row.applied else {"listed": yuan(total), "applied": yuan(step.row.applied)}


def _cap(step: Step) -> Facts:
    cap = step.row.round.per_project_cap
    above = [one["title"] for one in step.row.projects if cap is not None and Decimal(one["amount"]) > cap]
    return {"titles": "、".join(above), "cap": yuan(cap)} if above else None


def _ceiling(step: Step) -> Facts:
    row, standard = step.row, step.row.round.standard
    ceiling = row.headcount * standard
    if row.applied <= ceiling:
        return None
    return {
        "applied": yuan(row.applied),
        "headcount": row.headcount,
        "standard": yuan(standard),
        "ceiling": yuan(ceiling),
    }


def _closed(step: Step) -> Facts:
    taking = step.row.round
    return None if taking.state == RoundState.OPEN and taking.apply_by >= today(step.at) else {}


def _same_signature(step: Step) -> Facts:
    same = step.by.user_id is not None and step.by.user_id == step.row.signed_by_id
    return {"who": step.row.signed_by_name} if same else None


def _proposed(step: Step) -> Facts:
    most = min(step.row.applied, step.row.ceiling)
    return None if step.data["proposed"] <= most else {"most": yuan(most)}


def _unreviewed(step: Step) -> Facts:
    return None if step.row.reviewed_by_name else {}


def _same_reviewer(step: Step) -> Facts:
    same = step.by.user_id is not None and step.by.user_id == step.row.reviewed_by_id
    return {"who": step.row.reviewed_by_name} if same else None


def _no_measures(step: Step) -> Facts:
    return None if sources.measures(today(step.at)) else {}


def _above_applied(step: Step) -> Facts:
    granted, applied = step.data["granted"], step.row.applied
    return None if granted <= applied else {"granted": yuan(granted), "applied": yuan(applied)}


def _above_ceiling(step: Step) -> Facts:
    """By headcount and standard anew, whatever the application says of its ceiling."""
    ceiling = step.row.headcount * step.row.standard
    granted = step.data["granted"]
    return None if granted <= ceiling else {"granted": yuan(granted), "ceiling": yuan(ceiling)}


def _above_budget(step: Step) -> Facts:
    row = step.row
    others = Subsidy.objects.filter(round=row.round_id, state__in=GRANTED_STATES).exclude(pk=row.pk)
    left = row.round.budget - (others.aggregate(all=Sum("granted"))["all"] or Decimal(0))
    return None if step.data["granted"] <= left else {"left": yuan(left)}


def _paid_later(step: Step) -> Facts:
    return {} if step.data["paid_on"] > today(step.at) else None


def _paid_before(step: Step) -> Facts:
    return {} if step.row.granted_on and step.data["paid_on"] < step.row.granted_on else None


def _above_granted(step: Step) -> Facts:
    verified, granted = step.data["verified"], step.row.granted
    return None if verified <= granted else {"verified": yuan(verified), "granted": yuan(granted)}


def _above_spent(step: Step) -> Facts:
    verified, spent = step.data["verified"], step.row.spent
    return None if verified <= spent else {"verified": yuan(verified), "spent": yuan(spent)}


def _nothing(step: Step) -> Facts:
    return None if step.row.refund and step.row.refunded_on is None else {}


def _refunded_later(step: Step) -> Facts:
    return {} if step.data["refunded_on"] > today(step.at) else None


HEADCOUNT = Guard("SUBSIDY.NO_HEADCOUNT", "填报人数", "请先填报核定补贴的职工人数。", _headcount, source="E19 ★")
PROJECTS = Guard(
    "SUBSIDY.NO_PROJECTS",
    "列明项目",
    "请列明申请补贴的项目。只有资金来源中有“上级补贴”的项目可以申请。",
    _projects,
    source="E19 ★",
)
SUM = Guard(
    "SUBSIDY.SUM_DIFFERS",
    "项目合计等于申请金额",
    "各项目申请金额合计%(listed)s元，与申请金额%(applied)s元不一致，请核对。",
    _sum,
)
CAP = Guard(
    "SUBSIDY.ABOVE_PROJECT_CAP",
    "单个项目不超过限额",
    "“%(titles)s”申请的补贴超过单个项目限额%(cap)s元，请调低。",
    _cap,
    source="SM-24 ★",
)
CEILING = Guard(
    "SUBSIDY.ABOVE_CEILING",
    "申请金额不超过人数×标准",
    "申请金额%(applied)s元，超过人数%(headcount)s人×标准%(standard)s元＝%(ceiling)s元。请调低申请金额或者核对人数。",
    _ceiling,
    source="E19 ★",
)
ROUND_OPEN = Guard(
    "SUBSIDY.ROUND_CLOSED",
    "批次接受申请",
    "这一批次现在不接受申请：尚未开放、已经截止或者过了截止日期。",
    _closed,
    source="SM-24",
)
SECOND_SIGNATURE = Guard(
    "SUBSIDY.SAME_SIGNATURE",
    "经办人和签批人是两个人",
    "经办人“%(who)s”不能自己签批，请由另一位工会管理员签批上报。",
    _same_signature,
    source="SM-24",
)
PROPOSED_WITHIN = Guard(
    "SUBSIDY.PROPOSED_TOO_MUCH",
    "建议金额不超过申请和上限",
    "建议金额不能超过申请金额和补贴上限，最多%(most)s元。",
    _proposed,
    of_data=True,
)
REVIEWED = Guard(
    "SUBSIDY.NOT_REVIEWED", "经过审核", "请先由工作人员审核并提出建议金额，再批准。", _unreviewed, source="SM-24"
)
OTHER_PERSON = Guard(
    "SUBSIDY.GRANTED_BY_REVIEWER",
    "审核人和批准人是两个人",
    "审核人“%(who)s”不能自己批准，请由另一位工会管理员批准。",
    _same_reviewer,
    source="SM-24",
)
MEASURES = Guard(
    "SUBSIDY.NO_MEASURES",
    "补贴办法现行有效",
    "本会没有现行有效的补贴办法。请先在购买制度中制定并启用补贴办法，再开放申请。",
    _no_measures,
    source="E18 ★",
)
WITHIN_APPLIED = Guard(
    "SUBSIDY.GRANTED_ABOVE_APPLIED",
    "批准金额不超过申请金额",
    "批准金额%(granted)s元，超过申请金额%(applied)s元，请调低。",
    _above_applied,
    source="SM-24",
    of_data=True,
)
WITHIN_CEILING = Guard(
    "SUBSIDY.GRANTED_ABOVE_CEILING",
    "批准金额不超过人数×标准",
    "批准金额%(granted)s元，超过按人数核定的上限%(ceiling)s元，请调低。",
    _above_ceiling,
    source="E19 ★",
    of_data=True,
)
WITHIN_BUDGET = Guard(
    "SUBSIDY.ABOVE_BUDGET",
    "批准金额不超过批次余额",
    "本批次余额%(left)s元，不足以批准这一金额，请调低。",
    _above_budget,
    source="SM-24 ★",
    of_data=True,
)
PAID_BY_NOW = Guard(
    "SUBSIDY.PAID_LATER", "拨付日期不晚于今天", "拨付日期不能晚于今天，请核对。", _paid_later, of_data=True
)
PAID_AFTER_GRANT = Guard(
    "SUBSIDY.PAID_BEFORE_GRANT", "拨付日期不早于批准", "拨付日期不能早于批准日期，请核对。", _paid_before, of_data=True
)
VERIFIED_WITHIN = Guard(
    "SUBSIDY.VERIFIED_ABOVE_GRANTED",
    "核销金额不超过批准金额",
    "核销金额%(verified)s元，超过批准金额%(granted)s元，请调低。",
    _above_granted,
    source="SM-24",
    of_data=True,
)
VERIFIED_SPENT = Guard(
    "SUBSIDY.VERIFIED_ABOVE_SPENT",
    "核销金额不超过已支出",
    "核销金额%(verified)s元，超过申请核销的支出%(spent)s元，请调低。",
    _above_spent,
    of_data=True,
)
TO_REFUND = Guard(
    "SUBSIDY.NOTHING_TO_REFUND", "有待退回的结余", "没有待退回的结余，或者已经登记退回。", _nothing, source="SM-24"
)
REFUNDED_BY_NOW = Guard(
    "SUBSIDY.REFUNDED_LATER", "退回日期不晚于今天", "退回日期不能晚于今天，请核对。", _refunded_later, of_data=True
)
