"""
The checks themselves: what is odd among figures that were read. Nothing is asked here and nothing written.

Contradictions are told from the first unit on. A jump and a distance from the siblings are told only beyond a floor:
both figures at least 20 and 50 apart (money: 1,000 times that, in yuan), so that 1 → 5 or 3 → 30 is no ticket.
Source: DOMAIN §5.2 “Checks to run on every run”; R2, R6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from commons.quality import declaration
from commons.quality.declaration import Parts
from commons.quality.enums import Check
from commons.quality.figures import ZERO, Sheet
from commons.rollup.declaration import CATALOGUE, Dimension, Indicator, Measure
from commons.rollup.enums import Aggregation, MeasureKind
from commons.rollup.values import plain

# A rise of more than 300 % is more than four times last year's.
YEAR_TIMES = 4
SIBLING_TIMES = 10
# So many siblings with a figure make a median that tells of none of them (V7, V8).
SIBLINGS_NEEDED = 5
FLOOR, APART = 20, 50
MONEY = 1_000
YUAN = "元"


@dataclass(frozen=True)
class Finding:
    """One odd figure. `figures`: "value" is too large or too small beside "against"; all are texts."""

    union: int
    kind: Check
    indicator: str
    rule: str
    month: int
    figures: Mapping[str, str] = field(hash=False)
    # A stock that stays odd is the same matter month after month, a flow is a new one each month.
    flow: bool = False

    @property
    def key(self) -> tuple[int, str, str, str, int]:
        return (self.union, self.kind.value, self.indicator, self.rule, self.month)


def comparable() -> list[tuple[Indicator, Measure]]:
    """The indicators whose figures are amounts, with their measure."""
    return [
        (indicator, indicator.measure)
        for indicator in CATALOGUE.indicators.values()
        if indicator.measure is not None and indicator.aggregation is not Aggregation.INDEX
    ]


def single_dimensions(measure: Measure) -> list[Dimension]:
    """The dimensions of which a record has one item, so that the items add up to the total at most."""
    return [dimension for dimension in measure.dims if not dimension.several and not measure.is_transfer]


def parts_against_whole(sheet: Sheet, union: int, month: int) -> Iterator[Finding]:
    for rule in declaration.rules():
        if isinstance(rule, Parts):
            measures = [CATALOGUE.indicators[code].measure for code in rule.indicators]
            read = sheet.until if rule.cumulative else sheet.own
            *parts, whole = [read(union, measure, month) if measure else ZERO for measure in measures]
            value = sum(parts, ZERO)
            flow = any(measure.is_flow for measure in measures if measure)
        else:
            found = CATALOGUE.indicators[rule.indicator]
            assert found.numerator is not None
            assert found.denominator is not None
            value, whole = sheet.own(union, found.numerator, month), sheet.own(union, found.denominator, month)
            flow = found.numerator.is_flow
        if value > whole or (isinstance(rule, Parts) and rule.exhaustive and value < whole):
            yield Finding(union, Check.PARTS, rule.indicator, rule.rule, month, _both(value, whole), flow)


def items_above_total(sheet: Sheet, union: int, month: int) -> Iterator[Finding]:
    for indicator, measure in comparable():
        total = sheet.own(union, measure, month)
        for dimension in single_dimensions(measure):
            added = sheet.items_of.get((union, measure.code, dimension.code, month), ZERO)
            if added > total >= 0:
                figures = _both(added, total)
                yield Finding(union, Check.ITEMS, indicator.code, dimension.code, month, figures, measure.is_flow)


def year_jumps(sheet: Sheet, union: int, month: int) -> Iterator[Finding]:
    for indicator, measure in comparable():
        now, before = sheet.own(union, measure, month), sheet.own(union, measure, month - 12)
        if now > before * YEAR_TIMES and beyond_floor(indicator, now, before):
            yield Finding(union, Check.YEAR, indicator.code, "", month, _both(now, before), measure.is_flow)


def far_above_siblings(sheet: Sheet, union: int, siblings: Sequence[int], month: int) -> Iterator[Finding]:
    """Against the median of those siblings that have a figure, and only from so many of them on."""
    for indicator, measure in comparable():
        now = sheet.own(union, measure, month)
        if now < FLOOR:
            continue
        others = [amount for one in siblings if (amount := sheet.own(one, measure, month)) > 0]
        if len(others) < SIBLINGS_NEEDED:
            continue
        middle = median(others)
        if now > middle * SIBLING_TIMES and beyond_floor(indicator, now, middle):
            # The median may be the very figure of one sibling: it is kept with two digits. Source: V7, V8.
            figures = _both(now, rounded(middle))
            yield Finding(union, Check.SIBLINGS, indicator.code, "", month, figures, measure.is_flow)


def subtree_against_parts(
    sheet: Sheet, union: int, children: Sequence[int], month: int, names: Mapping[int, str]
) -> Iterator[Finding]:
    """
    A subtree is at least its largest part, and where organizations count once, at most all parts together.

    Not asked of amounts of which some are negative, of transfers (R6), nor the first of latest words (a smaller one may
    be later).
    """
    for indicator, measure in comparable():
        if measure.is_transfer:
            continue
        subtree = sheet.subtree(union, measure, month)
        below = {child: sheet.subtree(child, measure, month) for child in children}
        own = sheet.own(union, measure, month)
        if own < 0 or any(amount < 0 for amount in below.values()):
            continue
        largest = max(below, key=lambda child: (below[child], -child), default=None)
        most = below[largest] if largest is not None else ZERO
        if measure.kind is not MeasureKind.DISTINCT_SUM and subtree < max(own, most):
            figures = _both(subtree, max(own, most))
            if largest is not None and most > own:
                figures["child"] = names.get(largest, "")
            yield Finding(union, Check.BELOW, indicator.code, "", month, figures, measure.is_flow)
        together = own + sum(below.values(), ZERO)
        if measure.is_distinct and subtree > together:
            yield Finding(union, Check.ABOVE, indicator.code, "", month, _both(subtree, together), measure.is_flow)


def beyond_floor(indicator: Indicator, now: Decimal, before: Decimal) -> bool:
    unit = MONEY if indicator.unit == YUAN else 1
    return min(now, before) >= FLOOR * unit and abs(now - before) >= APART * unit


def rounded(amount: Decimal) -> Decimal:
    """With two digits: 1,234 → 1,200."""
    if not amount:
        return ZERO
    return plain(amount.quantize(Decimal(1).scaleb(amount.adjusted() - 1)))


def once(findings: Iterable[Finding], standing: set[tuple[int, str, str, str, int]]) -> list[Finding]:
    """
    The findings that are tickets: a stock that stays odd is told once in twelve months, for the month it began.

    `standing`: the keys of tickets not resolved; each keeps its own month.
    """
    kept: dict[tuple[int, str, str, str], list[int]] = {}
    told = []
    for finding in sorted(findings, key=lambda one: one.key):
        *matter, month = finding.key
        months = kept.setdefault(tuple(matter), [])  # type: ignore[arg-type]
        if not finding.flow and finding.key not in standing and any(month - 12 < one < month for one in months):
            continue
        months.append(month)
        told.append(finding)
    return told


def _both(value: Decimal, against: Decimal) -> dict[str, str]:
    return {"value": f"{plain(value):f}", "against": f"{plain(against):f}"}
