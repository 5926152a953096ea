"""What a resolver may know of its request: who acts, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from api.kit.errors import NoActingUnion
from commons.access.actors import Actor
from commons.access.decisions import Rule, refused
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.people.models import User


@dataclass(frozen=True)
class Context:
    """
    The originating subject of every field of one request. Source: V14.

    `actor` is a person acting in one union, or a partner at its root; None for a person who has not chosen yet.
    """

    actor: Actor | None
    user: User | None
    at: datetime

    @property
    def acting(self) -> Actor:
        """
        The actor.

        Raises: NoActingUnion.
        """
        if self.actor is None:
            raise NoActingUnion()
        return self.actor

    @property
    def union(self) -> TradeUnion:
        """The union acted for. Raises: NoActingUnion."""
        union = self.acting.union
        if union is None:
            raise NoActingUnion()
        return union

    @property
    def today(self) -> date:
        return today(self.at)

    def require(self, permission: Permission) -> Actor:
        """
        The actor, if the permission is theirs.

        Raises: NoActingUnion; Refused, naming the rule.
        """
        may(self.acting, permission).require()
        return self.acting

    @property
    def inside(self) -> Actor:
        """
        The actor, standing in their union's schema, where no partner ever is.

        Raises: NoActingUnion; Refused. Source: V10.
        """
        if self.acting.user is None:
            refused(Rule.V10).require()
        return self.acting

    def require_inside(self, permission: Permission) -> Actor:
        """
        The actor, if they may and stand in their union's schema, where no partner ever is.

        Raises: NoActingUnion; Refused. Source: V10.
        """
        may(self.inside, permission).require()
        return self.acting
