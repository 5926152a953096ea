"""What is recorded in a union's schema, and what is stored of it in `public`; both as they are, without the fold's code."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db import connection

from commons.hierarchy.models import TradeUnion
from commons.rollup.declaration import CATALOGUE, Measure
from commons.rollup.enums import Place, Scope
from commons.rollup.verify.words import Said

# measure, dimension, item: a series of one union and scope.
Series = tuple[str, str, str]
Figures = dict[Series, dict[int, Decimal]]


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
    with connection.cursor() as cursor:
        question = f"SELECT {columns} FROM ({measure.sql}) counted({columns})"
        cursor.execute(question, {"union": union.pk} if measure.family.place is Place.PUBLIC else None)
        rows = cursor.fetchall()
    where = 1 if measure.is_distinct else 0
    return [(*row[:where], _json(row[where]), *row[where + 1 :]) for row in rows]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def stored_own(union_id: int, measure: Measure) -> Figures:
    """The stored own column as changes, to stand in for records that are ahead of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT dim, item, month, own FROM public.rollup_cell WHERE union_id = %s AND measure = %s ORDER BY month",
            [union_id, measure.code],
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
            "SELECT key, from_month, until_month, amount, stamp, items::text FROM public.rollup_presence "
            "WHERE union_id = %s AND measure = %s ORDER BY key, from_month",
            [union_id, measure.code],
        )
        found: dict[bytes, list[Said]] = defaultdict(list)
        for digest, start, end, amount, stamp, items in cursor.fetchall():
            found[bytes(digest)].append(Said(start, end, amount, stamp, json.loads(items), union_id))
    return found


def stored_cells(union_ids: list[int]) -> dict[tuple[int, Scope], Figures]:
    found: dict[tuple[int, Scope], Figures] = defaultdict(lambda: defaultdict(dict))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT union_id, measure, dim, item, month, own, subtree FROM public.rollup_cell WHERE union_id = ANY(%s)",
            [union_ids],
        )
        for union, measure, dim, item, month, own, subtree in cursor.fetchall():
            found[(union, Scope.OWN)][(measure, dim, item)][month] = own
            found[(union, Scope.SUBTREE)][(measure, dim, item)][month] = subtree
    return found
