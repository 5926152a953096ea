"""Units, providers, experts, the catalogue and the means of a year, as a viewer may see them. Source: §4.2; T2, T3."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.db.models import QuerySet

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from tenants.purchasing.models import Capacity, CatalogueItem, Expert, Provider, UnionUnit
from tenants.purchasing.policies import PROVIDERS

R = TypeVar("R", bound=models.Model)


def _all(model: Any, actor: Actor, permission: Permission) -> Any:
    rows = model.objects.all()
    return rows if may(actor, permission) else rows.none()


def units(actor: Actor) -> QuerySet[UnionUnit]:
    """The departments and unions below, by name."""
    rows: QuerySet[UnionUnit] = _all(UnionUnit, actor, Permission.RULES_VIEW)
    return rows.select_related("parent").order_by("kind", "name")


def providers(actor: Actor) -> QuerySet[Provider]:
    """Providers: all for the union's people, its own row for an organization."""
    return PROVIDERS.visible(actor).order_by("name", "pk")


def experts(actor: Actor) -> QuerySet[Expert]:
    """The pool of experts, by number."""
    rows: QuerySet[Expert] = _all(Expert, actor, Permission.PROVIDERS_VIEW)
    return rows.order_by("number")


def catalogue(actor: Actor, year: int | None = None) -> QuerySet[CatalogueItem]:
    """The purchase catalogue, of one year or of all, latest first."""
    rows: QuerySet[CatalogueItem] = _all(CatalogueItem, actor, Permission.RULES_VIEW)
    return (rows if year is None else rows.filter(year=year)).order_by("-year", "category", "name")


def capacities(actor: Actor) -> QuerySet[Capacity]:
    """The union's means, latest year first."""
    rows: QuerySet[Capacity] = _all(Capacity, actor, Permission.RULES_VIEW)
    return rows.order_by("-year")


def shown_secret(actor: Actor, value: str) -> str:
    """A telephone number or an account as this viewer may see it: whole for who may see personal data, else its last four digits."""
    if not value or may(actor, Permission.PERSONAL_VIEW):
        return value
    return masked(value)


def masked(value: str) -> str:
    """****1234."""
    return "*" * max(len(value) - 4, 4) + value[-4:] if len(value) > 4 else "****" if value else ""
