"""What is recorded in a union's schema, and what is stored of it in `public`; both as they are, without the fold's code."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.rollup.declaration import CATALOGUE, FAR_MONTH, Measure
from commons.rollup.enums import Place, Scope
from commons.rollup.verify.words import Said

# measure, dimension, item: a series of one union and scope.
Series = tuple[str, str, str]
Figures = dict[Series, dict[int, Decimal]]
# union, line, scope: where figures stand.
Where = tuple[int, str, Scope]


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


def rows(union: TradeUnion, measure: Measure, columns: str) -> list[tuple[Any, ...]]:
    """What the records say; of records that were moved between unions, the months in which they count here."""
    with connection.cursor() as cursor:
        question = f"SELECT {columns} FROM ({measure.sql}) counted({columns})"
        cursor.execute(question, {"union": union.pk} if measure.family.place is Place.PUBLIC else None)
        rows = cursor.fetchall()
        moved: dict[Any, tuple[int, int]] = {}
        if has_records():
            cursor.execute("SELECT record, from_month, until_month FROM marks_tenure")
            moved = {record: (start, end) for record, start, end in cursor.fetchall()}
    names = columns.split(", ")
    answer = []
    for row in rows:
        said = dict(zip(names, row, strict=True))
        said["dims"] = _json(said["dims"])
        first, last = moved.get(said["record"], (0, FAR_MONTH))
        if measure.is_flow and not first <= said["start"] < last:
            continue
        if not measure.is_flow:
            said["start"] = max(said["start"], first)
            said["until"] = min(FAR_MONTH if said["until"] is None else said["until"], last)
        answer.append(tuple(said.values()))
    return answer


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def stored_own(union_id: int, measure: Measure) -> Figures:
    """The stored own column as changes, to stand in for records that are ahead of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT dim, item, month, own FROM public.rollup_cell "
            "WHERE union_id = %s AND line = %s AND measure = %s ORDER BY month",
            [union_id, Line.REGIONAL, measure.code],
        )
        own: Figures = defaultdict(dict)
        last: dict[Series, Decimal] = {}
        for dim, item, month, amount in cursor.fetchall():
            series = (measure.code, dim, item)
            own[series][month] = amount if measure.is_flow else amount - last.get(series, Decimal(0))
            last[series] = amount
    return own


def stored_presence(union_id: int, measure: Measure) -> dict[bytes, list[Said]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, from_month, until_month, amount, stamp, items::text, record::text FROM public.rollup_presence "
            "WHERE union_id = %s AND measure = %s ORDER BY key, record, from_month",
            [union_id, measure.code],
        )
        found: dict[bytes, list[Said]] = defaultdict(list)
        for digest, start, end, amount, stamp, items, record in cursor.fetchall():
            found[bytes(digest)].append(Said(start, end, amount, stamp, json.loads(items), union_id, record))
    return found


def stored_cells(union_ids: list[int]) -> dict[Where, Figures]:
    found: dict[Where, Figures] = defaultdict(lambda: defaultdict(dict))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT union_id, line, measure, dim, item, month, own, subtree FROM public.rollup_cell "
            "WHERE union_id = ANY(%s)",
            [union_ids],
        )
        for union, line, measure, dim, item, month, own, subtree in cursor.fetchall():
            if line == Line.REGIONAL:
                found[(union, line, Scope.OWN)][(measure, dim, item)][month] = own
            found[(union, line, Scope.SUBTREE)][(measure, dim, item)][month] = subtree
    return found


def ways(union_ids: list[int]) -> dict[int, list[Way]]:
    """What stands above each union, along which line, in which months [from, until)."""
    found: dict[int, list[Way]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT union_id, ancestor_id, line, from_month, until_month FROM public.hierarchy_ancestry "
            "WHERE union_id = ANY(%s)",
            [union_ids],
        )
        for union, *way in cursor.fetchall():
            found[union].append(Way(*way))
    return found
