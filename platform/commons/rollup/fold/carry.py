"""
Carry a difference to everything that stands above it: of records that changed, or of a tree that did.

The claims and the ways before are held against those after; what both have in common costs nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from commons.hierarchy.enums import Line
from commons.hierarchy.lineage import FAR_MONTH, FIRST_MONTH
from commons.hierarchy.lineage import Place as Way
from commons.rollup.declaration import COUNTERPART, Measure
from commons.rollup.enums import PERIOD_MONTHS
from commons.rollup.fold.pieces import Claim, Piece, added, clipped, merged, widened
from commons.rollup.fold.points import TOTAL, Points, Tally, difference, without_zeros
from commons.rollup.fold.points import clipped as clipped_points
from commons.rollup.fold.records import Words, several_of
from commons.rollup.fold.stored import Changes, Heard, Node

# {union: where it stands: one way per ancestor, line and months}
Ways = Mapping[int, Sequence[Way]]
# {union: {(record, key): (before, after)}}
Reworded = dict[int, dict[tuple[str, bytes], tuple[list[Piece], list[Piece]]]]


def figures(
    changes: Changes,
    measure: Measure,
    union: int,
    points: Points,
    ways: Sequence[Way],
    *,
    others: Ways,
    sign: int = 1,
) -> None:
    """
    Add the points of an additive measure, or take them away, along these ways.

    `others` are the ways of the unions that a transfer names.
    """
    for way in ways:
        here = eliminated(points, way, others) if measure.is_transfer else points
        if not _for_ever(way):
            here = clipped_points(here, way.from_month, way.until_month, flow=measure.is_flow)
        if sign < 0:
            here = {series: {month: -amount for month, amount in months.items()} for series, months in here.items()}
        changes.add((way.line, way.ancestor), measure.code, flow=measure.is_flow, subtree=here)


def eliminated(points: Points, way: Way, others: Ways) -> Points:
    """What of a transfer counts at the end of a way: nothing of what stays inside the subtree (R6)."""
    total = dict(points.get(TOTAL, {}))
    for (dim, item), months in points.items():
        if dim != COUNTERPART:
            continue
        for other in others.get(int(item), ()):
            if (other.line, other.ancestor) == (way.line, way.ancestor):
                for month, amount in months.items():
                    if other.from_month <= month < other.until_month:
                        total[month] = total.get(month, 0) - amount
    return without_zeros({TOTAL: total})


def counterparts(points: Points) -> set[int]:
    """The unions that a transfer's points name."""
    return {int(item) for dim, item in points if dim == COUNTERPART}


class Organizations:
    """What a distinct measure changes, organization by organization, at every node concerned."""

    def __init__(self, measure: Measure, before: Ways, after: Ways) -> None:
        self.measure = measure
        self.before, self.after = before, after
        self.moves = before is not after
        self.several = several_of(measure)
        # Organizations of one union alone: added up first, and then carried like any figure.
        self.alone: dict[tuple[int, bool], dict[int, Tally]] = defaultdict(dict)
        self.shared: dict[Node, dict[int, Tally]] = defaultdict(dict)
        self.own: dict[int, dict[int, Tally]] = defaultdict(dict)

    def change(
        self, said: Sequence[Heard], reworded: Mapping[tuple[int, str], tuple[list[Piece], list[Piece]]]
    ) -> None:
        """One organization: all that is stored of it, and {(union, record): (before, after)} of what is said anew."""
        old = [Claim(one.piece, one.union_id, one.record) for one in said]
        new = [claim for claim in old if (claim.union_id, claim.record) not in reworded]
        for (union, record), (_, after) in reworded.items():
            new += [Claim(piece, union, record) for piece in after]
        unions = {claim.union_id for claim in old} | {claim.union_id for claim in new}
        for union in {union for union, _ in reworded}:
            self._tally(self.own[union], [one for one in old if one.union_id == union], -1)
            self._tally(self.own[union], [one for one in new if one.union_id == union], 1)
        if len(unions) == 1 and (not self.measure.event or self._stands_for_ever(*unions)):
            [union] = unions
            self._tally(self.alone[(union, not self.moves)], old, -1)
            self._tally(self.alone[(union, True)], new, 1)
            return
        held, holds = _everywhere(old, self.before), _everywhere(new, self.after)
        for node in held.keys() | holds.keys():
            # Where the same is said in the same months nothing changes, and working it out is what costs.
            if held.get(node) != holds.get(node):
                self._tally(self.shared[node], held.get(node, []), -1)
                self._tally(self.shared[node], holds.get(node, []), 1)

    def appear(self, said: Sequence[Heard], *, own: int) -> None:
        """One organization as if nothing had been known of it, told of the ways given and of one union's own."""
        claims = [Claim(one.piece, one.union_id, one.record) for one in said]
        self._tally(self.own[own], [claim for claim in claims if claim.union_id == own], 1)
        for node, heard in _everywhere(claims, self.after).items():
            self._tally(self.shared[node], heard, 1)

    def into(self, changes: Changes) -> None:
        """Hand everything over."""
        for union, tallies in self.own.items():
            for months, tally in tallies.items():
                changes.add((Line.REGIONAL, union), series_code(self.measure, months), own=tally.points())
        for (union, now), tallies in self.alone.items():
            ways = (self.after if now else self.before).get(union, ())
            for months, tally in tallies.items():
                points = tally.points()
                organizations_as_one(changes, series_code(self.measure, months), points, ways)
        for node, tallies in self.shared.items():
            for months, tally in tallies.items():
                changes.add(node, series_code(self.measure, months), subtree=tally.points())

    def _stands_for_ever(self, union: int) -> bool:
        """Whether no way of it begins or ends: an event's quarter may otherwise be cut in two by a move."""
        return all(_for_ever(way) for ways in (self.before, self.after) for way in ways.get(union, ()))

    def _tally(self, tallies: dict[int, Tally], claims: list[Claim], sign: int) -> None:
        if not claims:
            return
        pieces = added(claims) if self.measure.is_keyed_sum else merged(claims, self.several)
        tallies.setdefault(1, Tally()).add(pieces, sign)
        if self.measure.event:
            for months in PERIOD_MONTHS:
                wide = [Claim(piece, 0) for piece in widened(pieces, months)]
                tallies.setdefault(months, Tally()).add(merged(wide, self.several), sign)


def _everywhere(claims: Sequence[Claim], ways: Ways) -> dict[Node, list[Claim]]:
    """What of these claims holds at each node, in the months in which their unions stand below it."""
    here: dict[Node, list[Claim]] = defaultdict(list)
    for claim in claims:
        for way in ways.get(claim.union_id, ()):
            if _for_ever(way):
                here[(way.line, way.ancestor)].append(claim)
                continue
            for piece in clipped([claim.piece], way.from_month, way.until_month):
                here[(way.line, way.ancestor)].append(claim._replace(piece=piece))
    return here


def organizations_as_one(changes: Changes, code: str, points: Points, ways: Sequence[Way], *, sign: int = 1) -> None:
    """Add what organizations count together along these ways, or take it away."""
    for way in ways:
        here = points
        if not _for_ever(way):
            here = clipped_points(points, way.from_month, way.until_month, flow=False)
        if sign < 0:
            here = {series: {month: -amount for month, amount in months.items()} for series, months in here.items()}
        changes.add((way.line, way.ancestor), code, subtree=here)


def codes(measure: Measure) -> list[str]:
    """The codes under which a distinct measure's cells stand."""
    return [series_code(measure, months) for months in ((1, *PERIOD_MONTHS) if measure.event else (1,))]


def rest(
    measure: Measure, own: Mapping[tuple[int, str], Points], heard: Mapping[bytes, Sequence[Heard]]
) -> dict[tuple[int, str], Points]:
    """Of the unions' own figures, what the organizations count that are not among those heard of."""
    tallied = Organizations(measure, {}, {})
    for said in heard.values():
        for union in {one.union_id for one in said}:
            tallied.appear([one for one in said if one.union_id == union], own=union)
    left: dict[tuple[int, str], Points] = {}
    for (union, code), points in own.items():
        counted = {series_code(measure, months): tally for months, tally in tallied.own[union].items()}
        left[(union, code)] = difference(points, counted[code].points()) if code in counted else points
    return {place: points for place, points in left.items() if points}


def _for_ever(way: Way) -> bool:
    return way.from_month == FIRST_MONTH and way.until_month == FAR_MONTH


def series_code(measure: Measure, months: int) -> str:
    """The code under which a measure's cells stand; an event's have one series more per kind of period."""
    return measure.code if months == 1 else f"{measure.code}@{months}"


def organizations(
    measure: Measure, reworded: Reworded, heard: Mapping[bytes, Sequence[Heard]], before: Ways, after: Ways
) -> Organizations:
    """Go through the organizations that are heard of or reworded."""
    by_key: dict[bytes, dict[tuple[int, str], tuple[list[Piece], list[Piece]]]] = defaultdict(dict)
    for union, words in reworded.items():
        for (record, digest), change in words.items():
            by_key[digest][(union, record)] = change
    tallied = Organizations(measure, before, after)
    for digest in heard.keys() | by_key.keys():
        tallied.change(heard.get(digest, ()), by_key.get(digest, {}))
    return tallied


def rewording(
    before: Words, after: Words, *, only: set[str] | None
) -> dict[tuple[str, bytes], tuple[list[Piece], list[Piece]]]:
    """{(record, key): (before, after)} where they differ; with `only`, of these records."""
    changed = {place: (before.get(place, []), pieces) for place, pieces in after.items() if before.get(place) != pieces}
    for place, pieces in before.items():
        if place not in after and (only is None or place[0] in only):
            changed[place] = (pieces, [])
    return changed
