"""Distinct counts over any months (R7): keys merged when asked, since no stored figure can be added up to them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db import connection

from commons.rollup.cells import Table
from commons.rollup.declaration import Measure
from commons.rollup.spans import Span


def events(
    table: Table, unions: Sequence[int], measure: Measure, span: Span, *, dim: str = ""
) -> dict[tuple[int, str], Decimal]:
    """
    {(union, item)}: how many organizations the event happened to in these months, each once.

    As it is known now: what was known earlier of single organizations is not kept.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT u.id, {"i.item" if dim else "''"}, count(DISTINCT p.key)
            FROM unnest(%(unions)s::bigint[], %(lines)s::text[]) u(id, line)
            JOIN public.hierarchy_ancestry a ON a.ancestor_id = u.id AND a.line = u.line
            JOIN public.rollup_presence p ON p.union_id = a.union_id AND p.measure = %(measure)s
              AND greatest(p.from_month, a.from_month) <= %(last)s
              AND least(p.until_month, a.until_month) > %(first)s
              AND greatest(p.from_month, a.from_month) < least(p.until_month, a.until_month)
            {"CROSS JOIN LATERAL jsonb_array_elements_text(p.items -> %(dim)s) i(item)" if dim else ""}
            WHERE %(subtree)s OR p.union_id = u.id
            GROUP BY 1, 2
            """,
            {
                "unions": list(unions),
                "lines": [table.line_of(union).value for union in unions],
                "measure": measure.code,
                "first": span.first,
                "last": span.last,
                "dim": dim,
                "subtree": table.column == "subtree",
            },
        )
        return {(union, item): Decimal(count) for union, item, count in cursor.fetchall()}
