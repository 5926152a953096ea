"""/u/<code>/orders/menu: the services that workers may order. Source: F03."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_filters.filters import ChoiceFilter

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.codelists.services import ServiceField
from commons.kit import clock
from commons.tables.declaration import Around, Button, Column, Empty, Table
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.objects import Fact, Link, fact, trail
from commons.web.widgets import day_input
from tenants.needs.actions import menu as actions
from tenants.needs.models import MenuItem
from tenants.needs.policies import MENU
from tenants.needs.selectors import orders as reading


class MenuFilter(ListFilter):
    field = ChoiceFilter(label="服务领域", choices=ServiceField.choices, empty_label=EMPTY)
    is_active = ChoiceFilter(label="可点", choices=(("1", "可点"), ("0", "已停用")), empty_label=EMPTY)

    class Meta:
        model = MenuItem
        fields: tuple[str, ...] = ()


def _url(row: MenuItem, around: Around) -> str:
    return reverse("menu-item", args=[around.code, row.pk])


def _bound(rows: list[MenuItem], actor: Actor, columns: frozenset[str]) -> Mapping[UUID, Decimal]:
    return reading.bound_of(rows, clock.today().year) if "bound" in columns else {}


def _buttons(actor: Actor) -> Sequence[Button]:
    if actor.union is None or not may(actor, Permission.ORDERS_EDIT):
        return ()
    return (Button("新增服务", reverse("menu-new", args=[actor.union.code]), primary=True),)


MENU_LIST = Table(
    name="menu",
    title="点单服务",
    permission=Permission.ORDERS_VIEW,
    rows=reading.menu,
    filters=MenuFilter,
    search=("title", "provider_name"),
    search_label="服务或服务单位",
    columns=(
        Column("title", "服务", link=_url, fixed=True, limit=40),
        Column("field", "服务领域"),
        Column("provider_name", "服务单位", limit=30),
        Column("price", "单价（元）", kind="money", sort=True, note=lambda row, around: f"每{row.unit_label}"),
        Column("cap", "年度预算（元）", kind="money", sort=True),
        Column(
            "bound", "本年已核定（元）", kind="money", value=lambda row, around: around.extras.get(row.pk, Decimal(0))
        ),
        Column("from_on", "开始日期", kind="day", sort=True),
        Column("until_on", "结束日期", kind="day", shown=False),
        Column("is_active", "可点", value=lambda row, around: "是" if row.is_active else "已停用"),
    ),
    default_sort="title",
    sorts={"title": "title"},
    prefetch=_bound,
    buttons=_buttons,
    empty=Empty("还没有点单服务", "新增服务并写明服务单位、单价和年度预算后，职工就可以点单。"),
    row_label=str,
)
listing = view(MENU_LIST)


class MenuForm(forms.Form):
    title = forms.CharField(label="服务名称", max_length=120, error_messages={"required": "请填写服务名称。"})
    text = forms.CharField(label="说明", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    field = forms.ChoiceField(
        label="服务领域",
        choices=[("", "请选择"), *ServiceField.choices()],
        error_messages={"required": "请选择服务领域。"},
    )
    provider_name = forms.CharField(label="服务单位", max_length=200)
    provider_uscc = forms.CharField(label="服务单位统一社会信用代码", max_length=18)
    price = forms.DecimalField(label="单价（元）", max_digits=14, decimal_places=2, min_value=0)
    unit_label = forms.CharField(label="计价单位", max_length=20, initial="人次")
    cap = forms.DecimalField(
        label="年度预算（元）", max_digits=14, decimal_places=2, min_value=0,
        help_text="一个自然年内核定的点单合计不超过这个数。",
    )  # fmt: skip
    repeat_limit = forms.IntegerField(label="每名职工每年可点次数", min_value=1, max_value=366, initial=1)
    from_on = forms.DateField(label="开始日期", widget=day_input(), error_messages={"required": "请填写开始日期。"})
    until_on = forms.DateField(
        label="结束日期", widget=day_input(), required=False, help_text="从这一天起不能再点；长期的不填。"
    )
    is_active = forms.BooleanField(label="可以点单", required=False, initial=True)


class EditMenuForm(MenuForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = require_post(request, Permission.ORDERS_EDIT)
    form = MenuForm(request.POST or None, initial={"from_on": clock.today()})
    return answer(
        request,
        form,
        lambda: actions.create(by=actor, at=clock.now(), **form.cleaned_data),
        title="新增服务",
        done_url=lambda row: reverse("menu-item", args=[union_code, row.pk]),
        cancel_url=reverse("menu", args=[union_code]),
        crumbs=trail(union_code, "点单服务", "menu", "新增"),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.ORDERS_EDIT)
    row = reading.menu_item(actor, pk)
    initial: dict[str, Any] = {"version": row.version, **{name: getattr(row, name) for name in actions.FIELDS}}
    form = EditMenuForm(request.POST or None, initial=initial)
    here = reverse("menu-item", args=[union_code, row.pk])
    return answer(
        request,
        form,
        lambda: actions.edit(item=row, by=actor, at=clock.now(), **form.cleaned_data),
        title=f"修改服务：{row.title}",
        done_url=here,
        crumbs=[*trail(union_code, "点单服务", "menu"), Crumb(row.title, here), Crumb("修改")],
    )


@dataclass(frozen=True)
class ItemPage:
    title: str
    facts: list[Fact]
    links: list[Link]
    why: Decision


@require_safe
def item(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """One service; what has been approved of it only for the union's people."""
    actor = actor_of(request)
    row = reading.menu_item(actor, pk)
    inside = bool(MENU.may(actor))
    facts = [
        fact("说明", row.text),
        fact("服务领域", row.field),
        fact("服务单位", row.provider_name),
        fact("单价", f"{row.price:,} 元 / {row.unit_label}"),
        fact("每名职工每年可点", f"{row.repeat_limit} 次"),
        fact("开始日期", row.from_on),
        fact("结束日期", row.until_on),
        fact("可以点单", row.is_active),
    ]
    if inside:
        spent = reading.bound_of([row], clock.today().year).get(row.pk, Decimal(0))
        facts += [fact("年度预算", row.cap), fact("本年已核定", spent), fact("信用代码", row.provider_uscc)]
    links = []
    if may(actor, Permission.ORDERS_EDIT):
        links.append(Link("修改", reverse("menu-edit", args=[union_code, row.pk])))
    if may(actor, Permission.ORDERS_PLACE):
        links.append(Link("点单", f"{reverse('order-new', args=[union_code])}?item={row.pk}", primary=True))
    page = ItemPage(row.title, facts, links, MENU.may_on(actor, row))
    crumbs = trail(union_code, "点单服务", "menu", row.title) if inside else [Crumb(row.title)]
    return render(request, "needs/menu_item.html", {"page": page, "breadcrumbs": crumbs})
