"""What an evaluation decides happens to its project, in the same transaction, and what a project enters begins its evaluation."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from commons.access.actors import system
from commons.hierarchy.models import TradeUnion
from commons.jobs.context import JobContext
from commons.jobs.models import Job
from commons.kit.errors import DomainError
from commons.workflow import alarms
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing.enums import Conclusion, EvaluationKind, EvaluationState, ProjectState, ReportState
from tenants.purchasing.machines.evaluation import EVALUATION
from tenants.purchasing.machines.project import PROJECT
from tenants.purchasing.models import Evaluation, Provider, ServiceProject
from tests.factories.purchasing import course as make
from tests.tenants.purchasing.course.conftest import Course
from tests.tenants.purchasing.course.proving import everything


def scored(course: Course, kind: EvaluationKind, total: str, sample: int = 40) -> Evaluation:
    state = ProjectState.MIDTERM if kind == EvaluationKind.MIDTERM else ProjectState.ASSESSING
    ServiceProject.objects.filter(pk=course.project.pk).update(state=state)
    return make.evaluation(
        course.project,
        kind,
        state=EvaluationState.SCORED,
        total=Decimal(total),
        sample=sample,
        scored_by_id=course.staff.user_id,
        scored_by_name=course.staff.name,
    )


def project(course: Course) -> ServiceProject:
    return ServiceProject.objects.get(pk=course.project.pk)


def ring(course: Course) -> dict[str, object]:
    """What the worker does when the moment comes."""
    job = Job.objects.get(kind=alarms.KIND)
    union = TradeUnion.objects.get(code="430105")
    context = JobContext(job.pk, job.kind, job.payload, union, system(job.asked_by_name, union), job.run_after)
    return alarms.ring(context)


def test_a_project_that_enters_its_midterm_has_it_open(course: Course) -> None:
    make.report(course.contract, state=ReportState.ACCEPTED)
    transition(PROJECT, course.project, "midterm", by=course.staff, at=course.at)

    row = Evaluation.objects.get()
    assert (row.kind, row.state, row.due_on) == (EvaluationKind.MIDTERM, EvaluationState.OPEN, date(2026, 5, 15))
    assert row.system_id == course.project.midterm_system_id


def test_a_pass_counts_at_once(course: Course) -> None:
    row = scored(course, EvaluationKind.MIDTERM, "86.8")
    transition(EVALUATION, row, "conclude", by=course.admin, at=course.at, data={"conclusion": "pass"})

    found = project(course)
    assert (found.state, found.midterm_passed) == (ProjectState.RUNNING, True)
    told = Change.objects.get(object_id=found.pk)
    assert (told.event, told.by_name, told.reason) == ("pass", course.admin.name, "中期评估结论为“通过”")


def test_rectification_is_asked_for_when_the_appeal_is_over(course: Course) -> None:
    row = scored(course, EvaluationKind.MIDTERM, "50")
    data = {"conclusion": "rectify", "rectify_by": "2026-12-20"}
    transition(EVALUATION, row, "conclude", by=course.admin, at=course.at, reason="进度滞后", data=data)
    assert project(course).state == ProjectState.MIDTERM

    assert ring(course) == {"rung": True}
    found = project(course)
    assert (found.state, found.rectify_by, found.midterm_failures) == (
        ProjectState.RECTIFYING,
        date(2026, 12, 20),
        1,
    )
    # The same moment once more changes nothing.
    before = everything()
    assert ring(course) == {"rung": False, "why": "WORKFLOW.STATE"}
    assert everything() == before


def test_the_second_failure_ends_the_project(course: Course) -> None:
    ServiceProject.objects.filter(pk=course.project.pk).update(midterm_failures=1)
    row = scored(course, EvaluationKind.MIDTERM, "50")
    data = {"conclusion": "rectify", "rectify_by": "2026-12-20"}
    transition(EVALUATION, row, "conclude", by=course.admin, at=course.at, reason="进度滞后", data=data)
    transition(EVALUATION, row, "agree", by=course.provider, at=course.at)
    found = project(course)
    assert (found.state, found.midterm_failures, found.ended_on) == (ProjectState.TERMINATED, 2, date(2026, 11, 20))


def test_an_appeal_that_is_heard_passes_the_project(course: Course) -> None:
    row = scored(course, EvaluationKind.MIDTERM, "50")
    data = {"conclusion": "rectify", "rectify_by": "2026-12-20"}
    transition(EVALUATION, row, "conclude", by=course.admin, at=course.at, reason="进度滞后", data=data)
    transition(EVALUATION, row, "appeal", by=course.provider, at=course.at, data={"appeal": "统计口径有误"})
    answer = {"conclusion": "pass", "answer": "采纳", "total": "72.5"}
    transition(EVALUATION, row, "decide", by=course.other_admin, at=course.at, data=answer)
    assert project(course).state == ProjectState.RUNNING
    # The alarm of the first conclusion finds it moved on.
    assert ring(course) == {"rung": False, "why": "WORKFLOW.STATE"}


@pytest.mark.parametrize(
    ("total", "grade"),
    [("95", Conclusion.EXCELLENT), ("82", Conclusion.GOOD), ("60", Conclusion.QUALIFIED)],
)
def test_a_good_performance_completes_the_project(course: Course, total: str, grade: Conclusion) -> None:
    make.served(course.project)
    row = scored(course, EvaluationKind.PERFORMANCE, total)
    transition(EVALUATION, row, "conclude", by=course.admin, at=course.at)
    row.refresh_from_db()
    assert row.conclusion == grade
    found = project(course)
    assert (found.state, found.ended_on) == (ProjectState.COMPLETED, date(2026, 11, 20))


def test_an_unqualified_provider_stands_back_when_it_is_final(course: Course) -> None:
    row = scored(course, EvaluationKind.PERFORMANCE, "59.9999")
    transition(EVALUATION, row, "conclude", by=course.admin, at=course.at, reason="多数目标未完成")
    assert project(course).state == ProjectState.ASSESSING
    assert Provider.objects.get(uscc=make.USCC).blocked_until is None

    transition(EVALUATION, row, "agree", by=course.provider, at=course.at + timedelta(days=1))
    assert project(course).state == ProjectState.FAILED
    assert Provider.objects.get(uscc=make.USCC).blocked_until == date(2027, 11, 21)


def test_what_the_project_refuses_the_evaluation_does_not_conclude(course: Course, at: datetime) -> None:
    """Too few marks among the records now, though the scores told of more."""
    row = scored(course, EvaluationKind.PERFORMANCE, "82", sample=0)
    before = everything()
    with pytest.raises(DomainError):
        transition(EVALUATION, row, "conclude", by=course.admin, at=at)
    assert everything() == before


def test_an_approval_moves_no_project(course: Course) -> None:
    ServiceProject.objects.filter(pk=course.project.pk).update(state=ProjectState.APPROVAL_REVIEW)
    row = make.evaluation(
        course.project,
        EvaluationKind.APPROVAL,
        state=EvaluationState.SCORED,
        total=Decimal(88),
        scored_by_id=course.staff.user_id,
    )
    transition(EVALUATION, row, "conclude", by=course.admin, at=course.at, data={"conclusion": "pass"})
    assert project(course).state == ProjectState.APPROVAL_REVIEW
    transition(PROJECT, course.project, "approve", by=course.other_admin, at=course.at)
    assert project(course).state == ProjectState.APPROVED
