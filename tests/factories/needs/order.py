"""The menu and orders in any state."""

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from tenants.needs.enums import OrderState
from tenants.needs.models import MenuItem, ServiceOrder
from tests.factories.organizations import credit_code

MADE_AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
UNIT = UUID("01900000-0000-7000-8000-00000000aaaa")
_serial = itertools.count(1)
_base = {"created_at": MADE_AT, "updated_at": MADE_AT, "created_by_name": "王芳"}


def item(title: str = "职工心理疏导（一对一）", **fields: object) -> MenuItem:
    values = {
        "field": "psychological",
        "provider_name": "开福区启航职工服务中心",
        "provider_uscc": credit_code(),
        "price": Decimal("200.00"),
        "cap": Decimal("1000.00"),
        "from_on": date(2026, 1, 1),
    }
    return MenuItem.objects.create(title=title, **{**_base, **values, **fields})


def order(of: MenuItem, state: OrderState = OrderState.ORDERED, **fields: object) -> ServiceOrder:
    """In `state`, with what the state implies; of a unit unless a worker's mark is given."""
    values: dict[str, object] = {"ordered_on": date(2026, 11, 2)}
    if not fields.get("worker_mark"):
        values |= {"unit_id": UNIT, "unit_name": "开福区环卫一所工会"}
    if state not in (OrderState.ORDERED, OrderState.REFUSED, OrderState.CANCELLED):
        values |= {"approved_amount": of.price, "approved_by_name": "李娜"}
    if state in (OrderState.DELIVERED, OrderState.RATED, OrderState.SETTLED):
        values |= {"dispatched_on": date(2026, 11, 3), "delivered_on": date(2026, 11, 10), "person_times": 1}
    return ServiceOrder.objects.create(item=of, state=state, serial=next(_serial), **{**_base, **values, **fields})
