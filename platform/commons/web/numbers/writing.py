"""How figures of indicators are written in tables, tiles and charts."""

from __future__ import annotations

from decimal import Decimal

from commons.rollup.declaration import Indicator
from commons.rollup.selectors import Value
from commons.web.templatetags.platform_web import intcomma_zh, percent


def written(indicator: Indicator, value: Decimal | None) -> str:
    """A figure with thousands separators; percentages with two decimals; — where there is no figure."""
    return percent(value, 2) if indicator.is_ratio else intcomma_zh(value)


# What stands for a figure that is not shown (V9); whether it is small itself or would tell a small one is not said.
WITHHELD = "不显示"
WITHHELD_WHY = "标“不显示”的：数值过小，或者由它可以推算出过小的数，为保护个人信息不显示。"


def shown(indicator: Indicator, value: Value | None) -> str:
    """A figure as it is read; 不显示 where it is withheld."""
    if value is None:
        return written(indicator, None)
    return WITHHELD if value.suppressed else written(indicator, value.value)


def put(value: Value) -> Decimal | str | None:
    """A figure as it stands in a cell of a workbook."""
    return WITHHELD if value.suppressed else value.value


def drawn(value: Decimal | None) -> float | int | None:
    """A figure as JSON and charts take it."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def parts_of(value: Value) -> str:
    """What a percentage is made of: '分子 45，分母 60'; '' for other figures."""
    if value.denominator is None:
        return ""
    return f"分子 {intcomma_zh(value.numerator)}，分母 {intcomma_zh(value.denominator)}"


def explained(indicator: Indicator) -> str:
    """Definition, date rule and who counts, as one text beside the figure."""
    return f"{indicator.definition}{indicator.date_rule}{indicator.who_counts}"
