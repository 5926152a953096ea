"""Results that stay: for the operator's page, for /metrics, and for a run that was cut off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.rollup.declaration import CATALOGUE
from commons.rollup.fold import rebuild
from commons.rollup.models import Cell, VerifyDifference, VerifyRun
from commons.rollup.verify.differences import Comparison, Difference, Report

# How many differences of one run are kept: the first tell enough, and a wrong tree has millions.
KEPT = 1000
# An unfinished run older than this is not gone on with.
GOOD_FOR = timedelta(hours=24)
# Unions between two notes of how far it is.
_EACH = 50


def begin(*, at: datetime, resume: bool) -> VerifyRun:
    """A new run, or the last one that was cut off less than a day ago."""
    if resume:
        left = VerifyRun.objects.filter(finished_at=None, started_at__gt=at - GOOD_FOR).order_by("-started_at").first()
        if left is not None:
            return left
    return VerifyRun.objects.create(started_at=at)


def last_run() -> VerifyRun | None:
    """The last finished run."""
    return VerifyRun.objects.exclude(finished_at=None).order_by("-finished_at").first()


def found_by(run: VerifyRun, report: Report) -> list[Difference]:
    """All that a run has found: before it was cut off, and by this report."""
    before = [
        Difference(
            one.union_code,
            one.measure,
            one.line,
            one.scope,
            one.dim,
            one.item,
            one.month,
            one.stored or None,
            one.recounted or None,
        )
        for one in run.found.order_by("pk")
    ]
    return sorted({*before, *report.differences}, key=Difference.order)


def repair(differences: Iterable[Difference]) -> None:
    """Recount the unions and measures that were found wrong, and nothing else."""
    wrong: dict[str, set[str]] = defaultdict(set)
    for one in differences:
        code = one.measure.partition("@")[0]
        if code in CATALOGUE.measures:
            wrong[one.union].add(code)
        else:
            # Left behind by a declaration that is gone.
            Cell.objects.filter(union__code=one.union, measure=one.measure).delete()
    # From the bottom up, so that what stands above is added up from what is right.
    for union in sorted(TradeUnion.objects.filter(code__in=wrong), key=lambda union: -len(union.path)):
        rebuild([union], measures=wrong[union.code])


class Keeper:
    """Writes down how far a run is; of no run it keeps nothing."""

    def __init__(self, run: VerifyRun | None) -> None:
        self.run = run
        self.waiting: list[Comparison] = []
        self.last = run.done_until if run else 0

    def left(self, nodes: Sequence[TradeUnion]) -> list[TradeUnion]:
        """The unions that have not been compared yet, in the order of their ids."""
        return [union for union in nodes if union.pk > self.last]

    def has(self, measure: str) -> bool:
        return self.run is not None and measure in self.run.done_measures

    def union(self, union: TradeUnion, found: Comparison) -> None:
        if self.run is None:
            return
        self.waiting.append(found)
        self.last = max(self.last, union.pk)
        if len(self.waiting) >= _EACH:
            self._note()

    def measure(self, code: str, found: Comparison) -> None:
        if self.run is None:
            return
        self.waiting.append(found)
        self.run.done_measures = [*self.run.done_measures, code]
        self._note()

    def finish(self, unsettled: Sequence[str]) -> None:
        if self.run is None:
            return
        self.run.unsettled = len(unsettled)
        self.run.finished_at = now()
        self._note()

    def _note(self) -> None:
        assert self.run is not None
        room = KEPT - self.run.differences
        for found in self.waiting:
            self.run.figures += found.figures
            self.run.differences += len(found.differences)
        shown = [one for found in self.waiting for one in found.differences][: max(room, 0)]
        VerifyDifference.objects.bulk_create(
            VerifyDifference(
                run=self.run,
                union_code=one.union,
                indicators=one.indicators,
                measure=one.measure,
                line=one.line,
                scope=one.scope,
                dim=one.dim,
                item=one.item,
                month=one.month,
                stored=one.stored or "",
                recounted=one.recounted or "",
            )
            for one in shown
        )
        self.run.done_until = self.last
        self.run.save()
        self.waiting = []
