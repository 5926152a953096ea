"""The figures that are compared: one statement for all unions and months of a look, so that they fit one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from commons.hierarchy.enums import Line
from commons.kit.clock import month_index
from commons.rollup.declaration import Measure

ZERO = Decimal(0)


class Asked(NamedTuple):
    """A figure of a union: that of `month`, for a flow the amount of that month alone."""

    union: int
    measure: str
    month: int
    flow: bool


class Grouped(NamedTuple):
    """The items of a dimension, added up, of the union's own figure."""

    union: int
    measure: str
    dim: str
    month: int
    flow: bool


@dataclass
class Sheet:
    """What was read. A figure that is not stored is zero."""

    own_of: dict[tuple[int, str, int], Decimal] = field(default_factory=dict)
    subtree_of: dict[tuple[int, str, int], Decimal] = field(default_factory=dict)
    until_of: dict[tuple[int, str, int], Decimal] = field(default_factory=dict)
    items_of: dict[tuple[int, str, str, int], Decimal] = field(default_factory=dict)

    def own(self, union: int, measure: Measure, month: int) -> Decimal:
        return self.own_of.get((union, measure.code, month), ZERO)

    def subtree(self, union: int, measure: Measure, month: int) -> Decimal:
        return self.subtree_of.get((union, measure.code, month), ZERO)

    def until(self, union: int, measure: Measure, month: int) -> Decimal:
        """Of a flow: all months up to this one."""
        return self.until_of.get((union, measure.code, month), ZERO)


def read(asked: Collection[Asked], *, until: Collection[Asked] = (), items: Collection[Grouped] = ()) -> Sheet:
    """The figures asked for; `until`: own flows of all months up to theirs; `items`: own dimensions added up."""
    sheet = Sheet()
    with connection.cursor() as cursor:
        if asked:
            cursor.execute(_TOTALS, _columns(asked))
            for union, code, month, own, subtree in cursor.fetchall():
                sheet.own_of[union, code, month] = own
                sheet.subtree_of[union, code, month] = subtree
        if until:
            cursor.execute(_UNTIL, _columns(until))
            sheet.until_of = {(union, code, month): amount for union, code, month, amount in cursor.fetchall()}
        if items:
            cursor.execute(_ITEMS, _columns(items))
            sheet.items_of = {
                (union, code, dim, month): amount for union, code, dim, month, amount in cursor.fetchall()
            }
    return sheet


class Tree(NamedTuple):
    """Who stood directly under whom, on the regional line, in which months."""

    children_of: dict[int, list[tuple[int, int, int]]]

    def children(self, parent: int, month: int) -> list[int]:
        return [child for child, first, end in self.children_of.get(parent, ()) if first <= month < end]


def tree_below(parents: Collection[int]) -> Tree:
    """The children of these unions; the first parent a union had counts since ever."""
    found: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.parent_id, p.union_id, p.from_on, p.until_on, NOT EXISTS (
                SELECT FROM public.hierarchy_parentage f
                WHERE f.union_id = p.union_id AND f.line = p.line AND f.from_on < p.from_on
            )
            FROM public.hierarchy_parentage p WHERE p.parent_id = ANY(%s) AND p.line = %s ORDER BY p.union_id, p.from_on
            """,
            [list(parents), Line.REGIONAL.value],
        )
        for parent, child, from_on, until_on, is_first in cursor.fetchall():
            start = 0 if is_first else month_index(from_on)
            found[parent].append((child, start, month_index(until_on) if until_on else 10**6))
    return Tree(found)


def _columns(rows: Collection[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*sorted(rows), strict=True)]


_CELLS = "public.rollup_cell WHERE union_id = a.union_id AND line = 'regional' AND measure = a.measure"

_TOTALS = f"""
    SELECT a.union_id, a.measure, a.month, c.own, c.subtree
    FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::boolean[]) a(union_id, measure, month, flow)
    CROSS JOIN LATERAL (
        SELECT own, subtree FROM {_CELLS} AND dim = ''
          AND month BETWEEN CASE WHEN a.flow THEN a.month ELSE 0 END AND a.month
        ORDER BY month DESC LIMIT 1
    ) c
"""

_UNTIL = f"""
    SELECT a.union_id, a.measure, a.month, c.amount
    FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::boolean[]) a(union_id, measure, month, flow)
    CROSS JOIN LATERAL (SELECT coalesce(sum(own), 0) AS amount FROM {_CELLS} AND dim = '' AND month <= a.month) c
"""

_ITEMS = f"""
    SELECT a.union_id, a.measure, a.dim, a.month, c.amount
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::int[], %s::boolean[]) a(union_id, measure, dim, month, flow)
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(own), 0) AS amount FROM (
            SELECT DISTINCT ON (item) own FROM {_CELLS} AND dim = a.dim
              AND month BETWEEN CASE WHEN a.flow THEN a.month ELSE 0 END AND a.month
            ORDER BY item, month DESC
        ) i
    ) c
"""
