"""Fold what is marked, compare in one snapshot, and come back to unions that were written to meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection, transaction

from commons.hierarchy.models import TradeUnion
from commons.rollup import marks
from commons.rollup.enums import Scope
from commons.rollup.fold import fold
from commons.rollup.verify.recount import Difference, Recount

log = logging.getLogger(__name__)

ROUNDS = 10


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
        fold_marked({union.pk: union for union in unsettled})
        with snapshot() as enter:
            # What stands above the unions is compared once; later rounds are for records that were not quiet before.
            recount = Recount(unsettled, scopes=[Scope.OWN] if report.rounds else list(Scope), enter=enter)
            recount.read(on_progress if not report.rounds else lambda done, total: None)
            report.differences += recount.compare()
        report.figures += recount.figures
        report.rounds += 1
        unsettled = recount.pending
    report.unsettled = [union.code for union in unsettled]
    report.differences = sorted(set(report.differences), key=lambda one: (one.union, one.measure, one.scope, one.month))
    return report


def fold_marked(unions: dict[int, TradeUnion]) -> None:
    for pending in marks.survey().pending:
        if union := unions.get(pending.union_id):
            try:
                fold(union)
            except DatabaseError:
                log.exception("rollup.fold_failed", extra={"union": union.code})


@contextmanager
def snapshot() -> Iterator[Callable[[], Any]]:
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
