"""What a reader gets: a figure with its parts, its quality and the way it was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.kit.labels import Code
from commons.rollup.declaration import Indicator
from commons.rollup.enums import Aggregation, Scope
from commons.rollup.spans import Span

ZERO = Decimal(0)
_CENT = Decimal("0.01")


class Quality(Code):
    """How far a figure may be relied on. Source: R8, R9, SM-25."""

    FINAL = "final", "已关账", "Final"
    REVISED = "revised", "关账后修订", "Revised after closing"
    PROVISIONAL = "provisional", "未关账", "Provisional"
    PARTIAL = "partial", "数据不全", "Partial"


@dataclass(frozen=True)
class Lens:
    """
    How to look: along which line, and as it was shown when (None: now).

    `Line.REGIONAL` puts each month under the union it belonged to then, `Line.TODAY` under that of today. A closed
    period is told as of its latest revision, or of the one asked for; `as_of` goes before `revision`.
    """

    line: Line = Line.REGIONAL
    as_of: datetime | None = None
    # The numbered revision of a closed period; None for the latest word.
    revision: int | None = None
    # What the records say, as if nothing were closed: for those who see what a change or a revision would bring.
    unsettled: bool = False


NOW = Lens()


@dataclass(frozen=True)
class Value:
    """
    One figure of one union. `item` is '' for the total. `month` is the last month of the period that is counted.

    A ratio's `value` is a percentage with two decimals, a mean's the mean; None when nothing is in the denominator, or
    when it is `suppressed` (V9). `missing_unions` of the subtree are not in it, or not yet.
    """

    union_id: int
    union_code: str
    indicator: str
    month: int
    scope: Scope
    item: str
    item_label: str
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    period: Span | None = None
    quality: Quality = Quality.PROVISIONAL
    revision: int | None = None
    missing_unions: int = 0
    suppressed: bool = False


def compose(
    union: TradeUnion, found: Indicator, span: Span, scope: Scope, item: str, label: str, amounts: Sequence[Decimal]
) -> Value:
    """The figure of an indicator from those of its measures; of none, and of an index without one, there is no figure."""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    amount: Decimal | None
    if found.is_ratio:
        numerator, denominator = (plain(part) for part in amounts)
        amount = quotient(found, numerator, denominator)
    else:
        amount = plain(amounts[0]) if amounts else None
    return Value(
        union_id=union.pk,
        union_code=union.code,
        indicator=found.code,
        month=span.last,
        scope=scope,
        item=item,
        item_label=label,
        value=amount,
        numerator=numerator,
        denominator=denominator,
        period=span,
    )


def quotient(found: Indicator, numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """A percentage, or a mean, with two decimals; None of nothing (R10)."""
    if not denominator:
        return None
    factor = 1 if found.aggregation is Aggregation.AVG else 100
    return (numerator * factor / denominator).quantize(_CENT, ROUND_HALF_UP)


def plain(amount: Decimal) -> Decimal:
    """Counts without decimals: 353, not 353.00; money keeps its cents."""
    whole = amount.to_integral_value()
    return whole if whole == amount else amount
