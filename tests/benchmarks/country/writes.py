"""Rows that the parts write for a while and take back."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date

from django.db import transaction

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now, today
from commons.rollup.fold import fold_many
from commons.tenancy.door import inside
from tenants.registry.models import ContactLog, SocialOrganization
from tests.factories import organizations as make

NAME = "压力测试"


def contacts(union: TradeUnion, count: int = 1) -> None:
    """Contact logs of the union's first organizations, in one transaction."""
    at = now()
    with inside(union), transaction.atomic():
        pks = list(SocialOrganization.objects.values_list("pk", flat=True)[:4])
        for number in range(count):
            ContactLog.objects.create(
                organization_id=pks[number % len(pks)],
                contacted_on=today(),
                kind="visit",
                topics=NAME,
                created_at=at,
                updated_at=at,
                created_by_name="李敏",
            )


def entry(union: TradeUnion) -> None:
    """One more organization on the ledger."""
    with inside(union), transaction.atomic():
        serial = SocialOrganization.objects.order_by("-serial").values_list("serial", flat=True).first() or 0
        make.organization(
            name=NAME,
            serial=serial + 1,
            uscc=make.credit_code(random.randrange(30_000_000)),
            active_on=date(2026, 1, 5),
        )


def taken_back(unions: Iterable[TradeUnion]) -> None:
    """Remove all that was written here, and count what is left."""
    every = list(unions)
    for union in every:
        with inside(union):
            SocialOrganization.objects.filter(name=NAME).delete()
            ContactLog.objects.filter(topics=NAME).delete()
    for start in range(0, len(every), 50):
        fold_many(every[start : start + 50], wait=True)
