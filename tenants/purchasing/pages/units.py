"""/u/<code>/units: the departments that own projects, and the unions below that buy and order. Source: A04-A09, A14."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_filters.filters import BooleanFilter, ChoiceFilter

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock
from commons.kit.finding import one
from commons.tables.declaration import Column, Empty, Table
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.objects import Link, Section, fact, link_cell, state_cell, trail
from commons.workflow.history import Kept, timeline
from tenants.purchasing.actions import bodies as actions
from tenants.purchasing.enums import UnitKind
from tenants.purchasing.models import UnionUnit
from tenants.purchasing.pages.bodies import BodyPage, shown
from tenants.purchasing.pages.body_list import YES_NO, add, to
from tenants.purchasing.policies import PROJECTS
from tenants.purchasing.selectors import bodies

_LIST, _HOME = "部门与下属单位", "units"
HISTORY = Kept(
    UnionUnit,
    {
        "kind": "类别",
        "name": "名称",
        "above": "上级单位",
        "region_code": "行政区划代码",
        "leader": "负责人",
        "members_count": "会员数",
        "uscc": "统一社会信用代码",
        "is_active": "在用",
    },
)


class UnitFilter(ListFilter):
    kind = ChoiceFilter(label="类别", choices=UnitKind.choices, empty_label=EMPTY)
    is_active = BooleanFilter(label="在用", widget=YES_NO)

    class Meta:
        model = UnionUnit
        fields: tuple[str, ...] = ()


UNIT_LIST = Table(
    name=_HOME,
    title=_LIST,
    unit="个",
    permission=Permission.RULES_VIEW,
    rows=bodies.units,
    filters=UnitFilter,
    search=("name", "uscc"),
    search_label="名称或统一社会信用代码",
    columns=(
        Column("name", "名称", link=to("unit"), fixed=True, sort=True, limit=40),
        Column("kind", "类别", sort=True),
        Column(
            "above", "上级单位", value=lambda row, around: row.parent.name if row.parent else "", sort="parent__name"
        ),
        Column("leader", "负责人"),
        Column("members_count", "会员数（人）", kind="number", sort=True),
        Column("uscc", "统一社会信用代码", shown=False),
        Column("is_active", "在用", value=lambda row, around: "是" if row.is_active else "否"),
    ),
    default_sort="kind",
    export=Permission.RULES_VIEW,
    buttons=add(Permission.RULES_EDIT, "登记单位", "unit-new"),
    empty=Empty(
        "还没有部门和下属单位",
        "服务项目的业务部门从这里选择，请先登记本会各部室；代为购买、点单的基层工会也登记在这里。",
    ),
    row_label=lambda row: row.name,
)
listing = view(UNIT_LIST)


class UnitForm(forms.Form):
    """A department or a union below. Whoever is bound to a department is bound by its name."""

    kind = forms.ChoiceField(label="类别", choices=UnitKind.choices)
    name = forms.CharField(
        label="名称",
        max_length=120,
        error_messages={"required": "请填写名称。"},
        help_text="人员角色中填写的“所在部门”按名称对应；改名后请同时修改有关人员的角色。",
    )
    parent = forms.ChoiceField(label="上级单位", required=False, help_text="直接属于本会的不选。")
    leader = forms.CharField(label="负责人", max_length=60, required=False)
    members_count = forms.IntegerField(label="会员数", min_value=0, max_value=actions.MOST_PERSONS, required=False)
    uscc = forms.CharField(label="统一社会信用代码", max_length=30, required=False)
    region_code = forms.CharField(
        label="行政区划代码", max_length=9, required=False, help_text="六位；乡镇（街道）填九位。"
    )
    is_active = forms.BooleanField(
        label="在用", required=False, initial=True, help_text="停用的不能再选作业务部门或购买单位。"
    )

    def __init__(self, *args: Any, actor: Actor, unit: UnionUnit | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.units = {
            str(one.pk): one
            for one in bodies.units(actor)
            if unit is None or one.pk == unit.parent_id or (one.is_active and one.pk != unit.pk)
        }
        self.fields["parent"].choices = [("", "—"), *((pk, one.name) for pk, one in self.units.items())]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {**given, "parent": self.units.get(given["parent"]), "kind": UnitKind(given["kind"])}


class EditUnitForm(UnitForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_safe
def unit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """A unit with those below it and the projects that it owns or buys."""
    actor = actor_of(request)
    row = one(bodies.units(actor), pk)
    above = reverse("unit", args=[union_code, row.parent_id]) if row.parent_id else ""
    of = Q(business_owner=row) | Q(buyer_unit=row)
    projects = PROJECTS.visible(actor).filter(of).order_by("-created_at")[:50]
    page = BodyPage(
        title=row.name,
        number=row.kind.label,
        facts=[
            fact("类别", row.kind),
            fact("上级单位", row.parent.name if row.parent else "", above),
            fact("负责人", row.leader),
            fact("会员数", f"{row.members_count:,} 人" if row.members_count is not None else ""),
            fact("统一社会信用代码", row.uscc),
            fact("行政区划代码", row.region_code),
            fact("在用", row.is_active),
        ],
        links=[Link("修改", reverse("unit-edit", args=[union_code, row.pk]))]
        if may(actor, Permission.RULES_EDIT)
        else [],
        sections=[
            Section(
                "下属单位",
                ("单位", "类别", "在用"),
                [
                    (
                        link_cell(below.name, reverse("unit", args=[union_code, below.pk])),
                        below.kind.label,
                        "是" if below.is_active else "否",
                    )
                    for below in bodies.units(actor).filter(parent=row)
                ],
                "没有下属单位。",
            ),
            Section(
                "主办或购买的服务项目",
                ("项目", "预算（元）", "状态"),
                [
                    (
                        link_cell(one.title, reverse("project", args=[union_code, one.pk]), one.number),
                        f"{one.budget:,.2f}",
                        state_cell(one.state),
                    )
                    for one in projects
                ],
                "还没有服务项目。新建服务项目时选为业务部门或购买单位。",
                numeric=frozenset({1}),
            ),
        ],
        why=may(actor, Permission.RULES_VIEW),
        history=timeline(HISTORY, row),
    )
    return shown(request, page, trail(union_code, _LIST, _HOME, row.name))


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = require_post(request, Permission.RULES_EDIT)
    form = UnitForm(request.POST or None, actor=actor)
    return answer(
        request,
        form,
        lambda: actions.save_unit(fields=form.values(), by=actor, at=clock.now()),
        title="登记部门或下属单位",
        done_url=lambda row: reverse("unit", args=[union_code, row.pk]),
        cancel_url=reverse(_HOME, args=[union_code]),
        crumbs=trail(union_code, _LIST, _HOME, "登记"),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.RULES_EDIT)
    row = one(bodies.units(actor), pk)
    typed = {name: getattr(row, name) for name in (*actions.UNIT_FIELDS, "version") if name != "parent"}
    form = EditUnitForm(
        request.POST or None, actor=actor, unit=row, initial={**typed, "parent": str(row.parent_id or "")}
    )
    here = reverse("unit", args=[union_code, row.pk])

    def act() -> UnionUnit:
        version = form.cleaned_data["version"]
        return actions.save_unit(unit=row, fields=form.values(), version=version, by=actor, at=clock.now())

    return answer(
        request,
        form,
        act,
        title=f"修改：{row.name}",
        done_url=here,
        crumbs=[*trail(union_code, _LIST, _HOME), Crumb(row.name, here), Crumb("修改")],
    )
