"""
Who takes part, each an endless loop in a process of its own that may be killed anywhere: writers, folders, workers of jobs,
and somebody who delivers wake-ups twice. The one who moves unions is in `moving`, the one who closes periods in
`closing`, the one who checks in `checking`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from django.db import Error, connection, transaction

from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.jobs import engine
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.kit.errors import DomainError
from commons.rollup.folder import Folder
from commons.rollup.triggers import CHANNEL
from commons.tenancy import door
from config.torture import holding, mistakes, writing
from config.torture.writing import Pen

T = TypeVar("T")
Tell = Callable[[str, str], None]
SWEEP_S = 0.2


@dataclass(frozen=True)
class Part:
    """What a player is given: its dice, how it tells what happened, its number, whether it is to do wrong on purpose."""

    dice: Random
    tell: Tell
    number: int = 0
    sabotage: bool = False


class Deaf(Folder):
    """A folder to which every third wake-up is never delivered."""

    def __init__(self, part: Part) -> None:
        super().__init__(sweep_s=SWEEP_S)
        self.dice = part.dice

    def _hear(self, timeout_s: float) -> None:
        before = set(self.hinted)
        super()._hear(timeout_s)
        for schema in [one for one in self.hinted if one not in before]:
            if self.dice.random() < 0.3:
                del self.hinted[schema]


class _Undone(Exception):
    """Rolls back what was written."""


def write(part: Part) -> None:
    """Transactions in one union after another, some rolled back, some in part."""
    while True:
        with_patience(part, "写入", lambda: _transaction(part))


def fold(part: Part) -> None:
    Deaf(part).run(lambda: False)


def work(part: Part) -> None:
    """
    Do jobs. Workers are killed together and begin together, so whatever is leased was leased by the dead: its time need
    not be waited for.
    """
    with_patience(part, "任务", lambda: expire_leases() if part.number == 0 else None)
    while True:
        if not with_patience(part, "任务", lambda: engine.run_due(limit=5)):
            time.sleep(0.05)


def nudge(part: Part) -> None:
    """Wake-ups that nobody needed, of unions that changed or did not, and of one that does not exist."""
    while True:
        time.sleep(part.dice.uniform(0.02, 0.2))
        with_patience(part, "通知", lambda: _notify(part))


def with_patience(part: Part, what: str, step: Callable[[], T]) -> T | None:
    """
    One step of a player. A dead server is waited for, a refusal is told as such, anything else is a problem; then None.
    """
    try:
        return step()
    except (Error, DomainError) as error:
        if mistakes.is_lost(error):
            connection.close()
            time.sleep(0.1)
        elif mistakes.is_refusal(error):
            part.tell("refused", f"{what}：{getattr(error, 'code', None) or mistakes.code_of(error) or ''}")
        else:
            part.tell("problems", f"{what}：{mistakes.told(error)}")
            time.sleep(0.1)
    return None


def active() -> list[TradeUnion]:
    return list(TradeUnion.objects.filter(state=UnionState.ACTIVE).order_by("pk"))


def expire_leases() -> None:
    Job.objects.filter(state=JobState.RUNNING).update(leased_until=now())


def _transaction(part: Part) -> None:
    union = part.dice.choice(active())
    pen = Pen(part.dice, part.number)
    done: list[str] = []
    try:
        with door.inside(union), transaction.atomic():
            holding.take_part(union)
            for _ in range(part.dice.randrange(1, 5)):
                kind = part.dice.choice([*writing.KINDS])
                step = part.dice.choice(writing.KINDS[kind])
                if part.dice.random() < 0.15:
                    _and_back(pen, step)
                    part.tell("undone", "保存点回滚")
                else:
                    step(pen)
                    done.append(kind)
            if part.sabotage and part.dice.random() < 0.5:
                _drop_marks()
            if part.dice.random() < 0.15:
                raise _Undone
    except _Undone:
        part.tell("undone", "事务回滚")
        return
    for kind in done:
        part.tell("operations", kind)


def _and_back(pen: Pen, step: Callable[[Pen], None]) -> None:
    try:
        with transaction.atomic():
            step(pen)
            raise _Undone
    except _Undone:
        return


def _drop_marks() -> None:
    """What a broken trigger would do: the changes of this transaction are not told of."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM marks_mark WHERE at >= now()")


def _notify(part: Part) -> None:
    schema = part.dice.choice([*(union.schema_name for union in active()), "public", "d000000"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s) FROM generate_series(1, 2)", [CHANNEL, schema])
    part.tell("operations", "重复通知")
