"""Fold what is marked, compare, and come back to unions that were written to meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction

from commons.hierarchy.models import TradeUnion
from commons.rollup import marks
from commons.rollup.declaration import CATALOGUE
from commons.rollup.enums import Scope
from commons.rollup.fold import fold
from commons.rollup.models import VerifyRun
from commons.rollup.verify import keeping, own, reading
from commons.rollup.verify.differences import Comparison, Difference, Report
from commons.rollup.verify.subtrees import Subtrees
from commons.tenancy import door

log = logging.getLogger(__name__)

ROUNDS = 10


def verify(
    under: TradeUnion | None = None,
    *,
    rounds: int = ROUNDS,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    run: VerifyRun | None = None,
) -> Report:
    """
    Fold what is marked, then compare every stored figure of the subtree (by default: the country) both ways.

    With a `run`, what is done is written down as it goes, and what it has done before is not done again.
    """
    nodes = list((TradeUnion.objects.under(under) if under else TradeUnion.objects.all()).order_by("pk"))
    report = Report(unions=len(nodes))
    kept = keeping.Keeper(run)
    steps = len(nodes) + len(CATALOGUE.measures)
    done = len(nodes) - len(kept.left(nodes))
    unsettled = kept.left(nodes)
    while unsettled and report.rounds < rounds:
        fold_marked({union.pk: union for union in unsettled})
        pending = []
        for union in unsettled:
            found = _own(union)
            if found is None:
                pending.append(union)
                continue
            report.add(found)
            kept.union(union, found)
            done += 1
            on_progress(done, steps)
        report.rounds += 1
        unsettled = pending
    report.unsettled = [union.code for union in unsettled]
    _subtrees(nodes, report, kept, on_progress=lambda measures: on_progress(len(nodes) + measures, steps))
    kept.finish(report.unsettled)
    report.differences = sorted(set(report.differences), key=Difference.order)
    return report


def _own(union: TradeUnion) -> Comparison | None:
    with door.inside(union), snapshot():
        return own.compare(union)


def _subtrees(
    nodes: Collection[TradeUnion], report: Report, kept: keeping.Keeper, *, on_progress: Callable[[int], None]
) -> None:
    by_id = {union.pk: union for union in nodes}
    for number, measure in enumerate(CATALOGUE.measures.values(), start=1):
        if not kept.has(measure.code):
            with snapshot():
                found = Subtrees(measure, by_id, reading.ways(list(by_id))).compare()
            report.add(found)
            kept.measure(measure.code, found)
        on_progress(number)
    unknown = Comparison()
    for union, line, (code, dim, item), month, amount in reading.unknown_cells(list(by_id)):
        place = (code, line, Scope.SUBTREE.value, dim, item)
        unknown.series(by_id[union], place, {}, {month: amount}, flow=True)
    report.add(unknown)
    kept.measure("", unknown)


def fold_marked(unions: dict[int, TradeUnion]) -> None:
    for pending in marks.survey().pending:
        if union := unions.get(pending.union_id):
            try:
                fold(union)
            except DatabaseError:
                log.exception("rollup.fold_failed", extra={"union": union.code})


@contextmanager
def snapshot() -> Iterator[None]:
    """One view of the database; inside a transaction of the caller, its own view."""
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
