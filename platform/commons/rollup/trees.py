"""The tree as it was known at a moment: what a redrawing replaces stays, so that earlier answers can be given again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import connection

from commons.hierarchy.enums import Line
from commons.hierarchy.lineage import Place

# The rows of `Ancestry` as known at %(as_of)s. A union that was not redrawn since stands as it does now.
_ANCESTRY_THEN = """(
    SELECT union_id, ancestor_id, line, from_month, until_month FROM public.hierarchy_ancestry x
    WHERE NOT EXISTS (
        SELECT FROM public.rollup_lineageversion v WHERE v.union_id = x.union_id AND v.known_until > %(as_of)s
    )
    UNION ALL
    SELECT union_id, ancestor_id, line, from_month, until_month FROM public.rollup_lineageversion x
    WHERE x.known_until = (
        SELECT min(v.known_until) FROM public.rollup_lineageversion v
        WHERE v.union_id = x.union_id AND v.known_until > %(as_of)s
    )
)"""


def ancestry(as_of: datetime | None) -> str:
    """Where the rows of `Ancestry` are read: as they are, or as known at %(as_of)s."""
    return "public.hierarchy_ancestry" if as_of is None else _ANCESTRY_THEN


def keep(replaced: Mapping[int, Sequence[Place]], known_until: datetime) -> None:
    """Keep where these unions stood until now."""
    rows = [(union, *place) for union, places in sorted(replaced.items()) for place in places]
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.rollup_lineageversion "
            "(known_until, union_id, line, ancestor_id, from_month, until_month) "
            "SELECT %s, * FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::int[], %s::int[])",
            [known_until, *columns],
        )


def redrawn(unions: Collection[int], *, as_of: datetime | None) -> set[int]:
    """Those of the unions that by today's boundaries have another subtree than they once had, as known at a moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT ancestor_id FROM {ancestry(as_of)} a WHERE line = %(line)s AND ancestor_id = ANY(%(unions)s)",
            {"line": Line.TODAY.value, "unions": list(unions), "as_of": as_of},
        )
        return {union for (union,) in cursor.fetchall()}
