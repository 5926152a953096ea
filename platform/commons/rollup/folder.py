"""
The folder: hears which union changed, folds it, and looks over all unions once a second in case it did not hear.

One is enough; several are safe. A union that cannot be folded is written down with its error, tried again ever
later, and holds back the watermark of what stands above it, while all others go on.
"""

from __future__ import annotations

import logging
import select
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from commons.hierarchy.models import TradeUnion
from commons.rollup import marks
from commons.rollup.fold import Outcome, fold_many
from commons.rollup.models import UnfoldedUnion
from commons.rollup.triggers import CHANNEL

log = logging.getLogger(__name__)

SWEEP_S = 1.0
# How long a failing union waits: doubled from one second up to this.
LONGEST_WAIT_S = 60.0
# Emptied mark tables rest this long before they are vacuumed: a busy union would fill them again at once.
REST_S = 20.0
_VACUUM_AT_ONCE = 40
# So many unions are one batch: what stands above them is written once.
_BATCH = 50

# Called before each look over all unions, for what happens on a certain day.
EACH_SWEEP: list[Callable[[], object]] = []
# Told the ids of the unions of each folded batch, after it was committed; what they raise is logged.
AFTER_FOLD: list[Callable[[Collection[int]], None]] = []


@dataclass(frozen=True)
class Waiting:
    """A failing union's pause, by the monotonic clock."""

    until: float
    error: str


class Folder:
    """The work of `manage.py fold_rollup`, in steps that tests can take one by one."""

    def __init__(self, *, sweep_s: float = SWEEP_S) -> None:
        self.sweep_s = sweep_s
        self.hinted: dict[str, None] = {}
        self.waiting: dict[int, Waiting] = {}
        self.emptied_at: dict[str, float] = {}
        self.listener: Any = None

    def run(self, stopping: Callable[[], bool]) -> None:
        """Fold until `stopping`. A lost connection is made anew, with pauses from 0.2 to 5 seconds."""
        next_sweep, pause = 0.0, 0.2
        while not stopping():
            try:
                self._listen()
                self._hear(max(0.0, min(next_sweep - time.monotonic(), 0.5)))
                self.fold_hinted()
                if time.monotonic() >= next_sweep:
                    next_sweep = time.monotonic() + self.sweep_s
                    self.sweep()
                pause = 0.2
            except (OperationalError, InterfaceError) as lost:
                log.warning("rollup.connection_lost", extra={"error": str(lost).strip()})
                self.disconnect()
                time.sleep(pause)
                pause = min(pause * 2, 5.0)
        self.disconnect()

    def fold_hinted(self) -> None:
        """Fold the unions that announced a change, first come first, a batch at a time so that sweeps stay on time."""
        batch = list(self.hinted)[:_BATCH]
        for schema in batch:
            del self.hinted[schema]
        if batch:
            unions = marks.of_schemas(batch)
            if self._fold(unions, since={}) is Outcome.BUSY:
                self.hinted = {**dict.fromkeys(batch), **self.hinted}

    def sweep(self) -> bool:
        """
        Look over all unions, fold what is marked, and move the watermark; False when another folder was still at work.

        What was committed before the look is then in the numbers, or written down as unfolded.
        """
        for called in EACH_SWEEP:
            called()
        found = marks.survey()
        self._forgive(keep=[*(one.union_id for one in found.pending), *found.unreadable])
        for union_id, error in found.unreadable.items():
            if union_id not in self.waiting or self.waiting[union_id].until <= time.monotonic():
                self._note(union_id, since=None, error=error)
        since = {one.union_id: one.oldest for one in found.pending}
        unions = list(TradeUnion.objects.filter(pk__in=since).order_by("pk"))
        busy: list[TradeUnion] = []
        for start in range(0, len(unions), _BATCH):
            if start and self.listener is not None:
                # A backlog of thousands must not keep a fresh change waiting.
                self._hear(0)
                self.fold_hinted()
            batch = unions[start : start + _BATCH]
            if self._fold(batch, since=since) is Outcome.BUSY:
                busy += batch
        done = self._wait_for(busy)
        if done:
            _advance(found.asked_at)
        self._vacuum(found.emptied)
        return done

    def disconnect(self) -> None:
        """Close both connections; the next step opens them again."""
        with suppress(Exception):
            if self.listener is not None:
                self.listener.close()
        self.listener = None
        with suppress(Exception):
            connection.close()

    def _fold(self, unions: Sequence[TradeUnion], *, since: Mapping[int, datetime]) -> Outcome:
        """
        Fold these as one batch, or one by one should any of them fail; those that failed lately wait.

        Raises: OperationalError, InterfaceError when it is the connection that failed.
        """
        ready = [union for union in unions if not self._must_wait(union, since=since.get(union.pk))]
        if not ready:
            return Outcome.CLEAN
        try:
            outcome = fold_many(ready)
        except Exception as error:
            if not connection.is_usable():
                raise OperationalError(str(error)) from error
            if len(ready) > 1:
                outcomes = {self._fold([union], since=since) for union in ready}
                return Outcome.BUSY if Outcome.BUSY in outcomes else Outcome.FOLDED
            [union] = ready
            log.exception("rollup.fold_failed", extra={"union": union.code})
            self._note(union.pk, since=since.get(union.pk), error=f"{type(error).__name__}: {error}")
            return Outcome.CLEAN
        if outcome is not Outcome.BUSY:
            ids = [union.pk for union in ready]
            for pk in ids:
                self.waiting.pop(pk, None)
            # Also those that failed for another folder, or before this one started.
            UnfoldedUnion.objects.filter(pk__in=ids).delete()
            if outcome is Outcome.FOLDED:
                _tell(ids)
        return outcome

    def _must_wait(self, union: TradeUnion, *, since: datetime | None) -> bool:
        waiting = self.waiting.get(union.pk)
        if waiting is None or waiting.until <= time.monotonic():
            return False
        if not UnfoldedUnion.objects.filter(pk=union.pk).exists():
            # Struck out by a folder that looked before the failing change: still unfolded.
            self._note(union.pk, since=since, error=waiting.error)
        return True

    def _wait_for(self, busy: Sequence[TradeUnion]) -> bool:
        """True when the other folder has finished these within half a second, or we have."""
        left = list(busy)
        for _ in range(10):
            if not left:
                return True
            time.sleep(0.05)
            if self._fold(left, since={}) is not Outcome.BUSY:
                return True
        return not left

    def _note(self, union_id: int, *, since: datetime | None, error: str) -> None:
        """Write down that a union could not be folded: since its oldest mark, or else since the last watermark."""
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO public.rollup_unfoldedunion AS u (union_id, since, attempts, error)
                SELECT %(union)s, coalesce(%(since)s, (SELECT folded_until FROM public.rollup_watermark), now()),
                       1, %(error)s
                ON CONFLICT (union_id) DO UPDATE SET
                    attempts = u.attempts + 1, error = EXCLUDED.error, since = least(u.since, EXCLUDED.since)
                RETURNING attempts
                """,
                {"union": union_id, "since": since, "error": error[:4000]},
            )
            attempts = cursor.fetchone()[0]
        wait_s = min(2.0 ** min(attempts - 1, 10), LONGEST_WAIT_S)
        self.waiting[union_id] = Waiting(until=time.monotonic() + wait_s, error=error)

    def _forgive(self, *, keep: list[int]) -> None:
        """Strike out unions that have nothing unfolded any more."""
        UnfoldedUnion.objects.exclude(pk__in=keep).delete()
        self.waiting = {union: waiting for union, waiting in self.waiting.items() if union in keep}

    def _vacuum(self, emptied: list[str]) -> None:
        now = time.monotonic()
        self.emptied_at = {schema: self.emptied_at.get(schema, now) for schema in emptied}
        rested = [schema for schema, since in self.emptied_at.items() if now - since >= REST_S][:_VACUUM_AT_ONCE]
        try:
            marks.vacuum(rested)
        except DatabaseError as error:
            if not connection.is_usable():
                raise
            log.warning("rollup.vacuum_failed", extra={"error": str(error)})
        for schema in rested:
            del self.emptied_at[schema]

    def _listen(self) -> None:
        if self.listener is None or self.listener.closed:
            # A connection of its own: the one that folds is replaced after so many schemas, and would lose its ear.
            with connection.wrap_database_errors:
                raw: Any = connection.get_new_connection(connection.get_connection_params())
            raw.autocommit = True
            with raw.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            self.listener = raw

    def _hear(self, timeout_s: float) -> None:
        if not self.hinted:
            select.select([self.listener], [], [], timeout_s)
        try:
            self.listener.poll()
        except Exception as error:
            raise OperationalError(str(error)) from error
        while self.listener.notifies:
            self.hinted[self.listener.notifies.pop(0).payload] = None


def _tell(unions: Collection[int]) -> None:
    for told in AFTER_FOLD:
        try:
            told(unions)
        except Exception:
            if not connection.is_usable():
                raise
            log.exception("rollup.after_fold_failed")


def _advance(until: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.rollup_watermark AS w (id, folded_until) VALUES (1, %s) "
            "ON CONFLICT (id) DO UPDATE SET folded_until = greatest(w.folded_until, EXCLUDED.folded_until)",
            [until],
        )
