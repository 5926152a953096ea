"""SM-13 职工点单: ordered, approved within the budget, served, rated, paid by the union. Source: DOMAIN §3.5; F03, F06; Q25."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Sum

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.kit.clock import BEIJING, today
from commons.kit.labels import Code
from commons.people import organizations
from commons.tenancy import door
from commons.web.widgets import day_input
from commons.workflow import alarms
from commons.workflow.declaration import PLATFORM, EventForm, Guard, Machine, Step, Transition, Waiting, Who
from tenants.needs.enums import BOUND, OrderState
from tenants.needs.models import MenuItem, ServiceOrder
from tenants.needs.policies import ORDERS

# How long a worker has to rate; then the order counts as without a rating. Source: SM-13.
RATING_DAYS = 14
STARS = [(str(mark), f"{mark} 分") for mark in range(5, 0, -1)]


class OrderEvent(Code):
    """SM-13."""

    APPROVE = "approve", "审核通过", "Approve"
    REFUSE = "refuse", "不予通过", "Refuse"
    DISPATCH = "dispatch", "派单", "Dispatch to the provider"
    DELIVER = "deliver", "登记服务完成", "Delivered"
    RATE = "rate", "评价", "Rate"
    NO_RATING = "no_rating", "逾期未评价", "Not rated in time"
    SETTLE = "settle", "工会买单", "Settle"
    CANCEL = "cancel", "取消", "Cancel"


def full_price(order: ServiceOrder) -> Decimal:
    """What the order costs by its item's price."""
    return order.item.price * order.quantity


def bound(item: MenuItem, year: int) -> Decimal:
    """What has been approved of an item's orders of one calendar year. Units: yuan."""
    told = ServiceOrder.objects.filter(item=item, ordered_on__year=year, state__in=BOUND)
    return told.aggregate(sum=Sum("approved_amount"))["sum"] or Decimal(0)


class ApproveForm(EventForm):
    approved_amount = forms.DecimalField(
        label="核定金额（元）",
        min_value=0,
        max_digits=16,
        decimal_places=2,
        required=False,
        help_text="不填写时按单价乘以数量核定；可以核减，不能超过该金额。",
        error_messages={"invalid": "请填写金额，最多两位小数。", "min_value": "金额不能为负。"},
    )

    @classmethod
    def starting(cls, row: Any) -> dict[str, Any]:
        return {"approved_amount": full_price(row)}


class DeliverForm(EventForm):
    delivered_on = forms.DateField(
        label="服务日期",
        widget=day_input(),
        error_messages={"required": "请填写服务日期。", "invalid": "请填写有效的日期。"},
    )
    person_times = forms.IntegerField(
        label="服务人次",
        min_value=1,
        max_value=1_000_000,
        error_messages={"required": "请填写服务人次。", "min_value": "服务人次至少为 1。"},
    )

    @classmethod
    def starting(cls, row: Any) -> dict[str, Any]:
        return {"delivered_on": today(), "person_times": row.quantity}


class RateForm(EventForm):
    rating = forms.TypedChoiceField(
        label="满意程度",
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择满意程度。"},
    )
    rating_note = forms.CharField(
        label="意见建议（可不填）", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class SettleForm(EventForm):
    settled_amount = forms.DecimalField(
        label="付款金额（元）",
        min_value=Decimal("0.01"),
        max_digits=16,
        decimal_places=2,
        error_messages={"required": "请填写付款金额。", "min_value": "付款金额须大于零。"},
    )
    voucher_no = forms.CharField(label="凭证号", max_length=60, error_messages={"required": "请填写凭证号。"})

    @classmethod
    def starting(cls, row: Any) -> dict[str, Any]:
        return {"settled_amount": row.approved_amount}


def _within_price(step: Step) -> Mapping[str, object] | None:
    amount, most = step.data["approved_amount"], full_price(step.row)
    return None if amount is None or amount <= most else {"amount": amount, "most": most}


def _within_cap(step: Step) -> Mapping[str, object] | None:
    """The item is locked, so that two approvals at once see one another."""
    row, year = step.row, step.row.ordered_on.year
    given = step.data.get("approved_amount")
    amount = full_price(row) if given is None else given
    left = row.item.cap - bound(row.item, year)
    return (
        None
        if amount <= left
        else {"item": row.item.title, "year": year, "left": max(left, Decimal(0)), "amount": amount}
    )


def _served_in_time(step: Step) -> Mapping[str, object] | None:
    day = step.data["delivered_on"]
    return None if step.row.ordered_on <= day <= today(step.at) else {"ordered": step.row.ordered_on.isoformat()}


def _another_person(step: Step) -> Mapping[str, object] | None:
    mine = step.by.user_id is not None and step.by.user_id == step.row.approved_by_id
    return {"name": step.row.approved_by_name} if mine else None


def _within_approval(step: Step) -> Mapping[str, object] | None:
    amount, most = step.data["settled_amount"], step.row.approved_amount
    return None if most is not None and amount <= most else {"amount": amount, "most": most}


def _rating_over(step: Step) -> Mapping[str, object] | None:
    return None if step.at >= rating_ends(step.row) else {"days": RATING_DAYS}


WITHIN_PRICE = Guard(
    "NEEDS.ABOVE_PRICE",
    "核定金额不超过单价乘以数量",
    "核定金额 %(amount)s 元超过按单价计算的 %(most)s 元，请核减。",
    _within_price,
    source="F03",
    of_data=True,
)
WITHIN_CAP = Guard(
    "NEEDS.CAP_EXCEEDED",
    "不超过年度预算",
    "“%(item)s”%(year)s 年预算还剩 %(left)s 元，不足以核定 %(amount)s 元。请核减金额、提高该项预算，或不予通过。",
    _within_cap,
    source="SM-13",
    of_data=True,
)
SERVED_IN_TIME = Guard(
    "NEEDS.DELIVERED_ON",
    "服务日期在点单之后、今天之前",
    "服务日期须在点单日期（%(ordered)s）之后，且不晚于今天。",
    _served_in_time,
    source="SM-13",
    of_data=True,
)
ANOTHER_PERSON = Guard(
    "NEEDS.SAME_PERSON",
    "付款人与审核人不是同一人",
    "这张单由%(name)s审核通过，付款须由另一人登记。",
    _another_person,
    source="E44",
)
WITHIN_APPROVAL = Guard(
    "NEEDS.ABOVE_APPROVED",
    "付款不超过核定金额",
    "付款金额 %(amount)s 元超过核定的 %(most)s 元，请核对。",
    _within_approval,
    source="SM-13 ★",
    of_data=True,
)
RATING_OVER = Guard(
    "NEEDS.RATING_NOT_OVER",
    "评价期限已过",
    "服务完成后 %(days)s 天内职工可以评价，期限未过。",
    _rating_over,
    source="SM-13",
)


def rating_ends(order: ServiceOrder) -> datetime:
    """The moment after which an order that was served counts as without a rating."""
    day = order.delivered_on or order.ordered_on
    return datetime.combine(day + timedelta(days=RATING_DAYS + 1), time(), BEIJING)


def _approve(step: Step) -> None:
    given = step.data["approved_amount"]
    step.set(
        approved_amount=full_price(step.row) if given is None else given,
        approved_by_id=step.by.user_id,
        approved_by_name=step.by.name[:120],
    )


def _dispatch(step: Step) -> None:
    step.set(dispatched_on=today(step.at))
    union = door.current()
    if union is not None:
        # From now on the organization finds this union among those it deals with.
        organizations.present(step.row.item.provider_uscc, union, step.at)


def _deliver(step: Step) -> None:
    step.set(delivered_on=step.data["delivered_on"], person_times=step.data["person_times"])
    alarms.ring_at(max(rating_ends(step.row), step.at), ORDER, step.row, OrderEvent.NO_RATING, by=step.by, at=step.at)


def _rate(step: Step) -> None:
    step.set(rating=step.data["rating"], rating_note=step.data["rating_note"].strip(), rated_on=today(step.at))


def _settle(step: Step) -> None:
    step.set(
        settled_amount=step.data["settled_amount"],
        voucher_no=step.data["voucher_no"].strip(),
        settled_on=today(step.at),
    )


def own_order(actor: Actor, row: ServiceOrder) -> bool:
    """The unit's account that placed it."""
    return actor.user_id is not None and row.unit_id == actor.user_id


def serves(actor: Actor, row: ServiceOrder) -> bool:
    """The account acts for the organization that the menu names."""
    return bool(actor.organization) and row.item.provider_uscc == actor.organization


S, E = OrderState, OrderEvent
STAFF = Who(Permission.ORDERS_EDIT, "工会工作人员")
FINANCE = Who(Permission.PAYMENTS_PAY, "财务")
PROVIDER = Who(Permission.ORDERS_DELIVER, "服务单位", serves)
UNIT = Who(Permission.ORDERS_PLACE, "点单的基层工会", own_order)

ORDER = Machine(
    code="SM-13",
    zh="职工点单",
    en="Worker order",
    model="needs.ServiceOrder",
    states=OrderState,
    events=OrderEvent,
    visible=ORDERS.visible,
    url=lambda row: f"/orders/{row.pk}",
    initial=(S.ORDERED,),
    title="item__title",
    parents=("item",),
    labels={
        "approved_amount": "核定金额（元）",
        "approved_by_name": "审核人",
        "dispatched_on": "派单日期",
        "delivered_on": "服务日期",
        "person_times": "服务人次",
        "rating": "评价（分）",
        "settled_amount": "付款金额（元）",
        "settled_on": "付款日期",
        "voucher_no": "凭证号",
    },
    transitions=(
        Transition(E.APPROVE, (S.ORDERED,), S.APPROVED, (STAFF,), (WITHIN_PRICE, WITHIN_CAP), (_approve,), form=ApproveForm),
        Transition(E.REFUSE, (S.ORDERED,), S.REFUSED, (STAFF,), needs_reason=True, danger=True),
        Transition(
            E.DISPATCH, (S.APPROVED,), S.DISPATCHED, (STAFF,), effects=(_dispatch,),
            hint="派单后，服务单位的账号可以看到这张单并登记服务完成情况。",
        ),
        Transition(
            E.DELIVER, (S.DISPATCHED,), S.DELIVERED, (PROVIDER,), (SERVED_IN_TIME,), (_deliver,), form=DeliverForm,
            hint="登记后请点单人评价；14 天内没有评价的，按未评价处理。",
        ),
        Transition(E.RATE, (S.DELIVERED,), S.RATED, (UNIT, PLATFORM), effects=(_rate,), form=RateForm),
        Transition(E.NO_RATING, (S.DELIVERED,), S.RATED, (PLATFORM,), (RATING_OVER,), button=False),
        Transition(
            E.SETTLE, (S.RATED,), S.SETTLED, (FINANCE, STAFF), (ANOTHER_PERSON, WITHIN_APPROVAL), (_settle,), form=SettleForm
        ),
        Transition(E.CANCEL, (S.ORDERED,), S.CANCELLED, (STAFF, UNIT, PLATFORM), needs_reason=True, danger=True),
        Transition(E.CANCEL, (S.APPROVED, S.DISPATCHED), S.CANCELLED, (STAFF,), needs_reason=True, danger=True),
    ),
    waiting=(
        Waiting(S.ORDERED, E.APPROVE, "待审核"),
        Waiting(S.APPROVED, E.DISPATCH, "待派单"),
        Waiting(S.DISPATCHED, E.DELIVER, "待服务"),
        Waiting(S.RATED, E.SETTLE, "待买单"),
    ),
    source="DOMAIN §3.5 SM-13; F03",
)  # fmt: skip
