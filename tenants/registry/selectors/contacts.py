"""Contact logs as this viewer may see them. A confidential one is nowhere for whoever is not named. Source: V13."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from commons.access import grants
from commons.access.actors import Actor
from commons.access.decisions import Rule
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.access.roles import ROLES
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound
from commons.people.models import RoleAssignment, User
from tenants.registry.enums import Classification
from tenants.registry.models import ContactLog
from tenants.registry.policies import CONTACT_LOGS


@dataclass(frozen=True)
class ContactRow:
    """One contact as a list shows it."""

    id: UUID
    organization_id: UUID
    organization_name: str
    contacted_on: date
    kind: str
    topics: str
    by_name: str
    next_on: date | None
    confidential: bool


@dataclass(frozen=True)
class SealedLog:
    """A confidential log as whoever names its officers sees it: that it exists, whose it is, who may read it. Nothing of its content."""

    id: UUID
    created_at: datetime
    by_name: str
    officers: str


@dataclass(frozen=True)
class OfficerChoice:
    id: UUID
    name: str


def contact_logs(actor: Actor) -> QuerySet[ContactLog]:
    """The logs that `actor` may read, with their organizations; no query per row."""
    return CONTACT_LOGS.visible(actor).select_related("organization")


def contact_log(actor: Actor, pk: UUID | str) -> ContactLog:
    """
    One log that `actor` may read.

    Raises: NotFound, alike for a confidential one of others and one that does not exist.
    """
    try:
        key = pk if isinstance(pk, UUID) else UUID(str(pk))
    except ValueError as wrong:
        raise NotFound() from wrong
    row = contact_logs(actor).filter(pk=key).first()
    if row is None:
        raise NotFound()
    return row


def contact_rows(logs: Iterable[ContactLog]) -> list[ContactRow]:
    """Logs as a list shows them."""
    return [
        ContactRow(
            id=row.pk,
            organization_id=row.organization_id,
            organization_name=row.organization.name,
            contacted_on=row.contacted_on,
            kind=row.kind.label,
            topics=row.topics,
            by_name=row.created_by_name,
            next_on=row.next_on,
            confidential=row.classification == Classification.CONFIDENTIAL,
        )
        for row in logs
    ]


def why_visible(actor: Actor, log: ContactLog) -> Rule:
    """The rule by which `actor` reads this log."""
    return CONTACT_LOGS.may_on(actor, log).rule


def sealed_logs(actor: Actor, *, most: int = 100) -> list[SealedLog]:
    """The confidential logs whose officers `actor` may name, newest first: two statements, no content."""
    if not may(actor, Permission.CONFIDENTIAL_NAME):
        return []
    rows = list(
        ContactLog.objects.filter(classification=Classification.CONFIDENTIAL)
        .only("id", "created_at", "created_by_name")
        .order_by("-created_at", "-id")[:most]
    )
    named = grants.officers_of_rows(ContactLog, [row.pk for row in rows])
    return [
        SealedLog(row.pk, row.created_at, row.created_by_name, "、".join(sorted(named.get(row.pk, [])))) for row in rows
    ]


def sealed_log(actor: Actor, pk: UUID) -> ContactLog:
    """
    A confidential log for naming its officers: to its author and to who holds the right to name.

    Raises: NotFound.
    """
    row = ContactLog.objects.filter(pk=pk, classification=Classification.CONFIDENTIAL).first()
    author = row is not None and actor.user is not None and row.created_by_id == actor.user.pk
    if row is None or not (author or may(actor, Permission.CONFIDENTIAL_NAME)):
        raise NotFound()
    return row


def officers_of(log: ContactLog) -> list[OfficerChoice]:
    """Who is named on a confidential log."""
    return [OfficerChoice(user.pk, user.name) for user in grants.officers(log).order_by("name", "pk")]


def possible_officers(union: TradeUnion, on: date) -> list[OfficerChoice]:
    """The accounts whose roles in `union` read contact logs, by name."""
    readers = [role for role, grant in ROLES.items() if Permission.CONTACT_VIEW in grant.permissions]
    held = RoleAssignment.objects.valid_on(on).filter(union=union, role__in=readers)
    users = User.objects.filter(is_active=True, pk__in=held.values("user_id")).order_by("name", "pk")
    return [OfficerChoice(user.pk, user.name) for user in users]
