"""
Points: a figure as the amounts by which it changes, month by month. They add up, so a difference can be carried upward.

A stock's point is a jump that holds from its month on; a flow's point is the amount of its month.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from commons.rollup.declaration import FAR_MONTH
from commons.rollup.fold.pieces import Items, Piece

# ("", "") is the total; else (dimension, item).
Series = tuple[str, str]
Amount = Decimal | int
Points = dict[Series, dict[int, Amount]]

TOTAL: Series = ("", "")


class Tally:
    """Adds and takes away intervals and gives their points; equal intervals are counted before they are spread."""

    def __init__(self, *, flow: bool = False) -> None:
        self.flow = flow
        self.counted: Counter[tuple[int, int, Amount, Items]] = Counter()

    def add(self, pieces: Iterable[Piece], sign: int = 1) -> None:
        for piece in pieces:
            self.counted[(piece.from_month, piece.until_month, piece.amount, piece.items)] += sign

    def points(self) -> Points:
        points: Points = defaultdict(lambda: defaultdict(int))
        for (start, end, amount, items), times in self.counted.items():
            if not times or not amount:
                continue
            for series in (TOTAL, *items):
                points[series][start] += times * amount
                if not self.flow and end < FAR_MONTH:
                    points[series][end] -= times * amount
        return without_zeros(points)


def difference(after: Points, before: Points) -> Points:
    result: Points = {series: dict(months) for series, months in after.items()}
    for series, months in before.items():
        there = result.setdefault(series, {})
        for month, amount in months.items():
            there[month] = there.get(month, 0) - amount
    return without_zeros(result)


def total(parts: Iterable[Points]) -> Points:
    result: Points = {}
    for part in parts:
        for series, months in part.items():
            there = result.setdefault(series, {})
            for month, amount in months.items():
                there[month] = there.get(month, 0) + amount
    return without_zeros(result)


def clipped(points: Points, start: int, end: int, *, flow: bool) -> Points:
    """What of these points falls into months [start, end): a stock enters with what it holds and leaves with it."""
    result: Points = {}
    for series, months in points.items():
        kept: dict[int, Amount] = {}
        entering: Amount = 0
        for month, amount in months.items():
            if start <= month < end:
                kept[month] = kept.get(month, 0) + amount
            elif month < start and not flow:
                entering += amount
        if not flow:
            kept[start] = kept.get(start, 0) + entering
            if end < FAR_MONTH:
                kept[end] = kept.get(end, 0) - sum(kept.values())
        result[series] = kept
    return without_zeros(result)


def without_zeros(points: Mapping[Series, Mapping[int, Amount]]) -> Points:
    kept = {series: {month: amount for month, amount in months.items() if amount} for series, months in points.items()}
    return {series: months for series, months in kept.items() if months}


def held(months: Mapping[int, Amount], *, flow: bool) -> dict[int, Amount]:
    """The figure at each month where it changes: running totals of a stock's jumps."""
    if flow:
        return dict(months)
    running: Amount = 0
    result = {}
    for month in sorted(months):
        running += months[month]
        result[month] = running
    return result


def jumps(figures: Mapping[int, Amount], *, flow: bool) -> dict[int, Amount]:
    """The inverse of `held`; months at which nothing changes may be among `figures` and give nothing."""
    if flow:
        return {month: amount for month, amount in figures.items() if amount}
    before: Amount = 0
    result = {}
    for month in sorted(figures):
        if figures[month] != before:
            result[month] = figures[month] - before
        before = figures[month]
    return result
