"""What a need comes from, for who may read that. Source: F01; V6."""

from __future__ import annotations

from uuid import UUID

from commons.access.actors import Actor
from commons.kit.errors import NotFound
from tenants.needs.enums import NeedSource
from tenants.needs.policies import APPEALS
from tenants.needs.selectors import appeals, orders


def told(actor: Actor, source: str, origin: UUID | str) -> dict[str, str]:
    """
    What the origin tells of the need: of an order its item, of an appeal nothing of what it says.

    Raises: NotFound, alike for what is not there and what the viewer may not read.
    """
    if source == NeedSource.WORKER_ORDER:
        order = orders.order(actor, origin)
        return {"title": order.item.title, "field": order.item.field}
    if source == NeedSource.APPEAL and APPEALS.may_read(actor, appeals.appeal(actor, origin)):
        return {}
    raise NotFound()
