"""Real processes, killed without warning: each acknowledged job has its effect exactly once."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from commons.access.actors import system
from commons.hierarchy import actions as hierarchy
from commons.hierarchy.models import Division, TradeUnion
from commons.jobs import actions, engine
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.tenancy import door, provision, template
from tenants.history.models import Change
from tests.commons.jobs import canaries, processes  # noqa: F401 - registers the handlers

Celery = Callable[[], subprocess.Popen[bytes]]


def canaries_in(union: TradeUnion) -> list[str]:
    with door.inside(union):
        return sorted(Change.objects.filter(object_kind="canary").values_list("by_name", flat=True))


def until(true: Callable[[], bool], patience_s: float = 60) -> None:
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.1)


@pytest.fixture
def env(own_database: str, tmp_path: Path) -> dict[str, str]:
    return processes.environment(own_database, tmp_path / "state")


@pytest.fixture
def celery(env: dict[str, str], tmp_path: Path) -> Iterator[Celery]:
    """Starts a real worker with its beat; whatever still runs is killed in the end."""
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        running.append(processes.start_celery(env, tmp_path / f"celery{len(running)}.log"))
        return running[-1]

    yield start
    for process in running:
        with suppress(ProcessLookupError):
            processes.kill_group(process)


def test_a_worker_killed_in_mid_job(env: dict[str, str]) -> None:
    union = TradeUnion.objects.get(code="430105")
    job = actions.enqueue(kind="test.slow", union=union, payload={}, key="k", by=system("测试"), at=now())
    worker = processes.start("work", env | {"CANARY_HANGS": "1"})
    assert worker.stdout is not None
    until(lambda: "half" in (worker.stdout.readline() if worker.stdout else ""))
    job.refresh_from_db()
    assert (job.state, job.progress["note"]) == (JobState.RUNNING, "一半"), "progress is seen while the job runs"
    worker.kill()
    worker.wait(10)
    assert canaries_in(union) == []
    time.sleep(0.6)
    assert engine.run_due() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert canaries_in(union) == ["430105"]


def test_a_process_killed_between_commit_and_wake_up(env: dict[str, str]) -> None:
    assert processes.start("die_after_commit", env).wait(60) == -9
    assert engine.run_due() == 1
    assert engine.run_due() == 0
    assert canaries_in(TradeUnion.objects.get(code="430105")) == ["430105"]


def test_a_process_killed_before_commit_has_acknowledged_nothing(env: dict[str, str]) -> None:
    assert processes.start("die_before_commit", env).wait(60) == -9
    assert not Job.objects.exists()


def test_a_job_that_kills_its_worker_is_parked_in_the_end(env: dict[str, str]) -> None:
    union = TradeUnion.objects.get(code="430105")
    job = actions.enqueue(
        kind="test.deadly", union=union, payload={}, key="k", by=system("测试"), at=now(), max_attempts=2
    )
    for _ in range(2):
        assert processes.start("work", env).wait(60) == -9
        time.sleep(0.2)
    engine.run_due()
    job.refresh_from_db()
    assert job.state == JobState.PARKED


def test_the_files_of_the_broker_are_deleted(env: dict[str, str], celery: Celery, tmp_path: Path) -> None:
    union = TradeUnion.objects.get(code="430105")
    assert processes.start("ask", env, "20", "lost").wait(60) == 0
    broker = tmp_path / "state" / "broker"
    assert list((broker / "queue").iterdir()), "the wake-ups are files"
    shutil.rmtree(broker)
    celery()
    until(lambda: Job.objects.filter(state=JobState.DONE).count() == 20)
    # And under the feet of a running worker.
    shutil.rmtree(broker)
    assert processes.start("ask", env, "20", "again").wait(60) == 0
    until(lambda: Job.objects.filter(state=JobState.DONE).count() == 40)
    assert canaries_in(union) == ["430105"] * 40


def test_celery_interleaves_fifty_unions_with_failures_and_a_killed_worker(env: dict[str, str], celery: Celery) -> None:
    by, at, shape = system("测试"), now(), template.current()
    unions = list(TradeUnion.objects.exclude(code="000000"))
    for division in Division.objects.filter(parent_id__in=["430000", "440000", "310000"]).order_by("code"):
        if len(unions) < 50 and not TradeUnion.objects.filter(code=division.code).exists():
            union = hierarchy.create_union(
                code=division.code, parent=TradeUnion.objects.get(code=division.parent_id), by=by, at=at
            )
            provision.create_schema(union, shape=shape)
            unions.append(union)
    TradeUnion.objects.update(state="active")
    assert len(unions) == 50
    for number in range(3):
        for order, union in enumerate(unions):
            actions.enqueue(
                kind="test.canary",
                union=union,
                payload={"fails": (order + number) % 3},
                key=f"{union.code}-{number}",
                by=by,
                at=at,
            )
    first = celery()
    until(lambda: Job.objects.filter(state=JobState.DONE).count() > 30)
    processes.kill_group(first)
    # What the killed worker held is free when its lease has run out; here the wait is cut short.
    Job.objects.filter(state=JobState.RUNNING).update(leased_until=now())
    celery()
    until(lambda: Job.objects.filter(state=JobState.DONE).count() == 150, patience_s=180)
    for union in unions:
        assert canaries_in(union) == [union.code] * 3
    assert canaries_in(TradeUnion.objects.get(code="000000")) == []
