"""
Points by an indicator system: pure arithmetic, the same for page, API and check.

    Appendix C, mid-term, points of 100 each      weight   points   points ÷ max × weight
    progress against the plan                       30       85           25.50
    quantity of service                             20       90           18.00
    quality and interim satisfaction                20       87           17.40
    use of funds                                    20       92           18.40
    records and publicity                           10       75            7.50
    total                                                                 86.8000

The sum is rounded once, at the end: half up, to four places. Source: E14, C1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tenants.purchasing.enums import Conclusion

PLACES = Decimal("0.0001")
CENT = Decimal("0.01")
# A worker's mark is from one to five.
HIGHEST_MARK = Decimal(5)
# From this total on, this grade. Source: E13 (design bands).
BANDS = (
    (Decimal(90), Conclusion.EXCELLENT),
    (Decimal(80), Conclusion.GOOD),
    (Decimal(60), Conclusion.QUALIFIED),
)
PASS_MARK = Decimal(60)


@dataclass(frozen=True)
class Item:
    """One line of an indicator system. Units: `weight` in per cent of the whole, `maximum` in points."""

    code: str
    name: str
    weight: Decimal
    maximum: Decimal
    guide: str = ""
    is_satisfaction: bool = False


def items_of(content: Mapping[str, Any]) -> list[Item]:
    """The items of an indicator system, in its order."""
    return [
        Item(
            str(item["code"]),
            str(item["name"]),
            Decimal(str(item["weight"])),
            Decimal(str(item.get("max", 100))),
            str(item.get("guide", "")),
            bool(item.get("is_satisfaction", False)),
        )
        for item in content.get("items", [])
    ]


def pass_mark_of(content: Mapping[str, Any]) -> Decimal:
    """The total from which on it passes."""
    return Decimal(str(content.get("pass_mark", PASS_MARK)))


def weighed(items: list[Item], points: Mapping[str, Decimal]) -> Decimal:
    """
    The total of `points` {item code: points}.

    Raises: KeyError for an item without points.
    """
    # Multiplied before it is divided, so that nothing is lost on the way.
    whole = sum((points[item.code] * item.weight / item.maximum for item in items), Decimal(0))
    return whole.quantize(PLACES, ROUND_HALF_UP)


def points_of_satisfaction(item: Item, marks: int, count: int) -> Decimal:
    """What the item gets from `count` marks that sum up to `marks`: the share of the highest, to a hundredth of a point."""
    return (Decimal(marks) * item.maximum / (HIGHEST_MARK * count)).quantize(CENT, ROUND_HALF_UP)


def grade_of(total: Decimal) -> Conclusion:
    """The grade of a performance assessment."""
    return next((grade for least, grade in BANDS if total >= least), Conclusion.UNQUALIFIED)
