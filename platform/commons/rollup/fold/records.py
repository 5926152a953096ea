"""What the records say: the declared SELECTs, run in the schema that the door has opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from commons.hierarchy.models import TradeUnion
from commons.rollup.declaration import FAR_MONTH, Measure
from commons.rollup.enums import Place
from commons.rollup.fold.pieces import Claim, Piece, items_of, merged
from commons.rollup.fold.points import Points, Tally
from commons.rollup.keys import key


def organizations(union: TradeUnion, measure: Measure) -> dict[bytes, list[Piece]]:
    """{key: disjoint pieces} of a distinct measure, from this union's own records."""
    claimed: dict[str, list[Claim]] = {}
    for uscc, items, start, end, amount, stamp in _rows(
        union, measure, "uscc, dims::text, start, until, amount, stamp", 6
    ):
        until = FAR_MONTH if end is None else end
        if start < until:
            claimed.setdefault(uscc, []).append(Claim(Piece(start, until, amount, stamp, items_of(items)), union.pk))
    several = several_of(measure)
    return {key(uscc): merged(claims, several) for uscc, claims in claimed.items()}


def figures(union: TradeUnion, measure: Measure) -> Points:
    """The points of an additive measure, from this union's own records."""
    tally = Tally(flow=measure.is_flow)
    for items, start, end, amount in _rows(union, measure, "dims::text, start, until, amount", 4):
        until = FAR_MONTH if end is None else end
        if measure.is_flow or start < until:
            tally.add([Piece(start, until, amount, 0, items_of(items))])
    return tally.points()


@contextmanager
def whole_tables() -> Iterator[None]:
    """
    Read with joins that stay linear when the planner's statistics are those of an empty table.

    Right after a union's first import they are, and a nested loop over ten thousand entries takes a minute.
    """
    with connection.cursor() as cursor:
        # Compiling costs more than these statements take, and forbidden loops look dear enough to be compiled.
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL jit = off")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = on")


def several_of(measure: Measure) -> frozenset[str]:
    return frozenset(dim.code for dim in measure.dims if dim.several)


def _rows(union: TradeUnion, measure: Measure, columns: str, width: int) -> Iterator[tuple[Any, ...]]:
    names = "uscc, dims, start, until, amount, stamp" if width == 6 else "dims, start, until, amount"
    question = f"SELECT {columns} FROM ({measure.sql}) counted({names})"
    with connection.cursor() as cursor:
        if measure.family.place is Place.PUBLIC:
            cursor.execute(question, {"union": union.pk})
        else:
            # Without parameters, so that a % in a declared SELECT needs no doubling.
            cursor.execute(question)
        yield from cursor.fetchall()
