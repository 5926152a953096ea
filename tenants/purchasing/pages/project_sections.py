"""What a project's page shows of contracts, reports, visits, evaluations, calls and service records, as far as the viewer may see them."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.web.objects import Link, Section, link_cell, state_cell, written
from tenants.purchasing import sections
from tenants.purchasing.actions import records as record_actions
from tenants.purchasing.enums import Conclusion, ProjectState
from tenants.purchasing.models import ServiceProject
from tenants.purchasing.policies import CALLS
from tenants.purchasing.selectors import contracts, course, projects

SHOWN = 20
_NOT_AWARDED = frozenset(
    {
        ProjectState.DRAFT,
        ProjectState.APPROVAL_REVIEW,
        ProjectState.APPROVED,
        ProjectState.REJECTED,
        ProjectState.SOURCING,
    }
)


def calls(project: ServiceProject, actor: Actor, code: str, at: datetime) -> Section | None:
    rows = list(CALLS.visible(actor).filter(project=project).order_by("round"))
    if not rows and not may(actor, Permission.PROJECTS_VIEW):
        return None
    return Section(
        "招募公告",
        ("公告", "状态", "截止时间"),
        [
            (
                link_cell(row.title, f"/u/{code}/purchase-calls/{row.pk}", f"第{row.round}次招募"),
                state_cell(row.state),
                written(row.bid_deadline),
            )
            for row in rows
        ],
        "还没有发布招募公告。",
    )


def contracts_of(project: ServiceProject, actor: Actor, code: str, at: datetime) -> Section | None:
    rows = list(contracts.contracts(actor).filter(project=project)[:SHOWN])
    edits = may(actor, Permission.CONTRACTS_EDIT)
    if not rows and not edits:
        return None
    paid = contracts.net_paid_of(rows)
    # Before the award there is nobody to contract with.
    drafts = edits and project.state not in _NOT_AWARDED
    return Section(
        "合同和付款",
        ("合同", "类别", "承接单位", "金额（元）", "已付（元）", "状态"),
        [
            (
                link_cell(row.title, f"/u/{code}/contracts/{row.pk}", row.number),
                row.kind.label,
                row.provider.name,
                f"{row.amount:,.2f}",
                f"{paid[row.pk]:,.2f}",
                state_cell(row.state),
            )
            for row in rows
        ],
        "还没有合同。",
        links=[Link("起草合同", f"{reverse('contract-new', args=[code])}?project={project.pk}")] if drafts else (),
        numeric=frozenset({3, 4}),
    )


def going(project: ServiceProject, actor: Actor, code: str, at: datetime) -> Section | None:
    """Reports, visits and evaluations together: what is due and what was found."""
    reports = course.reports(actor).filter(project=project).order_by("due_on", "pk")[:SHOWN]
    visits = course.visits(actor).filter(project=project).order_by("visit_on", "pk")[:SHOWN]
    evaluations = course.evaluations(actor).filter(project=project).order_by("created_at", "pk")[:SHOWN]
    rows: list[tuple[object, ...]] = [
        (link_cell(row.kind.label, f"/u/{code}/reports/{row.pk}"), written(row.due_on), "", state_cell(row.state))
        for row in reports
    ]
    rows += [
        (
            link_cell(row.kind.label, f"/u/{code}/visits/{row.pk}"),
            written(row.visit_on),
            f"风险{row.risk.label}" if row.risk else "",
            state_cell(row.state),
        )
        for row in visits
    ]
    rows += [
        (
            link_cell(row.kind.label, f"/u/{code}/evaluations/{row.pk}"),
            written(row.evaluated_on or row.due_on),
            " ".join(
                part
                for part in (
                    f"{row.total:.2f} 分" if row.total is not None else "",
                    Conclusion.label_of(row.conclusion),
                )
                if part
            ),
            state_cell(row.state),
        )
        for row in evaluations
    ]
    if not rows and not may(actor, Permission.COURSE_VIEW):
        return None
    return Section(
        "报告、监管和评估",
        ("事项", "日期", "结果", "状态"),
        rows,
        "还没有报告、监督检查和评估。",
        links=[Link("实施和监督", reverse("project-course", args=[code, project.pk]))],
    )


def served(project: ServiceProject, actor: Actor, code: str, at: datetime) -> Section | None:
    rows = list(projects.records(actor, project)[:SHOWN])
    writes = record_actions.may_write(actor, project)
    if not rows and not writes:
        return None
    return Section(
        "服务记录",
        ("日期", "地点", "领域", "场次", "人次", "人数", ""),
        [
            (
                {"text": written(row.served_on), "note": f"已作废：{row.void_reason}" if row.is_void else row.note},
                row.place,
                row.field.label,
                row.sessions,
                row.person_times,
                row.persons_new,
                link_cell("作废", reverse("record-void", args=[code, project.pk, row.pk]))
                if writes and not row.is_void
                else "",
            )
            for row in rows
        ],
        "还没有服务记录。每次服务后登记，目标完成情况由此计算。",
        links=[Link("登记服务", reverse("record-new", args=[code, project.pk]))] if writes else (),
        numeric=frozenset({3, 4, 5}),
        note=f"只列最近 {SHOWN} 条。" if len(rows) == SHOWN else "",
    )


def register() -> None:
    """Told by `apps.py`."""
    sections.register(10, calls)
    sections.register(20, contracts_of)
    sections.register(30, going)
    sections.register(40, served)
