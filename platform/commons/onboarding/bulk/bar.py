"""A progress bar with rate and time left; plain lines where nobody looks at a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


class Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f} 家/秒" if task.speed else "")


@contextmanager
def progress(total: int) -> Generator[Callable[[int], None]]:
    """Shows how many of `total` unions are done; call what it yields with each further number."""
    console = Console(stderr=True)
    if console.is_terminal:
        columns = (
            TextColumn("入驻"),
            BarColumn(),
            MofNCompleteColumn(),
            Rate(),
            TextColumn("剩余"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("unions", total=total)
            yield lambda number: bar.advance(task, number)
        return
    done, started, told = 0, time.monotonic(), time.monotonic()

    def advance(number: int) -> None:
        nonlocal done, told
        done += number
        at = time.monotonic()
        if at - told >= 5 or done >= total:
            told = at
            rate = done / max(at - started, 0.001)
            left = (total - done) / rate if rate else 0
            print(f"入驻 {done}/{total}，{rate:.1f} 家/秒，剩余约 {left:.0f} 秒", file=sys.stderr, flush=True)  # noqa: T201

    yield advance
