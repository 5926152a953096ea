"""Fold what is marked, compare, and come back to unions that were written to meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TypeVar

from django.db import DatabaseError, connection, transaction

from commons.hierarchy.models import TradeUnion
from commons.kit.processes import pool
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

T = TypeVar("T")
R = TypeVar("R")

ROUNDS = 10


def verify(
    under: TradeUnion | None = None,
    *,
    rounds: int = ROUNDS,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    run: VerifyRun | None = None,
    processes: int = 1,
) -> Report:
    """
    Fold what is marked, then compare every stored figure of the subtree (by default: the country) both ways.

    With a `run`, what is done is written down as it goes, and what it has done before is not done again. With several
    `processes` unions are compared beside one another, and then measures; a process of Celery cannot have any.
    """
    with ExitStack() as room:
        workers = room.enter_context(pool(processes)) if processes > 1 else None
        return _verify(under, rounds, on_progress, run, workers)


def _verify(
    under: TradeUnion | None,
    rounds: int,
    on_progress: Callable[[int, int], None],
    run: VerifyRun | None,
    workers: Executor | None,
) -> Report:
    nodes = list((TradeUnion.objects.under(under) if under else TradeUnion.objects.all()).order_by("pk"))
    report = Report(unions=len(nodes))
    kept = keeping.Keeper(run)
    steps = len(nodes) + len(CATALOGUE.measures)
    done = len(nodes) - len(kept.left(nodes))
    unsettled = kept.left(nodes)
    while unsettled and report.rounds < rounds:
        fold_marked({union.pk: union for union in unsettled})
        pending = []
        for union, found in zip(unsettled, _each(workers, _own, unsettled, portion=8), strict=True):
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
    _subtrees(nodes, report, kept, workers, on_progress=lambda measures: on_progress(len(nodes) + measures, steps))
    kept.finish(report.unsettled)
    report.differences = sorted(set(report.differences), key=Difference.order)
    return report


def _own(union: TradeUnion) -> Comparison | None:
    with door.inside(union), snapshot():
        return own.compare(union)


def _subtrees(
    nodes: Collection[TradeUnion],
    report: Report,
    kept: keeping.Keeper,
    workers: Executor | None,
    *,
    on_progress: Callable[[int], None],
) -> None:
    by_id = {union.pk: union for union in nodes}
    left = [code for code in CATALOGUE.measures if not kept.has(code)]
    done = len(CATALOGUE.measures) - len(left)
    for code, found in zip(left, _each(workers, partial(_measure, by_id), left), strict=True):
        report.add(found)
        kept.measure(code, found)
        done += 1
        on_progress(done)
    unknown = Comparison()
    for union, line, (code, dim, item), month, amount in reading.unknown_cells(list(by_id)):
        place = (code, line, Scope.SUBTREE.value, dim, item)
        unknown.series(by_id[union], place, {}, {month: amount}, flow=True)
    report.add(unknown)
    kept.measure("", unknown)


def _measure(by_id: dict[int, TradeUnion], code: str) -> Comparison:
    with snapshot():
        return Subtrees(CATALOGUE.measures[code], by_id, reading.ways(list(by_id))).compare()


def _each(workers: Executor | None, compare: Callable[[T], R], things: Sequence[T], *, portion: int = 1) -> Iterator[R]:
    """Each thing compared, in the order given: here, or by the workers."""
    return map(compare, things) if workers is None else workers.map(compare, things, chunksize=portion)


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
