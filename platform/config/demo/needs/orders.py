"""The menu of services and what workers ordered from it: waiting, dispatched, served, rated, paid, refused."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from commons.codelists.services import ServiceField
from commons.kit.clock import today
from commons.people import organizations
from commons.workflow.transitions import transition
from config.demo.cast import Cast
from tenants.needs.actions import links, menu, orders
from tenants.needs.enums import LinkPurpose
from tenants.needs.machines.order import ORDER, OrderEvent
from tenants.needs.models import MenuItem, ServiceOrder

_MENU = [
    ("工间肩颈理疗（半天驻点）", ServiceField.OCCUPATIONAL_HEALTH, 1800, "场", 54_000),
    ("心理健康讲座", ServiceField.PSYCHOLOGICAL, 2200, "场", 44_000),
    ("劳动法律问题现场咨询", ServiceField.LEGAL_SERVICE, 1200, "场", 24_000),
    ("职工趣味运动会策划执行", ServiceField.CULTURE_SPORTS, 6800, "场", 68_000),
]
# (item, telephone, what happens), the telephones in a block nobody is given.
_ORDERS = [
    (0, "19900000101", "希望安排在周三下午", "settled"),
    (1, "19900000102", "讲睡眠和情绪管理", "rated"),
    (2, "19900000103", "主要问加班工资怎么算", "delivered"),
    (3, "19900000104", "约 60 人参加", "dispatched"),
    (0, "19900000105", "", "approved"),
    (1, "19900000106", "新员工较多，希望通俗一点", "ordered"),
    (2, "19900000107", "与公司业务合同有关", "refused"),
]
_COURSE = ("approved", "dispatched", "delivered", "rated", "settled")


def fill(there: Cast, *, at: datetime) -> None:
    items = [_item(there, number, at) for number in range(len(_MENU))]
    for number, phone, wish, until in _ORDERS:
        _order(there, items[number], phone, wish, until, at)


def _item(there: Cast, number: int, at: datetime) -> MenuItem:
    title, field, price, unit, cap = _MENU[number]
    provider = there.organizations[0]
    assert provider.user is not None
    return menu.create(
        title=title,
        text="由签约社会组织上门服务，点单后三个工作日内审核派单，费用由工会承担。",
        field=field,
        provider_name=organizations.name_of(provider.user),
        provider_uscc=provider.organization,
        price=Decimal(price),
        unit_label=unit,
        cap=Decimal(cap),
        repeat_limit=2,
        from_on=today(at),
        by=there.staff,
        at=at,
    )


def _order(there: Cast, item: MenuItem, phone: str, wish: str, until: str, at: datetime) -> None:
    (token,) = links.issue(purpose=LinkPurpose.ORDER, count=1, uses=1, days=30, by=there.staff, at=at)
    row, _ = orders.place_by_link(
        union=there.union, token=token, item_id=item.pk, phone=phone, quantity=1, wish=wish, at=at
    )
    if until == "refused":
        reason = "企业经营方面的法律问题不在职工服务范围内，请联系企业法律顾问。"
        transition(ORDER, row, OrderEvent.REFUSE, by=there.staff, at=at, reason=reason)
        return
    if until in _COURSE:
        _walk(there, row, _COURSE[: _COURSE.index(until) + 1], at)


def _walk(there: Cast, row: ServiceOrder, course: tuple[str, ...], at: datetime) -> None:
    price = str(row.item.price)
    steps = {
        "approved": (OrderEvent.APPROVE, there.staff, {"approved_amount": price}),
        "dispatched": (OrderEvent.DISPATCH, there.staff, {}),
        "delivered": (
            OrderEvent.DELIVER,
            there.organizations[0],
            {"delivered_on": today(at).isoformat(), "person_times": "38"},
        ),
        "rated": (OrderEvent.RATE, orders.worker(there.union), {"rating": "5", "rating_note": "老师很耐心，讲得实在"}),
        "settled": (
            OrderEvent.SETTLE,
            there.finance,
            {"settled_amount": price, "voucher_no": f"记-{there.union.code}-{row.serial:03d}"},
        ),
    }
    for name in course:
        event, by, data = steps[name]
        row.refresh_from_db()
        transition(ORDER, row, event, by=by, at=at, data=data)
