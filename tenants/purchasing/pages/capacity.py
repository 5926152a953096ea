"""/u/<code>/capacity: the union's people and money of each year. Source: A24, PUR-04, FAIR-07."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock
from commons.kit.finding import one
from commons.tables.declaration import Column, Empty, Table
from commons.tables.listing import view
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.objects import Link, fact, trail
from commons.workflow.history import Kept, timeline
from tenants.purchasing.actions import capacity as actions
from tenants.purchasing.actions.bodies import MOST_PERSONS
from tenants.purchasing.actions.catalogue import FIRST_YEAR, LAST_YEAR
from tenants.purchasing.models import Capacity
from tenants.purchasing.pages.bodies import BodyPage, shown
from tenants.purchasing.pages.body_list import add, to
from tenants.purchasing.selectors import bodies

_LIST, _HOME = "力量保障", "capacities"
# {field: (label, unit)}
_FIELDS = {
    "purchase_budget": ("购买服务预算", "元"),
    "staff_full": ("专职人员", "人"),
    "staff_part": ("兼职人员", "人"),
    "workers_count": ("职工数", "人"),
    "union_members_count": ("会员数", "人"),
}
HISTORY = Kept(Capacity, {name: f"{label}（{unit}）" for name, (label, unit) in _FIELDS.items()})

CAPACITY_LIST = Table(
    name=_HOME,
    title=_LIST,
    unit="年",
    permission=Permission.RULES_VIEW,
    rows=bodies.capacities,
    columns=(
        Column(
            "year", "年度", link=to("capacity"), fixed=True, value=lambda row, around: f"{row.year} 年", sort="year"
        ),
        Column("purchase_budget", "购买服务预算（元）", kind="money", sort=True),
        *(
            Column(name, f"{label}（{unit}）", kind="number", sort=True)
            for name, (label, unit) in _FIELDS.items()
            if name != "purchase_budget"
        ),
    ),
    default_sort="-year",
    export=Permission.RULES_VIEW,
    buttons=add(Permission.RULES_EDIT, "填报年度数据", "capacity-new"),
    empty=Empty("还没有填报力量保障数据", "请填报当年的购买服务预算、人员和职工、会员数；预算执行率等指标据此计算。"),
    row_label=lambda row: f"{row.year}年",
)
listing = view(CAPACITY_LIST)


def _persons(label: str, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=f"{label}（人）", min_value=0, max_value=MOST_PERSONS, required=False, help_text=help_text
    )


class CapacityForm(forms.Form):
    """What is left empty is not known; it is no nought."""

    purchase_budget = forms.DecimalField(
        label="购买服务预算（元）",
        min_value=0,
        max_digits=16,
        decimal_places=2,
        required=False,
        help_text="全年用于购买社会组织服务的预算，是预算执行率的分母。",
    )
    staff_full = _persons("专职人员", "专门从事社会组织工作的人员。")
    staff_part = _persons("兼职人员")
    workers_count = _persons("职工数")
    union_members_count = _persons("会员数", "不能大于职工数。")


class NewCapacityForm(CapacityForm):
    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    field_order = ("year",)


class EditCapacityForm(CapacityForm):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


@require_safe
def capacity(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """What was said of one year, and how it was corrected."""
    actor = actor_of(request)
    row = one(bodies.capacities(actor), pk)
    edits = may(actor, Permission.RULES_EDIT)
    page = BodyPage(
        title=f"{row.year}年力量保障数据",
        number="",
        facts=[fact(label, _told(getattr(row, name), unit)) for name, (label, unit) in _FIELDS.items()],
        links=[Link("修改", reverse("capacity-edit", args=[union_code, row.pk]))] if edits else [],
        sections=[],
        why=may(actor, Permission.RULES_VIEW),
        history=timeline(HISTORY, row),
    )
    return shown(request, page, trail(union_code, _LIST, _HOME, f"{row.year}年"))


def _told(value: Any, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:,.2f} {unit}" if unit == "元" else f"{value:,} {unit}"


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = require_post(request, Permission.RULES_EDIT)
    form = NewCapacityForm(request.POST or None, initial={"year": clock.today().year})
    return answer(
        request,
        form,
        lambda: actions.set_capacity(version=0, by=actor, at=clock.now(), **form.cleaned_data),
        title="填报年度数据",
        lead="还不掌握的项目可以留空，以后补填；留空不等于零。",
        done_url=lambda row: reverse("capacity", args=[union_code, row.pk]),
        cancel_url=reverse(_HOME, args=[union_code]),
        crumbs=trail(union_code, _LIST, _HOME, "填报"),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.RULES_EDIT)
    row = one(bodies.capacities(actor), pk)
    typed = {name: getattr(row, name) for name in (*_FIELDS, "version")}
    form = EditCapacityForm(request.POST or None, initial=typed)
    here = reverse("capacity", args=[union_code, row.pk])
    return answer(
        request,
        form,
        lambda: actions.set_capacity(year=row.year, by=actor, at=clock.now(), **form.cleaned_data),
        title=f"修改：{row.year}年力量保障数据",
        done_url=here,
        crumbs=[*trail(union_code, _LIST, _HOME), Crumb(f"{row.year}年", here), Crumb("修改")],
    )
