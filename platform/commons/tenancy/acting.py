"""Where an actor may work."""

from __future__ import annotations

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.tenancy import door


def require(actor: Actor, permission: Permission) -> Decision:
    """
    The decision, if it allows: what every action of a feature begins with.

    Raises: Refused naming the rule; RuntimeError when the actor of one union stands in another's schema, which is a bug.
    """
    stands_in_own_union(actor)
    return may(actor, permission).require()


def stands_in_own_union(actor: Actor) -> None:
    """
    Hold that the schema entered is that of the acting union.

    Raises: RuntimeError when the actor of one union stands in another's schema, which is a bug.
    """
    union = door.current()
    if actor.union is not None and (union is None or union.pk != actor.union.pk):
        raise RuntimeError("An actor works in the schema of the acting union and in no other.")
