"""Distinct counts over any months (R7): keys merged when asked, since no stored figure can be added up to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import connection

from commons.rollup.cells import Table
from commons.rollup.declaration import Measure
from commons.rollup.spans import Span
from commons.rollup.trees import ancestry

_PRESENCE_THEN = """(
    SELECT union_id, measure, key, from_month, until_month, amount, items FROM public.rollup_presence
    WHERE known_from IS NULL OR known_from <= %(as_of)s
    UNION ALL
    SELECT union_id, measure, key, from_month, until_month, amount, items FROM public.rollup_presenceversion
    WHERE (known_from IS NULL OR known_from <= %(as_of)s) AND known_until > %(as_of)s
)"""


def presence(as_of: datetime | None) -> str:
    """Where the rows of `Presence` are read of measures that keep their words: as they are, or as known at %(as_of)s."""
    return "public.rollup_presence" if as_of is None else _PRESENCE_THEN


def events(
    table: Table, unions: Sequence[int], measure: Measure, span: Span, *, dim: str = ""
) -> dict[tuple[int, str], Decimal]:
    """
    {(union, item)}: how many organizations the event happened to in these months, each once.

    As it is known now, or at the moment that `table` names: along the lines as they were drawn then.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT u.id, {"i.item" if dim else "''"}, count(DISTINCT p.key)
            FROM unnest(%(unions)s::bigint[], %(lines)s::text[]) u(id, line)
            JOIN {ancestry(table.as_of)} a ON a.ancestor_id = u.id AND a.line = u.line
            JOIN {presence(table.as_of)} p ON p.union_id = a.union_id AND p.measure = %(measure)s
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
                "as_of": table.as_of,
            },
        )
        return {(union, item): Decimal(count) for union, item, count in cursor.fetchall()}
