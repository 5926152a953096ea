"""Who may move records between unions: the nation's administrators, acting in the nation's union. Source: SM-01 merge; V14."""

from __future__ import annotations

from django.db.models import QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.boundaries.transfer.models import Transfer
from commons.kit.errors import NotFound


def may_transfer(actor: Actor) -> bool:
    nation = actor.union is not None and actor.union.parent_id is None
    return bool(may(actor, Permission.UNION_SUSPEND)) and (bool(actor.system) or nation)


def require(actor: Actor) -> None:
    """
    Raises: NotFound, so that forbidden and absent look alike.
    """
    if not may_transfer(actor):
        raise NotFound()


def visible(actor: Actor) -> QuerySet[Transfer]:
    rows = Transfer.objects.select_related("source", "target")
    return rows if may_transfer(actor) else rows.none()
