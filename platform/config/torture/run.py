"""One run from the first union to the last recount, on the ground that this process was started on."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from random import Random
from types import FrameType

import psycopg2

from commons.kit.clock import now
from config.torture import country, ending
from config.torture.ground import Ground
from config.torture.reports import Pipe, Tally
from config.torture.stage import Stage
from config.torture.violence import Violence

# What is done wrong on purpose, to see that it is found: stored figures are changed, or changes leave no mark.
SABOTAGES = ("cell", "mark")
_BREATH_S = 0.05


@dataclass(frozen=True)
class Plan:
    """What to do. The dice follow `seed`; when which process gets its turn they do not."""

    seed: int
    seconds: float
    unions: int
    writers: int
    sabotage: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """What was done, and how long the three parts took."""

    plan: Plan
    tally: Tally
    unions: int
    figures: int
    building_s: float
    playing_s: float
    ending_s: float


class Stopped(Exception):
    """Somebody asked the run to stop."""


Show = Callable[[str, float, Tally], None]


def run(plan: Plan, ground: Ground, *, show: Show) -> Result:
    """
    Build the country, let everybody loose, come to rest, judge. `show` is told the part, how far it is (0 to 1) and the tally.

    Raises: Stopped on SIGINT, SIGTERM, SIGHUP, after every process has been ended.
    """
    stopping = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)

    def breathe() -> None:
        if stopping:
            raise Stopped

    tally, pipe, began = Tally(), Pipe(), time.monotonic()
    show("入驻", 0.0, tally)
    unions = country.build(plan.unions, at=now())
    ending.close()
    breathe()
    built = time.monotonic()
    stage = Stage(plan.seed, pipe)
    stage.fill(writers=plan.writers, sabotage="mark" in plan.sabotage)
    violence = Violence(stage, ground, tally, Random(f"{plan.seed} violence"))
    tampered = "cell" not in plan.sabotage
    try:
        while (passed := time.monotonic() - built) < plan.seconds:
            breathe()
            stage.keep_going()
            violence.strike()
            if not tampered and passed > plan.seconds / 4:
                tampered = _tamper(ground)
            for kind, text in pipe.heard():
                tally.hear(kind, text)
            show("进行", passed / plan.seconds, tally)
            time.sleep(_BREATH_S)
    finally:
        stage.kill(stage.cast)
    for kind, text in pipe.heard():
        tally.hear(kind, text)
    played = time.monotonic()
    show("收尾", 1.0, tally)
    ending.settle(tally)
    breathe()
    show("总核对", 1.0, tally)
    figures = ending.judge(tally, ground)
    ended = time.monotonic()
    return Result(plan, tally, unions, figures, built - began, played - built, ended - played)


def _tamper(ground: Ground) -> bool:
    """Change the nation's stored totals by one; False while there are none, or no server."""
    try:
        with closing(psycopg2.connect(ground.url)) as server, server, server.cursor() as cursor:
            cursor.execute(
                "UPDATE public.rollup_cell c SET subtree = c.subtree + 1 FROM public.hierarchy_tradeunion u "
                "WHERE u.id = c.union_id AND u.code = '000000' AND c.line = 'regional' AND c.dim = ''"
            )
            return cursor.rowcount > 0
    except psycopg2.OperationalError:
        return False
