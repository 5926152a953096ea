"""Who asks: an account acting in exactly one union (V14), or a partner system rooted at one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from commons.access.permissions import Permission
from commons.access.roles import permissions_of
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.people.enums import Role
from commons.people.models import RoleAssignment, User


@dataclass(frozen=True)
class Actor:
    """
    The originating subject of every check, passed to pages, actions, tasks and commands alike.

    Either `user` (with the roles held in `union`) or `partner` (name of a client rooted at `union`) is set;
    a system actor has neither and may do what its caller's code does.
    """

    union: TradeUnion | None
    user: User | None = None
    roles: frozenset[Role] = frozenset()
    partner: str = ""
    system: str = ""
    permissions: frozenset[Permission] = field(default=frozenset())
    # A partner that reads numbers of closed periods alone (V10).
    closed_only: bool = False

    @property
    def user_id(self) -> UUID | None:
        return self.user.pk if self.user else None

    @property
    def name(self) -> str:
        """For histories and audit: a person's name, a partner's name, or what the system was doing."""
        return self.user.name if self.user else (self.partner or self.system)

    @property
    def role_labels(self) -> list[str]:
        return [role.label for role in sorted(self.roles, key=list(Role).index)]


def system(doing: str, union: TradeUnion | None = None) -> Actor:
    """The platform itself: a scheduled job, a seed, a command run by an operator."""
    return Actor(union=union, system=doing, permissions=frozenset(Permission))


def acting(user: User, union: TradeUnion, *, on: date | None = None) -> Actor | None:
    """
    `user` acting in `union`, or None when they hold no valid role there or the union is not active.

    Read anew for each request, so a role that ends is gone with the next click.
    """
    if not user.is_active or union.state != UnionState.ACTIVE:
        return None
    held = RoleAssignment.objects.valid_on(on or today()).filter(user=user, union=union)
    roles = frozenset(Role(code) for code in held.values_list("role", flat=True))
    if not any(not role.is_flag for role in roles):
        return None
    return Actor(union=union, user=user, roles=roles, permissions=permissions_of(roles))


def unions_of(user: User, *, on: date | None = None) -> list[TradeUnion]:
    """The active unions in which `user` may act, from the nation down."""
    held = RoleAssignment.objects.valid_on(on or today()).filter(user=user)
    held = held.exclude(role__in=[role for role in Role if role.is_flag])
    return list(TradeUnion.objects.active().filter(pk__in=held.values("union_id")).order_by("path"))
