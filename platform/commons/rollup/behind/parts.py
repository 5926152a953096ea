"""The measures that a figure has rows of, each for its own months."""

from __future__ import annotations

from dataclasses import dataclass, replace

from commons.kit.clock import month_index, today
from commons.kit.labels import Code
from commons.rollup.declaration import Indicator, Measure
from commons.rollup.enums import Aggregation, PeriodKind
from commons.rollup.spans import Span


class Which(Code):
    """Of a ratio or a mean, the rows of which half."""

    TOTAL = "total", "全部", "The figure itself"
    NUMERATOR = "numerator", "分子", "Numerator"
    DENOMINATOR = "denominator", "分母", "Denominator"


@dataclass(frozen=True)
class Window:
    """The months in which a row counts: of a stock the last one only. `item` of `dim`, or both ''."""

    first: int
    last: int
    dim: str = ""
    item: str = ""


@dataclass(frozen=True)
class Part:
    """One measure of an indicator over one period. `unit` is '' where the indicator's is that of a quotient."""

    which: Which
    label: str
    measure: Measure
    span: Span
    unit: str

    def window(self, dim: str = "", item: str = "") -> Window:
        """A running period is told up to the running month, as `selectors.values` tells it."""
        if self.measure.is_flow or self.measure.event:
            return Window(self.span.first, self.span.last, dim, item)
        last = max(self.span.first, min(self.span.last, month_index(today())))
        return Window(last, last, dim, item)

    @property
    def months(self) -> int:
        """In how long a period an event counts an organization once; 0 for any months merged."""
        return 0 if self.span.kind is PeriodKind.CUMULATIVE else self.span.months


def parts_of(indicator: Indicator, span: Span) -> dict[Which, Part]:
    """
    The parts of a figure. Of a growth rate they are what stands now and what stood then, not their difference.

    An index has none: it is worked out over other unions, or over organizations, and no row adds anything to it.
    """
    if indicator.index is not None:
        return {}
    if indicator.measure is not None:
        return {Which.TOTAL: Part(Which.TOTAL, indicator.zh, indicator.measure, span, indicator.unit)}
    numerator, denominator = indicator.measures
    back = indicator.against_months
    if back:
        then = replace(span, first=span.first - back, last=span.last - back)
        labels = (span.label, then.label)
    else:
        then = span
        labels = ("合计", "个数") if indicator.aggregation is Aggregation.AVG else ("分子", "分母")
    return {
        Which.NUMERATOR: Part(Which.NUMERATOR, labels[0], numerator, span, ""),
        Which.DENOMINATOR: Part(Which.DENOMINATOR, labels[1], denominator, then, ""),
    }
