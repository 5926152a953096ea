"""
Stored figures read as they are, or as they were known at a moment: one statement for many series.

A series is (union, line, measure, dimension, item). A stock's figure is that of its last change point; a flow's is the sum of
its months.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from commons.hierarchy.enums import Line

# (union, tag, item)
Place = tuple[int, str, str]


@dataclass(frozen=True)
class Asked:
    """
    A measure's cells: their code, and the months of which a flow is the sum or a stock the last.

    The answer goes by `tag`, so that one measure may be asked for several periods at once.
    """

    tag: str
    code: str
    first: int
    last: int
    flow: bool


@dataclass(frozen=True)
class Table:
    """Which column, along which line, as known when (None: now). `lines` names unions that differ from `line`."""

    column: str
    line: Line = Line.REGIONAL
    lines: Mapping[int, Line] | None = None
    as_of: datetime | None = None

    def line_of(self, union: int) -> Line:
        return (self.lines or {}).get(union, self.line)


def figures(table: Table, unions: Sequence[int], asked: Collection[Asked], *, dim: str = "") -> dict[Place, Decimal]:
    """{(union, tag, item): amount} of the totals, or with `dim` of its items; what is not stored is left out."""
    found: dict[Place, Decimal] = {}
    last = [one for one in asked if not one.flow or one.first == one.last]
    sums = [one for one in asked if one.flow and one.first != one.last]
    for some, summed in ((last, False), (sums, True)):
        if some and unions:
            found.update(_ask(table, unions, some, dim=dim, summed=summed))
    return found


def _ask(
    table: Table, unions: Sequence[int], asked: Sequence[Asked], *, dim: str, summed: bool
) -> dict[Place, Decimal]:
    wanted: dict[str, Any] = {
        "unions": list(unions),
        "lines": [table.line_of(union).value for union in unions],
        "tags": [one.tag for one in asked],
        "codes": [one.code for one in asked],
        # A stock's last change point may lie any time back.
        "first": [one.first if one.flow else 0 for one in asked],
        "last": [one.last for one in asked],
        "dim": dim,
        "as_of": table.as_of,
    }
    if table.as_of is not None:
        inner = _SUM_AS_OF if summed else _LAST_AS_OF
        inner = f"LATERAL ({_ITEMS if dim else _TOTAL}) i CROSS JOIN LATERAL ({inner}) c"
        item = "i.item"
    else:
        item = "c.item"
        inner = f"LATERAL ({_SUM if summed else _LAST_ITEMS if dim else _LAST}) c"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT u.id, m.tag, {item}, c.amount
            FROM unnest(%(unions)s::bigint[], %(lines)s::text[]) u(id, line)
            CROSS JOIN unnest(%(tags)s::text[], %(codes)s::text[], %(first)s::int[], %(last)s::int[])
                m(tag, code, first, last)
            CROSS JOIN {inner}
            """.replace("<column>", table.column),
            wanted,
        )
        return {(union, tag, item): amount for union, tag, item, amount in cursor.fetchall() if amount is not None}


# {measure: {month: amount}}
Points = dict[str, dict[int, Decimal]]


def change_points(table: Table, unions: Sequence[int], asked: Collection[Asked]) -> dict[int, Points]:
    """{union: {measure: {month: amount}}} of the totals: every point up to `last`, so that a stock's is always there."""
    points: dict[int, Points] = {union: {one.code: {} for one in asked} for union in unions}
    with connection.cursor() as cursor:
        cursor.execute(
            (_POINTS if table.as_of is None else _POINTS_AS_OF).replace("<column>", table.column),
            {
                "unions": list(unions),
                "lines": [table.line_of(union).value for union in unions],
                "codes": [one.code for one in asked],
                "last": [one.last for one in asked],
                "as_of": table.as_of,
            },
        )
        for union, measure, month, amount in cursor.fetchall():
            points[union][measure][month] = amount
    return points


_ASKED = """
    unnest(%(unions)s::bigint[], %(lines)s::text[]) u(id, line)
    CROSS JOIN unnest(%(codes)s::text[], %(last)s::int[]) m(code, last)
"""

_POINTS = f"""
    SELECT u.id, c.measure, c.month, c.<column> FROM {_ASKED}
    JOIN public.rollup_cell c ON c.union_id = u.id AND c.line = u.line AND c.measure = m.code AND c.dim = ''
      AND c.month <= m.last
"""

_POINTS_AS_OF = f"""
    SELECT u.id, c.measure, c.month, c.<column> FROM {_ASKED} CROSS JOIN LATERAL (
        SELECT measure, month, own, subtree FROM public.rollup_cell
        WHERE union_id = u.id AND line = u.line AND measure = m.code AND dim = '' AND month <= m.last
          AND known_from <= %(as_of)s
        UNION ALL
        SELECT measure, month, own, subtree FROM public.rollup_cellversion
        WHERE union_id = u.id AND line = u.line AND measure = m.code AND dim = '' AND month <= m.last
          AND known_from <= %(as_of)s AND known_until > %(as_of)s
    ) c
"""

_SERIES = "union_id = u.id AND line = u.line AND measure = m.code AND dim = %(dim)s"

_LAST = """
    SELECT ''::text AS item, <column> AS amount FROM public.rollup_cell
    WHERE union_id = u.id AND line = u.line AND measure = m.code AND dim = '' AND month BETWEEN m.first AND m.last
    ORDER BY month DESC LIMIT 1
"""

_LAST_ITEMS = f"""
    SELECT DISTINCT ON (item) item, <column> AS amount FROM public.rollup_cell
    WHERE {_SERIES} AND month BETWEEN m.first AND m.last ORDER BY item, month DESC
"""

_SUM = f"""
    SELECT item, sum(<column>) AS amount FROM public.rollup_cell
    WHERE {_SERIES} AND month BETWEEN m.first AND m.last GROUP BY item
"""

_TOTAL = "SELECT ''::text AS item"

# The items a series has or once had, each found by one probe of the index, however many cells and versions it has.
_ITEMS = f"""
    WITH RECURSIVE s(item) AS (
        SELECT least(
            (SELECT min(item) FROM public.rollup_cell WHERE {_SERIES}),
            (SELECT min(item) FROM public.rollup_cellversion WHERE {_SERIES})
        )
        UNION ALL
        SELECT least(
            (SELECT min(item) FROM public.rollup_cell WHERE {_SERIES} AND item > s.item),
            (SELECT min(item) FROM public.rollup_cellversion WHERE {_SERIES} AND item > s.item)
        ) FROM s WHERE s.item IS NOT NULL
    )
    SELECT item FROM s WHERE item IS NOT NULL
"""

_THEN = f"""
    SELECT <column> AS amount FROM public.rollup_cell
    WHERE {_SERIES} AND item = i.item AND month = g.month AND known_from <= %(as_of)s
    UNION ALL
    SELECT v.amount FROM (
        SELECT <column> AS amount, known_from FROM public.rollup_cellversion
        WHERE {_SERIES} AND item = i.item AND month = g.month AND known_until > %(as_of)s
        ORDER BY known_until LIMIT 1
    ) v WHERE v.known_from <= %(as_of)s
"""


def _change_point(bound: str) -> str:
    """The last month within a bound at which the series changes, or once changed."""
    return f"""greatest(
        (SELECT max(month) FROM public.rollup_cell WHERE {_SERIES} AND item = i.item AND month {bound}),
        (SELECT max(month) FROM public.rollup_cellversion WHERE {_SERIES} AND item = i.item AND month {bound})
    )"""


# Steps down from change point to change point and stops at the first that was known, so that a busy series with
# thousands of versions costs a few probes of the index.
_LAST_AS_OF = f"""
    WITH RECURSIVE g(month) AS (
        SELECT {_change_point("<= m.last")}
        UNION ALL
        SELECT {_change_point("< g.month")} FROM g WHERE g.month >= m.first
    )
    SELECT t.amount FROM g CROSS JOIN LATERAL ({_THEN}) t WHERE g.month >= m.first LIMIT 1
"""

_SUM_AS_OF = f"""
    SELECT sum(t.amount) AS amount FROM generate_series(m.first, m.last) g(month) CROSS JOIN LATERAL ({_THEN}) t
"""
