"""/u/<code>/projects: service projects as a list, and one project with all that belongs to it. Source: SM-15P, E01."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_filters.filters import ChoiceFilter, NumberFilter

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.codelists.services import PurchaseCategory, ServiceField
from commons.kit import clock
from commons.tables.declaration import Around, Button, Column, Empty, Table, Tabs
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view
from commons.web.frame import actor_of
from commons.web.objects import Fact, Link, ObjectPage, fact, standing, trail
from tenants.attachments.pages import panel
from tenants.attachments.pages.panel import Panel
from tenants.discussion.pages import panel as discussions
from tenants.discussion.pages.panel import Discussion
from tenants.needs.selectors import needs as need_selectors
from tenants.purchasing import sections
from tenants.purchasing.enums import ProcurementMethod, ProjectState
from tenants.purchasing.machines.project import PROJECT
from tenants.purchasing.models import ServiceProject
from tenants.purchasing.policies import PROJECTS
from tenants.purchasing.selectors import overlaps, projects
from tenants.purchasing.selectors.delivery import delivered

ENDED = frozenset({ProjectState.REJECTED, ProjectState.COMPLETED, ProjectState.FAILED, ProjectState.TERMINATED})


class ProjectFilter(ListFilter):
    state = ChoiceFilter(label="状态", choices=ProjectState.choices, empty_label=EMPTY)
    year = NumberFilter(label="年度")
    category = ChoiceFilter(label="购买类别", choices=PurchaseCategory.choices, empty_label=EMPTY)
    field = ChoiceFilter(label="服务领域", choices=ServiceField.choices, empty_label=EMPTY, method="of_field")
    method = ChoiceFilter(label="采购方式", choices=ProcurementMethod.choices, empty_label=EMPTY)

    class Meta:
        model = ServiceProject
        fields: tuple[str, ...] = ()

    def of_field(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(fields__contains=[value])


def _url(row: ServiceProject, around: Around) -> str:
    return reverse("project", args=[around.code, row.pk])


def _fields(row: ServiceProject, around: Around) -> str:
    return "、".join(ServiceField.label_of(one) for one in row.fields)


def _buttons(actor: Actor) -> Sequence[Button]:
    if actor.union is None or not may(actor, Permission.PROJECTS_EDIT):
        return ()
    return [Button("新建服务项目", reverse("project-new", args=[actor.union.code]), primary=True)]


PROJECT_LIST = Table(
    name="projects",
    title="服务项目",
    permission=Permission.PROJECTS_VIEW,
    rows=projects.projects,
    filters=ProjectFilter,
    search=("title",),
    search_label="项目名称",
    columns=(
        Column("title", "项目名称", link=_url, fixed=True, limit=40, note=lambda row, around: row.number),
        Column("state", "状态", kind="badge"),
        Column("category", "购买类别"),
        Column("fields", "服务领域", value=_fields, limit=30),
        Column("budget", "预算（万元）", kind="wan", sort=True),
        Column("method", "采购方式"),
        Column("business_owner", "业务部门", value="business_owner.name", shown=False),
        Column("starts_on", "开始日期", kind="day", sort=True),
        Column("ends_on", "结束日期", kind="day", sort=True),
        Column("created_at", "登记时间", kind="moment", sort=True, shown=False),
    ),
    default_sort="-created_at",
    tabs=Tabs("state", ProjectState, frozenset(set(ProjectState) - ENDED - {ProjectState.ARCHIVED})),
    export=Permission.PROJECTS_EDIT,
    buttons=_buttons,
    empty=Empty("还没有服务项目", "新建项目后填写三项适宜性判断和资金来源，即可提交立项评审。"),
    row_label=str,
)
listing = view(PROJECT_LIST)


@dataclass(frozen=True)
class Bar:
    """One figure against its target."""

    label: str
    text: str
    percent: int


@dataclass(frozen=True)
class ProjectPage(ObjectPage):
    """The object with its money, its delivery and its files."""

    money: list[Bar] = field(default_factory=list)
    delivery: list[Bar] = field(default_factory=list)
    attachments: Panel | None = None
    discussion: Discussion | None = None


@require_safe
def project(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Facts, steps, money planned, contracted and paid, delivery against target, and a section of each other noun."""
    actor, at = actor_of(request), clock.now()
    row = projects.project(actor, pk)
    steps, history = standing(PROJECT, row, actor, at, union_code)
    inside = bool(may(actor, Permission.PROJECTS_VIEW))
    page = ProjectPage(
        title=row.title,
        number=row.number,
        facts=_facts(row, inside),
        steps=steps,
        history=history if inside else [],
        why=PROJECTS.may_on(actor, row),
        links=_links(row, actor, union_code),
        sections=sections.of(row, actor, union_code, at),
        texts=[("适宜性判断", _tests(row))] if inside else [],
        money=_money(row) if inside else [],
        delivery=_delivery(row),
        attachments=panel.of(actor, row),
        discussion=discussions.of(actor, row, at),
    )
    crumbs = trail(union_code, "服务项目", "projects", row.number)
    return render(request, "purchasing/project.html", {"page": page, "breadcrumbs": crumbs})


def _facts(row: ServiceProject, inside: bool) -> list[Fact]:
    facts = [
        fact("年度", str(row.year)),
        fact("概述", row.summary),
        fact("购买类别", row.category),
        fact("服务领域", row.fields),
        fact("面向人群", row.target_groups),
        fact("实施期", f"{row.starts_on or '—'} 至 {row.ends_on or '—'}"),
        fact("计划中期评估", row.midterm_on),
        fact("实施范围", row.streets),
    ]
    if not inside:
        return facts
    buyers = "；".join(f"{one['name']} {one['share']}%" for one in row.joint_buyers)
    funding = "；".join(
        f"{line.source.label}{f'（{line.from_union_name}）' if line.from_union_name else ''} {line.amount:,.2f} 元"
        for line in row.funding.all()
    )
    twins = [f"{one.union.short_name_zh} {one.title}（{one.year}年）" for one in overlaps.overlaps(row)]
    needs = [f"{one.number} {one.title}" for one in need_selectors.of_project(row.pk)]
    return [
        *facts,
        fact("采购方式", row.method),
        fact("直接委托理由", row.direct_reason),
        fact("业务部门", row.business_owner.name if row.business_owner else ""),
        fact("购买目录事项", str(row.catalogue_item) if row.catalogue_item else ""),
        fact("购买主体", row.buyer_kind),
        fact("联合购买方", buyers),
        fact("本级份额", f"{row.own_share.normalize():f}%" if row.joint_buyers else ""),
        fact("委托单位", row.principal),
        fact("资金来源", funding),
        fact("须第三方监管", row.third_party_required),
        fact("风险等级", row.risk_level),
        fact("采纳的需求", needs),
        fact("上下级同类项目", twins),
        fact("同类项目说明", row.overlap_note),
    ]


def _tests(row: ServiceProject) -> str:
    lines = (
        ("需求相对集中", row.test_concentrated, row.test_concentrated_note),
        ("比较效益突出", row.test_benefit, row.test_benefit_note),
        ("适合社会组织承接", row.test_suitable, row.test_suitable_note),
    )
    return "\n".join(
        f"{label}：{'是' if holds else '未确认'}{f'。{note}' if note else ''}" for label, holds, note in lines
    )


def _money(row: ServiceProject) -> list[Bar]:
    money = projects.money(row)
    most = max(money.planned, money.contracted, Decimal(1))
    told = (("预算", money.planned), ("合同金额", money.contracted), ("已付（冲销后）", money.paid))
    return [Bar(label, f"{value:,.2f} 元", round(value * 100 / most)) for label, value in told]


def _delivery(row: ServiceProject) -> list[Bar]:
    done = delivered(row.pk)
    told = (
        ("服务场次", done.sessions, row.target_sessions, "场"),
        ("服务人次", done.person_times, row.target_person_times, "人次"),
        ("服务人数", done.persons, row.target_persons, "人"),
    )
    return [
        Bar(
            label,
            f"{have:,} / {want:,} {unit}" if want else f"{have:,} {unit}",
            min(100, round(have * 100 / want)) if want else 0,
        )
        for label, have, want, unit in told
    ]


def _links(row: ServiceProject, actor: Actor, code: str) -> list[Link]:
    links = []
    if row.state == ProjectState.DRAFT and may(actor, Permission.PROJECTS_EDIT):
        links.append(Link("修改", reverse("project-edit", args=[code, row.pk])))
    if row.state == ProjectState.APPROVED and may(actor, Permission.PROJECTS_EDIT):
        links.append(Link("起草招募公告", reverse("purchase-call-new", args=[code, row.pk]), primary=True))
    if row.state in {ProjectState.COMPLETED, ProjectState.ARCHIVED, ProjectState.RUNNING} and may(
        actor, Permission.PROJECTS_EDIT
    ):
        links.append(Link("按本项目续办", reverse("project-renew", args=[code, row.pk])))
    if row.state == ProjectState.AWARDED and may(actor, Permission.PROJECTS_EDIT) and overlaps.overlaps(row):
        links.append(Link("说明同类项目", reverse("project-overlap", args=[code, row.pk])))
    return links
