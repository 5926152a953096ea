"""
What the numbers cost with a whole country in the database, each beside its alternative, in one run.

    PLATFORM_STATE_DIR=… .venv/bin/python -m tests.benchmarks.country [part …]

on a database that `manage.py country` and `manage.py seed_demo --country` have filled and `manage.py fold_rollup --once` has
counted. Writes are rolled back or taken back. Prints a table and writes build/benchmarks/<moment>.json.
"""

from __future__ import annotations

import json
import os
import platform as machine
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, connections, transaction  # noqa: E402

from commons.hierarchy.enums import Level, Line  # noqa: E402
from commons.hierarchy.models import Parentage, TradeUnion  # noqa: E402
from commons.kit.clock import month_index, now, today  # noqa: E402
from commons.rollup import cells, selectors  # noqa: E402
from commons.rollup.declaration import CATALOGUE  # noqa: E402
from commons.rollup.fold import fold_many, redrawing  # noqa: E402
from commons.tenancy.door import inside, outside  # noqa: E402
from tenants.registry.models import ContactLog, SocialOrganization  # noqa: E402

Result = dict[str, Any]
PARTS: dict[str, Callable[[], Result]] = {}


def part(work: Callable[[], Result]) -> Callable[[], Result]:
    PARTS[work.__name__] = work
    return work


def milliseconds(work: Callable[[], object], rounds: int = 30) -> dict[str, float]:
    work()
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return spread(taken)


def spread(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    return {
        "p50": round(statistics.median(ordered), 2),
        "p95": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 2),
    }


@contextmanager
def undone() -> Any:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def cpu_s(*pids: int) -> float:
    used = 0.0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def private_mb(pid: int) -> float:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_")) / 1024


@part
def size() -> Result:
    with connection.cursor() as cursor:
        found: Result = {"unions": TradeUnion.objects.active().count()}
        for name, table in (
            ("cells", "rollup_cell"),
            ("versions", "rollup_cellversion"),
            ("presences", "rollup_presence"),
            ("directory", "directory_registeredorganization"),
        ):
            cursor.execute(f"SELECT count(*), pg_total_relation_size('public.{table}') FROM public.{table}")
            count, taken = cursor.fetchone()
            found[name] = {"rows": count, "mb": round(taken / 2**20)}
        cursor.execute("SELECT pg_database_size(current_database())")
        found["database_gb"] = round(cursor.fetchone()[0] / 2**30, 2)
    return found


@part
def dashboard_sql() -> Result:
    """60 totals of the nation and 60 of each province, against asking every union's own table for one."""
    nation = TradeUnion.objects.get(code="000000")
    provinces = list(TradeUnion.objects.filter(level=Level.PROVINCE).values_list("pk", flat=True))
    real = list(CATALOGUE.measures)
    month = month_index(today())
    with undone(), connection.cursor() as cursor:
        extra = [f"bench_{number}" for number in range(60 - len(real))]
        cursor.execute(
            "INSERT INTO rollup_cell (union_id, line, measure, dim, item, month, own, subtree) "
            "SELECT union_id, line, m, dim, item, month, own, subtree FROM rollup_cell, unnest(%s::text[]) m "
            "WHERE measure = 'org_ledger' AND dim = '' AND line = 'regional' AND union_id = ANY(%s)",
            [extra, [nation.pk, *provinces]],
        )
        cursor.execute("ANALYZE rollup_cell")
        asked = [cells.Asked(code, code, 0, month, flow=False) for code in [*real, *extra]]
        table = cells.Table("subtree")
        both = milliseconds(
            lambda: (cells.figures(table, [nation.pk], asked), cells.figures(table, provinces, asked)), 50
        )
        found = len(cells.figures(table, provinces, asked))
    schemas = list(TradeUnion.objects.active().values_list("schema_name", flat=True))

    def loop() -> None:
        with connection.cursor() as cursor:
            for schema in schemas:
                cursor.execute(
                    f'SELECT count(*) FROM "{schema}".registry_socialorganization WHERE state = %s', ["active"]
                )
                cursor.fetchone()

    def united() -> None:
        with connection.cursor() as cursor:
            for start in range(0, len(schemas), 200):
                cursor.execute(
                    " UNION ALL ".join(
                        f"""SELECT count(*) FROM "{schema}".registry_socialorganization WHERE state = 'active'"""
                        for schema in schemas[start : start + 200]
                    )
                )
                cursor.fetchall()

    growth = {}
    everything = schemas
    for number in (100, 1000, len(everything)):
        schemas = everything[:number]
        growth[str(number)] = {"loop_ms": milliseconds(loop, 2)["p50"], "union_all_ms": milliseconds(united, 2)["p50"]}
    one = milliseconds(lambda: cells.figures(table, provinces, asked[:1]), 30)["p50"]
    return {
        "nation_and_provinces_ms": both,
        "figures": found,
        "one_indicator_ms": one,
        "one_indicator_elsewhere": growth,
        "loop_over_schemas_ratio": round(growth[str(len(everything))]["loop_ms"] / one),
    }


@part
def as_of() -> Result:
    provinces = list(TradeUnion.objects.filter(level=Level.PROVINCE).values_list("pk", flat=True))
    month = month_index(today())
    known = selectors.known_at()
    assert known is not None
    asked = [cells.Asked("org_ledger", "org_ledger", 0, month, flow=False)]
    found = {}
    for label, back in (
        ("last_batch", timedelta()),
        ("a_minute_before", timedelta(minutes=1)),
        ("an_hour_before", timedelta(hours=1)),
    ):
        table = cells.Table("subtree", as_of=known - back)
        found[label] = milliseconds(lambda table=table: cells.figures(table, provinces, asked))
    return found


@part
def throughput() -> Result:
    """Marks of 300 unions folded in batches of 50; the processor time of this process and its backend."""
    unions = list(TradeUnion.objects.filter(level=Level.DISTRICT).order_by("?")[:300])
    result: Result = {}
    for name, write in (("contact", _contact), ("entry", _entry)):
        for union in unions:
            write(union)
        started, wall = 0.0, 0.0
        for start in range(0, len(unions), 50):
            pid, begun = backend(), time.perf_counter()
            before = cpu_s(pid, os.getpid())
            fold_many(unions[start : start + 50])
            wall += time.perf_counter() - begun
            started += cpu_s(pid, os.getpid()) - before if backend() == pid else 0
        result[name] = {
            "unions_per_cpu_second": round(len(unions) / started),
            "unions_per_second": round(len(unions) / wall),
        }
    for union in unions:
        with inside(union):
            SocialOrganization.objects.filter(name="压力测试").delete()
            ContactLog.objects.filter(topics="压力测试").delete()
    return result


def _contact(union: TradeUnion) -> None:
    at = now()
    with inside(union):
        ContactLog.objects.create(
            organization_id=SocialOrganization.objects.values_list("pk", flat=True)[:1][0],
            contacted_on=today(),
            kind="visit",
            topics="压力测试",
            created_at=at,
            updated_at=at,
            created_by_name="李敏",
        )


def _entry(union: TradeUnion) -> None:
    from tests.factories import organizations as make

    with inside(union), transaction.atomic():
        serial = SocialOrganization.objects.order_by("-serial").values_list("serial", flat=True).first() or 0
        make.organization(
            name="压力测试",
            serial=serial + 1,
            uscc=make.credit_code(random.randrange(30_000_000)),
            active_on=date(2026, 1, 5),
        )


@part
def commit_to_total() -> Result:
    """A district's new entry until the nation's total shows it, while 50 unions write 200 rows a second in all."""
    nation = TradeUnion.objects.get(code="000000")
    districts = list(TradeUnion.objects.filter(level=Level.DISTRICT).order_by("?")[:51])
    probe, writing = districts[0], districts[1:]
    month = month_index(today())
    asked = [cells.Asked("org_ledger", "org_ledger", 0, month, flow=False)]
    folder = subprocess.Popen(
        [sys.executable, "manage.py", "fold_rollup"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    stop = threading.Event()
    written = [0]

    def write(mine: list[TradeUnion]) -> None:
        while not stop.is_set():
            begun = time.perf_counter()
            union = random.choice(mine)
            at = now()
            with inside(union), transaction.atomic():
                pks = list(SocialOrganization.objects.values_list("pk", flat=True)[:4])
                for number in range(20):
                    ContactLog.objects.create(
                        organization_id=pks[number % 4],
                        contacted_on=today(),
                        kind="visit",
                        topics="压力测试",
                        created_at=at,
                        updated_at=at,
                        created_by_name="李敏",
                    )
            written[0] += 20
            # Two writers, 20 rows at a time: 100 rows a second each.
            stop.wait(max(0.0, 0.2 - (time.perf_counter() - begun)))
        connections.close_all()

    def total() -> Any:
        return next(iter(cells.figures(cells.Table("subtree"), [nation.pk], asked).values()))

    threads = [threading.Thread(target=write, args=(writing[start::2],)) for start in range(2)]
    taken = []
    try:
        time.sleep(8)
        for thread in threads:
            thread.start()
        begun = time.perf_counter()
        time.sleep(3)
        for _ in range(40):
            before = total()
            _entry(probe)
            committed = time.perf_counter()
            while total() <= before and time.perf_counter() - committed < 30:
                time.sleep(0.02)
            taken.append((time.perf_counter() - committed) * 1000)
        rate = written[0] / (time.perf_counter() - begun)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        folder.terminate()
        folder.wait()
    for union in districts:
        with inside(union):
            SocialOrganization.objects.filter(name="压力测试").delete()
            ContactLog.objects.filter(topics="压力测试").delete()
    fold_many(districts, wait=True)
    return {"ms": spread(taken), "max_ms": round(max(taken)), "rows_per_second": round(rate)}


@part
def re_parent() -> Result:
    """A city with its districts comes under another province; taken back."""
    cities = TradeUnion.objects.filter(level=Level.CITY).order_by("code")
    city = next(one for one in cities if TradeUnion.objects.filter(parent=one).count() >= 15)
    other = TradeUnion.objects.filter(level=Level.PROVINCE).exclude(pk=city.parent_id).first()
    assert other is not None
    taken = []
    for _ in range(3):
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


@part
def memory() -> Result:
    """Private memory of backends while one process touches every union, and what a request costs afterwards."""
    unions = list(TradeUnion.objects.active().order_by("code"))

    def request(union: TradeUnion) -> None:
        with inside(union):
            list(SocialOrganization.objects.order_by("serial")[:20])

    sample = unions[:40]
    for union in sample:
        request(union)
    before = statistics.median(_timed(lambda union=union: request(union)) for union in sample)
    most, seen = 0.0, set()
    for number, union in enumerate(unions):
        request(union)
        if number % 20 == 0:
            with outside():
                pid = backend()
            seen.add(pid)
            most = max(most, private_mb(pid))
    after = statistics.median(_timed(lambda union=union: request(union)) for union in sample)
    for union in sample:
        request(union)
    warm = statistics.median(_timed(lambda union=union: request(union)) for union in sample)
    return {
        "backend_private_mb_at_most": round(most),
        "process_private_mb": round(private_mb(os.getpid())),
        "backends_used": len(seen),
        "request_ms": round(before, 2),
        "request_after_ratio": round(after / before, 2),
        "request_after_warm_ratio": round(warm / before, 2),
    }


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


@part
def verification() -> Result:
    from commons.rollup.verify import verify

    begun = time.perf_counter()
    report = verify()
    return {
        "seconds": round(time.perf_counter() - begun, 1),
        "unions": report.unions,
        "figures": report.figures,
        "differences": len(report.differences),
        "process_private_mb": round(private_mb(os.getpid())),
    }


def facts() -> Result:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "",
    )
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout
    return {
        "processor": cpu,
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": machine.platform(),
        "python": machine.python_version(),
        "postgresql": version,
        "commit": commit.strip(),
    }


def main() -> None:
    wanted = sys.argv[1:] or list(PARTS)
    report: Result = {"at": now().isoformat(), "machine": facts()}
    for name in wanted:
        report[name] = PARTS[name]()
        sys.stdout.write(f"{name} {json.dumps(report[name], ensure_ascii=False)}\n")
    folder = Path("build/benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{now():%Y%m%d-%H%M%S}.json"
    file.write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")
    sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main()
