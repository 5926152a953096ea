"""The demonstration's needs and purchases, made by the accounts of four unions through the platform's own actions."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commons.hierarchy.models import TradeUnion
from commons.tenancy import door
from config.demo import cast, country, needs, purchases
from config.demo.purchases import subsidising
from tenants.needs.models import NeedSurvey
from tenants.purchasing.models import ServiceProject


class NotADemonstration(RuntimeError):
    """Bids of months ago are written down in a demonstration alone."""


def fill(*, at: datetime) -> int:
    """
    Fill the unions that have neither needs nor projects; how many were.

    Raises: NotADemonstration.
    """
    if not country.is_demonstration():
        raise NotADemonstration()
    unions = TradeUnion.objects.active().filter(code__in=cast.BUYING).select_related("parent").order_by("path")
    for union in unions:
        if union.code in subsidising.FUNDERS:
            open_rounds(union, at=at)
    return sum(fill_one(union, at=at) for union in unions)


@transaction.atomic
def open_rounds(union: TradeUnion, *, at: datetime) -> bool:
    """Whether the union's rounds of subsidies were opened, to which those below it apply; only once."""
    return subsidising.open_rounds(union, since=at - purchases.SINCE, at=at)


@transaction.atomic
def fill_one(union: TradeUnion, *, at: datetime) -> bool:
    """Whether the union was filled: wholly or not at all, and only once."""
    there = cast.of(union)
    if there is None:
        return False
    with door.inside(union):
        if NeedSurvey.objects.exists() or ServiceProject.objects.exists():
            return False
        found = needs.fill(there, at=at)
        purchases.fill(there, found, at=at)
    return True
