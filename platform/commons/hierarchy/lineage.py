"""
Who stands above whom, month by month, worked out from the dated parents.

Changes of the tree happen on the first day of a month (SM-01: at a period's boundary), so months are exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from commons.hierarchy.enums import Line
from commons.hierarchy.models import Ancestry, Parentage, TradeUnion
from commons.kit.clock import month_index

# The end of what has not ended, and the beginning of what has always been.
FAR_MONTH = 9999 * 12 + 11
FIRST_MONTH = 0


class Place(NamedTuple):
    """Under `ancestor` in months [from_month, until_month)."""

    line: str
    ancestor: int
    from_month: int
    until_month: int


Lineage = dict[int, frozenset[Place]]


def of(unions: Iterable[int]) -> dict[int, list[Place]]:
    """What stands above each of these unions (and itself), along every line."""
    found: dict[int, list[Place]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT union_id, line, ancestor_id, from_month, until_month FROM public.hierarchy_ancestry "
            "WHERE union_id = ANY(%s) ORDER BY union_id, line, ancestor_id, from_month",
            [list(unions)],
        )
        for union, *place in cursor.fetchall():
            found[union].append(Place(*place))
    return found


def add(union: TradeUnion) -> None:
    """The rows of a union that has just been put under its parent: what stands above the parent stands above it."""
    above = of([union.parent_id]).get(union.parent_id, []) if union.parent_id else []
    places = [place for place in above if place.line != Line.INDUSTRIAL]
    _write([(union.pk, place) for place in [*places, Place(Line.REGIONAL, union.pk, FIRST_MONTH, FAR_MONTH)]])


def refresh() -> set[int]:
    """
    Bring all rows to what the parents say; the ids of the unions whose rows changed.

    The whole tree is worked out anew (some ten milliseconds for thousands of unions) and the difference written.
    """
    before: dict[int, set[Place]] = defaultdict(set)
    for row in Ancestry.objects.values_list("union_id", "line", "ancestor_id", "from_month", "until_month"):
        before[row[0]].add(Place(*row[1:]))
    after = compute()
    changed = {union for union in before.keys() | after.keys() if before.get(union, set()) != after.get(union, set())}
    if changed:
        Ancestry.objects.filter(union_id__in=changed).delete()
        _write([(union, place) for union in sorted(changed) for place in sorted(after.get(union, ()))])
    return changed


def compute() -> Lineage:
    """The lineage of all unions, along all lines, from `Parentage`, `TradeUnion.path` and `successor`."""
    dated = {line: _dated(line) for line in (Line.REGIONAL, Line.INDUSTRIAL)}
    redrawn = {
        place.ancestor
        for places in dated[Line.REGIONAL].values()
        for place in places
        if (place.from_month, place.until_month) != (FIRST_MONTH, FAR_MONTH)
    }
    unions = {union.pk: union for union in TradeUnion.objects.only("pk", "path", "successor_id")}
    redrawn |= {union.successor_id for union in unions.values() if union.successor_id}
    for union in unions.values():
        # Whoever took over a merged union has another subtree than before, and so has all above both.
        if union.successor_id:
            redrawn |= set(unions[union.successor_id].path) ^ set(union.path[:-1])
    lineage: dict[int, set[Place]] = {}
    for pk in unions:
        places = set(dated[Line.REGIONAL].get(pk, ())) | set(dated[Line.INDUSTRIAL].get(pk, ()))
        places |= {
            Place(Line.TODAY, ancestor, FIRST_MONTH, FAR_MONTH)
            for ancestor in _path_today(unions, pk)
            if ancestor in redrawn
        }
        lineage[pk] = places
    return {pk: frozenset(places) for pk, places in lineage.items()}


def _path_today(unions: dict[int, TradeUnion], pk: int) -> list[int]:
    """The path by today's boundaries: a merged union stands under the one that took over."""
    union = unions[pk]
    if not union.successor_id:
        return list(union.path)
    return [*_path_today(unions, union.successor_id), pk]


def _dated(line: Line) -> dict[int, list[Place]]:
    parents: dict[int, list[tuple[int | None, int, int]]] = defaultdict(list)
    rows = Parentage.objects.filter(line=line).order_by("union_id", "from_on")
    for row in rows:
        # The first parent counts since ever.
        start = month_index(row.from_on) if parents[row.union_id] else FIRST_MONTH
        end = month_index(row.until_on) if row.until_on else FAR_MONTH
        parents[row.union_id].append((row.parent_id, start, end))
    found: dict[int, list[Place]] = {}

    def above(union: int) -> list[Place]:
        if union not in found:
            places = [Place(line, union, FIRST_MONTH, FAR_MONTH)]
            for parent, start, end in parents.get(union, ()):
                for place in above(parent) if parent else ():
                    clipped = place._replace(
                        from_month=max(start, place.from_month), until_month=min(end, place.until_month)
                    )
                    if clipped.from_month < clipped.until_month:
                        places.append(clipped)
            found[union] = _joined(places)
        return found[union]

    everyone = set(parents) | {parent for held in parents.values() for parent, _, _ in held if parent}
    if line == Line.INDUSTRIAL:
        return {union: above(union) for union in everyone}
    return {union: above(union) for union in [*TradeUnion.objects.values_list("pk", flat=True)]}


def _joined(places: list[Place]) -> list[Place]:
    """Months that touch under the same ancestor are one row."""
    joined: list[Place] = []
    for place in sorted(places):
        last = joined[-1] if joined else None
        if last and last.ancestor == place.ancestor and last.until_month >= place.from_month:
            joined[-1] = last._replace(until_month=max(last.until_month, place.until_month))
        else:
            joined.append(place)
    return joined


def _write(rows: list[tuple[int, Place]]) -> None:
    Ancestry.objects.bulk_create(
        [
            Ancestry(
                union_id=union,
                line=place.line,
                ancestor_id=place.ancestor,
                from_month=place.from_month,
                until_month=place.until_month,
            )
            for union, place in rows
        ],
        batch_size=2000,
    )
