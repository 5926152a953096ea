"""
What a survey came to, in counts of which none below five can be read or worked out. Source: SM-11; V6, V9.

How many answered is shown from five on. Of the counts of one question every one of 1 to 4 is hidden; where what is hidden would add up to
less than five, or one alone is hidden, the next smallest goes too. Of several-of answers a count is hidden as well where those
who did *not* choose it are 1 to 4. A table by group shows groups of at least five answers, and hides the cheapest closed way through each
small count (`handbook/decisions/small-cells-are-hidden-block-by-block.md`). The mean of marks is shown only where no count is hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from heapq import heappop, heappush
from statistics import mean, median
from typing import Any

from commons.access.policies import SMALL_CELLS_BELOW
from commons.codelists.services import TargetGroup
from tenants.needs.questions import SCALE, Question, QuestionKind


@dataclass(frozen=True)
class Cell:
    """One answer and how many gave it; None: not shown."""

    code: str
    label: str
    count: int | None
    share: str = ""


@dataclass(frozen=True)
class GroupRow:
    """One group's answers, in the order of the cells of its question."""

    label: str
    answered: int
    counts: list[int | None]


@dataclass(frozen=True)
class Told:
    """One question's result. Of numbers mean and median, of text only how many wrote something."""

    code: str
    text: str
    kind: str
    answered: int | None
    cells: list[Cell]
    mean: str = ""
    median: str = ""
    groups: list[GroupRow] | None = None

    @property
    def hidden(self) -> bool:
        return any(cell.count is None for cell in self.cells)


@dataclass(frozen=True)
class Result:
    """A survey's result; below five valid answers there is none."""

    valid: int | None
    questions: list[Told]

    @property
    def stored(self) -> dict[str, Any]:
        return asdict(self)


def small(count: int) -> bool:
    return 0 < count < SMALL_CELLS_BELOW


def shown(count: int) -> int | None:
    """A total as others may read it."""
    return None if small(count) else count


def hide(counts: Sequence[int]) -> list[bool]:
    """Which counts of an exhaustive list, whose total is known, are hidden."""
    hidden = [small(count) for count in counts]
    while any(hidden) and not _enough(counts, hidden):
        rest = [at for at, count in enumerate(counts) if not hidden[at] and count]
        if not rest:
            return [bool(count) for count in counts] if not all(hidden) else hidden
        hidden[min(rest, key=lambda at: (counts[at], at))] = True
    return hidden


def _enough(counts: Sequence[int], hidden: Sequence[bool]) -> bool:
    away = [count for count, gone in zip(counts, hidden, strict=True) if gone]
    return len(away) >= 2 and sum(away) >= SMALL_CELLS_BELOW


def hide_table(rows: Sequence[Sequence[int]], total: Sequence[bool]) -> list[list[bool]] | None:
    """
    Which cells of a table are hidden whose row sums are known and whose column sums are shown where `total` does not hide them.

    A hidden count can be worked out unless a closed way over hidden cells leads through it: along its row to another column, along
    that column to another row, and back. For each small count the cheapest such way is hidden. None where there is none for some.
    """
    hidden = [[small(count) for count in row] for row in rows]
    for line, row in zip(hidden, rows, strict=True):
        for column, away in enumerate(total):
            line[column] = line[column] or (away and bool(row[column]))
    for at, row in enumerate(rows):
        for column, count in enumerate(row):
            if small(count) and not _closed(rows, hidden, total, at, column):
                return None
    return hidden


def _closed(
    rows: Sequence[Sequence[int]], hidden: list[list[bool]], total: Sequence[bool], at: int, column: int
) -> bool:
    """Hide the cheapest way from a cell's row back to its column that does not use the cell; whether there is one."""
    last = len(rows)
    # Vertices: rows 0…last, the last being that of the totals; columns as -1, -2, ….
    cost = {at: 0}
    came: dict[int, int] = {}
    queue = [(0, at)]
    target = -1 - column
    while queue:
        so_far, here = heappop(queue)
        if here == target:
            break
        if so_far > cost[here]:
            continue
        for there, price in _steps(rows, hidden, total, here, last):
            if {here, there} == {at, target} or so_far + price >= cost.get(there, 1 << 60):
                continue
            cost[there], came[there] = so_far + price, here
            heappush(queue, (so_far + price, there))
    if target not in cost:
        return False
    here = target
    while here != at:
        row, place = max(here, came[here]), -1 - min(here, came[here])
        if row != last:
            hidden[row][place] = True
        here = came[here]
    return True


def _steps(
    rows: Sequence[Sequence[int]], hidden: list[list[bool]], total: Sequence[bool], here: int, last: int
) -> Iterator[tuple[int, int]]:
    """From a row to its columns, or from a column to its rows: over hidden cells for nothing, over shown ones at their count."""
    if here == last:
        yield from ((-1 - column, 0) for column, away in enumerate(total) if away)
    elif here >= 0:
        for column, count in enumerate(rows[here]):
            if count:
                yield -1 - column, 0 if hidden[here][column] else count
    else:
        column = -1 - here
        for at, row in enumerate(rows):
            if row[column]:
                yield at, 0 if hidden[at][column] else row[column]
        if total[column]:
            yield last, 0


def result(questions: Sequence[Question], answers: Sequence[tuple[str, Mapping[str, Any]]]) -> Result:
    """What valid answers [(group, answers)] came to; nothing but their number's absence below five."""
    if len(answers) < SMALL_CELLS_BELOW:
        return Result(None if answers else 0, [])
    return Result(len(answers), [_told(question, answers) for question in questions])


def _told(question: Question, answers: Sequence[tuple[str, Mapping[str, Any]]]) -> Told:
    given = [(group, told[question.code]) for group, told in answers if question.code in told]
    told = Told(question.code, question.text, str(question.kind), shown(len(given)), [])
    if question.kind == QuestionKind.TEXT or len(given) < SMALL_CELLS_BELOW:
        return told
    values = [value for _, value in given]
    if question.kind == QuestionKind.NUMBER:
        return replace(told, mean=_one(mean(values)), median=_one(median(values)))
    options = (
        [(str(mark), f"{mark} 分") for mark in SCALE]
        if question.kind == QuestionKind.SCALE
        else [(choice.code, choice.text) for choice in question.choices]
    )
    counts = [sum(_chose(value, code) for value in values) for code, _ in options]
    if question.kind == QuestionKind.MULTIPLE:
        hidden = [small(count) or small(len(given) - count) for count in counts]
    else:
        hidden = hide(counts)
    cells = [
        Cell(code, label, None if gone else count, "" if gone else _share(count, len(given)))
        for (code, label), count, gone in zip(options, counts, hidden, strict=True)
    ]
    average = _one(mean(values)) if question.kind == QuestionKind.SCALE and not any(hidden) else ""
    return replace(told, cells=cells, groups=_groups(question, options, given, hidden), mean=average)


def _groups(
    question: Question, options: list[tuple[str, str]], given: list[tuple[str, Any]], hidden: Sequence[bool]
) -> list[GroupRow] | None:
    """The table by group: groups of five answers and more, all others together; None where it would tell nothing, or too much."""
    named = _by_group(given)
    if len(named) < 2:
        return None
    rows = [[sum(_chose(value, code) for value in values) for code, _ in options] for _, values in named]
    if question.kind == QuestionKind.MULTIPLE:
        # Nothing adds up along a row, but the groups add up to the total: one missing count would be the difference.
        several = [
            gone
            or any(
                small(row[column]) or small(len(values) - row[column])
                for row, (_, values) in zip(rows, named, strict=True)
            )
            for column, gone in enumerate(hidden)
        ]
        away: list[list[bool]] | None = [several for _ in rows]
    else:
        away = hide_table(rows, hidden)
    if away is None:
        return None
    return [
        GroupRow(label, len(values), [None if gone else count for count, gone in zip(row, line, strict=True)])
        for (label, values), row, line in zip(named, rows, away, strict=True)
    ]


def _by_group(given: list[tuple[str, Any]]) -> list[tuple[str, list[Any]]]:
    by_group: dict[str, list[Any]] = {}
    for group, value in given:
        by_group.setdefault(group, []).append(value)
    large = [group.value for group in TargetGroup if len(by_group.get(group.value, [])) >= SMALL_CELLS_BELOW]
    rest = [value for group, values in by_group.items() if group not in large for value in values]
    if small(len(rest)) and large:
        # Otherwise the few would be what is missing from the total.
        smallest = min(large, key=lambda group: len(by_group[group]))
        large.remove(smallest)
        rest += by_group[smallest]
    named = [(TargetGroup.label_of(group), by_group[group]) for group in large]
    return [*named, ("其他或未填", rest)] if rest else named


def _chose(value: Any, code: str) -> bool:
    return code in value if isinstance(value, list) else str(value) == code


def _share(count: int, total: int) -> str:
    return f"{(Decimal(count) * 100 / total).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def _one(value: float | Decimal) -> str:
    return str(Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def read(stored: Mapping[str, Any]) -> Result | None:
    """A result as it was kept; None while there is none."""
    if not stored:
        return None
    return Result(
        stored["valid"],
        [
            Told(
                **{
                    **one,
                    "cells": [Cell(**cell) for cell in one["cells"]],
                    "groups": [GroupRow(**row) for row in one["groups"]] if one["groups"] else None,
                }
            )
            for one in stored["questions"]
        ],
    )
