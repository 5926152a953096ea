"""What is recorded in a union's schema, and what is stored of it in `public`; both as they are, without the fold's code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.rollup.declaration import CATALOGUE, FAR_MONTH, Measure
from commons.rollup.enums import Place
from commons.rollup.verify.words import Said, items_of

# measure, dimension, item: a series of one union, line and scope.
Series = tuple[str, str, str]
Figures = dict[Series, dict[int, Decimal]]


class Way(NamedTuple):
    """Under `ancestor` along `line` in months [start, end)."""

    ancestor: int
    line: str
    start: int
    end: int

    @property
    def bounded(self) -> bool:
        return self.start > 0 or self.end < FAR_MONTH


def countable() -> list[Measure]:
    """What can be counted in the schema that the door has opened: only what lies in `public` while a union has none yet."""
    measures = list(CATALOGUE.measures.values())
    return measures if has_records() else [measure for measure in measures if measure.family.place is Place.PUBLIC]


def has_records() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('marks_mark') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def marked(union: TradeUnion) -> set[str]:
    """The families with unfolded marks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT family FROM public.rollup_publicmark WHERE union_id = %s", [union.pk])
        families = {family for (family,) in cursor.fetchall()}
        if has_records():
            cursor.execute("SELECT DISTINCT family FROM marks_mark")
            families |= {family for (family,) in cursor.fetchall()}
        return families


def rows(union: TradeUnion, measure: Measure) -> Iterator[tuple[Any, ...]]:
    """
    What the records say, as the measure declares it, `dims` read.

    Of records that were moved between unions, the months in which they count here.
    """
    moved: dict[str, tuple[int, int]] = {}
    columns = (
        "uscc, dims::text, start, until, amount, stamp" if measure.is_distinct else "dims::text, start, until, amount"
    )
    question = f"SELECT record::text, {columns} FROM ({measure.sql}) c(record, {columns.replace('::text', '')})"
    with connection.cursor() as cursor:
        if measure.family.place is Place.TENANT:
            cursor.execute("SELECT record::text, from_month, until_month FROM marks_tenure")
            moved = {record: (start, end) for record, start, end in cursor.fetchall()}
        cursor.execute(question, {"union": union.pk} if measure.family.place is Place.PUBLIC else None)
        found = cursor.fetchall()
    dims, start = (2, 3) if measure.is_distinct else (1, 2)
    for row in found:
        said = list(row)
        said[dims] = items_of(said[dims])
        if row[0] in moved:
            first, last = moved[row[0]]
            if measure.is_flow and not first <= said[start] < last:
                continue
            if not measure.is_flow:
                said[start] = max(said[start], first)
                said[start + 1] = min(FAR_MONTH if said[start + 1] is None else said[start + 1], last)
        yield tuple(said)


def own_cells(union_id: int) -> Figures:
    """The stored own column of all series of one union."""
    found: Figures = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure, dim, item, month, own FROM public.rollup_cell WHERE union_id = %s AND line = %s",
            [union_id, Line.REGIONAL],
        )
        for measure, dim, item, month, own in cursor.fetchall():
            found[(measure, dim, item)][month] = own
    return found


def stored_own(union_ids: list[int], measure: Measure) -> Iterator[tuple[int, Figures]]:
    """The stored own column of one measure as changes, union by union."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT union_id, dim, item, month, own FROM public.rollup_cell "
            "WHERE union_id = ANY(%s) AND line = %s AND measure = %s ORDER BY union_id, month",
            [union_ids, Line.REGIONAL, measure.code],
        )
        speaker: int | None = None
        own: Figures = defaultdict(dict)
        last: dict[Series, Decimal] = {}
        for union, dim, item, month, amount in cursor.fetchall():
            if union != speaker and speaker is not None:
                yield speaker, own
                own, last = defaultdict(dict), {}
            speaker, series = union, (measure.code, dim, item)
            own[series][month] = amount if measure.is_flow else amount - last.get(series, Decimal(0))
            last[series] = amount
        if speaker is not None:
            yield speaker, own


def stored_presence(union_id: int, measure: Measure) -> dict[bytes, list[Said]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, from_month, until_month, amount, stamp, items::text, record::text FROM public.rollup_presence "
            "WHERE union_id = %s AND measure = %s ORDER BY key, record, from_month",
            [union_id, measure.code],
        )
        found: dict[bytes, list[Said]] = defaultdict(list)
        for digest, start, end, amount, stamp, items, record in cursor.fetchall():
            found[bytes(digest)].append(Said(start, end, amount, stamp, items_of(items), union_id, record))
    return found


def subtree_cells(union_ids: list[int], codes: list[str]) -> dict[tuple[str, int], Figures]:
    """{(line, union): the stored subtree column} of a measure's series."""
    found: dict[tuple[str, int], Figures] = defaultdict(lambda: defaultdict(dict))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line, union_id, measure, dim, item, month, subtree FROM public.rollup_cell "
            "WHERE union_id = ANY(%s) AND measure = ANY(%s)",
            [union_ids, codes],
        )
        for line, union, measure, dim, item, month, subtree in cursor.fetchall():
            found[(line, union)][(measure, dim, item)][month] = subtree
    return found


def unknown_cells(union_ids: list[int]) -> Iterator[tuple[int, str, Series, int, Decimal]]:
    """Stored subtree figures of measures that nobody declares."""
    known = [code for measure in CATALOGUE.measures for code in (measure, *(f"{measure}@{n}" for n in (3, 6, 12)))]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT union_id, line, measure, dim, item, month, subtree FROM public.rollup_cell "
            "WHERE union_id = ANY(%s) AND measure <> ALL(%s)",
            [union_ids, known],
        )
        for union, line, measure, dim, item, month, subtree in cursor.fetchall():
            yield union, line, (measure, dim, item), month, subtree


def ways(node_ids: list[int]) -> dict[int, list[Way]]:
    """{union: the ways on which it stands under these nodes}."""
    found: dict[int, list[Way]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT union_id, ancestor_id, line, from_month, until_month FROM public.hierarchy_ancestry "
            "WHERE ancestor_id = ANY(%s)",
            [node_ids],
        )
        for union, *way in cursor.fetchall():
            found[union].append(Way(*way))
    return found
