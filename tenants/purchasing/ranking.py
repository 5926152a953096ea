"""
From locked scores to an order of bids: pure arithmetic, the same for page, API and check. Source: E14; Appendix C1; 同等条件下优先.

    item, weight %, maximum     expert 1   expert 2   expert 3
    understanding   15   100       80         90         85
    plan            25   100       90         80         88
    team            20   100       70         75         80
    experience      15   100       60         65         70
    budget          15   100       95         90         85
    innovation      10   100       50         60         40
    weighted total               76.75      77.75      78.00      mean 77.5000

The mean is rounded once, at the end: half up, to four places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from math import lcm

from commons.kit import drawing
from tenants.purchasing.weighing import PLACES, Item


def wrong(items: Sequence[Item], scores: Mapping[str, str], *, complete: bool) -> dict[str, str]:
    """What is wrong with points as they were typed: {item code: sentence}. Without `complete` an item may still be empty."""
    found: dict[str, str] = {}
    for item in items:
        typed = str(scores.get(item.code, "")).strip()
        if not typed:
            if complete:
                found[item.code] = f"请为“{item.name}”打分。"
            continue
        try:
            points = Decimal(typed)
        except InvalidOperation:
            found[item.code] = f"“{item.name}”的分数须为数字。"
            continue
        if not points.is_finite() or not 0 <= points <= item.maximum or points.as_tuple().exponent < -2:  # type: ignore[operator]
            found[item.code] = f"“{item.name}”的分数须在 0 至 {item.maximum} 之间，最多两位小数。"
    for code in set(scores) - {item.code for item in items}:
        found[code] = f"评分表中没有“{code}”这一项。"
    return found


def weighted(items: Sequence[Item], scores: Mapping[str, str]) -> Fraction:
    """One expert's total of 100, exactly."""
    # Over one denominator: a call with hundreds of bids has thousands of points, and a sum of fractions reduces each of them.
    shares = _shares(tuple(items))
    points = [Decimal(scores[item.code]).as_integer_ratio() for item in items]
    whole = lcm(*(share.denominator * below for share, (_, below) in zip(shares, points, strict=True)))
    parts = (
        share.numerator * above * (whole // (share.denominator * below))
        for share, (above, below) in zip(shares, points, strict=True)
    )
    return Fraction(sum(parts), whole)


@lru_cache(maxsize=64)
def _shares(items: tuple[Item, ...]) -> tuple[Fraction, ...]:
    """What one point of each item comes to in the whole."""
    return tuple(Fraction(item.weight) / Fraction(item.maximum) for item in items)


def mean(items: Sequence[Item], sheets: Sequence[Mapping[str, str]]) -> Decimal:
    """The mean of the experts' totals, rounded once."""
    whole = sum((weighted(items, scores) for scores in sheets), Fraction(0)) / len(sheets)
    return (Decimal(whole.numerator) / Decimal(whole.denominator)).quantize(PLACES, ROUND_HALF_UP)


def total(items: Sequence[Item], scores: Mapping[str, str]) -> Decimal:
    """One expert's total as it is shown."""
    return mean(items, [scores])


@dataclass(frozen=True)
class Placed:
    """What decides the place of one bid. `receipt` is what a last tie is drawn by."""

    key: str
    score: Decimal
    has_union: bool
    price: Decimal
    receipt: str


def order(bids: Sequence[Placed], *, seed: str) -> list[Placed]:
    """The best first: by score; equal ones by a union of their own, then the lower price, then the published draw."""
    return sorted(
        bids, key=lambda bid: (-bid.score, not bid.has_union, bid.price, drawing.place(bid.receipt, seed=seed))
    )


def reasons(ordered: Sequence[Placed]) -> list[str]:
    """Of each bid in its order by which rule it stands before or behind the neighbours that scored the same; '' without such."""
    said = []
    for place, bid in enumerate(ordered):
        near = [
            other for other in (place - 1, place + 1) if 0 <= other < len(ordered) and ordered[other].score == bid.score
        ]
        said.append("；".join(f"与第{other + 1}名同分，{_rule(bid, ordered[other])}" for other in near))
    return said


def _rule(bid: Placed, other: Placed) -> str:
    if bid.has_union != other.has_union:
        return "已建工会的组织优先"
    return "报价低者优先" if bid.price != other.price else "按公布的抽取种子排序"
