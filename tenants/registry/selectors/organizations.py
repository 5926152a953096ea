"""Which entries, and one of them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery

from commons.access.actors import Actor
from commons.directory.enums import RatingGrade
from commons.kit.errors import NotFound
from tenants.registry.enums import LedgerState, RatingState
from tenants.registry.models import OrgRating, SocialOrganization
from tenants.registry.models.organization import SocialOrganizationQuerySet, a_year_before
from tenants.registry.policies import ORGANIZATIONS


def organizations(actor: Actor) -> SocialOrganizationQuerySet:
    """The entries of the acting union that `actor` may see; none for whoever may not see the ledger. Filters are methods of it."""
    rows = ORGANIZATIONS.visible(actor)
    assert isinstance(rows, SocialOrganizationQuerySet)
    return rows


def organization(actor: Actor, pk: UUID | str) -> SocialOrganization:
    """
    One entry.

    Raises: NotFound, alike for one that does not exist, of another union, or not for this actor.
    """
    try:
        key = pk if isinstance(pk, UUID) else UUID(str(pk))
    except ValueError as wrong:
        raise NotFound() from wrong
    row = organizations(actor).filter(pk=key).first()
    if row is None:
        raise NotFound()
    return row


def with_grade(rows: SocialOrganizationQuerySet, today: date) -> SocialOrganizationQuerySet:
    """The rows with `grade`: the rating in force, or None."""
    granted = OrgRating.objects.filter(
        organization=OuterRef("pk"), state=RatingState.GRANTED, valid_until__gt=today
    ).values("grade")[:1]
    return rows.annotate(grade=Subquery(granted))


def grade_label(row: SocialOrganization) -> str:
    """The label of the annotated grade."""
    return RatingGrade.label_of(getattr(row, "grade", None))


def state_counts(actor: Actor, today: date) -> dict[LedgerState, int]:
    """How many visible entries stand in each state, `stale` apart from `active`; one statement."""
    year_ago = a_year_before(today)
    counts = dict.fromkeys(LedgerState, 0)
    found = (
        organizations(actor)
        .values("state")
        .annotate(fresh=Count("pk", filter=Q(last_verified_on__gte=year_ago)), total=Count("pk"))
    )
    for line in found.order_by():
        state = LedgerState(line["state"])
        counts[state] = line["fresh"] if state is LedgerState.ACTIVE else line["total"]
        if state is LedgerState.ACTIVE:
            counts[LedgerState.STALE] = line["total"] - line["fresh"]
    return counts
