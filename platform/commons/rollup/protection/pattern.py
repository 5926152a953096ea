"""
What is hidden in the tree: block by block from the top down.

In each block the row sums (the parent's items) are taken as known, so whatever is shown above, nothing small
below follows from it. Where a block hides items of a child, the child's block passes that on to one of its columns,
down to an own column: otherwise they could be added up again. Each choice is made from the block and what stands above it
alone, never from what was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commons.rollup.enums import Scope
from commons.rollup.protection.search import ZERO, Block, Cell, Column, Shift, Step, shifts

# {a block as it stands in a table: how its columns were shifted}: the same again needs no second search, and what is
# hidden does not depend on how many tables a question brings that say the same of it.
Seen = dict[Hashable, list[tuple[Column, Shift]]]


@dataclass(frozen=True)
class Table:
    """
    The cells of one measure in one month (or year), and under whom each union stood then.

    `bearing` are the unions that ever had children. In an `unfinished` table every cell counts as small: what is added
    until its end would be told by the difference.
    """

    amounts: Mapping[Cell, Decimal]
    parents: Mapping[int, int]
    bearing: frozenset[int] = frozenset()
    unfinished: bool = False


@dataclass(frozen=True)
class View:
    """
    From where somebody looks: the union acted for, of which unions small cells are hidden, and which amounts are small.

    The block of an officer's own union needs no hiding: all in it is shown in full, also of unions that stood there once.
    """

    top: int
    hides: Callable[[int], bool]
    small: Callable[[Decimal], bool]


def pattern(
    tables: Sequence[Table],
    items: Sequence[str],
    view: View,
    *,
    blocks: Collection[int],
    several: bool,
    hidden: Collection[Cell] = (),
) -> set[Cell]:
    """
    The cells hidden in these blocks (each named by its union), over all tables at once.

    With each block, those of all unions above it that hide anything are given. What is `hidden` before stays so.
    """
    found = set(hidden)
    seen: Seen = {}
    for table in tables:
        _Descent(table, items, view, set(blocks), several=several, hidden=found, seen=seen).go()
    return found


class _Descent:
    """One table, from the top down; cells hidden for the sake of other tables are hidden here as well."""

    def __init__(
        self,
        table: Table,
        items: Sequence[str],
        view: View,
        blocks: set[int],
        *,
        several: bool,
        hidden: set[Cell],
        seen: Seen,
    ) -> None:
        self.table, self.items, self.view, self.blocks = table, items, view, blocks
        self.several, self.hidden, self.seen = several, hidden, seen
        self.borne: dict[int, set[Shift]] = {}
        self.children: dict[int, list[int]] = {}
        for child, parent in sorted(table.parents.items()):
            self.children.setdefault(parent, []).append(child)
        # Items that the code list has dropped but records still carry.
        self.dropped: dict[Column, set[str]] = {}
        for cell, amount in table.amounts.items():
            if amount and cell.item not in items:
                self.dropped.setdefault(Column(cell.union, cell.scope), set()).add(cell.item)

    def go(self) -> None:
        for union in sorted(self.blocks):
            parent = self.table.parents.get(union)
            if parent in self.blocks:
                continue
            if parent != self.view.top:
                # Nobody is shown the sums of its rows.
                self._cover(self._block([Column(union, Scope.SUBTREE)], free_rows=True))
            self._descend(union)

    def _descend(self, union: int) -> None:
        children = self.children.get(union, [])
        own = Column(union, Scope.OWN)
        block = self._block([own, *(Column(child, Scope.SUBTREE) for child in children)])
        block.dear = () if self.view.hides(union) else (own,)
        block.shifts = self.borne.get(union, set())
        self._cover(block)
        for child in children:
            if child in self.blocks:
                self._descend(child)

    def _block(self, columns: Sequence[Column], *, free_rows: bool = False) -> Block:
        dropped = {item for column in columns for item in self.dropped.get(column, ())}
        items = [*self.items, *sorted(dropped)]
        return Block(items, columns, self.table.amounts, self.hidden, several=self.several, free_rows=free_rows)

    def _cover(self, block: Block) -> None:
        """Hide what has to be hidden in a block, and hand on to its children what they have to bear."""
        amounts = tuple((cell, block.amount(cell)) for cell in block.cells)
        place = (block.free_rows, tuple(block.columns), amounts, frozenset(block.shifts))
        if place not in self.seen:
            self.seen[place] = list(self._ways(block))
        for column, shift in self.seen[place]:
            if column.scope is Scope.SUBTREE:
                self.borne.setdefault(column.union, set()).add(shift)

    def _ways(self, block: Block) -> Iterator[tuple[Column, Shift]]:
        for shift in sorted(block.shifts):
            yield from self._hide(block.through(shift) or [])
        small = [cell for cell in block.cells if self._is_small(cell)]
        self.hidden.update(small)
        safe: set[Cell] = set()
        for cell in small:
            if cell not in safe:
                way = block.around(cell) or []
                yield from self._hide(way)
                if all(step.rises or block.amount(step.cell) for step in way):
                    # Whatever changes on a way together with others can be changed.
                    safe.update(step.cell for step in way)

    def _is_small(self, cell: Cell) -> bool:
        if not self.view.hides(cell.union):
            return False
        amount = abs(self.table.amounts.get(cell, ZERO))
        if self.table.unfinished or (amount and self.view.small(amount)):
            return True
        return bool(amount) and self._of_one_kind(cell)

    def _of_one_kind(self, cell: Cell) -> bool:
        """Whether all a union with children counts is of this one item: then each child's total would tell its items."""
        if self.several or cell.scope is Scope.OWN or cell.union not in self.table.bearing:
            return False
        if self.dropped.get(Column(cell.union, cell.scope), set()) - {cell.item}:
            return False
        return not any(self.table.amounts.get(cell._replace(item=item)) for item in self.items if item != cell.item)

    def _hide(self, way: Sequence[Step]) -> Iterator[tuple[Column, Shift]]:
        self.hidden.update(step.cell for step in way)
        yield from shifts(way, several=self.several)
