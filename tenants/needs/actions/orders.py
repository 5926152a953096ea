"""Orders: placed by a worker through a link or by a grassroots union for its workers, rated, cancelled. Source: SM-13; F03; Q25."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from commons.access.actors import Actor, system
from commons.access.permissions import Permission
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.kit.errors import Invalid, NotFound
from commons.tenancy.acting import require
from commons.workflow.rows import made
from commons.workflow.transitions import begun, transition
from tenants.needs import locks
from tenants.needs.actions import links
from tenants.needs.enums import LinkPurpose, OrderState
from tenants.needs.machines.order import ORDER, OrderEvent
from tenants.needs.marks import mark_of
from tenants.needs.models import MenuItem, ServiceOrder

MOST = 1000
# How long the worker's own link to an order is good.
FOLLOWED = timedelta(days=400)
_GONE = (OrderState.REFUSED, OrderState.CANCELLED)


def worker(union: TradeUnion) -> Actor:
    """Who acts when a worker does, without an account: the platform, for nobody by name."""
    return system("职工", union)


@transaction.atomic
def place(*, item: MenuItem, quantity: int, wish: str, by: Actor, at: datetime) -> ServiceOrder:
    """
    Order for the workers of a grassroots union, in the name of its account.

    Raises: Refused, NotFound, Invalid.
    """
    require(by, Permission.ORDERS_PLACE)
    if by.user_id is None:
        raise NotFound()
    locked = _orderable(item.pk, at)
    return _create(locked, quantity, wish, by, at, unit_id=by.user_id, unit_name=by.name[:120])


@transaction.atomic
def place_by_link(
    *, union: TradeUnion, token: str, item_id: UUID, phone: str, quantity: int, wish: str, at: datetime
) -> tuple[ServiceOrder, str]:
    """
    Order as a worker with a link: the order, and the token by which its worker follows and rates it.

    The telephone number becomes a mark that limits repeats; it is kept nowhere.
    Raises: NotFound for a link that is used up, Invalid.
    """
    mark = mark_of(phone, union.pk)
    item = _orderable(item_id, at)
    _within_limit(item, mark, at)
    if not links.use_up(token=token, purpose=LinkPurpose.ORDER, at=at):
        raise NotFound()
    by = worker(union)
    row = _create(item, quantity, wish, by, at, worker_mark=mark)
    follow = links.hand_out(purpose=LinkPurpose.RATING, subject_id=row.pk, uses=1, until=at + FOLLOWED, by=by, at=at)
    return row, follow


@transaction.atomic
def rate_by_link(*, union: TradeUnion, token: str, order: ServiceOrder, rating: int, note: str, at: datetime) -> None:
    """
    Rate as the worker who holds the order's link, once.

    Raises: NotFound for a link that is used up, StateRefused, Invalid.
    """
    data = {"rating": str(rating), "rating_note": note}
    transition(ORDER, order, OrderEvent.RATE, by=worker(union), at=at, data=data)
    if not links.use_up(token=token, purpose=LinkPurpose.RATING, at=at):
        raise NotFound()


def cancel_by_link(*, union: TradeUnion, order: ServiceOrder, at: datetime) -> None:
    """
    Take the order back as the worker who holds its link, while nobody has approved it.

    Raises: StateRefused.
    """
    transition(ORDER, order, OrderEvent.CANCEL, by=worker(union), at=at, reason="点单职工取消")


def _orderable(pk: UUID, at: datetime) -> MenuItem:
    """The item, locked so that limits hold for whoever orders at the same moment."""
    item = locks.row(MenuItem, pk)
    day = today(at)
    if not item.is_active or day < item.from_on or (item.until_on is not None and day >= item.until_on):
        raise Invalid({"item": ["这项服务目前不能点，请选择其他服务。"]})
    return item


def _within_limit(item: MenuItem, mark: str, at: datetime) -> None:
    ordered = item.orders.filter(worker_mark=mark, ordered_on__year=today(at).year).exclude(state__in=_GONE).count()
    if ordered >= item.repeat_limit:
        raise Invalid({"phone": [f"每名职工每年最多可点“{item.title}” {item.repeat_limit} 次，您已经点过了。"]})


def _create(item: MenuItem, quantity: int, wish: str, by: Actor, at: datetime, **orderer: object) -> ServiceOrder:
    if not 1 <= quantity <= MOST:
        raise Invalid({"quantity": [f"数量为 1 到 {MOST}。"]})
    if len(wish.strip()) > 300:
        raise Invalid({"wish": ["要求最多 300 个字。"]})
    row = ServiceOrder.objects.create(
        serial=locks.next_serial(ServiceOrder),
        item=item,
        quantity=quantity,
        wish=wish.strip(),
        ordered_on=today(at),
        **orderer,
        **made(by, at),
    )
    begun(ORDER, row, by=by, at=at)
    return row
