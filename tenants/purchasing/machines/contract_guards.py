"""What must hold before a contract is checked, signed, performed or ended. Source: SM-18; E15, E16, E20; Appendix C3."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from commons.kit import clock
from commons.workflow.declaration import Guard, Step
from tenants.purchasing import contract_text
from tenants.purchasing.contract_terms import WHOLE
from tenants.purchasing.enums import (
    ContractKind,
    MilestoneCondition,
    ProjectState,
    RuleKind,
    VettingResult,
)
from tenants.purchasing.models import Contract, PaymentMilestone
from tenants.purchasing.rules import thresholds
from tenants.purchasing.selectors import contract_values, contracts

Facts = Mapping[str, object] | None
TEMPLATES = {
    ContractKind.PROJECT: RuleKind.PROJECT_CONTRACT,
    ContractKind.SUPERVISION: RuleKind.SUPERVISION_CONTRACT,
    ContractKind.COOPERATION: RuleKind.COOPERATION_AGREEMENT,
}


def day(step: Step) -> date:
    return clock.today(step.at)


def _parts(row: Contract) -> list[PaymentMilestone]:
    return list(row.milestones.order_by("no"))


def _template(step: Step) -> Facts:
    row: Contract = step.row
    wanted = TEMPLATES.get(ContractKind(row.kind))
    if wanted is None or (row.template is not None and row.template.kind == wanted):
        return None
    return {"kind": ContractKind(row.kind).label}


TEMPLATE = Guard(
    "PURCHASING.CONTRACT_TEMPLATE_MISSING",
    "采用示范文本",
    "%(kind)s须采用本级工会现行的示范文本。请先由管理员发布示范文本，再重新起草合同。",
    _template,
    "E15 ★",
)


def _provider_free(step: Step) -> Facts:
    until = contracts.barred(step.row.provider, day(step))
    return None if until is None else {"provider": step.row.provider.name, "until": until.isoformat()}


PROVIDER_FREE = Guard(
    "PURCHASING.CONTRACT_PROVIDER_BARRED",
    "承接单位未被限制",
    "“%(provider)s”在%(until)s前被限制承接或处于处罚期，不能签订合同。请核对承接单位信息，或待期满后办理。",
    _provider_free,
    "SM-15P unqualified; SM-17",
)


def _filled(step: Step) -> Facts:
    missing = contract_text.missing(step.row, contract_values.now(step.row))
    return {"missing": "、".join(missing)} if missing else None


FILLED = Guard(
    "PURCHASING.CONTRACT_VARIABLES_MISSING",
    "合同内容齐全",
    "合同还缺少：%(missing)s。请在合同、项目或承接单位信息中补充后再提交。",
    _filled,
    "E15",
)


def _dated(step: Step) -> Facts:
    row: Contract = step.row
    return None if row.starts_on is not None and row.ends_on is not None else {}


DATED = Guard("PURCHASING.CONTRACT_PERIOD_MISSING", "约定服务期限", "请先填写合同的开始日期和结束日期。", _dated, "E15")


def _shares(step: Step) -> Facts:
    parts = _parts(step.row)
    if not parts and not step.row.amount:
        return None
    total = sum((one.share for one in parts), Decimal(0))
    return None if total == WHOLE else {"total": f"{total.normalize():f}"}


SHARES = Guard(
    "PURCHASING.CONTRACT_SHARES",
    "付款比例合计 100%",
    "付款节点的比例合计为%(total)s%%，须正好等于100%%。请调整付款节点。",
    _shares,
    "E44; §2.6 PaymentMilestone",
)


def _sums(step: Step) -> Facts:
    parts = _parts(step.row)
    total = sum((one.amount for one in parts), Decimal(0))
    if not parts and not step.row.amount:
        return None
    return None if total == step.row.amount else {"total": f"{total:,.2f}", "amount": f"{step.row.amount:,.2f}"}


SUMS = Guard(
    "PURCHASING.CONTRACT_SUMS",
    "付款金额合计等于合同金额",
    "付款节点合计%(total)s元，与合同金额%(amount)s元不符。请重新设置付款节点。",
    _sums,
    "E44",
)


def _last(step: Step) -> Facts:
    row: Contract = step.row
    if row.kind != ContractKind.PROJECT or row.project_id is None or not row.amount:
        return None
    assert row.project is not None
    least = thresholds(row.project.measures).last_share_min
    last = row.milestones.order_by("-no").first()
    if last is not None and last.condition == MilestoneCondition.PERFORMANCE_PASSED and last.share >= least:
        return None
    return {"least": f"{least:f}"}


LAST = Guard(
    "PURCHASING.CONTRACT_LAST_MILESTONE",
    "末期款待绩效考核后支付",
    "项目合同的最后一期付款须以“绩效考核合格”为条件，且不低于%(least)s%%。请调整付款节点。",
    _last,
    "SM-18 ★",
)


def _within_award(step: Step) -> Facts:
    row: Contract = step.row
    if row.kind != ContractKind.PROJECT or row.project is None:
        return None
    most = contracts.awarded(row.project, contracts.won_bid(row.project))
    # Until the supervisor signs as well the project waits, and a second contract could be signed for the same award.
    left = (most or contracts.NOTHING) - contracts.bound(row.project, beside=row)
    if most is not None and row.amount <= left:
        return None
    return {"amount": f"{row.amount:,.2f}", "award": f"{left:,.2f}"}


WITHIN_AWARD = Guard(
    "PURCHASING.CONTRACT_ABOVE_AWARD",
    "合同金额不超过中标金额",
    "合同金额%(amount)s元超过尚未签约的中标金额%(award)s元。请把合同金额调整到该金额以内。",
    _within_award,
    "SM-18",
)


def _winner(step: Step) -> Facts:
    row: Contract = step.row
    if row.kind != ContractKind.PROJECT or row.project is None:
        return None
    bid = contracts.won_bid(row.project)
    if bid is None or bid.provider is None or bid.provider_id == row.provider_id:
        return None
    return {"winner": bid.provider.name}


WINNER = Guard(
    "PURCHASING.CONTRACT_NOT_WINNER",
    "与中标单位签约",
    "本项目的中标单位是“%(winner)s”，合同须与中标单位签订。请重新起草合同。",
    _winner,
    "SM-16",
)


def _awarded(step: Step) -> Facts:
    row: Contract = step.row
    if row.project is None:
        return None
    running = (ProjectState.RUNNING, ProjectState.MIDTERM, ProjectState.RECTIFYING)
    fitting: tuple[str, ...] = (ProjectState.AWARDED,)
    if row.kind != ContractKind.PROJECT or row.amends_id is not None:
        fitting = (ProjectState.AWARDED, *running)
    if row.project.state in fitting:
        return None
    return {"state": ProjectState(row.project.state).label}


AWARDED = Guard(
    "PURCHASING.CONTRACT_NOT_AWARDED",
    "公示期满、异议已答复、项目已定标",
    "项目当前为“%(state)s”。须待公示期满、异议全部答复并定标后，才能签订合同。",
    _awarded,
    "SM-15P ★; SM-16",
)


def _apart(step: Step) -> Facts:
    row: Contract = step.row
    if row.project is None or row.kind not in {ContractKind.PROJECT, ContractKind.SUPERVISION}:
        return None
    other = ContractKind.SUPERVISION if row.kind == ContractKind.PROJECT else ContractKind.PROJECT
    for one in contracts.live_contracts(row.project, other).select_related("provider"):
        if one.provider_id == row.provider_id:
            return {"provider": row.provider.name}
    bid = contracts.won_bid(row.project) if other is ContractKind.PROJECT else None
    return {"provider": row.provider.name} if bid is not None and bid.provider_id == row.provider_id else None


APART = Guard(
    "PURCHASING.CONTRACT_SUPERVISES_ITSELF",
    "监管单位不是承接单位",
    "“%(provider)s”同时是本项目的承接单位和第三方监管单位。承接单位不能监管自己的项目，请另选监管单位。",
    _apart,
    "SM-15P ★; E16",
)


def _vetting_open(step: Step) -> Facts:
    provider = step.row.provider
    clear = provider.vetting_result in {VettingResult.CLEAR, VettingResult.CONDITIONAL}
    if clear and (provider.vetting_until is None or provider.vetting_until > day(step)):
        return None
    return {"provider": provider.name, "result": VettingResult(provider.vetting_result).label}


def _vetted(step: Step) -> Facts:
    return _vetting_open(step) if step.row.kind == ContractKind.SUPERVISION else None


def _entrusted_vetted(step: Step) -> Facts:
    """Who won a call was vetted at the award; who is entrusted directly is named in the contract for the first time."""
    row: Contract = step.row
    if row.kind != ContractKind.PROJECT or row.project is None or contracts.won_bid(row.project) is not None:
        return None
    return _vetting_open(step)


VETTED = Guard(
    "PURCHASING.CONTRACT_SUPERVISOR_NOT_VETTED",
    "监管单位已通过核查",
    "监管单位“%(provider)s”的背景核查结果为“%(result)s”或已过有效期。请先完成核查。",
    _vetted,
    "E16; B07",
)


ENTRUSTED_VETTED = Guard(
    "PURCHASING.CONTRACT_PROVIDER_NOT_VETTED",
    "直接委托的承接单位已通过核查",
    "“%(provider)s”的背景核查结果为“%(result)s”或已过有效期，不能直接委托。请先完成核查。",
    _entrusted_vetted,
    "B07; E10",
)


def _deviations_approved(step: Step) -> Facts:
    open_ = contract_text.unapproved(step.row)
    return {"clauses": "、".join(clause.title for clause in open_)} if open_ else None


DEVIATIONS_APPROVED = Guard(
    "PURCHASING.CONTRACT_DEVIATIONS_OPEN",
    "偏离已批准",
    "以下必备条款的偏离尚未批准：%(clauses)s。请由工会管理员批准偏离，或退回修改。",
    _deviations_approved,
    "SM-18; Appendix C3",
)


def _has_deviations(step: Step) -> Facts:
    return None if contract_text.unapproved(step.row) else {}


HAS_DEVIATIONS = Guard(
    "PURCHASING.CONTRACT_NO_DEVIATIONS", "有待批准的偏离", "合同没有待批准的必备条款偏离。", _has_deviations
)


def _another_approves(step: Step) -> Facts:
    authors = {str(step.row.created_by_id), *(str(one.get("by_id")) for one in step.row.deviations)}
    return {} if step.by.user_id is not None and str(step.by.user_id) in authors else None


ANOTHER_APPROVES = Guard(
    "PURCHASING.CONTRACT_OWN_DEVIATION",
    "由他人批准偏离",
    "偏离不能由起草合同或提出偏离的人自己批准，请由另一位工会管理员批准。",
    _another_approves,
    "SM-18",
)


def _signed_text(step: Step) -> Facts:
    return None if step.data.get("file") or contracts.signed_text(step.row) else {}


SIGNED_TEXT = Guard(
    "PURCHASING.CONTRACT_FILE_MISSING",
    "已上传签署文本",
    f"请上传双方签字盖章的合同扫描件：在本页选择文件，或先在合同附件中以“{contracts.SIGNED_TEXT}”为说明上传。",
    _signed_text,
    "SM-18",
    of_data=True,
)


def _signing_day(step: Step) -> Facts:
    signed: date = step.data["signed_on"]
    if signed > day(step) or (step.row.ends_on is not None and signed > step.row.ends_on):
        return {"signed_on": signed.isoformat()}
    return None


SIGNING_DAY = Guard(
    "PURCHASING.CONTRACT_SIGNING_DAY",
    "签订日期合理",
    "签订日期%(signed_on)s晚于今天或晚于合同结束日期，请核对。",
    _signing_day,
    of_data=True,
)


def _begun(step: Step) -> Facts:
    starts = step.row.starts_on
    return None if starts is None or starts <= day(step) else {"starts_on": starts.isoformat()}


BEGUN = Guard("PURCHASING.CONTRACT_NOT_BEGUN", "已到开始日期", "合同自%(starts_on)s起履行，尚未到开始日期。", _begun)


def _settled(step: Step) -> Facts:
    nos = [str(one.no) for one in _parts(step.row) if one.state in contracts.OPEN]
    return {"nos": "、".join(nos)} if nos else None


SETTLED = Guard(
    "PURCHASING.CONTRACT_UNSETTLED",
    "付款已办结",
    "第%(nos)s期付款尚未付清或暂不支付。请先办结付款。",
    _settled,
    "SM-15P archive",
)


def _project_over(step: Step) -> Facts:
    project = step.row.project
    over = (ProjectState.COMPLETED, ProjectState.FAILED, ProjectState.TERMINATED, ProjectState.ARCHIVED)
    if project is None or step.row.kind == ContractKind.COOPERATION or project.state in over:
        return None
    return {"state": ProjectState(project.state).label}


PROJECT_OVER = Guard(
    "PURCHASING.CONTRACT_PROJECT_GOES_ON",
    "项目已结束",
    "项目当前为“%(state)s”。项目结项后才能把合同标为履行完毕。",
    _project_over,
    "SM-15P",
)


def _ended(step: Step) -> Facts:
    ends = step.row.ends_on
    return None if ends is not None and ends < day(step) else {"ends_on": ends.isoformat() if ends else "未定"}


ENDED = Guard(
    "PURCHASING.CONTRACT_NOT_ENDED", "已过结束日期", "合同的结束日期是%(ends_on)s，尚未到期。", _ended, "SM-18"
)
