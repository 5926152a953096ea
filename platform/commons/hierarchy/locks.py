"""
What is locked of the tree, always before anything else of a transaction and in the order of ids.

The lock is one under which others may still refer to the union (audit entries, jobs, figures): a change of the tree keeps nobody
from working. Where it stands among all locks: handbook, decisions/one-order-of-locks.md.
"""

from __future__ import annotations

from collections.abc import Collection

from commons.hierarchy.models import TradeUnion


def unions(ids: Collection[int]) -> dict[int, TradeUnion]:
    """These unions by id, locked until the transaction ends."""
    rows = TradeUnion.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


def tree() -> None:
    """
    Every union, for whoever changes who stands under whom: which rows that will be shows only on the way.

    Some milliseconds for thousands.
    """
    list(TradeUnion.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
