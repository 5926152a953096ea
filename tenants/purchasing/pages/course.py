"""/u/<code>/reports, /visits, /evaluations …: one page for each row of a project's course. Source: DOMAIN §3.6, §4.2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock
from commons.web.frame import Crumb, actor_of
from commons.web.steps import Steps, steps
from commons.web.templatetags.platform_web import date_zh, when_zh
from commons.workflow.declaration import Machine
from commons.workflow.history import Entry, timeline
from tenants.attachments.pages import panel
from tenants.attachments.pages.panel import Panel
from tenants.purchasing.enums import Conclusion, EvaluationKind, ReportKind, RiskLevel, VisitKind, VisitState
from tenants.purchasing.machines.evaluation import EVALUATION
from tenants.purchasing.machines.evaluation_forms import items
from tenants.purchasing.machines.report import REPORT, free_shift, is_progress, overdue, shifted
from tenants.purchasing.machines.visit import VISIT
from tenants.purchasing.models import Evaluation, Report, ServiceProject, Visit
from tenants.purchasing.selectors import course
from tenants.purchasing.weighing import pass_mark_of


@dataclass(frozen=True)
class Fact:
    """One line of components/dl."""

    label: str
    value: object
    url: str = ""
    note: str = ""
    badge_state: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table of the row: its lines of expense, its points."""

    title: str
    headings: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[object]]
    foot: str = ""


@dataclass(frozen=True)
class RowPage:
    """One report, visit or evaluation. `told` are longer texts [(heading, text)]."""

    title: str
    number: str
    project: str
    project_url: str
    alarm: str
    steps: Steps
    facts: list[Fact]
    told: list[tuple[str, str]]
    sheet: Sheet | None
    documents: list[tuple[str, str]]
    attachments: Panel
    history: list[Entry]


def yuan(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}元"


@require_safe
def report(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """A progress or expense report."""
    actor = actor_of(request)
    row = course.report(actor, pk)
    kind, late = ReportKind(row.kind), overdue(row, clock.now())
    facts = [
        Fact("报告期", f"{date_zh(row.from_on)}至{date_zh(row.until_on)}"),
        Fact("提交期限", date_zh(row.due_on)),
        Fact("承接单位", row.contract.provider.name if row.contract else ""),
        Fact("提交时间", when_zh(row.submitted_at) if row.submitted_at else ""),
    ]
    if is_progress(row):
        facts += [
            Fact("本期服务场次", row.sessions),
            Fact("本期服务人次", row.person_times),
            Fact("本期服务人数", row.persons),
        ]
    else:
        facts.append(Fact("累计支出", yuan(row.spent)))
    if row.kind == ReportKind.FINAL_EXPENSE:
        facts += [Fact("结余", yuan(row.unused)), Fact("结余退回日期", date_zh(row.returned_on))]
    if row.shift_approval:
        facts.append(Fact("科目调整批准依据", row.shift_approval))
    if row.decided_at:
        facts.append(Fact("办理意见", row.opinion, note=f"{row.decided_by_name}，{when_zh(row.decided_at)}"))
    return _page(
        request,
        REPORT,
        row,
        kind.label,
        facts,
        told=[("经费使用说明" if not is_progress(row) else "工作进展", row.text)],
        sheet=_expenses(row),
        alarm="报告已超过提交期限，请尽快提交。" if late else "",
    )


def _expenses(row: Report) -> Sheet | None:
    if is_progress(row):
        return None
    above = set(shifted(row.lines, free_shift(row)))
    rows = [
        (
            line["name"],
            f"{Decimal(line['budget']):,.2f}",
            f"{Decimal(line['spent']):,.2f}" if line.get("spent") else "",
            "超过预算规定比例，须经批准" if line["name"] in above else "",
        )
        for line in row.lines
    ]
    headings = (("科目", False), ("预算（元）", True), ("累计支出（元）", True), ("提示", False))
    return Sheet("经费使用情况", headings, rows)


@require_safe
def visit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """A supervision visit."""
    actor = actor_of(request)
    row = course.visit(actor, pk)
    facts = [
        Fact("监督方式", VisitKind.label_of(row.kind)),
        Fact("监督日期", date_zh(row.visit_on)),
        Fact("监督人", row.inspected_by_name),
        Fact("监管单位", row.contract.provider.name if row.contract else ""),
        Fact("风险等级", RiskLevel.label_of(row.risk) if row.risk else "", badge_state=row.risk and f"risk_{row.risk}"),
        Fact("整改期限", date_zh(row.rectify_by)),
        Fact("整改报送日期", date_zh(row.rectified_on)),
    ]
    if row.confirmed_at:
        facts.append(Fact("监管方确认", f"{row.confirmed_by_name}，{when_zh(row.confirmed_at)}"))
    if row.noted_at:
        facts.append(Fact("管理员阅知", f"{row.noted_by_name}，{when_zh(row.noted_at)}"))
    open_ = row.risk == RiskLevel.HIGH and row.noted_at is None
    return _page(
        request,
        VISIT,
        row,
        "监督检查",
        facts,
        told=[("发现的情况和问题", row.findings), ("整改情况", row.rectification)],
        documents=[] if row.state == VisitState.PLANNED else _documents("visit-report", union_code, row),
        alarm="本次监督评为高风险，须限期整改；工会管理员尚未阅知。" if open_ else "",
    )


@require_safe
def evaluation(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """An evaluation with its points."""
    actor = actor_of(request)
    row = course.evaluation(actor, pk)
    facts = [
        Fact("指标体系", f"{row.system.title}（第{row.system.edition}版）" if row.system else "未选定"),
        Fact("计划日期", date_zh(row.due_on)),
        Fact("总分", f"{row.total:.2f}" if row.total is not None else "", note=_pass_mark(row)),
        Fact("评分人", row.scored_by_name, note=str(date_zh(row.evaluated_on)) if row.evaluated_on else ""),
    ]
    if row.kind != EvaluationKind.APPROVAL:
        facts.append(Fact("职工满意度", row.satisfaction or "", note=f"样本{row.sample}份，由服务记录计算"))
    facts.append(Fact("结论", Conclusion.label_of(row.conclusion) if row.conclusion else ""))
    if row.concluded_on:
        facts.append(Fact("作出结论", f"{row.concluded_by_name}，{date_zh(row.concluded_on)}"))
    if row.rectify_by:
        facts.append(Fact("整改期限", date_zh(row.rectify_by)))
    if row.final_on:
        facts.append(Fact("生效日期", date_zh(row.final_on)))
    told = [("评审意见", row.comment), ("申诉理由", row.appeal), ("申诉答复", row.appeal_answer)]
    title = EvaluationKind.label_of(row.kind)
    documents = _documents("evaluation-report", union_code, row) if row.conclusion else []
    return _page(request, EVALUATION, row, title, facts, told=told, sheet=_points(row), documents=documents)


def _documents(name: str, code: str, row: Visit | Evaluation) -> list[tuple[str, str]]:
    return [(label, reverse(name, args=[code, row.pk, ending])) for label, ending in (("Word", "docx"), ("PDF", "pdf"))]


def _pass_mark(row: Evaluation) -> str:
    return f"合格线{pass_mark_of(row.system.content).normalize():f}分" if row.system else ""


def _points(row: Evaluation) -> Sheet | None:
    sheet = items(row)
    if not sheet:
        return None
    rows = [
        (
            item.name,
            f"{item.weight.normalize():f}",
            f"{item.maximum.normalize():f}",
            row.scores.get(item.code, ""),
            f"{Decimal(row.scores[item.code]) * item.weight / item.maximum:.2f}" if item.code in row.scores else "",
        )
        for item in sheet
    ]
    headings = (("指标", False), ("权重（%）", True), ("满分", True), ("得分", True), ("加权得分", True))
    return Sheet("评分", headings, rows, "总分按未四舍五入的加权得分合计，最后保留四位小数。")


def _page(
    request: HttpRequest,
    machine: Machine,
    row: Any,
    title: str,
    facts: list[Fact],
    *,
    told: list[tuple[str, str]],
    sheet: Sheet | None = None,
    documents: list[tuple[str, str]] | None = None,
    alarm: str = "",
) -> HttpResponse:
    actor = actor_of(request)
    project: ServiceProject = row.project
    code = actor.union.code if actor.union else ""
    page = RowPage(
        title=title,
        number=project.number,
        project=project.title,
        project_url=project_url(actor, code, project),
        alarm=alarm,
        steps=steps(machine, row, actor, clock.now(), code),
        facts=facts,
        told=[(heading, text) for heading, text in told if text],
        sheet=sheet,
        documents=documents or [],
        attachments=panel.of(actor, row),
        history=timeline(machine, row) if may(actor, Permission.COURSE_VIEW) else [],
    )
    crumbs = [Crumb(project.title, page.project_url), Crumb(title)]
    return render(request, "purchasing/course/row.html", {"page": page, "breadcrumbs": crumbs})


def project_url(actor: Actor, code: str, project: ServiceProject) -> str:
    """The page of the project's course."""
    return f"/u/{code}/projects/{project.pk}/course"
