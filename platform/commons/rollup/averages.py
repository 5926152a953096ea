"""
V8: what a lower level may know of its siblings: the average of its parent's children.

The sum over the children follows from the average, and from it, less the own figure, the sum of the others. Only children that
have something are counted, and there are at least five: so that sum is of four others or more, none of them nothing, and
no single figure follows from it. What is not protected: all of the others together, and by how much they changed
between two periods; and where all but one put their figures together, they can work out that one's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from commons.access.actors import Actor, system
from commons.access.policies import may_see_parent_average
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound
from commons.rollup import selectors
from commons.rollup.declaration import CATALOGUE, Indicator
from commons.rollup.spans import Span
from commons.rollup.values import Value, plain, quotient

CONTRIBUTORS_AT_LEAST = 5
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Average:
    """
    The average figure of the parent's children; None where fewer than five have something to be counted.

    Of a ratio or a mean it is that of all children's parts together, not of their ratios. An index has none.
    `contributing` is None as well while it is below five.
    """

    indicator: str
    period: Span
    value: Decimal | None
    contributing: int | None


def parent_average(actor: Actor, *, indicators: Iterable[str], span: Span) -> list[Average]:
    """
    Of each indicator, for the union the actor acts for.

    Three statements, whatever is asked.
    Raises: NotFound for who may not see it, or where there is no parent; UnknownIndicator.
    Source: V8; DOMAIN Q21.
    """
    if actor.union is None or not may_see_parent_average(actor):
        raise NotFound()
    asked = [CATALOGUE.indicator(code) for code in indicators]
    siblings = TradeUnion.objects.filter(parent=actor.union.parent_id, state=UnionState.ACTIVE)
    counted = [found.code for found in asked if found.index is None]
    values = selectors.values(system("上级平均"), unions=siblings.order_by("code"), indicators=counted, span=span)
    return [_average(found, span, [value for value in values if value.indicator == found.code]) for found in asked]


def _average(found: Indicator, span: Span, values: list[Value]) -> Average:
    there = [value for value in values if (value.denominator if found.is_ratio else value.value)]
    if len(there) < CONTRIBUTORS_AT_LEAST:
        return Average(found.code, span, None, None)
    if found.is_ratio:
        above, below = (
            sum((part for part in parts if part is not None), Decimal(0))
            for parts in zip(*((value.numerator, value.denominator) for value in there), strict=True)
        )
        return Average(found.code, span, quotient(found, above, below), len(there))
    total = sum((value.value for value in there if value.value is not None), Decimal(0))
    return Average(found.code, span, plain((total / len(there)).quantize(_CENT, ROUND_HALF_UP)), len(there))
