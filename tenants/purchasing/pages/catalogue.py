"""/u/<code>/purchase-catalogue: what the union buys in a year, and what changed against the year before. Source: E05, E07, E39, PUR-21."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_filters.filters import ChoiceFilter, NumberFilter

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.codelists.services import PurchaseCategory, ServiceField
from commons.kit import clock
from commons.kit.finding import one
from commons.tables.declaration import Bulk, Button, Column, Empty, Table
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.objects import Link, Section, fact, link_cell, state_cell, trail
from commons.workflow.history import Kept, timeline
from tenants.purchasing.actions import catalogue as actions
from tenants.purchasing.enums import CatalogueChange, CatalogueScope
from tenants.purchasing.models import CatalogueItem
from tenants.purchasing.pages.bodies import BodyPage, shown
from tenants.purchasing.pages.body_list import to
from tenants.purchasing.policies import PROJECTS
from tenants.purchasing.selectors import bodies

_LIST, _HOME = "购买目录", "purchase-catalogue"
HISTORY = Kept(
    CatalogueItem,
    {"name": "事项", "category": "购买类别", "field": "服务领域", "scope": "范围", "change": "较上年"},
)


class ItemFilter(ListFilter):
    year = NumberFilter(label="年度")
    category = ChoiceFilter(label="购买类别", choices=PurchaseCategory.choices, empty_label=EMPTY)
    field = ChoiceFilter(label="服务领域", choices=ServiceField.choices, empty_label=EMPTY)
    change = ChoiceFilter(label="较上年", choices=CatalogueChange.choices, empty_label=EMPTY)

    class Meta:
        model = CatalogueItem
        fields: tuple[str, ...] = ()


def _buttons(actor: Actor) -> Sequence[Button]:
    if actor.union is None or not may(actor, Permission.RULES_EDIT):
        return ()
    code = actor.union.code
    return (
        Button("沿用上年目录", reverse("catalogue-copy", args=[code])),
        Button("新增事项", reverse("catalogue-item-new", args=[code]), primary=True),
    )


def _undroppable(row: CatalogueItem, actor: Actor) -> str:
    if row.change == CatalogueChange.NEW:
        return "是当年新增的事项，不需要的请删除。"
    return "已经取消。" if row.change == CatalogueChange.DROPPED else ""


CATALOGUE_LIST = Table(
    name=_HOME,
    title=_LIST,
    unit="项",
    permission=Permission.RULES_VIEW,
    rows=bodies.catalogue,
    filters=ItemFilter,
    search=("name",),
    search_label="事项名称",
    columns=(
        Column("name", "事项", link=to("catalogue-item"), fixed=True, sort=True, limit=40),
        Column("year", "年度", value=lambda row, around: f"{row.year} 年", sort="year"),
        Column("category", "购买类别", sort=True),
        Column("field", "服务领域"),
        Column("scope", "范围"),
        Column("change", "较上年", kind="badge", tones={CatalogueChange.NEW: "good", CatalogueChange.DROPPED: "bad"}),
    ),
    default_sort="-year",
    export=Permission.RULES_VIEW,
    bulk=(
        Bulk(
            "drop",
            "列为取消",
            Permission.RULES_EDIT,
            act=lambda row, by, at, given: actions.drop(item=row, version=row.version, by=by, at=at),
            lead="取消的事项保留在当年目录中，注明“取消”，不能再列入新的服务项目。",
            refusal=_undroppable,
            danger=True,
        ),
    ),
    buttons=_buttons,
    empty=Empty("还没有购买目录", "请逐项新增当年要购买的服务；以后各年可以沿用上年目录，再增减事项。"),
    row_label=lambda row: f"{row.year}年 {row.name}",
)
listing = view(CATALOGUE_LIST)


class ItemForm(forms.Form):
    name = forms.CharField(label="事项", max_length=120, error_messages={"required": "请填写事项名称。"})
    category = forms.ChoiceField(label="购买类别", choices=PurchaseCategory.choices)
    field = forms.ChoiceField(label="服务领域", choices=ServiceField.choices)
    scope = forms.ChoiceField(label="范围", choices=CatalogueScope.choices)

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "name": given["name"],
            "category": PurchaseCategory(given["category"]),
            "field": ServiceField(given["field"]),
            "scope": CatalogueScope(given["scope"]),
        }


class NewItemForm(ItemForm):
    year = forms.IntegerField(
        label="年度",
        min_value=actions.FIRST_YEAR,
        max_value=actions.LAST_YEAR,
        help_text="上年目录中已有同名事项的，注明“保留”；没有的，注明“新增”。",
    )
    field_order = ("year", "name")


class EditItemForm(ItemForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class CopyForm(forms.Form):
    year = forms.IntegerField(label="新目录的年度", min_value=actions.FIRST_YEAR + 1, max_value=actions.LAST_YEAR)


class StepForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_safe
def item(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """One item of a year's catalogue, with the projects under it."""
    actor = actor_of(request)
    row = one(bodies.catalogue(actor), pk)
    under = PROJECTS.visible(actor).filter(catalogue_item=row).order_by("-created_at")[:50]
    page = BodyPage(
        title=row.name,
        number=f"{row.year}年购买目录",
        facts=[
            fact("年度", f"{row.year}年"),
            fact("购买类别", row.category),
            fact("服务领域", row.field),
            fact("范围", row.scope),
            fact("较上年", row.change),
        ],
        links=_links(row, actor, union_code),
        sections=[
            Section(
                "列入本事项的服务项目",
                ("项目", "预算（元）", "状态"),
                [
                    (
                        link_cell(one.title, reverse("project", args=[union_code, one.pk]), one.number),
                        f"{one.budget:,.2f}",
                        state_cell(one.state),
                    )
                    for one in under
                ],
                "还没有服务项目列入本事项。新建服务项目时在“购买目录事项”中选择。",
                numeric=frozenset({1}),
            )
        ],
        why=may(actor, Permission.RULES_VIEW),
        history=timeline(HISTORY, row),
    )
    return shown(request, page, trail(union_code, _LIST, _HOME, row.name))


def _links(row: CatalogueItem, actor: Actor, code: str) -> list[Link]:
    if not may(actor, Permission.RULES_EDIT):
        return []

    def link(label: str, name: str) -> Link:
        return Link(label, reverse(name, args=[code, row.pk]))

    if row.change == CatalogueChange.DROPPED:
        return [link("恢复", "catalogue-item-take-back")]
    last = (
        ("删除", "catalogue-item-remove") if row.change == CatalogueChange.NEW else ("列为取消", "catalogue-item-drop")
    )
    return [link("修改", "catalogue-item-edit"), link(*last)]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = require_post(request, Permission.RULES_EDIT)
    initial = {"year": clock.today().year, "scope": CatalogueScope.LABOUR_RELATIONS}
    form = NewItemForm(request.POST or None, initial=initial)
    return answer(
        request,
        form,
        lambda: actions.put(year=form.cleaned_data["year"], by=actor, at=clock.now(), **form.values()),
        title="新增目录事项",
        done_url=lambda row: reverse("catalogue-item", args=[union_code, row.pk]),
        done=lambda row: f"已列入{row.year}年目录（{row.change.label}）。",
        cancel_url=reverse(_HOME, args=[union_code]),
        crumbs=trail(union_code, _LIST, _HOME, "新增"),
    )


@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, union_code: str) -> HttpResponse:
    """The catalogue of a year begins with that of the year before."""
    actor = require_post(request, Permission.RULES_EDIT)
    form = CopyForm(request.POST or None, initial={"year": clock.today().year})
    return answer(
        request,
        form,
        lambda: actions.copy_year(year=form.cleaned_data["year"], by=actor, at=clock.now()),
        title="沿用上年目录",
        lead="把上一年度目录中没有取消、新目录中还没有的事项列入新目录，注明“保留”。沿用后可以逐项取消或新增。",
        done_url=reverse(_HOME, args=[union_code]),
        done=lambda number: f"已沿用 {number} 项。",
        submit_label="沿用",
        crumbs=trail(union_code, _LIST, _HOME, "沿用上年目录"),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.RULES_EDIT)
    row = one(bodies.catalogue(actor), pk)
    typed = {name: getattr(row, name) for name in (*actions.FIELDS, "version")}
    form = EditItemForm(request.POST or None, initial=typed)
    here = reverse("catalogue-item", args=[union_code, row.pk])
    return answer(
        request,
        form,
        lambda: actions.correct(
            item=row, fields=form.values(), version=form.cleaned_data["version"], by=actor, at=clock.now()
        ),
        title=f"修改：{row.name}",
        done_url=here,
        crumbs=_way(union_code, row, "修改"),
    )


@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    lead = "取消的事项保留在当年目录中，注明“取消”，不能再列入新的服务项目；已列入的项目不受影响。"
    return _step(request, union_code, pk, actions.drop, "列为取消", lead, "已列为取消。", danger=True)


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    lead = "恢复后重新注明“保留”或“新增”，可以列入新的服务项目。"
    return _step(request, union_code, pk, actions.take_back, "恢复", lead, "已恢复。")


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    lead = "误列的事项从目录中删除，不计入目录变化。已有服务项目列入的，不能删除。"
    return _step(request, union_code, pk, actions.remove, "删除", lead, "已删除。", danger=True)


def _step(
    request: HttpRequest,
    code: str,
    pk: UUID,
    action: Callable[..., CatalogueItem | None],
    label: str,
    lead: str,
    done: str,
    danger: bool = False,
) -> HttpResponse:
    """One of the things done to an item: asked before it is done."""
    actor = require_post(request, Permission.RULES_EDIT)
    row = one(bodies.catalogue(actor), pk)
    form = StepForm(request.POST or None, initial={"version": row.version})
    here = reverse("catalogue-item", args=[code, row.pk])

    def act() -> CatalogueItem | bool:
        return action(item=row, version=form.cleaned_data["version"], by=actor, at=clock.now()) or False

    return answer(
        request,
        form,
        act,
        title=f"{label}：{row.year}年“{row.name}”",
        lead=lead,
        done_url=lambda left: here if left else reverse(_HOME, args=[code]),
        done=done,
        submit_label=label,
        cancel_url=here,
        danger=danger,
        crumbs=_way(code, row, label),
    )


def _way(code: str, row: CatalogueItem, label: str) -> list[Crumb]:
    return [
        *trail(code, _LIST, _HOME),
        Crumb(row.name, reverse("catalogue-item", args=[code, row.pk])),
        Crumb(label),
    ]
