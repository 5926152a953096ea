"""What belongs to an entry, read for all entries of a page at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import models

from api.kit.loaders import Row, rows
from commons.access.actors import Actor
from tenants.registry import selectors
from tenants.registry.models import ContactPlan, OrgPerson, OrgRating, OrgYearFact, SocialOrganization

M = TypeVar("M", bound=models.Model)

PERSONS_SHOWN = 50
RATINGS_SHOWN = 20
YEARS_SHOWN = 20
CONTACTS_SHOWN = 20


def persons(asked: list[SocialOrganization]) -> dict[UUID, list[Row[Any]]]:
    return _grouped(OrgPerson.objects.order_by("role", "name", "id"), asked, PERSONS_SHOWN)


def ratings(asked: list[SocialOrganization]) -> dict[UUID, list[Row[Any]]]:
    return _grouped(
        OrgRating.objects.order_by(models.F("assessed_on").desc(nulls_first=True), "-id"), asked, RATINGS_SHOWN
    )


def year_facts(asked: list[SocialOrganization]) -> dict[UUID, list[Row[Any]]]:
    return _grouped(OrgYearFact.objects.order_by("-year"), asked, YEARS_SHOWN)


def contact_plans(asked: list[SocialOrganization]) -> dict[UUID, list[Row[Any]]]:
    return _grouped(ContactPlan.objects.order_by("-from_on", "-id"), asked, YEARS_SHOWN)


def contact_logs(asked: list[SocialOrganization], actor: Actor) -> dict[UUID, list[Row[Any]]]:
    """The latest logs of each entry, those the actor may read."""
    return _grouped(selectors.contact_logs(actor).order_by("-contacted_on", "-id"), asked, CONTACTS_SHOWN)


def organizations(ids: Iterable[UUID], actor: Actor) -> dict[UUID, Row[SocialOrganization]]:
    return {one.it.pk: one for one in rows(selectors.organizations(actor).filter(pk__in=set(ids)))}


def _grouped(found: models.QuerySet[M], asked: list[SocialOrganization], most: int) -> dict[UUID, list[Row[M]]]:
    """Rows by their entry, at most so many of each, in the order of the query set; all of them peers."""
    rank = models.Window(
        models.functions.RowNumber(),
        partition_by=models.F("organization_id"),
        order_by=cast("list[str | models.F]", list(found.query.order_by)),
    )
    limited = found.filter(organization__in=[row.pk for row in asked]).annotate(rank=rank).filter(rank__lte=most)
    grouped: dict[UUID, list[Row[M]]] = defaultdict(list)
    for one in rows(limited.order_by("organization_id", "rank")):
        grouped[one.it.organization_id].append(one)  # type: ignore[attr-defined]
    return grouped
