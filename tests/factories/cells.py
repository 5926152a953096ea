"""Rolled-up figures, written directly: for tests of what is made of them."""

from decimal import Decimal

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import parse_month
from commons.rollup.models import Cell


def cell(
    union: TradeUnion,
    measure: str,
    month: str,
    own: float | Decimal = 0,
    subtree: float | Decimal | None = None,
    *,
    dim: str = "",
    item: str = "",
) -> Cell:
    """The figure of a measure from `month` ('2026-11') on; the subtree's is the own one unless it is said."""
    kept, _ = Cell.objects.update_or_create(
        union=union,
        measure=measure,
        month=parse_month(month),
        dim=dim,
        item=item,
        defaults={"own": own, "subtree": own if subtree is None else subtree},
    )
    return kept
