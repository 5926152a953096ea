"""
Writers take part in a union by a shared lock; whoever holds it alone knows that nothing of theirs is under way there.

The torture's own lock, of no meaning to the platform: it makes the moment exact at which a union is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from commons.hierarchy.models import TradeUnion
from commons.tenancy import door

_UNION = 20_773


def take_part(union: TradeUnion) -> None:
    """Until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [_UNION, union.pk])


@contextmanager
def alone(union: TradeUnion) -> Iterator[None]:
    """Everything written there is committed or rolled back, and nothing is written until the block ends."""
    with door.keeping_connection(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_UNION, union.pk])
        yield
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_UNION, union.pk])
