"""Who asks: an account acting in exactly one union (V14), or a partner system rooted at one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q

from commons.access.permissions import Permission
from commons.access.roles import permissions_of
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.people import organizations
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
    # The credit code of the organization that the account was verified for: then it acts as that organization alone.
    organization: str = ""
    # The department to which a member of staff is bound: they read the union's rows and write their department's. Source: §4.2.
    unit: str = ""
    # What histories and audit say instead of who and from where: a bidder, before the bids are opened. Source: SM-17.
    nameless: str = ""

    @property
    def user_id(self) -> UUID | None:
        return self.user.pk if self.user and not self.nameless else None

    @property
    def name(self) -> str:
        """For histories and audit: a person's name, a partner's name, or what the system was doing."""
        return self.nameless or (self.user.name if self.user else (self.partner or self.system))

    @property
    def role_labels(self) -> list[str]:
        return [role.label for role in sorted(self.roles, key=list(Role).index)]


def system(doing: str, union: TradeUnion | None = None) -> Actor:
    """The platform itself: a scheduled job, a seed, a command run by an operator."""
    return Actor(union=union, system=doing, permissions=frozenset(Permission))


def acting(user: User, union: TradeUnion, *, on: date | None = None) -> Actor | None:
    """
    `user` acting in `union`, or None when they hold no valid role there or the union is not active.

    An account verified for an organization acts for it in every active union, as ORG_USER and no more; where it holds
    another role it acts in that role and not for the organization, so that nobody judges what they handed in.
    Read anew for each request, so a role or a link that ends is gone with the next click. Source: DOMAIN §4.1, V14.
    """
    if not user.is_active or union.state != UnionState.ACTIVE:
        return None
    held = RoleAssignment.objects.valid_on(on or today()).filter(user=user, union=union)
    units = {Role(code): unit for code, unit in held.values_list("role", "unit")}
    roles = frozenset(units)
    organization = ""
    if not any(not role.is_flag and role != Role.ORG_USER for role in roles):
        organization = organizations.spoken_for(user)
        if organization:
            roles |= {Role.ORG_USER}
        elif Role.ORG_USER not in roles:
            return None
    permissions = permissions_of(frozenset({Role.ORG_USER}) if organization else roles)
    unit = "" if Role.UNION_ADMIN in roles else units.get(Role.UNION_STAFF, "")
    return Actor(union=union, user=user, roles=roles, permissions=permissions, organization=organization, unit=unit)


def members(union: TradeUnion, *, on: date | None = None) -> list[Actor]:
    """
    Everybody who holds a role in `union`, acting there, by name; accounts that only speak for an organization are not among them.

    One statement, however many.
    """
    if union.state != UnionState.ACTIVE:
        return []
    held = (
        RoleAssignment.objects.valid_on(on or today())
        .filter(union=union, user__is_active=True)
        .exclude(role=Role.ORG_USER)
    )
    by_user: dict[UUID, dict[Role, RoleAssignment]] = {}
    for one in held.select_related("user").order_by("user__name", "user_id"):
        by_user.setdefault(one.user_id, {})[Role(one.role)] = one
    found = []
    for theirs in by_user.values():
        roles = frozenset(theirs)
        if all(role.is_flag for role in roles):
            continue
        staff = theirs.get(Role.UNION_STAFF)
        unit = "" if Role.UNION_ADMIN in roles or staff is None else staff.unit
        user = next(iter(theirs.values())).user
        found.append(Actor(union=union, user=user, roles=roles, permissions=permissions_of(roles), unit=unit))
    return found


def unions_of(user: User, *, on: date | None = None) -> list[TradeUnion]:
    """The active unions in which `user` holds a role or whose dealings are with their organization, from the nation down."""
    held = RoleAssignment.objects.valid_on(on or today()).filter(user=user)
    held = held.exclude(role__in=[role for role in Role if role.is_flag])
    theirs = Q(pk__in=held.values("union_id"))
    if organization := organizations.spoken_for(user):
        theirs |= Q(pk__in=organizations.unions_dealing_with(organization).values("pk"))
    return list(TradeUnion.objects.active().filter(theirs).order_by("path"))
