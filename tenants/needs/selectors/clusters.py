"""Clusters as this viewer may see them: the union's people all, organizations those published. Source: F04."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit.errors import NotFound
from commons.kit.finding import one
from tenants.needs.enums import ClusterState, NeedState
from tenants.needs.models import Need, NeedCluster
from tenants.needs.policies import CLUSTERS, NEEDS

_COUNTED = ~Q(needs__state=NeedState.REJECTED) & ~Q(needs__state=NeedState.PARKED)


def clusters(actor: Actor) -> QuerySet[NeedCluster]:
    """The clusters that `actor` may see, latest year first."""
    return CLUSTERS.visible(actor).order_by("-year", "-id")


def counted(actor: Actor) -> QuerySet[NeedCluster]:
    """With the live counts `needs_now` and `persons_now`, for the union's own people alone."""
    rows = clusters(actor) if may(actor, Permission.NEEDS_VIEW) else NeedCluster.objects.none()
    return rows.annotate(
        needs_now=Count("needs", filter=_COUNTED),
        persons_now=Sum("needs__persons_estimate", filter=_COUNTED, default=0),
    )


def published(actor: Actor) -> QuerySet[NeedCluster]:
    """What was published, as organizations read it: the counts of that day, nothing below five."""
    if not (may(actor, Permission.CLUSTERS_VIEW) or may(actor, Permission.NEEDS_VIEW)):
        raise NotFound()
    return NeedCluster.objects.filter(state=ClusterState.PUBLISHED).order_by("-published_on", "-id")


def cluster(actor: Actor, pk: UUID | str) -> NeedCluster:
    """
    One cluster.

    Raises: NotFound, alike for absent and forbidden.
    """
    return one(CLUSTERS.visible(actor), pk)


def needs_in(actor: Actor, cluster: NeedCluster) -> QuerySet[Need]:
    """The needs gathered in it; none for organizations."""
    return NEEDS.visible(actor).filter(cluster=cluster).order_by("serial")
