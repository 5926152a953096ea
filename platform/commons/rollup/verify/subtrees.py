"""
The second half: the figures of subtrees against the own figures below them, one measure at a time.

Organizations that one union alone speaks of are added up per union and carried as such; those of several unions are
read key by key, as a stream.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

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
        for said in self._said(shared=False):
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
        for said in self._said(shared=True):
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

    def _said(self, *, shared: bool) -> Iterator[Said]:
        """What is stored of organizations that several unions or records speak of, key by key; or of all others, union by union."""
        # An event that happened twice to an organization counts once a quarter, whoever tells of it.
        alone = "count(*) = 1" if self.measure.event else "count(DISTINCT union_id) = 1 AND count(DISTINCT record) = 1"
        question = f"""
            SELECT p.key, p.union_id, p.record::text, p.from_month, p.until_month, p.amount, p.stamp, p.items::text
            FROM public.rollup_presence p
            JOIN (
                SELECT key FROM public.rollup_presence WHERE measure = %(measure)s GROUP BY key
                HAVING {"NOT" if shared else ""} ({alone})
            ) k ON k.key = p.key
            WHERE p.measure = %(measure)s AND p.union_id = ANY(%(unions)s)
            ORDER BY {"p.key, p.union_id" if shared else "p.union_id, p.key"}, p.from_month
        """
        with connection.chunked_cursor() as cursor:
            cursor.execute(question, {"measure": self.measure.code, "unions": list(self.ways)})
            while rows := cursor.fetchmany(_MANY):
                for digest, union, record, start, end, amount, stamp, items in rows:
                    yield Said(start, end, amount, stamp, _items(items), union, record, bytes(digest))


_KNOWN: dict[str, dict[str, list[str]]] = {}


def _items(text: str) -> dict[str, list[str]]:
    """Few distinct texts exist, so they are read once."""
    if text not in _KNOWN:
        if len(_KNOWN) > _MANY:
            _KNOWN.clear()
        _KNOWN[text] = json.loads(text)
    return _KNOWN[text]
