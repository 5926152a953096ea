"""
The second half: the figures of subtrees against the own figures below them, one measure at a time.

Organizations that one union alone speaks of are added up per union and carried as such; those of several unions are
read key by key, as a stream.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db import connection

from commons.hierarchy.models import TradeUnion
from commons.rollup.declaration import Measure
from commons.rollup.enums import PERIOD_MONTHS, Scope
from commons.rollup.verify import own, reading, words
from commons.rollup.verify.differences import Comparison
from commons.rollup.verify.reading import Figures, Way
from commons.rollup.verify.words import Said

# A node: (line, union).
Node = tuple[str, int]

_MANY = 5_000


class Subtrees:
    """One measure at all nodes asked for; to be used in one snapshot."""

    def __init__(self, measure: Measure, nodes: Mapping[int, TradeUnion], ways: Mapping[int, list[Way]]) -> None:
        self.measure = measure
        self.nodes = nodes
        self.ways = ways
        self.right: dict[Node, Figures] = defaultdict(lambda: defaultdict(dict))

    def compare(self) -> Comparison:
        if self.measure.is_distinct:
            self._organizations()
        else:
            self._figures()
        found = Comparison()
        codes = [self.measure.code, *(f"{self.measure.code}@{months}" for months in PERIOD_MONTHS)]
        stored = reading.subtree_cells(list(self.nodes), codes)
        for line, pk in sorted(self.right.keys() | stored.keys()):
            right, there = self.right.pop((line, pk), {}), stored.get((line, pk), {})
            for series in sorted(right.keys() | there.keys()):
                code, dim, item = series
                place = (code, line, Scope.SUBTREE.value, dim, item)
                found.series(
                    self.nodes[pk], place, right.get(series, {}), there.get(series, {}), flow=self.measure.is_flow
                )
        return found

    def _figures(self) -> None:
        for union, figures in reading.stored_own(list(self.ways), self.measure):
            for way in self.ways.get(union, []):
                for series, months in figures.items():
                    counted = self._leaving(months, series, figures, way) if self.measure.is_transfer else months
                    self._add(way, series, counted)

    def _organizations(self) -> None:
        several = words.several(self.measure)
        alone: Figures = defaultdict(dict)
        speaker: int | None = None
        events: list[Said] = []
        for said in self._alone():
            if said.union_id != speaker:
                self._carry(speaker, alone)
                alone, speaker = defaultdict(dict), said.union_id
            if self.measure.event and any(way.bounded for way in self.ways.get(said.union_id, [])):
                # A quarter may be cut in two by a move: as if it were shared.
                self._spread([said], several)
                continue
            own.tell(alone, self.measure, [said], several)
        self._carry(speaker, alone)
        digest = b""
        for said in self._shared():
            if said.key != digest and events:
                self._spread(events, several)
                events = []
            digest = said.key
            events.append(said)
        if events:
            self._spread(events, several)

    def _carry(self, union: int | None, figures: Figures) -> None:
        for way in self.ways.get(union, []) if union is not None else ():
            for series, months in figures.items():
                self._add(way, series, months)

    def _spread(self, said: list[Said], several: set[str]) -> None:
        """One organization, evaluated at each node that anyone who speaks of it stands under."""
        speakers: dict[Node, list[Said]] = defaultdict(list)
        for one in said:
            for way in self.ways.get(one.union_id, []):
                start, end = max(one.start, way.start), min(one.end, way.end)
                if start < end:
                    speakers[(way.line, way.ancestor)].append(one._replace(start=start, end=end))
        for node, claims in speakers.items():
            own.tell(self.right[node], self.measure, claims, several)

    def _add(self, way: Way, series: tuple[str, str, str], months: dict[int, Decimal]) -> None:
        inside = words.within(months, way.start, way.end, flow=self.measure.is_flow) if way.bounded else months
        total = self.right[(way.line, way.ancestor)][series]
        for month, amount in inside.items():
            words.change(total, month, amount)

    def _leaving(
        self, months: dict[int, Decimal], series: tuple[str, str, str], figures: Figures, way: Way
    ) -> dict[int, Decimal]:
        """What of a transfer leaves the subtree at the end of `way`, month by month."""
        if series[1]:
            return {}
        left = dict(months)
        for (_, _, other), given in figures.items():
            for month in given if other else ():
                for standing in self.ways.get(int(other), []):
                    if standing[:2] == way[:2] and standing.start <= month < standing.end:
                        words.change(left, month, -given[month])
        return left

    def _alone(self) -> Iterator[Said]:
        """What is stored of organizations that one union's one record speaks of, union by union; equal words are one, added up."""
        question = f"""
            SELECT p.union_id, p.from_month, p.until_month, p.amount * count(*), p.items::text
            FROM public.rollup_presence p JOIN ({self._keys(shared=False)}) k ON k.key = p.key
            WHERE p.measure = %(measure)s AND p.union_id = ANY(%(unions)s)
            GROUP BY p.union_id, p.from_month, p.until_month, p.amount, p.items::text ORDER BY p.union_id
        """
        for union, start, end, amount, items in self._rows(question):
            yield Said(start, end, amount, 0, words.items_of(items), union)

    def _shared(self) -> Iterator[Said]:
        """What is stored of organizations that several unions or records speak of, key by key."""
        question = f"""
            SELECT p.key, p.union_id, p.record::text, p.from_month, p.until_month, p.amount, p.stamp, p.items::text
            FROM public.rollup_presence p JOIN ({self._keys(shared=True)}) k ON k.key = p.key
            WHERE p.measure = %(measure)s AND p.union_id = ANY(%(unions)s)
            ORDER BY p.key, p.union_id, p.from_month
        """
        for digest, union, record, start, end, amount, stamp, items in self._rows(question):
            yield Said(start, end, amount, stamp, words.items_of(items), union, record, bytes(digest))

    def _keys(self, *, shared: bool) -> str:
        # An event that happened twice to an organization counts once a quarter, whoever tells of it.
        alone = "count(*) = 1" if self.measure.event else "count(DISTINCT union_id) = 1 AND count(DISTINCT record) = 1"
        return (
            "SELECT key FROM public.rollup_presence WHERE measure = %(measure)s GROUP BY key "
            f"HAVING {'NOT' if shared else ''} ({alone})"
        )

    def _rows(self, question: str) -> Iterator[tuple[Any, ...]]:
        with connection.chunked_cursor() as cursor:
            cursor.execute(question, {"measure": self.measure.code, "unions": list(self.ways)})
            while rows := cursor.fetchmany(_MANY):
                yield from rows
