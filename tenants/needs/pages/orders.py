"""/u/<code>/orders: what was ordered, approved, served and paid. Source: SM-13; F03."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_filters.filters import ChoiceFilter, UUIDFilter

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.tables.declaration import Around, Button, Column, Empty, Table, Tabs
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view
from commons.web.desk.cards import Card, Line
from commons.web.frame import actor_of, answer, require_post
from commons.web.objects import Link, ObjectPage, fact, standing, trail
from tenants.needs.actions import orders as actions
from tenants.needs.enums import OrderState
from tenants.needs.machines.order import ORDER
from tenants.needs.models import ServiceOrder
from tenants.needs.policies import ORDERS
from tenants.needs.selectors import orders as reading


class OrderFilter(ListFilter):
    state = ChoiceFilter(label="状态", choices=OrderState.choices, empty_label=EMPTY)
    item = UUIDFilter(widget=forms.HiddenInput, field_name="item_id")

    class Meta:
        model = ServiceOrder
        fields: tuple[str, ...] = ()


def _url(row: ServiceOrder, around: Around) -> str:
    return reverse("order", args=[around.code, row.pk])


def _buttons(actor: Actor) -> Sequence[Button]:
    if actor.union is None:
        return ()
    code, found = actor.union.code, []
    if may(actor, Permission.ORDERS_PLACE):
        found.append(Button("代职工点单", reverse("order-new", args=[code]), primary=True))
    if may(actor, Permission.ORDERS_VIEW):
        found.append(Button("点单服务", reverse("menu", args=[code])))
    if may(actor, Permission.ORDERS_EDIT):
        found.append(Button("生成点单链接", reverse("order-links", args=[code])))
    return found


def _orderer(row: ServiceOrder, around: Around) -> str:
    return row.unit_name or "职工"


_COLUMNS = (
    Column("number", "编号", link=_url, fixed=True),
    Column("item", "服务", value="item.title", limit=30),
    Column("state", "状态", kind="badge"),
    Column("orderer", "点单人", value=_orderer, limit=20),
    Column("quantity", "数量", kind="number"),
    Column("provider", "服务单位", value="item.provider_name", limit=30),
    Column("approved_amount", "核定金额（元）", kind="money", sort=True),
    Column("ordered_on", "点单日期", kind="day", sort=True),
    Column("delivered_on", "服务日期", kind="day", shown=False),
    Column("rating", "评价（分）", kind="number"),
)
ORDER_LIST = Table(
    name="orders",
    title="职工点单",
    permission=Permission.ORDERS_VIEW,
    rows=reading.orders,
    filters=OrderFilter,
    search=("item__title", "item__provider_name", "unit_name"),
    search_label="服务、服务单位或点单单位",
    columns=_COLUMNS,
    default_sort="-ordered_on",
    tabs=Tabs("state", OrderState, frozenset({OrderState.ORDERED, OrderState.DISPATCHED, OrderState.RATED})),
    export=Permission.ORDERS_EDIT,
    buttons=_buttons,
    empty=Empty("还没有点单", "先在点单服务中列出服务，再把点单链接发给职工。"),
    row_label=str,
)
PLACED_LIST = Table(
    name="placed-orders",
    title="本单位的点单",
    permission=Permission.ORDERS_PLACE,
    rows=reading.orders,
    filters=OrderFilter,
    search=("item__title",),
    search_label="服务",
    columns=_COLUMNS,
    default_sort="-ordered_on",
    buttons=_buttons,
    empty=Empty("还没有点单", "可以代本单位职工点单，由上级工会买单。"),
    row_label=str,
)
SERVED_LIST = Table(
    name="served-orders",
    title="派给本机构的点单",
    permission=Permission.ORDERS_DELIVER,
    rows=reading.served,
    filters=OrderFilter,
    search=("item__title",),
    search_label="服务",
    columns=_COLUMNS,
    default_sort="-ordered_on",
    empty=Empty("没有派给本机构的点单", "工会派单后列在这里，服务完成后请登记。"),
    row_label=str,
)
listing = view(ORDER_LIST)
placed = view(PLACED_LIST)
served = view(SERVED_LIST)


@require_safe
def order(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    row = reading.order(actor, pk)
    shown, history = standing(ORDER, row, actor, at, union_code)
    links = []
    if may(actor, Permission.NEEDS_EDIT):
        links.append(Link("转为需求", f"{reverse('need-new', args=[union_code])}?source=worker_order&origin={row.pk}"))
    page = ObjectPage(
        title=row.item.title,
        number=row.number,
        facts=[
            fact("点单人", row.unit_name or "职工"),
            fact("数量", f"{row.quantity} {row.item.unit_label}"),
            fact("要求", row.wish),
            fact("服务单位", row.item.provider_name),
            fact("单价", row.item.price),
            fact("点单日期", row.ordered_on),
            fact("核定金额", row.approved_amount),
            fact("审核人", "" if actor.organization else row.approved_by_name),
            fact("派单日期", row.dispatched_on),
            fact("服务日期", row.delivered_on),
            fact("服务人次", row.person_times),
            fact("评价", f"{row.rating} 分" if row.rating else ""),
            fact("评价意见", row.rating_note),
            fact("付款日期", row.settled_on),
            fact("付款金额", row.settled_amount),
        ],
        steps=shown,
        history=history,
        why=ORDERS.may_on(actor, row),
        links=links,
    )
    return render(
        request,
        "base/object.html",
        {"page": page, "breadcrumbs": trail(union_code, *_list(actor), row.number)},
    )


class PlaceForm(forms.Form):
    item = forms.ChoiceField(label="服务", widget=forms.RadioSelect, error_messages={"required": "请选择一项服务。"})
    quantity = forms.IntegerField(label="数量", min_value=1, max_value=actions.MOST, initial=1)
    wish = forms.CharField(
        label="时间、地点等要求", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="请勿写职工姓名和电话。",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    """A grassroots union orders for its workers."""
    actor = require_post(request, Permission.ORDERS_PLACE)
    offered = {str(one.pk): one for one in reading.on_offer(clock.today())}
    form = PlaceForm(request.POST or None, initial={"item": request.GET.get("item", "")})
    form.fields["item"].choices = [  # type: ignore[attr-defined]
        (pk, f"{one.title}（{one.provider_name}，{one.price} 元 / {one.unit_label}）") for pk, one in offered.items()
    ]

    def act() -> ServiceOrder:
        given = form.cleaned_data
        item = offered[given["item"]]
        return actions.place(item=item, quantity=given["quantity"], wish=given["wish"], by=actor, at=clock.now())

    label, name = _list(actor)
    return answer(
        request,
        form,
        act,
        title="代职工点单",
        lead="" if offered else "目前没有可以点的服务。",
        submit_label="点单" if offered else "",
        done_url=lambda row: reverse("order", args=[union_code, row.pk]),
        done="已点单，等待工会审核。",
        cancel_url=reverse(name, args=[union_code]),
        crumbs=trail(union_code, label, name, "代职工点单"),
    )


def section(actor: Actor, at: datetime) -> Card | None:
    """What an organization's portal tells of orders: those that wait for it, and all that were sent to it."""
    if actor.union is None or not may(actor, Permission.ORDERS_DELIVER) or not reading.served(actor).exists():
        return None
    url = reverse("served-orders", args=[actor.union.code])
    waiting = Line("待服务的点单", f"{url}?state={OrderState.DISPATCHED}", count=reading.served_for(actor))
    return Card("职工点单", (waiting,), url, "全部点单")


def _list(actor: Actor) -> tuple[str, str]:
    """
    The list through which this actor comes here.

    Raises: NotFound when there is none.
    """
    if may(actor, Permission.ORDERS_VIEW):
        return "职工点单", "orders"
    if actor.organization and may(actor, Permission.ORDERS_DELIVER):
        return "派给本机构的点单", "served-orders"
    if may(actor, Permission.ORDERS_PLACE):
        return "本单位的点单", "placed-orders"
    raise NotFound()
