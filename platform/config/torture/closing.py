"""Somebody who confirms, closes and revises months that have ended all the time, by the ordinary actions."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from commons.access.actors import system
from commons.hierarchy.selectors import root
from commons.kit.clock import month_index, now, today
from commons.rollup.models import ReportingPeriod
from commons.rollup.periods import closing
from commons.rollup.spans import Span
from config.torture.players import Part, active, with_patience

_NAME = "汇总压力检验"
# So many of the months that have ended are spoken of; more are open than closed for most of a run.
_MONTHS = 24


def close(part: Part) -> None:
    """One step after another."""
    steps: list[tuple[str, Callable[[Part], bool]]] = [("确认", _confirm), ("关账", _close), ("修订", _revise)]
    while True:
        time.sleep(part.dice.uniform(0.3, 2.0))
        name, step = part.dice.choice(steps)
        if with_patience(part, name, partial(step, part)):
            part.tell("operations", name)


def _confirm(part: Part) -> bool:
    union = part.dice.choice(active())
    closing.confirm(span=_ended(part), by=system(_NAME, union), at=now())
    return True


def _close(part: Part) -> bool:
    closing.close(span=_ended(part), by=system(_NAME, root()), at=now())
    return True


def _revise(part: Part) -> bool:
    waiting = list(ReportingPeriod.objects.filter(late_since__isnull=False).order_by("first_month"))
    if not waiting:
        return False
    closing.revise(span=part.dice.choice(waiting).span, reason="检验", by=system(_NAME, root()), at=now())
    return True


def _ended(part: Part) -> Span:
    return Span.month(month_index(today()) - 1 - part.dice.randrange(_MONTHS))
