"""What must hold for the steps of a call. Source: SM-16."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from commons.kit.clock import BEIJING, today
from commons.sealing.clock import database_now
from commons.tenancy import door
from commons.workflow.declaration import Guard, Step
from tenants.purchasing.enums import (
    BidState,
    ContractKind,
    MemberState,
    NoteKind,
    ProcurementMethod,
    ProjectState,
)
from tenants.purchasing.machines.project_checks import signed
from tenants.purchasing.models import Bid, Call, CallNote, PanelMember, Review
from tenants.purchasing.rules import is_direct, thresholds
from tenants.purchasing.selectors import panels, standing

Facts = Mapping[str, object] | None
# A change of substance leaves bidders this long to answer to it. Source: design.
DAYS_AFTER_CHANGE = 3
SMALLEST_PANEL = 3


def said(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y年%m月%d日 %H:%M}"


def _admission(step: Step) -> Facts:
    return None if step.row.admission else {}


def _text(step: Step) -> Facts:
    return None if step.row.text.strip() else {}


def _ceiling(step: Step) -> Facts:
    row = step.row
    if 0 < row.ceiling <= row.project.budget:
        return None
    return {"ceiling": f"{row.ceiling:,.2f}", "budget": f"{row.project.budget:,.2f}"}


def _deadline(step: Step) -> Facts:
    row = step.row
    # A call may give more time than the measures ask for, not less; one who is asked alone may answer at once.
    alone = row.method == ProcurementMethod.DIRECT
    days = row.min_days if alone else max(row.min_days, thresholds(row.project.measures).min_days)
    earliest = step.at + timedelta(days=days)
    if row.bid_deadline is not None and row.bid_deadline >= earliest:
        return None
    return {"days": days, "earliest": said(earliest)}


def _method(step: Step) -> Facts:
    """As it was approved, or open to all. Source: E10; what is approved holds."""
    row = step.row
    approved = {ProcurementMethod.OPEN_CALL, ProcurementMethod(row.project.method)}
    if is_direct(row.project):
        approved.add(ProcurementMethod.DIRECT)
    if row.method in approved:
        return None
    return {"method": ProcurementMethod.label_of(str(row.method)), "approved": row.project.method.label}


def _bid_system(step: Step) -> Facts:
    system = step.row.project.bid_system
    return None if system is not None and system.content.get("items") else {}


def _invited(step: Step) -> Facts:
    row = step.row
    count = len(row.invited)
    if row.method == ProcurementMethod.DIRECT:
        return None if count == 1 else {"count": count, "wanted": "正好一家"}
    # However few bids open a second call: to ask one alone is to entrust it directly. Negotiation may be open to all.
    least = max(row.min_bids, thresholds(row.project.measures).min_bids)
    open_ = row.method == ProcurementMethod.OPEN_CALL or (row.method == ProcurementMethod.NEGOTIATION and not count)
    return None if open_ or count >= least else {"count": count, "wanted": f"不少于{least}家"}


def _panel_size(step: Step) -> Facts:
    size = step.row.panel_size
    least = max(SMALLEST_PANEL, thresholds(step.row.project.measures).panel_size)
    return None if size >= least and size % 2 else {"size": size, "least": least}


def _due(step: Step) -> Facts:
    deadline = step.row.bid_deadline
    return None if deadline <= step.at and deadline <= database_now() else {"deadline": said(deadline)}


def _not_due(step: Step) -> Facts:
    deadline = step.row.bid_deadline
    return None if max(step.at, database_now()) < deadline else {"deadline": said(deadline)}


def _later(step: Step) -> Facts:
    later = step.data.get("later")
    return None if later is None or later > step.row.bid_deadline else {"deadline": said(step.row.bid_deadline)}


def _time_to_answer(step: Step) -> Facts:
    if not step.data.get("material"):
        return None
    until = step.data.get("later") or step.row.bid_deadline
    earliest = step.at + timedelta(days=DAYS_AFTER_CHANGE)
    return None if until >= earliest else {"days": DAYS_AFTER_CHANGE, "earliest": said(earliest)}


def _not_drawn(step: Step) -> Facts:
    return {} if step.row.draw_record else None


def _enough_experts(step: Step) -> Facts:
    found = len(panels.pool(step.row).eligible)
    return None if found >= step.row.panel_size else {"found": found, "wanted": step.row.panel_size}


def _panel_complete(step: Step) -> Facts:
    count, wanted = len(panels.sitting(step.row)), max(SMALLEST_PANEL, step.row.panel_size)
    return None if count >= wanted and count % 2 else {"count": count, "wanted": wanted}


def _all_declared(step: Step) -> Facts:
    open_ = [member.expert.code for member in panels.sitting(step.row) if member.state != MemberState.CONFIRMED]
    return {"experts": "、".join(open_)} if open_ else None


def _all_checked(step: Step) -> Facts:
    left = Bid.objects.filter(call=step.row, state=BidState.OPENED).count()
    return {"left": left} if left else None


def _some_qualified(step: Step) -> Facts:
    return None if Bid.objects.filter(call=step.row, state=BidState.QUALIFIED).exists() else {}


def missing_sheets(call: Call) -> list[str]:
    """The experts on the panel who have not locked their scores of every qualified bid."""
    bids = Bid.objects.filter(call=call, state=BidState.QUALIFIED).count()
    members = PanelMember.objects.filter(call=call, state=MemberState.CONFIRMED).select_related("expert")
    locked: dict[object, int] = {}
    sheets = Review.objects.filter(member__call=call, locked_at__isnull=False, bid__state=BidState.QUALIFIED)
    for member_id in sheets.values_list("member_id", flat=True):
        locked[member_id] = locked.get(member_id, 0) + 1
    return [member.expert.code for member in members.order_by("position") if locked.get(member.pk, 0) < bids]


def _all_locked(step: Step) -> Facts:
    missing = missing_sheets(step.row)
    return {"experts": "、".join(missing)} if missing else None


def _publicity(step: Step) -> Facts:
    until = step.row.publicity_until
    return (
        None if until is not None and today(step.at) >= until else {"until": f"{until:%Y年%m月%d日}" if until else ""}
    )


def _objections(step: Step) -> Facts:
    open_ = CallNote.objects.filter(call=step.row, kind=NoteKind.OBJECTION, answered_at__isnull=True).count()
    return {"open": open_} if open_ else None


def best(call: Call) -> Bid | None:
    """The bid of the first rank."""
    return Bid.objects.filter(call=call, state=BidState.SCORED).select_related("provider").order_by("rank").first()


def reserve(call: Call) -> Bid | None:
    """The next bid in reserve."""
    return Bid.objects.filter(call=call, state=BidState.RESERVE).select_related("provider").order_by("rank").first()


def _fit(bid: Bid | None, step: Step) -> Facts:
    if bid is None or bid.provider is None:
        return {"name": "（无）", "why": "没有可以定标的申报书"}
    on = today(step.at)
    facts = standing.facts_of(bid.provider.uscc, door.current(), on)
    why = []
    if facts.blocked(on):
        why.append("被暂停承接资格")
    if facts.penalty_until is not None and facts.penalty_until > on:
        why.append("有尚在期限内的行政处罚")
    if not facts.vetted(on):
        why.append("背景核查未通过或已过期")
    return {"name": bid.provider.name, "why": "、".join(why)} if why else None


def _winner_fit(step: Step) -> Facts:
    return _fit(best(step.row), step)


def _reserve_fit(step: Step) -> Facts:
    return _fit(reserve(step.row), step)


def _has_reserve(step: Step) -> Facts:
    return None if reserve(step.row) is not None else {}


def _has_next(step: Step) -> Facts:
    return None if Bid.objects.filter(call=step.row, state=BidState.SCORED).count() > 1 else {}


def _no_reserve_left(step: Step) -> Facts:
    left = reserve(step.row)
    return {"name": left.provider.name} if left is not None and left.provider and not _fit(left, step) else None


def _not_contracted(step: Step) -> Facts:
    """Not begun, nor bound: where supervision is required a contract is signed before the project begins."""
    project = step.row.project
    bound = signed(project, ContractKind.PROJECT)
    if project.state == ProjectState.AWARDED and not bound:
        return None
    return {"state": "已签订合同" if bound else ProjectState.label_of(str(project.state))}


def _contracted(step: Step) -> Facts:
    if step.by.system or step.row.project.state != ProjectState.AWARDED:
        return None
    return {}


def _amount(step: Step) -> Facts:
    bid, amount = best(step.row), step.data.get("amount")
    if bid is None or bid.total is None or amount is None or amount <= bid.total:
        return None
    return {"amount": f"{amount:,.2f}", "total": f"{bid.total:,.2f}"}


Check = Callable[[Step], Facts]


def guard(code: str, zh: str, sentence: str, check: Check, source: str = "SM-16", of_data: bool = False) -> Guard:
    return Guard(f"PURCHASING.{code}", zh, sentence, check, source=source, of_data=of_data)


ADMISSION = guard(
    "CALL_NO_ADMISSION", "已设定申报条件", "还没有设定申报条件，请先在公告中填写。", _admission, "SM-16 ★"
)
TEXT = guard("CALL_NO_TEXT", "有公告正文", "公告还没有正文，请先填写采购需求和申报要求。", _text)
CEILING = guard(
    "CALL_CEILING",
    "最高限价不超过预算",
    "最高限价 %(ceiling)s 元须大于零，并且不超过项目预算 %(budget)s 元，请修改公告。",
    _ceiling,
    "E10",
)
DEADLINE = guard(
    "CALL_TOO_SHORT",
    "公告期不少于规定天数",
    "从发布到申报截止须不少于 %(days)s 天，截止时间最早为 %(earliest)s，请修改公告的截止时间。",
    _deadline,
)
BID_SYSTEM = guard(
    "CALL_NO_BID_SYSTEM",
    "项目有申报评审指标体系",
    "项目没有申报评审指标体系，评审组无法打分。请先在购买制度中制定并施行，再重新提交立项。",
    _bid_system,
    "E14 ★",
)
INVITED = guard(
    "CALL_INVITED",
    "受邀单位数量符合方式",
    "本次采购方式要求邀请%(wanted)s，现在填写了 %(count)s 家，请修改受邀单位。",
    _invited,
    "E10",
)
METHOD = guard(
    "CALL_METHOD",
    "采购方式与立项一致",
    "项目立项的采购方式是“%(approved)s”，公告不能采用“%(method)s”。请按立项的方式或者公开招募修改公告。",
    _method,
    "E10",
)
PANEL_SIZE = guard(
    "CALL_PANEL_SIZE",
    "评审组人数符合规定",
    "评审组须为 %(least)s 人以上单数，现在是 %(size)s 人，请修改公告。",
    _panel_size,
)
DUE = guard("CALL_NOT_DUE", "已到截止时间", "申报截止时间为 %(deadline)s，现在还不能截止和开标。", _due)
NOT_DUE = guard("CALL_ALREADY_DUE", "未到截止时间", "申报已于 %(deadline)s 截止，不能再发布补充公告。", _not_due)
LATER = guard(
    "CALL_DEADLINE_EARLIER",
    "截止时间只能推迟",
    "截止时间只能推迟，请填写 %(deadline)s 之后的时间。",
    _later,
    of_data=True,
)
TIME_TO_ANSWER = guard(
    "CALL_NO_TIME_TO_ANSWER",
    "实质性变更后留有响应时间",
    "实质性变更须给申报单位留出至少 %(days)s 天，请把截止时间推迟到 %(earliest)s 以后。",
    _time_to_answer,
    of_data=True,
)
NOT_DRAWN = guard("CALL_ALREADY_DRAWN", "尚未抽取专家", "评审专家已经抽取，结果已公布，不能重新抽取。", _not_drawn)
ENOUGH_EXPERTS = guard(
    "CALL_TOO_FEW_EXPERTS",
    "可抽取的专家足够",
    "排除需要回避的专家后，可抽取的专家只有 %(found)s 位，少于评审组 %(wanted)s 人。请先补充专家库。",
    _enough_experts,
    "A20",
)
PANEL_COMPLETE = guard(
    "CALL_PANEL_INCOMPLETE",
    "评审组人数与公告一致",
    "评审组现有 %(count)s 人，公告的评审组为 %(wanted)s 人。请先抽取专家，或等候补专家递补。",
    _panel_complete,
)
ALL_DECLARED = guard(
    "CALL_NOT_DECLARED",
    "评审组成员均已声明",
    "以下专家还没有声明是否需要回避：%(experts)s。请提醒专家登录平台办理。",
    _all_declared,
)
ALL_CHECKED = guard(
    "CALL_BIDS_UNCHECKED", "申报书均已审核资质", "还有 %(left)s 份申报书没有审核资质，请逐份审核。", _all_checked
)
SOME_QUALIFIED = guard(
    "CALL_NONE_QUALIFIED",
    "有资质合格的申报书",
    "没有资质合格的申报书，不能进入评审。请由管理员宣布流标。",
    _some_qualified,
)
ALL_LOCKED = guard(
    "CALL_SCORES_OPEN",
    "评审组成员均已锁定评分",
    "以下专家还没有锁定全部评分：%(experts)s。全部锁定后才能汇总和公示。",
    _all_locked,
    "E14 ★",
)
PUBLICITY_OVER = guard("CALL_PUBLICITY", "公示期已满", "公示期尚未结束，%(until)s起才能定标。", _publicity)
NO_OBJECTION = guard(
    "CALL_OBJECTIONS", "异议均已答复", "还有 %(open)s 件异议没有答复，请先在公告页面逐件答复。", _objections
)
WINNER_FIT = guard(
    "CALL_WINNER_UNFIT",
    "第一名符合承接条件",
    "第一名“%(name)s”现在不能承接：%(why)s。请先核实其背景核查和承接资格。",
    _winner_fit,
    "B07 ★",
)
HAS_NEXT = guard(
    "CALL_NO_NEXT",
    "有下一名候选单位",
    "没有下一名候选单位可以递补。第一名不符合要求的，请宣布流标，重新组织招募。",
    _has_next,
)
HAS_RESERVE = guard("CALL_NO_RESERVE", "有备选单位", "没有备选单位可以递补。请宣布流标，重新组织招募。", _has_reserve)
NO_RESERVE_LEFT = guard(
    "CALL_RESERVE_LEFT",
    "没有可以递补的备选单位",
    "备选单位“%(name)s”可以递补，请先由其递补中标；确实没有备选单位可以递补的，才能宣布流标。",
    _no_reserve_left,
)
RESERVE_FIT = guard(
    "CALL_RESERVE_UNFIT",
    "备选单位符合承接条件",
    "备选单位“%(name)s”现在不能承接：%(why)s。请先核实其背景核查和承接资格。",
    _reserve_fit,
    "B07 ★",
)
NOT_CONTRACTED = guard(
    "CALL_CONTRACTED",
    "尚未签订合同",
    "项目现在是“%(state)s”，合同签订后不能再递补中标单位。",
    _not_contracted,
)
CONTRACTED = guard("CALL_NOT_CONTRACTED", "合同已签订", "项目合同还没有签订，公告还不能办结。", _contracted)
AMOUNT = guard(
    "CALL_AMOUNT",
    "中标金额不超过报价",
    "中标金额 %(amount)s 元超过了第一名的报价 %(total)s 元，请修改。",
    _amount,
    of_data=True,
)
