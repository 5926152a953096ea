"""What is said of one organization in the months of a window, evaluated as the fold does."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from commons.rollup.behind.parts import Part, Window
from commons.rollup.fold.pieces import Claim, Items, Piece, clipped, merged, widened
from commons.rollup.fold.records import several_of

# (record, key of the organization)
Place = tuple[str, bytes]


class Word(NamedTuple):
    """What stands: an amount under some items."""

    amount: Decimal
    items: Items

    def counted(self, window: Window) -> Decimal:
        """What it adds to the figure of the window's item, or to the total."""
        there = not window.item or (window.dim, window.item) in self.items
        return self.amount if there else Decimal(0)


NOTHING = Word(Decimal(0), ())


def cut(pieces: Iterable[Piece], window: Window, start: int, end: int) -> list[Piece]:
    """What of these falls into the window and into months [start, end)."""
    return clipped(pieces, max(start, window.first), min(end, window.last + 1))


def word(claims: list[Claim], part: Part) -> Word:
    """What stands when these are made of one organization; all lie within the window."""
    if not claims:
        return NOTHING
    if not part.measure.event:
        [piece] = merged(claims, several_of(part.measure))
        return Word(Decimal(piece.amount), piece.items)
    if not part.months:
        return Word(Decimal(1), tuple(sorted({item for claim in claims for item in claim.piece.items})))
    several = several_of(part.measure)
    pieces = merged(claims, several)
    if part.months > 1:
        pieces = merged([Claim(piece, 0) for piece in widened(pieces, part.months)], several)
    return Word(Decimal(pieces[0].amount), pieces[0].items)
