"""What a union says about itself: names, titles, and who answers for the work. Source: DOMAIN S1; A12, A13, A15."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.recording import record
from commons.hierarchy import actions as hierarchy
from commons.hierarchy.actions import Answerable
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound


@transaction.atomic
def revise(*, union: TradeUnion, answerable: Answerable, by: Actor, at: datetime, **described: str) -> TradeUnion:
    """
    Keep the profile of the acting union; who answered before stays in the history.

    Raises: Refused; NotFound for another union; ResponsibilityIncomplete; Invalid.
    """
    may(by, Permission.UNION_PROFILE).require()
    if by.union is None or by.union.pk != union.pk:
        raise NotFound()
    changes = hierarchy.describe(union=union, by=by, at=at, **described)
    before = union.responsibilities.filter(until_on__isnull=True).first()
    after = hierarchy.make_answerable(union=union, answerable=answerable, by=by, at=at)
    renewed = before is None or before.pk != after.pk
    record(
        "union.revised",
        by=by,
        at=at,
        on=union,
        union=union,
        changes={name: list(pair) for name, pair in changes.items()},
        responsibility="renewed" if renewed else "kept",
    )
    return union
