"""What must hold for the steps of an evaluation. Source: DOMAIN §3.6 SM-18; a star marks what comes straight from a policy."""

from __future__ import annotations

from datetime import timedelta

from commons.kit.clock import today
from commons.workflow.declaration import Guard, Step
from tenants.purchasing import weighing
from tenants.purchasing.enums import Conclusion, EvaluationKind
from tenants.purchasing.machines.evaluation_forms import ADVERSE, appeal_days, appeal_until, conclusion_of, items
from tenants.purchasing.rules import thresholds
from tenants.purchasing.selectors.delivery import delivered


def _no_system(step: Step) -> dict[str, object] | None:
    return None if items(step.row) else {}


def _own_score(step: Step) -> dict[str, object] | None:
    same = step.by.user_id is not None and step.by.user_id == step.row.scored_by_id
    return {"who": step.row.scored_by_name} if same else None


def _below(step: Step) -> dict[str, object] | None:
    row = step.row
    if conclusion_of(step) != Conclusion.PASS:
        return None
    mark = weighing.pass_mark_of(row.system.content)
    return None if row.total >= mark else {"total": f"{row.total:.2f}", "mark": f"{mark.normalize():f}"}


def _small_sample(step: Step) -> dict[str, object] | None:
    """Enough marks, or marks of enough of the persons served; an unqualified project is not saved by too few."""
    row = step.row
    if row.kind != EvaluationKind.PERFORMANCE or conclusion_of(step) == Conclusion.UNQUALIFIED:
        return None
    limits = thresholds(row.project.measures)
    if row.sample >= limits.satisfaction_sample_min:
        return None
    persons, share = delivered(row.project_id).persons, limits.satisfaction_share_min
    if persons and row.sample * 100 >= persons * share:
        return None
    return {"sample": row.sample, "least": limits.satisfaction_sample_min, "share": f"{share.normalize():f}"}


def _no_day(step: Step) -> dict[str, object] | None:
    if conclusion_of(step) != Conclusion.RECTIFY:
        return None
    day = step.data.get("rectify_by")
    return None if day is not None and day > today(step.at) else {}


def _unexplained(step: Step) -> dict[str, object] | None:
    conclusion = conclusion_of(step)
    return {"conclusion": conclusion.label} if conclusion in ADVERSE and not step.reason else None


def _too_late(step: Step) -> dict[str, object] | None:
    until = appeal_until(step.row)
    if today(step.at) < until:
        return None
    last = until - timedelta(days=1)
    return {"last": f"{last.year}年{last.month}月{last.day}日"}


def _too_early(step: Step) -> dict[str, object] | None:
    return None if today(step.at) >= appeal_until(step.row) else {"days": appeal_days(step.row)}


def _total_differs(step: Step) -> dict[str, object] | None:
    """What was decided on appeal stands on points as every conclusion does."""
    row, conclusion = step.row, Conclusion(step.data["conclusion"])
    if conclusion == row.conclusion:
        return None
    total = step.data.get("total")
    if total is not None and row.kind == EvaluationKind.PERFORMANCE and weighing.grade_of(total) == conclusion:
        return None
    if total is not None and row.kind == EvaluationKind.MIDTERM:
        mark = weighing.pass_mark_of(row.system.content)
        if (total >= mark) == (conclusion == Conclusion.PASS):
            return None
    return {"conclusion": conclusion.label}


def _same_decider(step: Step) -> dict[str, object] | None:
    same = step.by.user_id is not None and step.by.user_id == step.row.concluded_by_id
    return {"who": step.row.concluded_by_name} if same else None


WITH_SYSTEM = Guard(
    code="PURCHASING.NO_INDICATOR_SYSTEM",
    zh="有评审指标体系",
    sentence="这项评审没有指标体系。请先在购买制度中制定并启用相应的指标体系，再发起评审。",
    check=_no_system,
    source="E14 ★",
)
OTHER_SCORER = Guard(
    code="PURCHASING.CONCLUDED_BY_SCORER",
    zh="作结论的人不是评分人",
    sentence="评分人“%(who)s”不能对自己的评分作结论，请由另一位工会管理员办理。",
    check=_own_score,
    source="SM-18",
)
ENOUGH_POINTS = Guard(
    code="PURCHASING.BELOW_PASS_MARK",
    zh="总分达到合格线",
    sentence="总分%(total)s，未达到合格线%(mark)s分，不能作出“通过”的结论。",
    check=_below,
    source="E14 ★",
    of_data=True,
)
ENOUGH_MARKS = Guard(
    code="PURCHASING.SAMPLE_TOO_SMALL",
    zh="满意度样本足够",
    sentence="满意度评价只有%(sample)s份，少于%(least)s份，也不到服务人数的%(share)s%%。请补充服务记录中的满意度评价后重新评分。",
    check=_small_sample,
    source="SM-15P",
    of_data=True,
)
WITH_DAY = Guard(
    code="PURCHASING.RECTIFY_DAY_MISSING",
    zh="整改结论有期限",
    sentence="结论为整改的，请填写今天以后的整改期限。",
    check=_no_day,
    source="SM-15P",
    of_data=True,
)
EXPLAINED = Guard(
    code="PURCHASING.CONCLUSION_UNEXPLAINED",
    zh="不利结论写明理由",
    sentence="结论为“%(conclusion)s”的，请在说明中写明理由。",
    check=_unexplained,
    of_data=True,
)
IN_TIME = Guard(
    code="PURCHASING.APPEAL_LATE",
    zh="在申诉期内",
    sentence="申诉期已过，最后一天是%(last)s，不能再提出申诉。",
    check=_too_late,
    source="SM-18",
)
TIME_OVER = Guard(
    code="PURCHASING.APPEAL_STILL_OPEN",
    zh="申诉期已满",
    sentence="结论作出后%(days)s天内可以申诉，期满后自动生效。",
    check=_too_early,
    source="SM-18",
)
OTHER_DECIDER = Guard(
    code="PURCHASING.APPEAL_SAME_PERSON",
    zh="答复申诉的人不是作结论的人",
    sentence="结论由“%(who)s”作出，申诉须由另一位工会管理员答复。",
    check=_same_decider,
    source="SM-18",
)

TOTAL_FITS = Guard(
    code="PURCHASING.APPEAL_TOTAL",
    zh="改变的结论与复核后的总分相符",
    sentence="结论改为“%(conclusion)s”的，请填写复核后的总分，总分须与该结论相符。",
    check=_total_differs,
    of_data=True,
)
