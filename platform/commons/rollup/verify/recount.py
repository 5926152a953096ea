"""One comparison: everything read in one snapshot, summed up anew, and held against what is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commons.hierarchy.models import TradeUnion
from commons.rollup.declaration import CATALOGUE, FAR_MONTH, Measure
from commons.rollup.enums import Scope
from commons.rollup.fold.records import whole_tables
from commons.rollup.keys import key
from commons.rollup.verify import reading, words
from commons.rollup.verify.reading import Series
from commons.rollup.verify.words import Said
from commons.tenancy import door


@dataclass(frozen=True)
class Difference:
    """A stored figure that is not what the records give; `stored` or `recounted` is None where one side has nothing."""

    union: str
    measure: str
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
        # {(union, scope): {series: {month: change}}}
        self.changes: dict[tuple[int, Scope], dict[Series, dict[int, Decimal]]] = defaultdict(dict)
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

    def _above(self, union: TradeUnion) -> list[int]:
        """The nodes whose subtree figures this union takes part in."""
        return [node for node in union.path if node in self.nodes] if Scope.SUBTREE in self.scopes else []

    def compare(self) -> list[Difference]:
        with self.enter():
            stored = reading.stored_cells(list(self.nodes))
        for pk, union in self.nodes.items():
            for scope in self.scopes:
                right = self.changes.get((pk, scope), {})
                there = stored.get((pk, scope), {})
                for series in sorted(right.keys() | there.keys()):
                    self._compare_series(union, scope, series, right.get(series, {}), there.get(series, {}))
        return self.differences

    def _compare_series(
        self, union: TradeUnion, scope: Scope, series: Series, changes: dict[int, Decimal], there: dict[int, Decimal]
    ) -> None:
        measure = CATALOGUE.measures.get(series[0])
        flow = measure is not None and measure.is_flow
        recounted = stored = Decimal(0)
        for month in sorted(changes.keys() | there.keys()):
            self.figures += 1
            recounted = changes.get(month, Decimal(0)) + (Decimal(0) if flow else recounted)
            stored = there.get(month, Decimal(0) if flow else stored)
            if recounted != stored:
                self._differ(union, series[0], scope.value, series[1], series[2], month, str(stored), str(recounted))

    def _differ(
        self,
        union: TradeUnion,
        measure: str,
        scope: str,
        dim: str,
        item: str,
        month: int,
        stored: str | None,
        recounted: str | None,
    ) -> None:
        self.differences.append(Difference(union.code, measure, scope, dim, item, month, stored, recounted))

    def _add_figures(self, union: TradeUnion, measure: Measure, *, stored: bool) -> None:
        if stored:
            own = reading.stored_own(union.pk, measure)
        else:
            own = defaultdict(dict)
            for items, start, end, amount in reading.rows(union, measure, "dims, start, until, amount"):
                end = FAR_MONTH if end is None else end
                if measure.is_flow or start < end:
                    for dim, item in words.series(items):
                        words.change(own[(measure.code, dim, item)], start, amount)
                        if not measure.is_flow and end < FAR_MONTH:
                            words.change(own[(measure.code, dim, item)], end, -amount)
        for series, months in own.items():
            for month, amount in months.items():
                words.change(self.changes[(union.pk, Scope.OWN)].setdefault(series, {}), month, amount)
                for node in self._above(union):
                    words.change(self.changes[(node, Scope.SUBTREE)].setdefault(series, {}), month, amount)

    def _hear(self, union: TradeUnion, measure: Measure, *, stored: bool) -> None:
        presence = reading.stored_presence(union.pk, measure)
        if stored:
            own = presence
        else:
            own = defaultdict(list)
            for uscc, items, start, end, amount, stamp in reading.rows(
                union, measure, "uscc, dims, start, until, amount, stamp"
            ):
                end = FAR_MONTH if end is None else end
                if start < end:
                    own[key(uscc)].append(Said(start, end, Decimal(amount), stamp, items, union.pk))
            # Several claims of one union about one organization are one word, as the fold stores them.
            several = words.several(measure)
            own = {digest: words.one_word(said, several) if len(said) > 1 else said for digest, said in own.items()}
            self._compare_presence(union, measure, own, presence)
        for digest, said in own.items():
            self.said[measure.code][digest] += said

    def _compare_presence(
        self, union: TradeUnion, measure: Measure, right: dict[bytes, list[Said]], there: dict[bytes, list[Said]]
    ) -> None:
        for digest in right.keys() | there.keys():
            mine, stored = right.get(digest, []), there.get(digest, [])
            bounds = sorted({bound for said in (*mine, *stored) for bound in (said.start, said.end)})
            for month in bounds[:-1]:
                self.figures += 1
                expected, found = words.word_at(mine, month), words.word_at(stored, month)
                if expected != found:
                    self._differ(union, measure.code, "presence", "", digest.hex()[:12], month, found, expected)

    def _sum_up(self, measure: Measure, organizations: dict[bytes, list[Said]]) -> None:
        several = words.several(measure)
        for said in organizations.values():
            speakers: dict[tuple[int, Scope], list[Said]] = defaultdict(list)
            for one in said:
                speakers[(one.union_id, Scope.OWN)].append(one)
                for node in self._above(self.nodes[one.union_id]):
                    speakers[(node, Scope.SUBTREE)].append(one)
            for place, claims in speakers.items():
                bounds = sorted({bound for one in claims for bound in (one.start, one.end)})
                before: dict[tuple[str, str], Decimal] = {}
                for month in bounds:
                    now = words.evaluate(claims, month, several)
                    for dim, item in now.keys() | before.keys():
                        changed = now.get((dim, item), Decimal(0)) - before.get((dim, item), Decimal(0))
                        if changed and month < FAR_MONTH:
                            words.change(self.changes[place].setdefault((measure.code, dim, item), {}), month, changed)
                    before = now
