"""
Who may manage whom: within one union, only roles one may assign, never more than one holds.

Source: issue of a role is bound to its union (DOMAIN §4.1), V7, V11.
"""

from datetime import date

from commons.access.actors import Actor
from commons.access.decisions import Decision, Rule, allowed, refused
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.access.roles import OF_ONESELF, assignable_by, permissions_of
from commons.accounts.errors import AccountElsewhere, OwnAccount
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound
from commons.people.enums import Role
from commons.people.models import RoleAssignment, RoleAssignmentQuerySet, User

# A union always keeps at least one of each that it has.
ADMINISTRATORS = frozenset({Role.UNION_ADMIN, Role.NATIONAL_ADMIN})


def may_manage(actor: Actor) -> Decision:
    """May they manage people at all."""
    return may(actor, Permission.PEOPLE_MANAGE)


def may_assign(actor: Actor, role: Role) -> Decision:
    """May they hand out this role in their union: it is theirs to assign, and gives nothing they do not hold."""
    if actor.system:
        return allowed(Rule.ROLE)
    if not (decision := may_manage(actor)):
        return decision
    if role in assignable_by(actor.roles) and permissions_of(frozenset({role})) - OF_ONESELF <= actor.permissions:
        return decision
    return refused(Rule.V11) if actor.roles <= {Role.NATIONAL_ADMIN} else refused()


def manageable(actor: Actor) -> frozenset[Role]:
    """The roles that the actor may assign and end; people are shown to them by these."""
    return frozenset(role for role in Role if may_assign(actor, role))


def may_invite(actor: Actor, union: TradeUnion, role: Role) -> Decision:
    """
    May they invite somebody as `role` into `union`.

    Their own union: as for assigning. Another: only whoever onboards unions, and only its first administrator,
    while it has none; so a national admin cannot add a reader to a union that works. Source: V11.
    """
    if actor.system or (actor.union is not None and actor.union.pk == union.pk):
        return may_assign(actor, role)
    if role is Role.UNION_ADMIN and (decision := may(actor, Permission.UNION_ONBOARD)) and not has_administrator(union):
        return decision
    raise NotFound()


def has_administrator(union: TradeUnion) -> bool:
    return RoleAssignment.objects.filter(
        union=union, role=Role.UNION_ADMIN, until_on__isnull=True, user__is_active=True
    ).exists()


def assignments(actor: Actor) -> RoleAssignmentQuerySet:
    """The role assignments, open or ended, that the actor may see and end: of their union, in roles they may assign."""
    if actor.union is None or not may_manage(actor):
        return RoleAssignment.objects.none()
    return RoleAssignment.objects.filter(union=actor.union, role__in=manageable(actor))


def require_whole_account(actor: Actor, user: User, *, on: date) -> None:
    """
    Let pass only if every open role of the account is the actor's to manage; else acting on the account would
    reach another union.

    Raises: AccountElsewhere.
    """
    if actor.system:
        return
    others = RoleAssignment.objects.open_on(on).filter(user=user)
    if others.exclude(pk__in=assignments(actor).values("pk")).exists():
        raise AccountElsewhere()


def require_other_managed(actor: Actor, user: User) -> None:
    """
    The account is somebody else's, and in the actor's union in a role of theirs to manage.

    Raises: Refused, NotFound, OwnAccount.
    """
    if actor.system:
        return
    may_manage(actor).require()
    if not assignments(actor).filter(user=user).exists():
        raise NotFound()
    if actor.user_id == user.pk:
        raise OwnAccount()
