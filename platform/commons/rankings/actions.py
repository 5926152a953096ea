"""Publishing rankings to the unions below, and taking them back."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.recording import record
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound
from commons.rankings.errors import AlreadyPublished, NobodyBelow, NotPublished
from commons.rankings.models import PublishedRanking
from commons.rollup import selectors as rollup

LEAST = 2


@transaction.atomic
def publish(*, indicator: str, by: Actor, at: datetime) -> PublishedRanking:
    """
    From now on each union directly below sees the ranking of all of them by this indicator.

    Raises: Refused, UnknownIndicator, NobodyBelow, AlreadyPublished.
    Source: V7.
    """
    union, found = _publisher(by), rollup.indicator(indicator)
    if TradeUnion.objects.active().filter(parent=union).count() < LEAST:
        raise NobodyBelow(least=LEAST)
    try:
        with transaction.atomic():
            row = PublishedRanking.objects.create(
                union=union,
                indicator=found.code,
                published_at=at,
                published_by_id=by.user_id,
                published_by_name=by.name,
            )
    except IntegrityError:
        raise AlreadyPublished(path=("indicator",), indicator=found.zh) from None
    record("numbers.ranking_published", by=by, at=at, on=row, indicator=found.code)
    return row


@transaction.atomic
def withdraw(*, indicator: str, by: Actor, at: datetime) -> PublishedRanking:
    """
    Nobody below sees the ranking any more.

    Raises: Refused, UnknownIndicator, NotPublished.
    """
    union, found = _publisher(by), rollup.indicator(indicator)
    standing = PublishedRanking.objects.select_for_update().filter(union=union, withdrawn_at=None)
    row = standing.filter(indicator=found.code).first()
    if row is None:
        raise NotPublished(path=("indicator",), indicator=found.zh)
    row.withdrawn_at, row.withdrawn_by_id, row.withdrawn_by_name = at, by.user_id, by.name
    row.save(update_fields=["withdrawn_at", "withdrawn_by_id", "withdrawn_by_name"])
    record("numbers.ranking_withdrawn", by=by, at=at, on=row, indicator=found.code)
    return row


def _publisher(by: Actor) -> TradeUnion:
    may(by, Permission.NUMBERS_PUBLISH).require()
    if by.union is None:
        raise NotFound()
    return by.union
