"""
Evaluations: for approval, at mid-term, of performance. Source: DOMAIN §3.6 SM-18; E11, E13, E14, F07; C1.

A conclusion in the provider's favour counts at once, one against it when the appeal is over: ten days after it was told, or when the
provider agrees, or when somebody else has decided the appeal. What follows for the project stands in `consequences`.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from commons.access.permissions import Permission as P
from commons.kit.clock import BEIJING, today
from commons.kit.labels import Code
from commons.workflow import alarms
from commons.workflow.declaration import EventForm, Guard, Machine, Step, Transition, Waiting, Who
from tenants.purchasing import weighing
from tenants.purchasing.enums import Conclusion, EvaluationKind, EvaluationState
from tenants.purchasing.models import Evaluation
from tenants.purchasing.policies import EVALUATIONS
from tenants.purchasing.rules import thresholds
from tenants.purchasing.selectors.delivery import delivered
from tenants.purchasing.weighing import Item
from tenants.purchasing.who import ADMIN_PROJECTS, PLATFORM, PROVIDER, STAFF_COURSE, SUPERVISOR, assigned_project

EXPERT = Who(P.REVIEW_SCORE, "指派的评审专家", assigned_project)

CHOICES = {
    EvaluationKind.APPROVAL: (Conclusion.PASS, Conclusion.REJECT),
    EvaluationKind.MIDTERM: (Conclusion.PASS, Conclusion.RECTIFY, Conclusion.STOP),
    EvaluationKind.PERFORMANCE: (
        Conclusion.EXCELLENT,
        Conclusion.GOOD,
        Conclusion.QUALIFIED,
        Conclusion.UNQUALIFIED,
    ),
}
ADVERSE = frozenset({Conclusion.RECTIFY, Conclusion.STOP, Conclusion.REJECT, Conclusion.UNQUALIFIED})


class EvaluationEvent(Code):
    SCORE = "score", "评分", "Score"
    RESCORE = "rescore", "退回重评", "Send back for scoring"
    CONCLUDE = "conclude", "作出结论", "Conclude"
    AGREE = "agree", "认可结论", "Agree with the conclusion"
    APPEAL = "appeal", "提出申诉", "Appeal"
    DECIDE = "decide", "答复申诉", "Decide the appeal"
    FINALIZE = "finalize", "申诉期满生效", "Become final"


def items(row: Evaluation) -> list[Item]:
    """The items by which it is scored; none without a system."""
    return weighing.items_of(row.system.content) if row.system is not None else []


def _from_records(row: Evaluation) -> bool:
    """Whether satisfaction is told by records, and so is not typed. Approval looks at nothing that was delivered."""
    return row.kind != EvaluationKind.APPROVAL and delivered(row.project_id).sample > 0


class ScoreForm(EventForm):
    """The points of each item. Satisfaction is reckoned from the service records where workers gave marks."""

    comment = forms.CharField(
        label="评审意见",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=3000,
        error_messages={"required": "请填写评审意见。"},
    )

    def prepare(self) -> None:
        if self.row is None:
            return
        recorded = _from_records(self.row)
        for item in items(self.row):
            if item.is_satisfaction and recorded:
                continue
            self.fields[f"points_{item.code}"] = forms.DecimalField(
                label=f"{item.name}（满分{item.maximum.normalize():f}分，权重{item.weight.normalize():f}%）",
                help_text=item.guide,
                min_value=0,
                max_value=item.maximum,
                max_digits=7,
                decimal_places=2,
                error_messages={
                    "required": "请打分。",
                    "max_value": f"不能超过满分{item.maximum.normalize():f}分。",
                    "min_value": "分数不能为负。",
                },
            )
        self.order_fields([name for name in self.fields if name != "comment"] + ["comment"])

    @classmethod
    def starting(cls, row: Evaluation) -> dict[str, Any]:
        return {"comment": row.comment, **{f"points_{code}": points for code, points in row.scores.items()}}


class ConcludeForm(EventForm):
    conclusion = forms.ChoiceField(label="结论", error_messages={"required": "请选择结论。"})
    rectify_by = forms.DateField(
        label="整改期限",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="结论为整改的，须填写。",
        error_messages={"invalid": "请填写有效的日期。"},
    )

    def prepare(self) -> None:
        if self.row is None:
            return
        choices = CHOICES[EvaluationKind(self.row.kind)]
        self.fields["conclusion"].choices = [(one.value, one.label) for one in choices]  # type: ignore[attr-defined]
        if self.row.kind == EvaluationKind.PERFORMANCE:
            # The grade follows from the total; nobody chooses it.
            del self.fields["conclusion"]
        if self.row.kind != EvaluationKind.MIDTERM:
            del self.fields["rectify_by"]


class AppealForm(EventForm):
    appeal = forms.CharField(
        label="申诉理由",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=3000,
        error_messages={"required": "请填写申诉理由。"},
    )


class DecideForm(EventForm):
    conclusion = forms.ChoiceField(label="申诉后的结论", error_messages={"required": "请选择结论。"})
    total = forms.DecimalField(
        label="复核后的总分",
        required=False,
        min_value=0,
        max_value=100,
        max_digits=7,
        decimal_places=4,
        help_text="改变结论的，填写复核后的总分；结论须与总分相符。",
    )
    answer = forms.CharField(
        label="答复",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=3000,
        error_messages={"required": "请填写答复。"},
    )

    def prepare(self) -> None:
        if self.row is not None:
            # From best to worst; an appeal never makes it worse.
            choices = CHOICES[EvaluationKind(self.row.kind)]
            if self.row.conclusion in choices:
                choices = choices[: choices.index(Conclusion(self.row.conclusion)) + 1]
            self.fields["conclusion"].choices = [  # type: ignore[attr-defined]
                (one.value, f"维持“{one.label}”" if one == self.row.conclusion else f"改为“{one.label}”")
                for one in reversed(choices)
            ]

    @classmethod
    def starting(cls, row: Evaluation) -> dict[str, Any]:
        return {"conclusion": row.conclusion}


def conclusion_of(step: Step) -> Conclusion:
    """What the step concludes: of a performance assessment by its total, else as chosen."""
    if step.row.kind == EvaluationKind.PERFORMANCE and "conclusion" not in step.data:
        return weighing.grade_of(step.row.total)
    return Conclusion(step.data["conclusion"])


def appeal_days(row: Evaluation) -> int:
    """For how many days after the conclusion appeals are heard, by the project's own measures. Source: SM-18."""
    return thresholds(row.project.measures).appeal_days


def appeal_until(row: Evaluation) -> date:
    """The first day on which it is too late."""
    assert row.concluded_on is not None
    return row.concluded_on + timedelta(days=appeal_days(row) + 1)


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


def _score(step: Step) -> None:
    row, data = step.row, step.data
    sheet = items(row)
    points = {item.code: data[name] for item in sheet if (name := f"points_{item.code}") in data}
    facts = delivered(row.project_id)
    if row.kind != EvaluationKind.APPROVAL:
        step.set(satisfaction=facts.satisfaction, sample=facts.sample)
    for item in sheet:
        if item.code not in points:
            points[item.code] = weighing.points_of_satisfaction(item, facts.marks, facts.sample)
    step.set(
        scores={item.code: str(points[item.code]) for item in sheet},
        total=weighing.weighed(sheet, points),
        comment=data["comment"],
        evaluated_on=today(step.at),
        scored_by_id=step.by.user_id,
        scored_by_name=step.by.name[:120],
    )


def _conclude(step: Step) -> None:
    row, day = step.row, today(step.at)
    step.set(
        conclusion=conclusion_of(step),
        concluded_by_id=step.by.user_id,
        concluded_by_name=step.by.name[:120],
        concluded_on=day,
    )
    if row.kind == EvaluationKind.APPROVAL:
        # Nobody provides yet, so nobody appeals.
        step.set(final_on=day)
        return
    if row.conclusion == Conclusion.RECTIFY:
        step.set(rectify_by=step.data["rectify_by"])
    over = datetime.combine(appeal_until(row), time(), BEIJING)
    alarms.ring_at(over, EVALUATION, row, EvaluationEvent.FINALIZE, by=step.by, at=step.at)


def _leads(step: Step) -> Code:
    return EvaluationState.FINAL if step.row.kind == EvaluationKind.APPROVAL else EvaluationState.CONCLUDED


def _appeal(step: Step) -> None:
    step.set(appeal=step.data["appeal"], appealed_on=today(step.at))


def _decide(step: Step) -> None:
    if step.data.get("total") is not None and step.data["conclusion"] != step.row.conclusion:
        step.set(total=step.data["total"])
    step.set(
        conclusion=Conclusion(step.data["conclusion"]),
        appeal_answer=step.data["answer"],
        decided_by_name=step.by.name[:120],
        final_on=today(step.at),
    )


def _finalize(step: Step) -> None:
    step.set(final_on=today(step.at))


E, S = EvaluationEvent, EvaluationState
EVALUATION = Machine(
    code="SM-18E",
    zh="评审评估",
    en="Evaluation",
    model="purchasing.Evaluation",
    states=EvaluationState,
    events=EvaluationEvent,
    visible=EVALUATIONS.visible,
    title="project__title",
    url=lambda row: f"/evaluations/{row.pk}",
    initial=(S.OPEN,),
    parents=("project",),
    transitions=(
        Transition(
            E.SCORE,
            (S.OPEN,),
            S.SCORED,
            (STAFF_COURSE, EXPERT, SUPERVISOR),
            guards=(WITH_SYSTEM,),
            effects=(_score,),
            form=ScoreForm,
            hint="总分由系统按权重计算；有服务记录满意度评价的，满意度得分由系统计算，不需填写。",
        ),
        Transition(E.RESCORE, (S.SCORED,), S.OPEN, (ADMIN_PROJECTS,), needs_reason=True),
        Transition(
            E.CONCLUDE,
            (S.SCORED,),
            S.CONCLUDED,
            (ADMIN_PROJECTS,),
            guards=(OTHER_SCORER, ENOUGH_POINTS, ENOUGH_MARKS, WITH_DAY, EXPLAINED),
            effects=(_conclude,),
            form=ConcludeForm,
            others=(S.FINAL,),
            leads=_leads,
            hint="绩效考核的等次由总分确定：90分以上优秀，80分以上良好，60分以上合格。不利的结论在申诉期满后生效。",
        ),
        Transition(E.AGREE, (S.CONCLUDED,), S.FINAL, (PROVIDER,), effects=(_finalize,), hint="认可后不能再提出申诉。"),
        Transition(
            E.APPEAL, (S.CONCLUDED,), S.APPEALED, (PROVIDER,), guards=(IN_TIME,), effects=(_appeal,), form=AppealForm
        ),
        Transition(
            E.DECIDE,
            (S.APPEALED,),
            S.FINAL,
            (ADMIN_PROJECTS,),
            guards=(OTHER_DECIDER, TOTAL_FITS),
            effects=(_decide,),
            form=DecideForm,
        ),
        Transition(
            E.FINALIZE,
            (S.CONCLUDED,),
            S.FINAL,
            (PLATFORM,),
            guards=(TIME_OVER,),
            effects=(_finalize,),
            button=False,
        ),
    ),
    waiting=(
        Waiting(S.OPEN, E.SCORE, "待评分", due="due_on"),
        Waiting(S.SCORED, E.CONCLUDE, "评分完成，待作结论"),
        Waiting(S.APPEALED, E.DECIDE, "申诉待答复"),
    ),
    source="SM-18, E11, E13, E14",
)
