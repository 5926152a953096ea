"""
A way to change hidden cells that nobody would notice.

A block is a table: a row per item, a column per union; the sums of its rows and columns are known to the reader. A
hidden cell can be worked out exactly when it cannot be changed without a shown figure changing. To raise a
cell and leave its column's sum as it was, another of the column must fall; then another of that row must rise, and so
on, until the way closes. So a hidden cell is safe if it lies on a closed way over hidden cells on which only
those fall that are above zero: it is a path through the graph whose nodes are rows and columns.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from commons.rollup.enums import Scope

ZERO = Decimal(0)
# Where nothing has to add up: the rows of a table that is shown without sums, the columns of overlapping items.
OUTSIDE = ""


class Column(NamedTuple):
    union: int
    scope: Scope


class Cell(NamedTuple):
    union: int
    scope: Scope
    item: str


class Step(NamedTuple):
    """A cell that rises or falls on a way."""

    cell: Cell
    rises: bool


# (what falls, what rises): items between which a union's figures may shift unnoticed.
Shift = tuple[str, str]
# A row (its item) or a column; OUTSIDE where neither counts.
Node = str | Column
# New cells to hide, and how much is in them.
Cost = tuple[int, Decimal]
Arcs = dict[Node, list[tuple[Node, Step | None, Cost]]]


@dataclass
class Block:
    """
    A union's own column and one per child.

    `free_rows`: nobody is shown the sums of the rows. `several`: the items overlap, so columns have no sums. `dear`: columns that
    are rather not hidden. `shifts` are what the block's row sums may do unnoticed.
    """

    items: Sequence[str]
    columns: Sequence[Column]
    amounts: Mapping[Cell, Decimal]
    hidden: set[Cell]
    several: bool = False
    free_rows: bool = False
    dear: Collection[Column] = ()
    shifts: set[Shift] = field(default_factory=set)
    _kept: tuple[tuple[bool, bool, int], Arcs] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.cells = sorted(
            (Cell(*column, item) for column in self.columns for item in self.items),
            key=lambda cell: (self.amount(cell), cell.item, cell.union, cell.scope),
        )

    def amount(self, cell: Cell) -> Decimal:
        return abs(self.amounts.get(cell, ZERO))

    def row(self, item: str) -> Node:
        return OUTSIDE if self.free_rows else item

    def column(self, cell: Cell) -> Node:
        return OUTSIDE if self.several else Column(cell.union, cell.scope)

    def around(self, cell: Cell) -> list[Step] | None:
        """The cheapest closed way on which this cell changes; None if there is none."""
        row, column = self.row(cell.item), self.column(cell)
        for lax in (False, True):
            ways = []
            if lax or self.amount(cell):
                falling = self.path(row, column, without=cell, lax=lax)
                ways += [(falling[0], [Step(cell, False), *falling[1]])] if falling else []
            rising = self.path(column, row, without=cell, lax=lax)
            ways += [(rising[0], [Step(cell, True), *rising[1]])] if rising else []
            if ways:
                return min(ways, key=lambda way: way[0])[1]
        return None

    def through(self, shift: Shift) -> list[Step] | None:
        """The cheapest way on which one row's sum falls and another's rises."""
        falls, rises = shift
        for lax in (False, True):
            if found := self.path(rises, falls, lax=lax, shifting=False):
                return found[1]
        return None

    def path(
        self, start: Node, goal: Node, *, without: Cell | None = None, lax: bool = False, shifting: bool = True
    ) -> tuple[Cost, list[Step]] | None:
        """
        The cheapest path, and the cells on it; hidden cells cost nothing.

        Rising goes from the row to the column, falling back; `lax` lets cells at zero fall.
        """
        best: dict[Node, Cost] = {start: (0, ZERO)}
        came: dict[Node, tuple[Node, Step | None]] = {}
        waiting: list[tuple[Cost, int, Node]] = [((0, ZERO), 0, start)]
        arcs = self._arcs(lax=lax, shifting=shifting)
        tie = 0
        while waiting:
            cost, _, node = heapq.heappop(waiting)
            if node == goal:
                break
            if cost > best[node]:
                continue
            for other, step, more in arcs.get(node, ()):
                if step is not None and step.cell == without:
                    continue
                there = (cost[0] + more[0], cost[1] + more[1])
                if other not in best or there < best[other]:
                    best[other] = there
                    came[other] = (node, step)
                    tie += 1
                    heapq.heappush(waiting, (there, tie, other))
        if goal not in best:
            return None
        steps: list[Step] = []
        node = goal
        while node != start:
            node, step = came[node]
            if step:
                steps.append(step)
        return best[goal], steps[::-1]

    def _arcs(self, *, lax: bool, shifting: bool) -> Arcs:
        """Kept until another cell is hidden."""
        state = (lax, shifting, len(self.hidden))
        if self._kept is None or self._kept[0] != state:
            self._kept = (state, self._made(lax=lax, shifting=shifting))
        return self._kept[1]

    def _made(self, *, lax: bool, shifting: bool) -> Arcs:
        arcs: Arcs = {}
        for cell in self.cells:
            row, column, cost = self.row(cell.item), self.column(cell), self._cost(cell)
            arcs.setdefault(row, []).append((column, Step(cell, True), cost))
            if lax or self.amount(cell):
                arcs.setdefault(column, []).append((row, Step(cell, False), cost))
        for falls, rises in sorted(self.shifts) if shifting else ():
            arcs.setdefault(falls, []).append((rises, None, (0, ZERO)))
        return arcs

    def _cost(self, cell: Cell) -> Cost:
        if cell in self.hidden:
            return (0, ZERO)
        return (100 if Column(cell.union, cell.scope) in self.dear else 1, self.amount(cell))


def shifts(way: Sequence[Step], *, several: bool) -> Iterator[tuple[Column, Shift]]:
    """What each column on a closed way has to bear: that one of its items falls and another rises."""
    columns: dict[Column, tuple[list[str], list[str]]] = {}
    for step in way:
        falling, rising = columns.setdefault(Column(step.cell.union, step.cell.scope), ([], []))
        (rising if step.rises else falling).append(step.cell.item)
    for column, (falling, rising) in columns.items():
        if several:
            yield from ((column, (item, OUTSIDE)) for item in falling)
            yield from ((column, (OUTSIDE, item)) for item in rising)
        else:
            yield from ((column, shift) for shift in zip(falling, rising, strict=True))
