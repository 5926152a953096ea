"""From a commit to the nation's total; how much one core folds; a city that moves; a recount of everything."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connections

from commons.hierarchy.enums import Level, Line
from commons.hierarchy.models import Parentage, TradeUnion
from commons.kit.clock import month_index, today
from commons.rollup import cells
from commons.rollup.fold import fold_many, redrawing
from tests.benchmarks.country import writes
from tests.benchmarks.country.measuring import Result, backend, cpu_s, private_mb, spread, undone

PROBES = 40


def throughput() -> Result:
    """Marks of 300 unions folded in batches of 50; the processor time of this process and its backend."""
    unions = list(TradeUnion.objects.filter(level=Level.DISTRICT).order_by("?")[:300])
    result: Result = {}
    for name, write in (("contact", writes.contacts), ("entry", writes.entry)):
        for union in unions:
            write(union)
        used, wall = 0.0, 0.0
        for start in range(0, len(unions), 50):
            pid, begun = backend(), time.perf_counter()
            before = cpu_s(pid, os.getpid())
            fold_many(unions[start : start + 50])
            wall += time.perf_counter() - begun
            used += cpu_s(pid, os.getpid()) - before if backend() == pid else 0
        result[name] = {
            "unions_per_cpu_second": round(len(unions) / used),
            "unions_per_second": round(len(unions) / wall),
        }
    writes.taken_back(unions)
    return result


@contextmanager
def folder() -> Iterator[None]:
    """The folder's process beside us."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "fold_rollup"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(8)
        yield
    finally:
        process.terminate()
        process.wait()


class Writers:
    """Two threads that write contact logs into these unions, 20 rows a transaction, at a rate in all."""

    def __init__(self, unions: list[TradeUnion], *, rows_per_second: int) -> None:
        self.stop = threading.Event()
        self.pause = 40 / rows_per_second
        self.written = 0
        self.threads = [threading.Thread(target=self._write, args=(unions[start::2],)) for start in range(2)]

    def __enter__(self) -> Writers:
        self.begun = time.perf_counter()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()

    @property
    def rows_per_second(self) -> int:
        return round(self.written / (time.perf_counter() - self.begun))

    def _write(self, unions: list[TradeUnion]) -> None:
        while not self.stop.is_set():
            begun = time.perf_counter()
            writes.contacts(random.choice(unions), 20)
            self.written += 20
            self.stop.wait(max(0.0, self.pause - (time.perf_counter() - begun)))
        connections.close_all()


def commit_to_total() -> Result:
    """A district's new entry until the nation's total shows it, while 50 unions write 200 rows a second in all."""
    nation = TradeUnion.objects.get(code="000000")
    districts = list(TradeUnion.objects.filter(level=Level.DISTRICT).order_by("?")[:51])
    probe, writing = districts[0], districts[1:]
    asked = [cells.Asked("org_ledger", "org_ledger", 0, month_index(today()), flow=False)]

    def total() -> Any:
        return next(iter(cells.figures(cells.Table("subtree"), [nation.pk], asked).values()))

    taken = []
    with folder(), Writers(writing, rows_per_second=200) as writers:
        time.sleep(3)
        for _ in range(PROBES):
            before = total()
            writes.entry(probe)
            committed = time.perf_counter()
            while total() <= before and time.perf_counter() - committed < 30:
                time.sleep(0.02)
            taken.append((time.perf_counter() - committed) * 1000)
        rate = writers.rows_per_second
    writes.taken_back(districts)
    return {"ms": spread(taken), "max_ms": round(max(taken)), "rows_per_second": rate}


def re_parent() -> Result:
    """A city with fifteen districts comes under another province; taken back."""
    cities = TradeUnion.objects.filter(level=Level.CITY).order_by("code")
    city = next(one for one in cities if TradeUnion.objects.filter(parent=one).count() == 15)
    other = TradeUnion.objects.filter(level=Level.PROVINCE).exclude(pk=city.parent_id).first()
    assert other is not None
    taken = []
    for _ in range(5):
        with undone():
            begun = time.perf_counter()
            with redrawing():
                day = today().replace(day=1)
                Parentage.objects.filter(union=city, line=Line.REGIONAL, until_on=None).update(
                    from_on=date(2024, 1, 1), until_on=day
                )
                Parentage.objects.create(union=city, parent=other, from_on=day)
                for union in TradeUnion.objects.under(city):
                    union.path = [*other.path, *union.path[union.path.index(city.pk) :]]
                    union.save(update_fields=["path"])
            taken.append((time.perf_counter() - begun) * 1000)
    return {"city": city.name_zh, "unions": TradeUnion.objects.under(city).count(), "ms": spread(taken)}


def verification() -> Result:
    """A recount of every figure of the country, on as many processes as the machine has cores."""
    from commons.rollup.verify import verify

    begun = time.perf_counter()
    report = verify(processes=os.cpu_count() or 1)
    return {
        "seconds": round(time.perf_counter() - begun, 1),
        "unions": report.unions,
        "figures": report.figures,
        "differences": len(report.differences),
        "unsettled": len(report.unsettled),
        "process_private_mb": round(private_mb(os.getpid())),
    }
