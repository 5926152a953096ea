"""Needs as this viewer may see them. Source: F01, F09."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit.finding import one
from tenants.needs.clustering import Proposal, proposals
from tenants.needs.enums import NeedState
from tenants.needs.models import Need
from tenants.needs.policies import NEEDS

# So many sorted needs are compared at most; the earliest wait longest.
COMPARED = 300


def needs(actor: Actor) -> QuerySet[Need]:
    """The needs that `actor` may see, with their clusters, latest first."""
    return NEEDS.visible(actor).select_related("cluster").order_by("-collected_on", "-id")


def need(actor: Actor, pk: UUID | str) -> Need:
    """
    One need.

    Raises: NotFound, alike for absent and forbidden.
    """
    return one(NEEDS.visible(actor), pk)


def of_project(project_id: UUID) -> QuerySet[Need]:
    """The needs that a service project has adopted; the caller has decided that the project may be seen."""
    return Need.objects.filter(project_id=project_id).select_related("cluster").order_by("serial")


def adoptable(actor: Actor) -> QuerySet[Need]:
    """What a project may adopt: gathered needs that no project has."""
    return needs(actor).filter(state=NeedState.CLUSTERED)


def suggested(actor: Actor) -> list[Proposal]:
    """What might be gathered; one statement. Nothing for who may not gather."""
    if not may(actor, Permission.NEEDS_EDIT):
        return []
    rows = NEEDS.visible(actor).filter(state=NeedState.SORTED).order_by("collected_on", "id")[:COMPARED]
    return proposals(list(rows))


def state_counts(actor: Actor) -> dict[str, int]:
    """How many needs are in each state; one statement."""
    counted = NEEDS.visible(actor).order_by().values_list("state").annotate(rows=Count("pk"))
    return {str(state): rows for state, rows in counted}
