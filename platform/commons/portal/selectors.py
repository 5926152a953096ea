"""What an organization's account may know of itself. Source: DOMAIN S3, V14."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from commons.access import actors
from commons.access.actors import Actor
from commons.files.models import StoredFile
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound
from commons.people.enums import AccountKind, Role
from commons.people.models import OrgAccountLink, RoleAssignment, User


@dataclass(frozen=True)
class OwnUnion:
    """A union that the account may enter: for its organization, or in another role that it holds there."""

    union: TradeUnion
    for_organization: bool


def belongs(user: User) -> bool:
    """Whether the portal is this account's: an organization's account, or one that was invited as such."""
    if user.kind == AccountKind.SOCIAL_ORG:
        return True
    return RoleAssignment.objects.filter(user=user, role=Role.ORG_USER, until_on__isnull=True).exists()


def links(user: User) -> list[OrgAccountLink]:
    """All claims of the account, the latest first."""
    found = OrgAccountLink.objects.filter(user=user).select_related("user", "decided_in_union")
    return list(found.order_by("-claimed_at", "-id"))


def own_unions(user: User, *, on: date) -> list[OwnUnion]:
    """The unions of `unions_of`, each with the way in."""
    other = RoleAssignment.objects.valid_on(on).filter(user=user).exclude(role=Role.ORG_USER)
    elsewhere = {row.union_id for row in other.only("union_id", "role") if not Role(row.role).is_flag}
    return [OwnUnion(union, union.pk not in elsewhere) for union in actors.unions_of(user, on=on)]


def claimant(user: User, *, on: date) -> Actor:
    """
    The account acting in the union that invited it, where it may claim an organization.

    Raises: NotFound when no union has invited it as an organization's account.
    """
    invited = TradeUnion.objects.filter(
        state=UnionState.ACTIVE,
        pk__in=RoleAssignment.objects.valid_on(on).filter(user=user, role=Role.ORG_USER).values("union_id"),
    )
    union = invited.order_by("path").first()
    actor = actors.acting(user, union, on=on) if union is not None else None
    if actor is None:
        raise NotFound()
    return actor


def proof(link: OrgAccountLink, *, at: datetime) -> StoredFile:
    """
    The proof of a claim that the caller has already been let see.

    Raises: NotFound when it was kept long enough and is gone.
    """
    if link.proof_file_id is None:
        raise NotFound()
    found = StoredFile.objects.select_related("union").filter(pk=link.proof_file_id, expires_at__gt=at).first()
    if found is None:
        raise NotFound()
    return found
