"""What unions say of one organization, evaluated month by month."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from commons.rollup.declaration import FAR_MONTH, Measure


class Items(dict[str, list[str]]):
    """Items by dimension, and the series they belong to, worked out once."""

    def __init__(self, said: dict[str, list[str]]) -> None:
        super().__init__(said)
        self.series = _series(said)


@lru_cache(maxsize=20_000)
def items_of(text: str) -> Items:
    """The items of a JSON text. Few distinct texts exist, so they are read once; not to be changed."""
    return Items(json.loads(text))


class Said(NamedTuple):
    """One union's word about one organization: months, amount, stamp, items by dimension."""

    start: int
    end: int
    amount: Decimal
    stamp: int
    items: dict[str, list[str]]
    union_id: int
    record: str = ""
    key: bytes = b""


def evaluate(claims: Sequence[Said], month: int, several: set[str]) -> dict[tuple[str, str], Decimal]:
    """{(dimension, item): amount} of one organization in one month; ('', '') is the total."""
    live = [one for one in claims if one.start <= month < one.end]
    if not live:
        return {}
    if len(live) == 1:
        return dict.fromkeys(series(live[0].items), live[0].amount)
    live.sort(key=lateness)
    items: dict[str, list[str]] = {}
    for one in live:
        # Later words come later and overrule, except where all stand.
        for dim, said in one.items.items():
            if said:
                items[dim] = sorted({*items.get(dim, []), *said}) if dim in several else said
    amount = live[-1].amount
    return {("", ""): amount, **{(dim, item): amount for dim, here in items.items() for item in here}}


def one_word(said: list[Said], several: set[str]) -> list[Said]:
    bounds = sorted({bound for one in said for bound in (one.start, one.end)})
    words = []
    for start, end in pairwise(bounds):
        live = [one for one in said if one.start <= start < one.end]
        if live:
            latest = max(live, key=lateness)
            items: dict[str, list[str]] = defaultdict(list)
            for dim, item in evaluate(said, start, several):
                if dim:
                    items[dim].append(item)
            words.append(Said(start, end, latest.amount, latest.stamp, dict(items), latest.union_id, latest.record))
    return words


def added(said: list[Said]) -> list[Said]:
    """One record's amounts of one organization, month by month their sum."""
    sums = []
    for start, end in pairwise(sorted({bound for one in said for bound in (one.start, one.end)})):
        live = [one for one in said if one.start <= start < one.end]
        if live:
            amount, stamp = sum((one.amount for one in live), Decimal(0)), max(one.stamp for one in live)
            sums.append(live[0]._replace(start=start, end=end, amount=amount, stamp=stamp, items={}))
    return sums


def lateness(one: Said) -> tuple[Any, ...]:
    return (one.stamp, one.union_id, one.amount, sorted(series(one.items))[1:])


def word_at(said: Sequence[Said], month: int, record: str) -> str | None:
    for one in said:
        if one.record == record and one.start <= month < one.end:
            return f"{Decimal(one.amount).normalize():f} {one.stamp} {sorted(series(one.items))}"
    return None


def series(items: dict[str, list[str]]) -> list[tuple[str, str]]:
    return items.series if isinstance(items, Items) else _series(items)


def _series(items: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [("", ""), *((dim, item) for dim, said in items.items() for item in dict.fromkeys(said))]


def several(measure: Measure) -> set[str]:
    return {dim.code for dim in measure.dims if dim.several}


def within(changes: dict[int, Decimal], start: int, end: int, *, flow: bool) -> dict[int, Decimal]:
    """The changes of a figure that is asked for in months [start, end) only: at its edges it comes and goes."""
    if flow:
        return {month: amount for month, amount in changes.items() if start <= month < end}
    bounds = sorted({start, end, *(month for month in changes if start < month < end)})
    result: dict[int, Decimal] = {}
    before = Decimal(0)
    for month in bounds:
        now = sum((amount for at, amount in changes.items() if at <= month), Decimal(0)) if month < end else Decimal(0)
        if now != before and month < FAR_MONTH:
            result[month] = now - before
        before = now
    return result


def widened(said: Said, months: int) -> Said:
    """Grown to whole periods of so many months; nobody's word any more, but what all of them come to."""
    return said._replace(start=said.start // months * months, end=-(-said.end // months) * months, union_id=0)


def change(months: dict[int, Decimal], month: int, amount: Decimal) -> None:
    months[month] = months[month] + amount if month in months else amount
