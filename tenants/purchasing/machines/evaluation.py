"""
Evaluations: for approval, at mid-term, of performance. Source: DOMAIN §3.6 SM-18; E11, E13, E14, F07; C1.

A conclusion in the provider's favour counts at once, one against it when the appeal is over: ten days after it was told, or when the
provider agrees, or when somebody else has decided the appeal. What follows for the project stands in `consequences`.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db.models import QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission as P
from commons.kit.clock import BEIJING, today
from commons.kit.labels import Code
from commons.workflow import alarms
from commons.workflow.declaration import Machine, Step, Transition, Waiting, Who
from tenants.purchasing import weighing
from tenants.purchasing.enums import Conclusion, EvaluationKind, EvaluationState, ProjectState
from tenants.purchasing.machines import evaluation_guards as g
from tenants.purchasing.machines.evaluation_forms import (
    AppealForm,
    ConcludeForm,
    DecideForm,
    ScoreForm,
    appeal_until,
    conclusion_of,
    items,
)
from tenants.purchasing.policies import EVALUATIONS
from tenants.purchasing.selectors.delivery import delivered
from tenants.purchasing.who import ADMIN_PROJECTS, PLATFORM, PROVIDER, STAFF_COURSE, SUPERVISOR, assigned_project

EXPERT = Who(P.REVIEW_SCORE, "指派的评审专家", assigned_project)


class EvaluationEvent(Code):
    SCORE = "score", "评分", "Score"
    RESCORE = "rescore", "退回重评", "Send back for scoring"
    CONCLUDE = "conclude", "作出结论", "Conclude"
    AGREE = "agree", "认可结论", "Agree with the conclusion"
    APPEAL = "appeal", "提出申诉", "Appeal"
    DECIDE = "decide", "答复申诉", "Decide the appeal"
    FINALIZE = "finalize", "申诉期满生效", "Become final"


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


def _under_way(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """A project that was given back, refused or stopped asks for no points."""
    return rows.exclude(project__state__in=(ProjectState.DRAFT, ProjectState.REJECTED, ProjectState.TERMINATED))


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
            guards=(g.WITH_SYSTEM,),
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
            guards=(g.OTHER_SCORER, g.ENOUGH_POINTS, g.ENOUGH_MARKS, g.WITH_DAY, g.EXPLAINED),
            effects=(_conclude,),
            form=ConcludeForm,
            others=(S.FINAL,),
            leads=_leads,
            hint="绩效考核的等次由总分确定：90分以上优秀，80分以上良好，60分以上合格。不利的结论在申诉期满后生效。",
        ),
        Transition(E.AGREE, (S.CONCLUDED,), S.FINAL, (PROVIDER,), effects=(_finalize,), hint="认可后不能再提出申诉。"),
        Transition(
            E.APPEAL, (S.CONCLUDED,), S.APPEALED, (PROVIDER,), guards=(g.IN_TIME,), effects=(_appeal,), form=AppealForm
        ),
        Transition(
            E.DECIDE,
            (S.APPEALED,),
            S.FINAL,
            (ADMIN_PROJECTS,),
            guards=(g.OTHER_DECIDER, g.TOTAL_FITS),
            effects=(_decide,),
            form=DecideForm,
        ),
        Transition(
            E.FINALIZE,
            (S.CONCLUDED,),
            S.FINAL,
            (PLATFORM,),
            guards=(g.TIME_OVER,),
            effects=(_finalize,),
            button=False,
        ),
    ),
    waiting=(
        Waiting(S.OPEN, E.SCORE, "待评分", due="due_on", only=_under_way),
        Waiting(S.SCORED, E.CONCLUDE, "评分完成，待作结论"),
        Waiting(S.APPEALED, E.DECIDE, "申诉待答复"),
    ),
    source="SM-18, E11, E13, E14",
)
