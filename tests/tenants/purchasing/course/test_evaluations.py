"""SM-18 evaluations: points by an indicator system, the conclusion by another person, and the appeal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commons.access.actors import system
from commons.hierarchy.models import TradeUnion
from commons.jobs.models import Job
from commons.kit.errors import Invalid
from commons.tenancy import door
from commons.workflow import todo
from commons.workflow.transitions import transition
from tenants.purchasing import weighing
from tenants.purchasing.actions.course import open_evaluation
from tenants.purchasing.enums import Conclusion, EvaluationKind, EvaluationState
from tenants.purchasing.machines.evaluation import EVALUATION
from tenants.purchasing.machines.evaluation_forms import ScoreForm
from tenants.purchasing.models import Evaluation, PurchaseRule, ServiceProject
from tests.factories.purchasing import course as make
from tests.tenants.purchasing.course.conftest import Course
from tests.tenants.purchasing.course.proving import may, refused

# The worked example of `weighing`; satisfaction is reckoned: 174 marks of 40 are 87 of 100.
POINTS = {
    "points_progress": "85",
    "points_quantity": "90",
    "points_funds": "92",
    "points_records": "75",
    "comment": "总体符合计划",
}
TYPED = {**POINTS, "points_quality": "87"}


def scored(course: Course, kind: EvaluationKind = EvaluationKind.MIDTERM, **fields: Any) -> Evaluation:
    values = {
        "state": EvaluationState.SCORED,
        "total": Decimal("86.8000"),
        "sample": 40,
        "scored_by_id": course.staff.user_id,
        "scored_by_name": course.staff.name,
        **fields,
    }
    return make.evaluation(course.project, kind, **values)


def concluded(course: Course, conclusion: Conclusion = Conclusion.RECTIFY, **fields: Any) -> Evaluation:
    values = {
        "state": EvaluationState.CONCLUDED,
        "conclusion": conclusion,
        "concluded_on": date(2026, 11, 20),
        "concluded_by_id": course.admin.user_id,
        "concluded_by_name": course.admin.name,
        **fields,
    }
    return scored(course, **values)


def test_the_worked_example() -> None:
    items = weighing.items_of({"items": make.ITEMS})
    points = dict(zip(("progress", "quantity", "quality", "funds", "records"), (85, 90, 87, 92, 75), strict=True))
    assert weighing.weighed(items, {code: Decimal(one) for code, one in points.items()}) == Decimal("86.8000")


def test_the_sum_is_rounded_once_and_half_up() -> None:
    items = weighing.items_of(
        {"items": [{"code": code, "name": code, "weight": "33.333", "max": 3} for code in ("a", "b", "c")]}
    )
    # 33.333 × 2 ÷ 3 = 22.222; three times 66.666.
    assert weighing.weighed(items, dict.fromkeys("abc", Decimal(2))) == Decimal("66.6660")
    # 33.333 × 0.1 ÷ 3 = 1.1111, times three 3.3333; rounded each by itself it would be the same, with 0.05 not:
    # 33.333 × 0.05 ÷ 3 = 0.55555, three times 1.66665, half up 1.6667; each rounded first: 0.5556 × 3 = 1.6668.
    assert weighing.weighed(items, dict.fromkeys("abc", Decimal("0.05"))) == Decimal("1.6667")


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("100.0000", Conclusion.EXCELLENT),
        ("90.0000", Conclusion.EXCELLENT),
        ("89.9999", Conclusion.GOOD),
        ("80.0000", Conclusion.GOOD),
        ("79.9999", Conclusion.QUALIFIED),
        ("60.0000", Conclusion.QUALIFIED),
        ("59.9999", Conclusion.UNQUALIFIED),
        ("0.0000", Conclusion.UNQUALIFIED),
    ],
)
def test_grades(total: str, grade: Conclusion) -> None:
    assert weighing.grade_of(Decimal(total)) == grade


def test_who_may_do_what_with_an_evaluation(course: Course) -> None:
    assert may(EVALUATION, make.evaluation(course.project), course.everybody()) == {
        "score": {"admin", "staff", "supervisor", "expert"},
        "rescore": {"admin"},
        "conclude": {"admin"},
        "agree": {"provider"},
        "appeal": {"provider"},
        "decide": {"admin"},
        "finalize": set(),
    }


def test_points_are_weighed_and_satisfaction_is_told_by_the_records(course: Course) -> None:
    make.served(course.project)
    make.served(course.project, satisfaction_sum=20, satisfaction_count=20, is_void=True)
    row = make.evaluation(course.project)
    assert "points_quality" not in ScoreForm(row=row, actor=course.expert).fields

    # What is typed all the same is not read.
    transition(EVALUATION, row, "score", by=course.expert, at=course.at, data={**TYPED, "points_quality": "100"})

    row.refresh_from_db()
    assert (row.state, row.total) == (EvaluationState.SCORED, Decimal("86.8000"))
    assert (row.satisfaction, row.sample) == (Decimal("4.35"), 40)
    assert row.scores == {"progress": "85", "quantity": "90", "quality": "87.00", "funds": "92", "records": "75"}
    assert (row.scored_by_id, row.evaluated_on) == (course.expert.user_id, date(2026, 11, 20))
    assert row.comment == "总体符合计划"


def test_without_marks_satisfaction_is_typed(course: Course) -> None:
    make.served(course.project, satisfaction_sum=0, satisfaction_count=0)
    row = make.evaluation(course.project)
    with pytest.raises(Invalid) as problem:
        transition(EVALUATION, row, "score", by=course.staff, at=course.at, data=POINTS)
    assert problem.value.problems == {"points_quality": ["请打分。"]}
    transition(EVALUATION, row, "score", by=course.staff, at=course.at, data=TYPED)
    row.refresh_from_db()
    assert (row.total, row.satisfaction, row.sample) == (Decimal("86.8000"), None, 0)


def test_points_stay_within_the_item(course: Course) -> None:
    row = make.evaluation(course.project)
    data = {**TYPED, "points_progress": "100.01", "points_funds": "-1"}
    with pytest.raises(Invalid) as problem:
        transition(EVALUATION, row, "score", by=course.staff, at=course.at, data=data)
    assert problem.value.problems == {
        "points_progress": ["不能超过满分100分。"],
        "points_funds": ["分数不能为负。"],
    }
    row.refresh_from_db()
    assert (row.state, row.total) == (EvaluationState.OPEN, None)


def test_nothing_is_scored_without_a_system(course: Course) -> None:
    row = make.evaluation(course.project, system=None)
    data = {"comment": "x"}
    refused(EVALUATION, row, "score", "PURCHASING.NO_INDICATOR_SYSTEM", by=course.staff, at=course.at, data=data)


def test_whoever_scored_does_not_conclude(course: Course) -> None:
    row = scored(course, scored_by_id=course.admin.user_id, scored_by_name="张三")
    data = {"conclusion": "pass"}
    problem = refused(
        EVALUATION, row, "conclude", "PURCHASING.CONCLUDED_BY_SCORER", by=course.admin, at=course.at, data=data
    )
    assert problem.message == "评分人“张三”不能对自己的评分作结论，请由另一位工会管理员办理。"
    transition(EVALUATION, row, "conclude", by=course.other_admin, at=course.at, data=data)
    row.refresh_from_db()
    assert (row.state, row.conclusion) == (EvaluationState.CONCLUDED, Conclusion.PASS)


@pytest.mark.parametrize("kind", [EvaluationKind.MIDTERM, EvaluationKind.APPROVAL])
def test_below_the_mark_nothing_passes(course: Course, kind: EvaluationKind) -> None:
    row = scored(course, kind, total=Decimal("59.9999"))
    refused(
        EVALUATION,
        row,
        "conclude",
        "PURCHASING.BELOW_PASS_MARK",
        by=course.admin,
        at=course.at,
        data={"conclusion": "pass"},
    )


def test_a_conclusion_against_the_provider_has_its_reason_and_its_day(course: Course) -> None:
    row = scored(course, total=Decimal("50.0000"))
    for data, reason, code in (
        ({"conclusion": "rectify"}, "进度滞后", "PURCHASING.RECTIFY_DAY_MISSING"),
        ({"conclusion": "rectify", "rectify_by": "2026-11-20"}, "进度滞后", "PURCHASING.RECTIFY_DAY_MISSING"),
        ({"conclusion": "rectify", "rectify_by": "2026-12-20"}, " ", "PURCHASING.CONCLUSION_UNEXPLAINED"),
        ({"conclusion": "stop"}, "", "PURCHASING.CONCLUSION_UNEXPLAINED"),
    ):
        refused(EVALUATION, row, "conclude", code, by=course.admin, at=course.at, reason=reason, data=data)


def test_the_grade_follows_from_the_total(course: Course) -> None:
    row = scored(course, EvaluationKind.PERFORMANCE)
    transition(EVALUATION, row, "conclude", by=course.admin, at=course.at)
    row.refresh_from_db()
    assert (row.conclusion, row.concluded_on) == (Conclusion.GOOD, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("sample", "persons", "enough"), [(29, 291, False), (29, 290, True), (30, 9999, True), (0, 0, False)]
)
def test_the_sample_of_satisfaction(course: Course, sample: int, persons: int, enough: bool) -> None:
    make.served(course.project, persons_new=persons, satisfaction_sum=sample * 4, satisfaction_count=sample)
    row = scored(course, EvaluationKind.PERFORMANCE, sample=sample)
    if enough:
        transition(EVALUATION, row, "conclude", by=course.admin, at=course.at)
        row.refresh_from_db()
        assert row.state == EvaluationState.CONCLUDED
    else:
        refused(EVALUATION, row, "conclude", "PURCHASING.SAMPLE_TOO_SMALL", by=course.admin, at=course.at)


def test_an_approval_is_final_at_once(course: Course) -> None:
    row = scored(course, EvaluationKind.APPROVAL)
    transition(EVALUATION, row, "conclude", by=course.admin, at=course.at, data={"conclusion": "pass"})
    row.refresh_from_db()
    assert (row.state, row.conclusion, row.final_on) == (EvaluationState.FINAL, Conclusion.PASS, date(2026, 11, 20))
    assert Job.objects.count() == 0


def test_after_ten_days_a_conclusion_is_final(course: Course) -> None:
    row = scored(course)
    data = {"conclusion": "rectify", "rectify_by": "2026-12-20"}
    transition(EVALUATION, row, "conclude", by=course.admin, at=course.at, reason="进度滞后", data=data)

    job = Job.objects.get(kind="workflow.alarm")
    # The tenth day is 30 November; it is over at midnight in Beijing.
    assert job.run_after == datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    platform = system("到期办理", TradeUnion.objects.get(code="430105"))
    early = job.run_after - timedelta(seconds=1)
    refused(EVALUATION, row, "finalize", "PURCHASING.APPEAL_STILL_OPEN", by=platform, at=early)
    transition(EVALUATION, row, "finalize", by=platform, at=job.run_after)
    row.refresh_from_db()
    assert (row.state, row.final_on, row.rectify_by) == (EvaluationState.FINAL, date(2026, 12, 1), date(2026, 12, 20))


def test_the_provider_appeals_within_ten_days(course: Course) -> None:
    row = concluded(course)
    data = {"appeal": "统计口径有误"}
    late = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    problem = refused(EVALUATION, row, "appeal", "PURCHASING.APPEAL_LATE", by=course.provider, at=late, data=data)
    assert problem.message == "申诉期已过，最后一天是2026年11月30日，不能再提出申诉。"
    transition(EVALUATION, row, "appeal", by=course.provider, at=late - timedelta(seconds=1), data=data)
    row.refresh_from_db()
    assert (row.state, row.appeal, row.appealed_on) == (EvaluationState.APPEALED, "统计口径有误", date(2026, 11, 30))


def test_an_appeal_is_decided_by_another_and_never_for_the_worse(course: Course) -> None:
    row = concluded(course, state=EvaluationState.APPEALED)
    data = {"conclusion": "pass", "answer": "经复核，予以采纳", "total": "72.5"}
    refused(EVALUATION, row, "decide", "PURCHASING.APPEAL_SAME_PERSON", by=course.admin, at=course.at, data=data)
    worse = {**data, "conclusion": "stop"}
    refused(EVALUATION, row, "decide", "INVALID", by=course.other_admin, at=course.at, data=worse)
    for total in ("", "59.9999"):
        unfit = {**data, "total": total}
        refused(EVALUATION, row, "decide", "PURCHASING.APPEAL_TOTAL", by=course.other_admin, at=course.at, data=unfit)

    transition(EVALUATION, row, "decide", by=course.other_admin, at=course.at, data=data)
    row.refresh_from_db()
    assert (row.state, row.conclusion, row.total, row.appeal_answer) == (
        EvaluationState.FINAL,
        Conclusion.PASS,
        Decimal("72.5000"),
        "经复核，予以采纳",
    )
    assert row.decided_by_name == course.other_admin.name


def test_a_provider_that_agrees_waits_no_longer(course: Course) -> None:
    row = concluded(course)
    transition(EVALUATION, row, "agree", by=course.provider, at=course.at)
    row.refresh_from_db()
    assert (row.state, row.final_on) == (EvaluationState.FINAL, date(2026, 11, 20))


def test_scores_are_sent_back(course: Course) -> None:
    row = scored(course)
    refused(EVALUATION, row, "rescore", "WORKFLOW.REASON_MISSING", by=course.admin, at=course.at)
    transition(EVALUATION, row, "rescore", by=course.admin, at=course.at, reason="漏评一项")
    row.refresh_from_db()
    assert row.state == EvaluationState.OPEN


def test_the_provider_reads_what_is_concluded_alone(course: Course) -> None:
    scored(course)
    shown = concluded(course)
    scored(course, EvaluationKind.APPROVAL, state=EvaluationState.FINAL)
    assert list(EVALUATION.visible(course.provider)) == [shown]
    assert list(EVALUATION.visible(course.other_provider)) == []
    assert EVALUATION.visible(course.expert).count() == 3
    assert EVALUATION.visible(course.stranger).count() == 0


def test_an_evaluation_is_opened_once_with_the_projects_own_system(course: Course) -> None:
    first = open_evaluation(course.project, EvaluationKind.MIDTERM, by=course.staff, at=course.at)
    again = open_evaluation(course.project, EvaluationKind.MIDTERM, by=course.staff, at=course.at)
    assert first.pk == again.pk
    assert first.system_id == course.project.midterm_system_id
    # From its first use on a system is frozen.
    assert PurchaseRule.objects.get(pk=first.system_id).used_at == course.at
    Evaluation.objects.update(state=EvaluationState.FINAL)
    assert open_evaluation(course.project, EvaluationKind.MIDTERM, by=course.staff, at=course.at).pk != first.pk


def test_each_finds_what_waits_and_a_neighbour_finds_nothing(
    course: Course, country: dict[str, TradeUnion], actor_of: Callable[..., Any]
) -> None:
    open_ = make.evaluation(course.project)
    assert [one.id for one in todo.mine(course.expert)] == [str(open_.pk)]
    assert todo.mine(course.stranger) == []
    with door.inside(country["430111"]):
        assert Evaluation.objects.count() == 0
        assert EVALUATION.visible(course.staff).count() == 0


@pytest.mark.parametrize("state", ["draft", "rejected", "terminated"])
def test_a_project_that_is_over_or_given_back_waits_for_no_points(course: Course, state: str) -> None:
    open_ = make.evaluation(course.project)
    ServiceProject.objects.filter(pk=course.project.pk).update(state=state)
    assert [one.id for one in todo.mine(course.expert) if one.id == str(open_.pk)] == []
    open_.refresh_from_db()
    assert open_.state == EvaluationState.OPEN
