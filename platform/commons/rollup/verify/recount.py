"""One comparison: everything read in one snapshot, summed up anew, and held against what is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.rollup.declaration import CATALOGUE, FAR_MONTH, Measure
from commons.rollup.enums import PERIOD_MONTHS, Scope
from commons.rollup.fold.records import whole_tables
from commons.rollup.keys import key
from commons.rollup.verify import reading, words
from commons.rollup.verify.reading import Figures, Series, Way, Where
from commons.rollup.verify.words import Said
from commons.tenancy import door


@dataclass(frozen=True)
class Difference:
    """A stored figure that is not what the records give; `stored` or `recounted` is None where one side has nothing."""

    union: str
    measure: str
    line: str
    scope: str
    dim: str
    item: str
    month: int
    stored: str | None
    recounted: str | None


class Recount:
    """One round: everything read in one snapshot, then compared."""

    def __init__(self, nodes: Sequence[TradeUnion], *, scopes: list[Scope], enter: Callable[[], Any]) -> None:
        self.nodes = {union.pk: union for union in nodes}
        self.scopes = scopes
        self.enter = enter
        self.pending: list[TradeUnion] = []
        self.figures = 0
        self.ways = reading.ways(list(self.nodes))
        # {where: {series: {month: change}}}
        self.changes: dict[Where, dict[Series, dict[int, Decimal]]] = defaultdict(dict)
        self.said: dict[str, dict[bytes, list[Said]]] = {code: defaultdict(list) for code in CATALOGUE.measures}
        self.differences: list[Difference] = []

    def read(self, on_progress: Callable[[int, int], None]) -> None:
        for done, union in enumerate(self.nodes.values(), start=1):
            with door.inside(union), self.enter(), whole_tables():
                marked = reading.marked(union)
                if marked:
                    self.pending.append(union)
                for measure in reading.countable():
                    stored = measure.family.code in marked
                    if measure.is_distinct:
                        self._hear(union, measure, stored=stored)
                    else:
                        self._add_figures(union, measure, stored=stored)
            on_progress(done, len(self.nodes))
        for code, said in self.said.items():
            self._sum_up(CATALOGUE.measures[code], said)

    def _above(self, union_id: int) -> list[Way]:
        """The nodes whose subtree figures this union takes part in."""
        if Scope.SUBTREE not in self.scopes:
            return []
        return [way for way in self.ways.get(union_id, []) if way.ancestor in self.nodes]

    def compare(self) -> list[Difference]:
        with self.enter():
            stored = reading.stored_cells(list(self.nodes))
        for where in sorted(self.changes.keys() | stored.keys()):
            pk, line, scope = where
            if pk not in self.nodes or scope not in self.scopes:
                continue
            right, there = self.changes.get(where, {}), stored.get(where, {})
            for series in sorted(right.keys() | there.keys()):
                self._compare_series(self.nodes[pk], line, scope, series, right.get(series, {}), there.get(series, {}))
        return self.differences

    def _compare_series(
        self,
        union: TradeUnion,
        line: str,
        scope: Scope,
        series: Series,
        changes: dict[int, Decimal],
        there: dict[int, Decimal],
    ) -> None:
        measure = CATALOGUE.measures.get(series[0])
        flow = measure is not None and measure.is_flow
        recounted = stored = Decimal(0)
        for month in sorted(changes.keys() | there.keys()):
            self.figures += 1
            recounted = changes.get(month, Decimal(0)) + (Decimal(0) if flow else recounted)
            stored = there.get(month, Decimal(0) if flow else stored)
            if recounted != stored:
                self.differences.append(
                    Difference(
                        union.code, series[0], line, scope.value, *series[1:], month, str(stored), str(recounted)
                    )
                )

    def _add_figures(self, union: TradeUnion, measure: Measure, *, stored: bool) -> None:
        if stored:
            own = reading.stored_own(union.pk, measure)
        else:
            own = defaultdict(dict)
            for _, items, start, end, amount in reading.rows(union, measure, "record, dims, start, until, amount"):
                end = FAR_MONTH if end is None else end
                if measure.is_flow or start < end:
                    for dim, item in words.series(items):
                        words.change(own[(measure.code, dim, item)], start, amount)
                        if not measure.is_flow and end < FAR_MONTH:
                            words.change(own[(measure.code, dim, item)], end, -amount)
        for series, months in own.items():
            self._add((union.pk, Line.REGIONAL, Scope.OWN), series, months)
            for way in self._above(union.pk):
                counted = self._leaving(months, series, own, way) if measure.is_transfer else months
                inside = words.within(counted, way.start, way.end, flow=measure.is_flow) if way.bounded else counted
                self._add((way.ancestor, way.line, Scope.SUBTREE), series, inside)

    def _leaving(self, months: dict[int, Decimal], series: Series, own: Figures, way: Way) -> dict[int, Decimal]:
        """What of a transfer leaves the subtree at the end of `way`, month by month."""
        if series[1]:
            return {}
        left = dict(months)
        for (_, _, other), given in own.items():
            for month in given if other else ():
                for standing in self.ways.get(int(other), []):
                    if standing[:2] == way[:2] and standing.start <= month < standing.end:
                        words.change(left, month, -given[month])
        return left

    def _add(self, where: Where, series: Series, months: dict[int, Decimal]) -> None:
        total = self.changes[where].setdefault(series, {})
        for month, amount in months.items():
            words.change(total, month, amount)

    def _hear(self, union: TradeUnion, measure: Measure, *, stored: bool) -> None:
        presence = reading.stored_presence(union.pk, measure)
        if stored:
            own = presence
        else:
            heard: dict[tuple[bytes, str], list[Said]] = defaultdict(list)
            for record, uscc, items, start, end, amount, stamp in reading.rows(
                union, measure, "record, uscc, dims, start, until, amount, stamp"
            ):
                end = FAR_MONTH if end is None else end
                if start < end:
                    one = Said(start, end, Decimal(amount), stamp, items, union.pk, str(record))
                    heard[(key(uscc), str(record))].append(one)
            # Several claims of one record are one word, as the fold stores them.
            several = words.several(measure)
            own = defaultdict(list)
            for (digest, _), claims in heard.items():
                own[digest] += words.one_word(claims, several) if len(claims) > 1 else claims
            self._compare_presence(union, measure, own, presence)
        for digest, said in own.items():
            self.said[measure.code][digest] += said

    def _compare_presence(
        self, union: TradeUnion, measure: Measure, right: dict[bytes, list[Said]], there: dict[bytes, list[Said]]
    ) -> None:
        for digest in right.keys() | there.keys():
            mine, stored = right.get(digest, []), there.get(digest, [])
            bounds = sorted({bound for said in (*mine, *stored) for bound in (said.start, said.end)})
            for record in {said.record for said in (*mine, *stored)}:
                for month in bounds[:-1]:
                    self.figures += 1
                    expected, found = words.word_at(mine, month, record), words.word_at(stored, month, record)
                    if expected != found:
                        name = digest.hex()[:12]
                        self.differences.append(
                            Difference(
                                union.code, measure.code, Line.REGIONAL, "presence", "", name, month, found, expected
                            )
                        )

    def _sum_up(self, measure: Measure, organizations: dict[bytes, list[Said]]) -> None:
        several = words.several(measure)
        for said in organizations.values():
            speakers: dict[Where, list[Said]] = defaultdict(list)
            for one in said:
                speakers[(one.union_id, Line.REGIONAL, Scope.OWN)].append(one)
                for way in self._above(one.union_id):
                    start, end = max(one.start, way.start), min(one.end, way.end)
                    if start < end:
                        speakers[(way.ancestor, way.line, Scope.SUBTREE)].append(one._replace(start=start, end=end))
            for where, claims in speakers.items():
                self._evaluate(where, measure.code, claims, several)
                for months in PERIOD_MONTHS if measure.event else ():
                    # One word first: where unions differ, the month decides, not the period.
                    wide = [words.widened(one, months) for one in words.one_word(claims, several)]
                    self._evaluate(where, f"{measure.code}@{months}", wide, several)

    def _evaluate(self, where: Where, code: str, claims: list[Said], several: set[str]) -> None:
        before: dict[tuple[str, str], Decimal] = {}
        for month in sorted({bound for one in claims for bound in (one.start, one.end)}):
            now = words.evaluate(claims, month, several)
            for dim, item in now.keys() | before.keys():
                changed = now.get((dim, item), Decimal(0)) - before.get((dim, item), Decimal(0))
                if changed and month < FAR_MONTH:
                    words.change(self.changes[where].setdefault((code, dim, item), {}), month, changed)
            before = now
