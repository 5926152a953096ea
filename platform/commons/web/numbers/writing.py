"""How figures of indicators are written in tables, tiles, charts and sheets."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from commons.rollup.declaration import Indicator
from commons.rollup.enums import Aggregation
from commons.rollup.selectors import Value
from commons.web.templatetags.platform_web import NOTHING, intcomma_zh, percent

# A figure that is there and withheld (V9), not the same as no figure at all; whether it is small itself or would tell a
# small one is not said.
HIDDEN = "不显示"
HIDDEN_NOTE = "标“不显示”的：数值过小，或者由它可以推算出过小的数，为保护个人信息不显示；“—”表示没有可以计算的数。"


def written(indicator: Indicator, value: Decimal | None) -> str:
    """A figure with thousands separators; percentages with two decimals; — where there is no figure."""
    return percent(value, 2) if is_percentage(indicator) else intcomma_zh(value)


def is_percentage(indicator: Indicator) -> bool:
    return indicator.is_ratio and indicator.aggregation is not Aggregation.AVG


def shown(indicator: Indicator, value: Value | None) -> str:
    """A figure as `written`; 不显示 where it is hidden."""
    if value is None:
        return NOTHING
    return HIDDEN if value.suppressed else written(indicator, value.value)


def drawn(value: Decimal | None) -> float | int | None:
    """A figure as JSON and charts take it."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def difference(after: Value | None, before: Value | None) -> Decimal | None:
    """How much more it is; None when either has no figure."""
    if after is None or before is None or after.value is None or before.value is None:
        return None
    return after.value - before.value


def difference_unit(indicator: Indicator) -> str:
    """Percentages differ by percentage points."""
    return "个百分点" if is_percentage(indicator) else indicator.unit


def signed(value: Decimal | None) -> str:
    """'+3', '−3', '持平'; — where there is none."""
    if value is None:
        return NOTHING
    if not value:
        return "持平"
    return f"{'+' if value > 0 else '−'}{intcomma_zh(abs(value))}"


def growth(indicator: Indicator, after: Value | None, before: Value | None) -> Decimal | None:
    """By how many per cent it is more; None for percentages and where there was nothing to grow from."""
    change = difference(after, before)
    if change is None or before is None or not before.value or is_percentage(indicator):
        return None
    return (change * 100 / abs(before.value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def parts_of(value: Value) -> str:
    """What a percentage is made of: '分子 45，分母 60'; '' for other figures."""
    if value.denominator is None or value.suppressed:
        return ""
    return f"分子 {intcomma_zh(value.numerator)}，分母 {intcomma_zh(value.denominator)}"


def explained(indicator: Indicator) -> str:
    """Definition, date rule and who counts, as one text beside the figure."""
    return f"{indicator.definition}{indicator.date_rule}{indicator.who_counts}"
