"""Who may change the tree: the nation's administrators, acting in the nation's union. Source: SM-01; V11, V14."""

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit.errors import NotFound


def may_change(actor: Actor) -> bool:
    nation = actor.union is not None and actor.union.parent_id is None
    return bool(may(actor, Permission.UNION_SUSPEND)) and (bool(actor.system) or nation)


def require(actor: Actor) -> None:
    """Raises: NotFound, so that forbidden and absent look alike."""
    if not may_change(actor):
        raise NotFound()
