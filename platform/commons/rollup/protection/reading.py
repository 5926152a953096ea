"""What stands in the blocks around the unions that are asked about, and which unions stand in them when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from commons.hierarchy.enums import Line
from commons.hierarchy.lineage import FAR_MONTH, FIRST_MONTH
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_index
from commons.rollup.enums import Scope
from commons.rollup.protection.search import Cell

# {cell: {month from which on (of a flow: in which): amount}}
Points = dict[Cell, dict[int, Decimal]]


@dataclass(frozen=True)
class Surroundings:
    """
    The blocks of some unions and of those above them, each named by its union.

    `unions` are all that have a column in them (with their path, no more), `bearing` those that ever had children,
    `standings` = (child, parent, from month, until month).
    """

    unions: Mapping[int, TradeUnion]
    blocks: frozenset[int]
    bearing: frozenset[int]
    standings: tuple[tuple[int, int, int, int], ...]

    def parents(self, month: int) -> dict[int, int]:
        return {child: parent for child, parent, start, end in self.standings if start <= month < end}

    def turns(self, first: int, last: int) -> Iterator[int]:
        """Months within the bounds in which another table begins, because somebody stands elsewhere."""
        for _, _, *bounds in self.standings:
            yield from (month for month in bounds if first < month <= last)


def surroundings(unions: Collection[int], *, top: int, own: bool, officer: bool, first: int, last: int) -> Surroundings:
    """
    The blocks that decide about the figures of these unions in these months, as seen from `top`.

    With `own`, also the blocks that hold their own columns. An `officer` needs no block of their own union.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH blocks AS MATERIALIZED (
                SELECT DISTINCT u.id FROM public.hierarchy_ancestry a
                JOIN public.hierarchy_tradeunion u ON u.id = a.ancestor_id
                WHERE a.union_id = ANY(%(unions)s) AND a.line = %(line)s
                  AND a.from_month <= %(last)s AND a.until_month > %(first)s
                  AND u.path @> ARRAY[%(top)s::bigint] AND NOT (%(officer)s AND u.id = %(top)s)
                  AND (%(own)s OR u.id <> a.union_id OR NOT EXISTS (
                      SELECT FROM public.hierarchy_parentage o
                      JOIN public.hierarchy_tradeunion above ON above.id = o.parent_id
                      WHERE o.union_id = u.id AND o.line = %(line)s
                        AND above.path @> ARRAY[%(top)s::bigint]
                  ) OR 1 < (
                      SELECT count(*) FROM public.hierarchy_parentage o WHERE o.union_id = u.id AND o.line = %(line)s
                  ))
            )
            SELECT p.union_id, c.path, p.parent_id, p.from_on, p.until_on, p.union_id IN (SELECT id FROM blocks),
                   p.from_on = (
                       SELECT min(o.from_on) FROM public.hierarchy_parentage o
                       WHERE o.union_id = p.union_id AND o.line = p.line
                   ),
                   EXISTS (
                       SELECT FROM public.hierarchy_parentage o WHERE o.parent_id = p.union_id AND o.line = p.line
                   )
            FROM public.hierarchy_parentage p JOIN public.hierarchy_tradeunion c ON c.id = p.union_id
            WHERE p.line = %(line)s
              AND (p.parent_id IN (SELECT id FROM blocks) OR p.union_id IN (SELECT id FROM blocks))
            """,
            {
                "unions": list(unions),
                "line": Line.REGIONAL.value,
                "top": top,
                "own": own,
                "officer": officer,
                "first": first,
                "last": last,
            },
        )
        rows = cursor.fetchall()
    standings = []
    for child, _, parent, from_on, until_on, _, earliest, _ in rows:
        if parent is not None:
            start = FIRST_MONTH if earliest else month_index(from_on)
            standings.append((child, parent, start, _until(until_on)))
    return Surroundings(
        unions={row[0]: TradeUnion(pk=row[0], path=row[1]) for row in rows},
        blocks=frozenset(row[0] for row in rows if row[5]),
        bearing=frozenset(row[0] for row in rows if row[7]),
        standings=tuple(sorted(standings)),
    )


def _until(day: date | None) -> int:
    return FAR_MONTH if day is None else month_index(day)


def points(
    unions: Collection[int], codes: Sequence[str], dim: str, *, last: int, as_of: datetime | None
) -> dict[str, Points]:
    """{measure: its cells of a dimension up to a month}, as known now or at a moment."""
    then = """
        UNION ALL
        SELECT union_id, measure, item, month, own, subtree FROM public.rollup_cellversion
        WHERE union_id = ANY(%(unions)s) AND line = %(line)s AND measure = ANY(%(codes)s) AND dim = %(dim)s
          AND month <= %(last)s AND known_from <= %(as_of)s AND known_until > %(as_of)s
    """
    found: dict[str, Points] = {code: {} for code in codes}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT union_id, measure, item, month, own, subtree FROM public.rollup_cell
            WHERE union_id = ANY(%(unions)s) AND line = %(line)s AND measure = ANY(%(codes)s) AND dim = %(dim)s
              AND month <= %(last)s {"AND known_from <= %(as_of)s" if as_of else ""}
            {then if as_of else ""}
            """,
            {
                "unions": sorted(unions),
                "line": Line.REGIONAL.value,
                "codes": list(codes),
                "dim": dim,
                "last": last,
                "as_of": as_of,
            },
        )
        for union, code, item, month, own, subtree in cursor.fetchall():
            found[code].setdefault(Cell(union, Scope.OWN, item), {})[month] = own
            found[code].setdefault(Cell(union, Scope.SUBTREE, item), {})[month] = subtree
    return found
