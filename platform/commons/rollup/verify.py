"""
The second opinion: recount every union from its records, add up another way, and compare with what is stored.

Independent of the fold: it shares the declared SELECTs, which are the definitions, and nothing else. Where the fold
carries differences of intervals, this evaluates each figure anew at every month at which anything begins or ends.

All is read in one snapshot, so it may run under load: a union whose marks are not folded in that snapshot takes part
with what is stored of it, and its own records are compared in a later round.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from django.db import DatabaseError, connection, transaction

from commons.hierarchy.models import TradeUnion
from commons.rollup import marks
from commons.rollup.declaration import CATALOGUE, FAR_MONTH, Measure
from commons.rollup.enums import Place, Scope
from commons.rollup.fold import fold
from commons.rollup.keys import key
from commons.tenancy import door

log = logging.getLogger(__name__)

ROUNDS = 10

# measure, dimension, item: a series of one union and scope.
Series = tuple[str, str, str]
Figures = dict[Series, dict[int, Decimal]]


class Said(NamedTuple):
    """One union's word about one organization: months, amount, stamp, items by dimension."""

    start: int
    end: int
    amount: Decimal
    stamp: int
    items: dict[str, list[str]]
    union_id: int


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


@dataclass
class Report:
    """`unsettled` unions were written to in every round, so that their own records could not be compared."""

    unions: int = 0
    figures: int = 0
    rounds: int = 0
    differences: list[Difference] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)


def verify(
    under: TradeUnion | None = None,
    *,
    rounds: int = ROUNDS,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Fold what is marked, then compare every stored figure of the subtree (by default: the country) both ways."""
    nodes = list((TradeUnion.objects.under(under) if under else TradeUnion.objects.all()).order_by("path"))
    report = Report(unions=len(nodes))
    unsettled = nodes
    while unsettled and report.rounds < rounds:
        _fold_marked({union.pk: union for union in unsettled})
        with _snapshot() as enter:
            # What stands above the unions is compared once; later rounds are for records that were not quiet before.
            recount = _Recount(unsettled, scopes=[Scope.OWN] if report.rounds else list(Scope), enter=enter)
            recount.read(on_progress if not report.rounds else lambda done, total: None)
            report.differences += recount.compare()
        report.figures += recount.figures
        report.rounds += 1
        unsettled = recount.pending
    report.unsettled = [union.code for union in unsettled]
    report.differences = sorted(set(report.differences), key=lambda one: (one.union, one.measure, one.scope, one.month))
    return report


def _fold_marked(unions: dict[int, TradeUnion]) -> None:
    for pending in marks.survey().pending:
        if union := unions.get(pending.union_id):
            try:
                fold(union)
            except DatabaseError:
                log.exception("rollup.fold_failed", extra={"union": union.code})


class _Recount:
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
            with door.inside(union), self.enter():
                marked = _marked(union)
                if marked:
                    self.pending.append(union)
                for measure in CATALOGUE.measures.values():
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
            stored = _stored_cells(list(self.nodes))
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
            own = _stored_own(union.pk, measure)
        else:
            own = defaultdict(dict)
            for items, start, end, amount in _rows(union, measure, "dims, start, until, amount"):
                end = FAR_MONTH if end is None else end
                if measure.is_flow or start < end:
                    for dim, item in _series(items):
                        _change(own[(measure.code, dim, item)], start, amount)
                        if not measure.is_flow and end < FAR_MONTH:
                            _change(own[(measure.code, dim, item)], end, -amount)
        for series, months in own.items():
            for month, amount in months.items():
                _change(self.changes[(union.pk, Scope.OWN)].setdefault(series, {}), month, amount)
                for node in self._above(union):
                    _change(self.changes[(node, Scope.SUBTREE)].setdefault(series, {}), month, amount)

    def _hear(self, union: TradeUnion, measure: Measure, *, stored: bool) -> None:
        presence = _stored_presence(union.pk, measure)
        if stored:
            own = presence
        else:
            own = defaultdict(list)
            for uscc, items, start, end, amount, stamp in _rows(
                union, measure, "uscc, dims, start, until, amount, stamp"
            ):
                end = FAR_MONTH if end is None else end
                if start < end:
                    own[key(uscc)].append(Said(start, end, Decimal(amount), stamp, items, union.pk))
            # Several claims of one union about one organization are one word, as the fold stores them.
            several = _several(measure)
            own = {digest: _one_word(said, several) if len(said) > 1 else said for digest, said in own.items()}
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
                expected, found = _word_at(mine, month), _word_at(stored, month)
                if expected != found:
                    self._differ(union, measure.code, "presence", "", digest.hex()[:12], month, found, expected)

    def _sum_up(self, measure: Measure, organizations: dict[bytes, list[Said]]) -> None:
        several = _several(measure)
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
                    now = _evaluate(claims, month, several)
                    for dim, item in now.keys() | before.keys():
                        changed = now.get((dim, item), Decimal(0)) - before.get((dim, item), Decimal(0))
                        if changed and month < FAR_MONTH:
                            _change(self.changes[place].setdefault((measure.code, dim, item), {}), month, changed)
                    before = now


def _evaluate(claims: Sequence[Said], month: int, several: set[str]) -> dict[tuple[str, str], Decimal]:
    """{(dimension, item): amount} of one organization in one month; ('', '') is the total."""
    live = sorted((one for one in claims if one.start <= month < one.end), key=_lateness)
    if not live:
        return {}
    items: dict[str, list[str]] = {}
    for one in live:
        # Later words come later and overrule, except where all stand.
        for dim, said in one.items.items():
            if said:
                items[dim] = sorted({*items.get(dim, []), *said}) if dim in several else said
    amount = live[-1].amount
    return {("", ""): amount, **{(dim, item): amount for dim, here in items.items() for item in here}}


def _one_word(said: list[Said], several: set[str]) -> list[Said]:
    bounds = sorted({bound for one in said for bound in (one.start, one.end)})
    words = []
    for start, end in pairwise(bounds):
        live = [one for one in said if one.start <= start < one.end]
        if live:
            latest = max(live, key=_lateness)
            items: dict[str, list[str]] = defaultdict(list)
            for dim, item in _evaluate(said, start, several):
                if dim:
                    items[dim].append(item)
            words.append(Said(start, end, latest.amount, latest.stamp, dict(items), latest.union_id))
    return words


def _lateness(one: Said) -> tuple[Any, ...]:
    return (one.stamp, one.union_id, one.amount, sorted(_series(one.items))[1:])


def _word_at(said: Sequence[Said], month: int) -> str | None:
    for one in said:
        if one.start <= month < one.end:
            return f"{Decimal(one.amount).normalize():f} {one.stamp} {sorted(_series(one.items))}"
    return None


def _series(items: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [("", ""), *((dim, item) for dim, said in items.items() for item in dict.fromkeys(said))]


def _several(measure: Measure) -> set[str]:
    return {dim.code for dim in measure.dims if dim.several}


def _change(months: dict[int, Decimal], month: int, amount: Decimal) -> None:
    months[month] = months.get(month, Decimal(0)) + amount


def _marked(union: TradeUnion) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT family FROM marks_mark UNION SELECT family FROM public.rollup_publicmark WHERE union_id = %s",
            [union.pk],
        )
        return {family for (family,) in cursor.fetchall()}


def _rows(union: TradeUnion, measure: Measure, columns: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        question = f"SELECT {columns} FROM ({measure.sql}) counted({columns})"
        cursor.execute(question, {"union": union.pk} if measure.family.place is Place.PUBLIC else None)
        rows = cursor.fetchall()
    where = 1 if measure.is_distinct else 0
    return [(*row[:where], _json(row[where]), *row[where + 1 :]) for row in rows]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _stored_own(union_id: int, measure: Measure) -> Figures:
    """The stored own column as changes, to stand in for records that are ahead of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT dim, item, month, own FROM public.rollup_cell WHERE union_id = %s AND measure = %s ORDER BY month",
            [union_id, measure.code],
        )
        own: Figures = defaultdict(dict)
        last: dict[Series, Decimal] = {}
        for dim, item, month, amount in cursor.fetchall():
            series = (measure.code, dim, item)
            own[series][month] = amount if measure.is_flow else amount - last.get(series, Decimal(0))
            last[series] = amount
    return own


def _stored_presence(union_id: int, measure: Measure) -> dict[bytes, list[Said]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, from_month, until_month, amount, stamp, items::text FROM public.rollup_presence "
            "WHERE union_id = %s AND measure = %s ORDER BY key, from_month",
            [union_id, measure.code],
        )
        found: dict[bytes, list[Said]] = defaultdict(list)
        for digest, start, end, amount, stamp, items in cursor.fetchall():
            found[bytes(digest)].append(Said(start, end, amount, stamp, json.loads(items), union_id))
    return found


def _stored_cells(union_ids: list[int]) -> dict[tuple[int, Scope], Figures]:
    found: dict[tuple[int, Scope], Figures] = defaultdict(lambda: defaultdict(dict))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT union_id, measure, dim, item, month, own, subtree FROM public.rollup_cell WHERE union_id = ANY(%s)",
            [union_ids],
        )
        for union, measure, dim, item, month, own, subtree in cursor.fetchall():
            found[(union, Scope.OWN)][(measure, dim, item)][month] = own
            found[(union, Scope.SUBTREE)][(measure, dim, item)][month] = subtree
    return found


@contextmanager
def _snapshot() -> Iterator[Callable[[], Any]]:
    """
    One view of the whole database, entered again and again by short transactions so that no locks pile up.

    Inside a transaction of the caller there is nothing to share: its own view is used.
    """
    if connection.in_atomic_block:
        yield transaction.atomic
        return
    holder = connection.copy()
    try:
        with holder.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            name = cursor.fetchone()[0]

        @contextmanager
        def enter() -> Iterator[None]:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                    cursor.execute(f"SET TRANSACTION SNAPSHOT '{name}'")
                yield

        yield enter
    finally:
        holder.close()
