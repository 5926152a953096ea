"""The menu and its orders as this viewer may see them. Source: F03."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from commons.access.actors import Actor
from commons.kit.finding import one
from tenants.needs.enums import BOUND, OrderState
from tenants.needs.models import MenuItem, ServiceOrder
from tenants.needs.policies import MENU, ORDERS


def menu(actor: Actor) -> QuerySet[MenuItem]:
    """The services that `actor` may see on the menu, by name."""
    return MENU.visible(actor).order_by("title", "id")


def menu_item(actor: Actor, pk: UUID | str) -> MenuItem:
    """
    One service on the menu.

    Raises: NotFound, alike for absent and forbidden.
    """
    return one(menu(actor), pk)


def on_offer(day: date) -> QuerySet[MenuItem]:
    """What may be ordered that day: for workers without an account."""
    rows = MenuItem.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=day), is_active=True, from_on__lte=day)
    return rows.order_by("title", "id")


def bound_of(items: Iterable[MenuItem], year: int) -> dict[UUID, Decimal]:
    """What has been approved of each item in a calendar year; one statement."""
    told = ServiceOrder.objects.filter(item__in=list(items), ordered_on__year=year, state__in=BOUND)
    return dict(told.order_by().values_list("item_id").annotate(sum=Sum("approved_amount")))


def orders(actor: Actor) -> QuerySet[ServiceOrder]:
    """The orders that `actor` may see, with their items, latest first."""
    return ORDERS.visible(actor).select_related("item").order_by("-ordered_on", "-id")


def order(actor: Actor, pk: UUID | str) -> ServiceOrder:
    """
    One order.

    Raises: NotFound, alike for absent and forbidden.
    """
    return one(ORDERS.visible(actor), pk)


def by_id(pk: UUID) -> ServiceOrder | None:
    """The order that a worker's link opens; the caller holds the link."""
    return ServiceOrder.objects.select_related("item").filter(pk=pk).first()


def served_for(actor: Actor) -> int:
    """How many orders wait to be served by the actor's organization."""
    if not actor.organization:
        return 0
    return orders(actor).filter(state=OrderState.DISPATCHED, item__provider_uscc=actor.organization).count()


def served(actor: Actor) -> QuerySet[ServiceOrder]:
    """The orders sent to the actor's organization; none for who acts for none."""
    rows = orders(actor)
    return rows.filter(item__provider_uscc=actor.organization) if actor.organization else rows.none()
