"""The demonstration's needs and purchases, made by the accounts of four unions through the platform's own actions."""

from __future__ import annotations

from concurrent.futures import as_completed
from datetime import datetime

from django.db import transaction

from commons.hierarchy.models import TradeUnion
from commons.kit.processes import pool
from commons.tenancy import door
from config.demo import cast, country, needs, purchases
from config.demo.purchases import subsidising
from tenants.needs.models import NeedSurvey
from tenants.purchasing.models import ServiceProject


class NotADemonstration(RuntimeError):
    """Bids of months ago are written down in a demonstration alone."""


def fill(*, at: datetime, processes: int = 1) -> int:
    """
    Fill the unions that have neither needs nor projects; how many were. More processes than one need what is written to be committed.

    Raises: NotADemonstration.
    """
    if not country.is_demonstration():
        raise NotADemonstration()
    unions = TradeUnion.objects.active().filter(code__in=cast.BUYING).select_related("parent").order_by("path")
    for union in unions:
        if union.code in subsidising.FUNDERS:
            open_rounds(union, at=at)
    waiting = [union for union in unions if _empty(union)]
    if processes == 1 or not waiting:
        return sum(fill_one(union, at=at) for union in waiting)
    waiting.sort(key=lambda union: union.code not in subsidising.RECEIVERS)
    with pool(processes) as workers:
        done = [workers.submit(fill_code, union.code, at) for union in waiting]
        return sum(one.result() for one in as_completed(done))


def _empty(union: TradeUnion) -> bool:
    with door.inside(union):
        return not (NeedSurvey.objects.exists() or ServiceProject.objects.exists())


def fill_code(code: str, at: datetime) -> bool:
    """Fill the union of this code, in this process."""
    union = TradeUnion.objects.active().filter(code=code).select_related("parent").first()
    return union is not None and fill_one(union, at=at)


@transaction.atomic
def open_rounds(union: TradeUnion, *, at: datetime) -> bool:
    """Whether the union's rounds of subsidies were opened, to which those below it apply; only once."""
    return subsidising.open_rounds(union, since=at - purchases.SINCE, at=at)


@transaction.atomic
def fill_one(union: TradeUnion, *, at: datetime) -> bool:
    """Whether the union was filled: wholly or not at all, and only once."""
    there = cast.of(union)
    if there is None or not _empty(union):
        return False
    with door.inside(union):
        found = needs.fill(there, at=at)
        purchases.fill(there, found, at=at)
    return True
