"""Reports of visits and evaluations as documents, and what the portal asks of an organization."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document as Word

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.purchasing import course_portal
from tenants.purchasing.enums import Conclusion, EvaluationKind, EvaluationState, ReportKind, ReportState, VisitState
from tenants.purchasing.models import Evaluation
from tests.factories import people
from tests.factories.purchasing import course as make
from tests.tenants.purchasing.course.conftest import Course

CODE = "430105"
SCORES = {"progress": "85", "quantity": "90", "quality": "87.00", "funds": "92", "records": "75"}


def browser(actor: Actor) -> Client:
    assert actor.union is not None
    client = Client()
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["acting_union"] = actor.union.code
    session.save()
    return client


def words(content: bytes) -> str:
    file = Word(io.BytesIO(content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in file.paragraphs), *cells])


def concluded(course: Course) -> Evaluation:
    return make.evaluation(
        course.project,
        EvaluationKind.MIDTERM,
        state=EvaluationState.CONCLUDED,
        scores=SCORES,
        total=Decimal("86.8000"),
        comment="总体符合计划",
        satisfaction=Decimal("4.35"),
        sample=40,
        conclusion=Conclusion.PASS,
        concluded_on=date(2026, 11, 18),
        concluded_by_name="李敏",
        evaluated_on=date(2026, 11, 16),
        scored_by_name="王芳",
    )


def test_the_report_of_an_evaluation(course: Course) -> None:
    row = concluded(course)
    client = browser(course.staff)
    answer = client.get(f"/u/{CODE}/evaluations/{row.pk}/report.docx")
    assert answer.status_code == 200
    told = words(answer.content)
    for shown in ("中期评估报告", "职工心理关爱服务", "180,000.00元", "4.35分，样本40份", "25.50", "86.80"):
        assert shown in told
    assert "结论：通过。李敏于2026年11月18日作出结论。" in told
    assert AuditEvent.objects.get(event="purchasing.evaluation.document").object_id == str(row.pk)
    assert client.get(f"/u/{CODE}/evaluations/{row.pk}/report.pdf").content.startswith(b"%PDF")
    assert client.get(f"/u/{CODE}/evaluations/{row.pk}/report.txt").status_code == 404
    page = client.get(f"/u/{CODE}/evaluations/{row.pk}").content.decode()
    assert f"/u/{CODE}/evaluations/{row.pk}/report.docx" in page


def test_before_the_conclusion_there_is_no_report(course: Course) -> None:
    row = make.evaluation(course.project, state=EvaluationState.SCORED, scores=SCORES, total=Decimal("86.8"))
    client = browser(course.staff)
    assert client.get(f"/u/{CODE}/evaluations/{row.pk}/report.docx").status_code == 404
    assert "report.docx" not in client.get(f"/u/{CODE}/evaluations/{row.pk}").content.decode()


def test_the_report_of_a_visit(course: Course) -> None:
    row = make.visit(
        course.project,
        state=VisitState.RECTIFYING,
        risk="high",
        findings="签到表缺少两场\n照片不足",
        rectify_by=date(2026, 12, 1),
        rectification="已补齐",
        rectified_on=date(2026, 11, 19),
        inspected_by_name="王芳",
    )
    told = words(browser(course.supervisor).get(f"/u/{CODE}/visits/{row.pk}/report.docx").content)
    for shown in ("监督检查报告", "签到表缺少两场", "照片不足", "已补齐", "报送日期：2026年11月19日。", "高"):
        assert shown in told
    planned = make.visit(course.project)
    assert browser(course.staff).get(f"/u/{CODE}/visits/{planned.pk}/report.docx").status_code == 404


@pytest.mark.parametrize("who", ["stranger", "other_provider"])
def test_reports_are_read_by_who_reads_the_row(course: Course, who: str) -> None:
    row = concluded(course)
    visit = make.visit(course.project, state=VisitState.DONE, risk="low")
    client = browser(getattr(course, who))
    for address in (f"evaluations/{row.pk}/report.docx", f"visits/{visit.pk}/report.pdf"):
        assert client.get(f"/u/{CODE}/{address}").status_code == 404
    assert AuditEvent.objects.filter(event__endswith=".document").count() == 0
    neighbour = browser(people.actor("430111", Role.UNION_ADMIN))
    assert neighbour.get(f"/u/430111/evaluations/{row.pk}/report.docx").status_code == 404


def test_the_portal_asks_for_what_is_due(course: Course, country: dict[str, TradeUnion]) -> None:
    assert course_portal.section(course.provider, course.at) is None
    report = make.report(course.contract, ReportKind.PROGRESS)
    make.report(course.contract, ReportKind.EXPENSE, state=ReportState.SUBMITTED)
    make.visit(course.project)
    visit = make.visit(course.project, state=VisitState.RECTIFYING, rectify_by=date(2026, 12, 1))
    evaluation = concluded(course)

    with CaptureQueriesContext(connection) as asked:
        card = course_portal.section(course.provider, course.at)
    assert card is not None
    assert [(line.label, line.url, line.note) for line in card.lines] == [
        ("提交进展报告：职工心理关爱服务", f"/u/{CODE}/reports/{report.pk}", "2026-04-10前，已逾期"),
        ("报送整改情况：职工心理关爱服务", f"/u/{CODE}/visits/{visit.pk}", "2026-12-01前"),
        ("中期评估已作结论：职工心理关爱服务", f"/u/{CODE}/evaluations/{evaluation.pk}", "2026-11-29前可以申诉"),
    ]
    assert len(asked) == 3
    assert course_portal.section(course.other_provider, course.at) is None
    with door.inside(country["430111"]):
        assert course_portal.section(people.organization("430111", make.USCC), course.at) is None


def test_an_organization_hands_in_its_report_by_its_pages(course: Course) -> None:
    row = make.report(course.contract)
    client = browser(course.provider)
    page = client.get(f"/u/{CODE}/reports/{row.pk}")
    assert page.status_code == 200
    assert f"/u/{CODE}/do/report/{row.pk}/submit" in page.content.decode()
    given = {"text": "完成两场", "sessions": "2", "person_times": "60", "persons": "45", "version": "1", "reason": ""}
    assert client.post(f"/u/{CODE}/do/report/{row.pk}/submit", given).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.person_times) == (ReportState.SUBMITTED, 60)
