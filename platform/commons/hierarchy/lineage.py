"""
Who stands above whom, month by month, worked out from the dated parents.

Changes of the tree happen on the first day of a month (SM-01: at a period's boundary), so months are exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
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


class Redrawn(NamedTuple):
    """
    What a change of the tree has moved: {union: under whom it stood, and under whom it stands}, of those for which the two differ.

    `appeared`: ancestors that were not told apart by today's boundaries before and are now; by today's boundaries their past is
    that of the dated line. `vanished`: the other way round.
    """

    before: dict[int, list[Place]]
    after: dict[int, list[Place]]
    appeared: frozenset[int]
    vanished: frozenset[int]
    # The rows that were there before, of every union whose rows have changed.
    replaced: dict[int, list[Place]]

    def years_cut(self) -> set[int]:
        """The years in which somebody's place begins or ends on another day than the first of January."""
        ways = [place for places in (*self.before.values(), *self.after.values()) for place in places]
        months = {month for place in ways for month in (place.from_month, place.until_month)}
        return {month // 12 for month in months.difference({FIRST_MONTH, FAR_MONTH}) if month % 12}

    def standing(self, unions: Iterable[int]) -> dict[int, list[Place]]:
        """What stands above unions that have not moved."""
        found = of(unions)
        return {union: [*places, *sorted(_as_today(places, self.vanished))] for union, places in found.items()}


Lineage = dict[int, frozenset[Place]]
# The path of today and the successor.
Stands = tuple[list[int], int | None]
# A parent in months [from, until).
Span = tuple[int | None, int, int]


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


def refresh() -> Redrawn:
    """
    Bring all rows to what the parents say; what has moved.

    The whole tree is worked out anew (some ten milliseconds for thousands of unions) and the difference written.
    """
    before = _stored()
    after = compute()
    changed = {union for union in before.keys() | after.keys() if before.get(union, set()) != after.get(union, set())}
    if not changed:
        return Redrawn({}, {}, frozenset(), frozenset(), {})
    Ancestry.objects.filter(union_id__in=changed).delete()
    _write([(union, place) for union in sorted(changed) for place in sorted(after.get(union, ()))])
    were, are = _told_apart(before.values()), _told_apart(after.values())
    replaced = {union: sorted(before.get(union, ())) for union in changed}
    drawn = Redrawn({}, {}, frozenset(are - were), frozenset(were - are), replaced)
    for union in changed:
        lost, gained = before.get(union, set()), set(after.get(union, ()))
        # What is not told apart stands by today's boundaries where it stands by the dated ones.
        lost |= _as_today(lost, drawn.appeared)
        gained |= _as_today(gained, drawn.vanished)
        if lost != gained:
            drawn.before[union], drawn.after[union] = sorted(lost), sorted(gained)
    return drawn


def _stored() -> dict[int, set[Place]]:
    found: dict[int, set[Place]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute("SELECT union_id, line, ancestor_id, from_month, until_month FROM public.hierarchy_ancestry")
        for union, *place in cursor.fetchall():
            found[union].add(Place(*place))
    return found


def _told_apart(lineages: Iterable[Iterable[Place]]) -> set[int]:
    return {place.ancestor for places in lineages for place in places if place.line == Line.TODAY}


def _as_today(places: Iterable[Place], ancestors: Collection[int]) -> set[Place]:
    return {
        place._replace(line=Line.TODAY)
        for place in places
        if place.line == Line.REGIONAL and place.ancestor in ancestors
    }


def compute() -> Lineage:
    """The lineage of all unions, along all lines, from `Parentage`, `TradeUnion.path` and `successor`."""
    parents = _parents()
    unions = {pk: (path, heir) for pk, path, heir in TradeUnion.objects.values_list("pk", "path", "successor_id")}
    regional = _dated(Line.REGIONAL, parents[Line.REGIONAL], unions)
    industrial = _dated(Line.INDUSTRIAL, parents[Line.INDUSTRIAL], parents[Line.INDUSTRIAL])
    present = {pk: _present(unions, pk, parents[Line.REGIONAL].get(pk, ())) for pk in unions}
    # By today's boundaries only those are told apart whose subtree is not the same in all months.
    redrawn = {
        place.ancestor
        for pk, places in present.items()
        for place in places.symmetric_difference(place._replace(line=Line.TODAY) for place in regional[pk])
    }
    return {
        pk: frozenset(
            [*regional[pk], *industrial.get(pk, ()), *(place for place in present[pk] if place.ancestor in redrawn)]
        )
        for pk in unions
    }


def _present(unions: Mapping[int, Stands], pk: int, parents: Sequence[Span]) -> set[Place]:
    """Under whom the union stands by today's boundaries, in all months; one that has ended, until its end."""
    ended = parents[-1][2] if parents else FAR_MONTH
    return {
        Place(Line.TODAY, ancestor, FIRST_MONTH, FAR_MONTH if ancestor == pk else ended)
        for ancestor in _path_today(unions, pk)
    }


def _path_today(unions: Mapping[int, Stands], pk: int) -> list[int]:
    """The path by today's boundaries: a merged union stands under the one that took over."""
    path, successor = unions[pk]
    return [*_path_today(unions, successor), pk] if successor else list(path)


def _parents() -> dict[str, dict[int, list[Span]]]:
    """{line: {union: [(parent, from month, until month)]}}, the earliest first."""
    found: dict[str, dict[int, list[Span]]] = {Line.REGIONAL: defaultdict(list), Line.INDUSTRIAL: defaultdict(list)}
    rows = Parentage.objects.order_by("union_id", "from_on")
    for union, parent, line, since, until in rows.values_list("union_id", "parent_id", "line", "from_on", "until_on"):
        before = found[line][union]
        # The first parent counts since ever.
        start = month_index(since) if before else FIRST_MONTH
        before.append((parent, start, month_index(until) if until else FAR_MONTH))
    return found


def _dated(line: Line, parents: Mapping[int, Sequence[Span]], unions: Iterable[int]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = {}

    def above(union: int) -> list[Place]:
        if union not in found:
            places = [Place(line, union, FIRST_MONTH, FAR_MONTH)]
            for parent, start, end in parents.get(union, ()):
                for place in above(parent) if parent else ():
                    since, until = max(start, place.from_month), min(end, place.until_month)
                    if since < until:
                        places.append(Place(line, place.ancestor, since, until))
            found[union] = _joined(places)
        return found[union]

    for union in unions:
        above(union)
    return found


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
