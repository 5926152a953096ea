"""Rows to unions, wave by wave from the nation down, in several processes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice

from commons.access.actors import system
from commons.hierarchy.enums import Level
from commons.hierarchy.models import Division, TradeUnion
from commons.kit.processes import pool
from commons.onboarding.bulk import joining
from commons.onboarding.bulk.columns import Fault, Row
from commons.onboarding.bulk.joining import Joined
from commons.onboarding.provisioning import UNFINISHED
from commons.tenancy import template

# Rows per message to another process: small enough for a steady progress bar.
_PORTION = 8
# Fewer rows than this are done sooner by one process than others can be started.
_WORTH_IT = 40


@dataclass
class Outcome:
    """What a run did."""

    made: int = 0
    existing: int = 0
    faults: list[Fault] = field(default_factory=list)
    links: list[tuple[str, str, str, str]] = field(default_factory=list)
    seconds: float = 0.0


def run(
    rows: Iterable[Row],
    *,
    doing: str,
    at: datetime,
    processes: int = 1,
    invite: bool = False,
    on_progress: Callable[[int], None] = lambda done: None,
) -> Outcome:
    """
    Let every row's union join; a faulty row is named and the rest are done. `on_progress` is told each portion's size.

    Raises: NoTemplate.
    """
    started = time.monotonic()
    outcome = Outcome()
    levels = {code: Level(level) for code, level in Division.objects.values_list("pk", "level")}
    settled = set(TradeUnion.objects.exclude(state__in=UNFINISHED).values_list("code", flat=True))
    asked_for = list(rows)
    ordered = sorted((row for row in asked_for if row.code not in settled), key=lambda row: joining.rank(row, levels))
    if there := len(asked_for) - len(ordered):
        outcome.existing = there
        on_progress(there)
    many = processes > 1 and len(ordered) >= _WORTH_IT
    workers = pool(processes) if many else None
    try:
        for _, wave in groupby(ordered, key=lambda row: joining.rank(row, levels)):
            waiting = list(wave)
            # A level is finished before the next begins: children need their parents.
            if workers is None or len(waiting) < _WORTH_IT:
                done: Iterator[list[Joined]] = (
                    portion_of(portion, doing, at, invite) for portion in _portions(waiting)
                )
            else:
                asked = [workers.submit(portion_of, portion, doing, at, invite) for portion in _portions(waiting)]
                done = (answer.result() for answer in as_completed(asked))
            for results in done:
                _count(outcome, results)
                on_progress(len(results))
    finally:
        if workers is not None:
            workers.shutdown(wait=True, cancel_futures=True)
    outcome.faults.sort(key=lambda fault: fault.line)
    outcome.seconds = time.monotonic() - started
    return outcome


def portion_of(rows: list[Row], doing: str, at: datetime, invite: bool) -> list[Joined]:
    """Let these rows' unions join, one after another, in this process."""
    shape, by = template.current(), system(doing)
    return [joining.join(row, by=by, at=at, shape=shape, invite=invite) for row in rows]


def _count(outcome: Outcome, results: list[Joined]) -> None:
    for result in results:
        outcome.faults += result.faults
        if result.faults:
            continue
        outcome.made += result.made
        outcome.existing += not result.made
        if result.token:
            outcome.links.append((result.row.code, result.name, result.row.admin_name, result.token))


def _portions(rows: list[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    while portion := list(islice(source, _PORTION)):
        yield portion
