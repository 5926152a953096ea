"""What an organization has to hand in and to answer in its projects. Source: DOMAIN §4.2 org_user; K07, SM-32, SM-18."""

from __future__ import annotations

from datetime import datetime

from commons.access.actors import Actor
from commons.web.desk import Card, Line
from tenants.purchasing.enums import EvaluationKind, EvaluationState, ReportKind, ReportState, VisitState
from tenants.purchasing.machines.evaluation_forms import appeal_until
from tenants.purchasing.machines.report import ENDED, overdue
from tenants.purchasing.selectors import course

_MOST = 10


def section(actor: Actor, at: datetime) -> Card | None:
    """Reports that are due, rectifications, conclusions that may be appealed; None when nothing waits. Three statements."""
    if actor.union is None or not actor.organization:
        return None
    base = f"/u/{actor.union.code}"
    due = course.reports(actor).filter(state__in=[ReportState.DUE, ReportState.RETURNED])
    lines = [
        Line(
            f"提交{ReportKind.label_of(row.kind)}：{row.project.title}",
            f"{base}/reports/{row.pk}",
            note=f"{row.due_on:%Y-%m-%d}前" + ("，已逾期" if overdue(row, at) else ""),
        )
        for row in due.exclude(project__state__in=ENDED).order_by("due_on", "pk")[:_MOST]
    ]
    lines += [
        Line(
            f"报送整改情况：{row.project.title}",
            f"{base}/visits/{row.pk}",
            note=f"{row.rectify_by:%Y-%m-%d}前" if row.rectify_by else "",
        )
        for row in course.visits(actor)
        .filter(state=VisitState.RECTIFYING, rectified_on=None)
        .order_by("rectify_by", "pk")[:_MOST]
    ]
    lines += [
        Line(
            f"{EvaluationKind.label_of(row.kind)}已作结论：{row.project.title}",
            f"{base}/evaluations/{row.pk}",
            note=f"{appeal_until(row):%Y-%m-%d}前可以申诉",
        )
        for row in course.evaluations(actor)
        .filter(state=EvaluationState.CONCLUDED)
        .order_by("concluded_on", "pk")[:_MOST]
    ]
    return Card(title="项目报告、整改和评估", lines=tuple(lines)) if lines else None
