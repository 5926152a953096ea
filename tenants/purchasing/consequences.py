"""
What follows from a step for other rows, in its transaction: of an evaluation for its project, of a project for its evaluations.

Listeners are told after the row is saved, so that the other machine's guards read what has just been decided.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from commons.workflow.declaration import Step
from commons.workflow.machines import of
from commons.workflow.transitions import follow
from tenants.purchasing.actions import course
from tenants.purchasing.enums import Conclusion, EvaluationKind, EvaluationState, ProjectState
from tenants.purchasing.machines.evaluation_forms import ADVERSE
from tenants.purchasing.models import Evaluation, ServiceProject

# What the conclusion lets happen to the project, where it is in the state of that evaluation.
_MIDTERM = {Conclusion.PASS: "pass", Conclusion.RECTIFY: "rectify", Conclusion.STOP: "terminate"}
_PERFORMANCE = {
    Conclusion.EXCELLENT: "conclude",
    Conclusion.GOOD: "conclude",
    Conclusion.QUALIFIED: "conclude",
    Conclusion.UNQUALIFIED: "unqualified",
}
_DUE: dict[EvaluationKind, Callable[[ServiceProject], date | None]] = {
    EvaluationKind.APPROVAL: lambda project: None,
    EvaluationKind.MIDTERM: lambda project: project.midterm_on,
    EvaluationKind.PERFORMANCE: lambda project: project.ends_on,
}
_BEGINS = {
    ProjectState.APPROVAL_REVIEW: EvaluationKind.APPROVAL,
    ProjectState.MIDTERM: EvaluationKind.MIDTERM,
    ProjectState.ASSESSING: EvaluationKind.PERFORMANCE,
}


def listener(step: Step, before: str) -> None:
    """Told of every step of every machine."""
    if isinstance(step.row, Evaluation):
        _of_evaluation(step, before)
    elif isinstance(step.row, ServiceProject):
        _of_project(step, before)


def _of_project(step: Step, before: str) -> None:
    """Entering the state of an evaluation begins it."""
    project = step.row
    kind = _BEGINS.get(ProjectState(project.state))
    if kind is not None and before != project.state:
        course.open_evaluation(project, kind, by=step.by, at=step.at, due_on=_DUE[kind](project))


def _of_evaluation(step: Step, before: str) -> None:
    """
    A conclusion in favour counts at once, one against when it is final. What has been carried out already is not again.

    Source: SM-15P; SM-18.
    """
    row = step.row
    if row.kind == EvaluationKind.APPROVAL or before == row.state:
        return
    if row.state not in {EvaluationState.CONCLUDED, EvaluationState.FINAL}:
        return
    if row.conclusion in ADVERSE and row.state != EvaluationState.FINAL:
        return
    project = ServiceProject.objects.get(pk=row.project_id)
    conclusion = Conclusion(row.conclusion)
    if row.kind == EvaluationKind.MIDTERM and project.state == ProjectState.MIDTERM:
        # The second failure ends the project, which its own machine decides.
        event = _MIDTERM[conclusion]
    elif row.kind == EvaluationKind.PERFORMANCE and project.state == ProjectState.ASSESSING:
        event = _PERFORMANCE[conclusion]
    else:
        return
    data = {"rectify_by": row.rectify_by.isoformat()} if event == "rectify" and row.rectify_by else {}
    reason = step.reason or f"{EvaluationKind(row.kind).label}结论为“{conclusion.label}”"
    follow(of("serviceproject"), project, event, after=step, reason=reason, data=data)
