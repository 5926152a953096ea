"""A story that is told step by step, each at a moment of its own, on working days and never later than now."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from commons.access.actors import Actor
from commons.kit import workdays
from commons.kit.clock import BEIJING, today
from commons.sealing import putting_back
from commons.workflow.declaration import Machine, Step
from commons.workflow.transitions import transition
from config.demo.cast import Cast
from tenants.purchasing.models import UnionUnit

_PAUSE = timedelta(minutes=7)


@dataclass
class Story:
    """What happens in one union; `now` is where the story stands, `end` the moment of telling."""

    there: Cast
    department: UnionUnit
    now: datetime
    end: datetime

    @property
    def day(self) -> date:
        return today(self.now)

    def days_ago(self, days: int) -> date:
        """So many days before the moment of telling; negative ones lie ahead."""
        return today(self.end) - timedelta(days=days)

    def go(self, day: date) -> None:
        """
        On to the first working day from `day` on, in the morning; never back, and never past the moment of telling.

        Where the holidays leave no working day before that, it happens on the day itself, or the same day.
        """
        day = max(day, self.day + timedelta(days=1))
        for one in (working_day(day), day):
            moment = datetime.combine(one, time(9, 20), BEIJING)
            if moment <= self.end:
                self.now = moment
                return

    def wake(self, moment: datetime) -> None:
        """Let the next step happen at this very moment."""
        self.now = moment - _PAUSE

    def tick(self) -> datetime:
        """A few minutes later, which is the moment of the next step."""
        self.now += _PAUSE
        return self.now

    def take(self, machine: Machine, row: Any, event: str, by: Actor, **given: Any) -> Step:
        """One step of `row`, which afterwards is as it is stored."""
        step = transition(machine, row, event, by=by, at=self.tick(), **given)
        row.refresh_from_db()
        return step

    def clock_at_now(self) -> AbstractContextManager[None]:
        """Deadlines are compared with where the story stands: bids are handed in. They are opened by the true clock."""
        return putting_back.put_back(self.now)


def working_day(day: date) -> date:
    """The first working day from `day` on."""
    while not workdays.is_workday(day):
        day += timedelta(days=1)
    return day
