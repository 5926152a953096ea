"""The demonstration's needs and purchases, made by the accounts of four unions through the platform's own actions."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commons.hierarchy.models import TradeUnion
from commons.tenancy import door
from config.demo import cast, needs, purchases
from tenants.needs.models import NeedSurvey
from tenants.purchasing.models import ServiceProject


def fill(*, at: datetime) -> int:
    """Fill the unions that have neither needs nor projects; how many were."""
    unions = TradeUnion.objects.active().filter(code__in=cast.BUYING).order_by("path")
    return sum(fill_one(union, at=at) for union in unions)


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
