"""One person, rating or plan of an entry that the actor may see."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from commons.access.actors import Actor
from commons.kit.errors import NotFound
from tenants.registry.models import ContactPlan, OrgPerson, OrgRating
from tenants.registry.policies import ORGANIZATIONS

P = TypeVar("P", OrgPerson, OrgRating, ContactPlan)


def person(actor: Actor, pk: UUID) -> OrgPerson:
    """
    Raises: NotFound.
    """
    return _one(actor, OrgPerson.objects.select_related("organization"), pk)


def rating(actor: Actor, pk: UUID) -> OrgRating:
    """
    Raises: NotFound.
    """
    return _one(actor, OrgRating.objects.select_related("organization"), pk)


def contact_plan(actor: Actor, pk: UUID) -> ContactPlan:
    """
    Raises: NotFound.
    """
    return _one(actor, ContactPlan.objects.select_related("organization"), pk)


def _one(actor: Actor, rows: QuerySet[P], pk: UUID) -> P:
    if not ORGANIZATIONS.may(actor):
        raise NotFound()
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row
