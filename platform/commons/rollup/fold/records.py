"""What the records say: the declared SELECTs, run in the schema that the door has opened."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from commons.hierarchy.models import TradeUnion
from commons.kit.keys import key
from commons.rollup.declaration import CATALOGUE, FAR_MONTH, Measure
from commons.rollup.enums import Place
from commons.rollup.fold.pieces import Claim, Piece, added, clipped, items_of, merged
from commons.rollup.fold.points import Points, Tally

# {(record, key of the organization): its disjoint pieces}
Words = dict[tuple[str, bytes], list[Piece]]
# {record: months [from, until)} of records that were moved between unions.
Tenures = dict[str, tuple[int, int]]


@dataclass
class Marked:
    """The marks of one union: which families are to be recounted, and of which records only (None: of all)."""

    ids: list[int] = field(default_factory=list)
    public_ids: list[int] = field(default_factory=list)
    families: dict[str, set[str] | None] = field(default_factory=dict)

    def add(self, family: str, subjects: Collection[Any] | None) -> None:
        before = self.families.get(family, set())
        self.families[family] = None if subjects is None or before is None else before | {str(one) for one in subjects}


@dataclass(frozen=True)
class Batch:
    """What is known of a batch of unions before each is read: which have a schema, and the marks in `public`."""

    schemas: frozenset[str]
    public: dict[int, list[tuple[int, str]]]

    def families(self, union: TradeUnion) -> set[str]:
        """All families, or while the union has no schema yet, those that lie in `public`."""
        if union.schema_name in self.schemas:
            return set(CATALOGUE.families)
        return {family.code for family in CATALOGUE.families_in(Place.PUBLIC)}


def batch(unions: Collection[TradeUnion]) -> Batch:
    public: dict[int, list[tuple[int, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'marks_mark' "
            "WHERE n.nspname = ANY(%s)",
            [[union.schema_name for union in unions]],
        )
        schemas = frozenset(name for (name,) in cursor.fetchall())
        cursor.execute(
            "SELECT id, union_id, family FROM public.rollup_publicmark WHERE union_id = ANY(%s)",
            [[union.pk for union in unions]],
        )
        for mark, union, family in cursor.fetchall():
            public.setdefault(union, []).append((mark, family))
    return Batch(schemas, public)


def marked(union: TradeUnion, known: Batch) -> Marked:
    """
    The marks visible now; the records are read by later statements, so they are at least as new.

    Marks of a family that this code does not know are left: during an upgrade they belong to a newer folder.
    """
    found = Marked()
    families = known.families(union)
    if union.schema_name in known.schemas:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, family, subjects::text[] FROM marks_mark")
            for mark, family, subjects in cursor.fetchall():
                if family in families:
                    found.ids.append(mark)
                    found.add(family, subjects)
    for mark, family in known.public.get(union.pk, ()):
        if family in families:
            found.public_ids.append(mark)
            found.add(family, None)
    return found


def tenures() -> Tenures:
    """Of the union at hand; nearly always none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT record::text, from_month, until_month FROM marks_tenure")
        return {record: (start, end) for record, start, end in cursor.fetchall()}


def organizations(union: TradeUnion, measure: Measure, *, only: set[str] | None, moved: Tenures) -> Words:
    """What this union's own records say, of these records or of all."""
    claimed: dict[tuple[str, str], list[Claim]] = {}
    question = (
        "SELECT record::text, uscc, dims::text, start, until, amount, stamp "
        f"FROM ({measure.sql}) counted(record, uscc, dims, start, until, amount, stamp)"
    )
    for record, uscc, items, start, end, amount, stamp in _rows(question, only=only):
        piece = Piece(start, FAR_MONTH if end is None else end, amount, stamp, items_of(items))
        pieces = clipped([piece], *moved.get(record, (0, FAR_MONTH))) if moved else [piece]
        for one in pieces:
            if one.from_month < one.until_month:
                claimed.setdefault((record, uscc), []).append(Claim(one, union.pk))
    if measure.is_keyed_sum:
        return {(record, key(uscc)): added(claims) for (record, uscc), claims in claimed.items()}
    several = several_of(measure)
    return {(record, key(uscc)): merged(claims, several) for (record, uscc), claims in claimed.items()}


def figures(union: TradeUnion, measure: Measure, *, moved: Tenures) -> Points:
    """The points of an additive measure, from this union's own records."""
    start, until, join, where = "start", "until", "", ""
    if moved and measure.family.place is Place.TENANT:
        join = "LEFT JOIN marks_tenure t ON t.record = c.record"
        if measure.is_flow:
            where = "WHERE t.record IS NULL OR (start >= t.from_month AND start < t.until_month)"
        else:
            start, until = "greatest(start, t.from_month)", f"least(coalesce(until, {FAR_MONTH}), t.until_month)"
    question = (
        f"SELECT dims::text, {start}, {until}, sum(amount) "
        f"FROM ({measure.sql}) c(record, dims, start, until, amount) {join} {where} GROUP BY 1, 2, 3"
    )
    tally = Tally(flow=measure.is_flow)
    for items, first, last, amount in _rows(question, union=union if measure.family.place is Place.PUBLIC else None):
        end = FAR_MONTH if last is None else last
        if measure.is_flow or first < end:
            tally.add([Piece(first, end, amount, 0, items_of(items))])
    return tally.points()


@contextmanager
def whole_tables() -> Iterator[None]:
    """
    Read with joins that stay linear when the planner's statistics are those of an empty table.

    Right after a union's first import they are, and a nested loop over ten thousand entries takes a minute.
    """
    with connection.cursor() as cursor:
        # Compiling costs more than these statements take, and forbidden loops look dear enough to be compiled.
        cursor.execute("SET enable_nestloop = off; SET jit = off")
    try:
        yield
    finally:
        if not (connection.in_atomic_block and connection.needs_rollback):
            with connection.cursor() as cursor:
                cursor.execute("RESET enable_nestloop; RESET jit")


def several_of(measure: Measure) -> frozenset[str]:
    return frozenset(dim.code for dim in measure.dims if dim.several)


def _rows(question: str, *, only: set[str] | None = None, union: TradeUnion | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        if only is not None:
            question += cursor.mogrify(" WHERE record = ANY(%s::uuid[])", [sorted(only)]).decode()
        # Without parameters, so that a % in a declared SELECT needs no doubling.
        cursor.execute(question, {"union": union.pk} if union else None)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
