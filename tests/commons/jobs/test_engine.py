"""The engine within one process: once, in the right schema, again after a failure, parked in the end."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from commons.access.actors import Actor, system
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.jobs import actions, engine, leases, register, selectors
from commons.jobs.context import JobContext
from commons.jobs.enums import JobState
from commons.jobs.errors import NotParked
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.kit.errors import NotFound, Refused
from commons.people.enums import Role
from commons.tenancy import door
from tenants.history.models import Change
from tests.commons.jobs import canaries  # noqa: F401 - registers the handlers

Country = dict[str, TradeUnion]


def ask(union: TradeUnion | None, key: str = "k", kind: str = "test.canary", **payload: object) -> Job:
    return actions.enqueue(kind=kind, union=union, payload=payload, key=key, by=system("测试"), at=now())


def canaries_in(union: TradeUnion) -> list[str]:
    with door.inside(union):
        return list(Change.objects.filter(object_kind="canary").values_list("by_name", flat=True))


def make_due(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(run_after=now() - timedelta(seconds=1))


def test_a_job_is_done_once_in_its_own_schema(country: Country) -> None:
    job = ask(country["430105"])
    assert engine.run_due() == 1
    assert engine.run_due() == 0
    job.refresh_from_db()
    assert (job.state, job.attempts, job.lease, job.result) == (JobState.DONE, 1, None, {"attempt": 1})
    assert canaries_in(country["430105"]) == ["430105"]
    assert canaries_in(country["430111"]) == []
    assert connection.schema_name == "public"


def test_asking_twice_is_asking_once(country: Country) -> None:
    assert ask(country["430105"]).pk == ask(country["430105"]).pk
    engine.run_due()
    assert ask(country["430105"]).state == JobState.DONE
    assert engine.run_due() == 0


def test_a_failed_attempt_leaves_nothing_and_is_tried_again_later(country: Country) -> None:
    job = ask(country["430105"], fails=2)
    assert engine.run_due() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.QUEUED, 1)
    assert job.run_after > now()
    assert canaries_in(country["430105"]) == []
    for _ in range(2):
        make_due(job)
        engine.run_due()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (JobState.DONE, 3, "")
    assert canaries_in(country["430105"]) == ["430105"]


def test_after_the_last_attempt_it_is_parked_with_an_error_that_holds_no_content(country: Country) -> None:
    job = ask(country["430105"], fails=99, text="CANARY-SECRET")
    for _ in range(job.max_attempts):
        make_due(job)
        engine.run_due()
    job.refresh_from_db()
    assert job.state == JobState.PARKED
    assert "RuntimeError" in job.error
    assert "CANARY" not in job.error
    make_due(job)
    assert engine.run_due() == 0


def test_a_parked_job_is_retried_by_an_operator_only(
    country: Country, actor_of: Callable[..., Actor], at: datetime
) -> None:
    job = ask(country["430105"], fails=5)
    Job.objects.filter(pk=job.pk).update(state=JobState.PARKED, attempts=5, error="RuntimeError")
    admin, staff = actor_of("000000", Role.NATIONAL_ADMIN), actor_of("430105", Role.UNION_ADMIN)
    with pytest.raises(Refused):
        actions.retry(job_id=job.pk, by=staff, at=at)
    with pytest.raises(Refused):
        selectors.lines(staff)
    [line] = selectors.lines(admin)
    assert line.can_be_retried
    assert line.error == "RuntimeError"
    assert "payload" not in {field for field in dir(line) if not field.startswith("_")}
    actions.retry(job_id=job.pk, by=admin, at=at)
    with pytest.raises(NotParked):
        actions.retry(job_id=job.pk, by=admin, at=at)
    engine.run_due()
    job.refresh_from_db()
    assert job.state == JobState.QUEUED
    assert job.attempts == 1


def test_a_suspended_union_keeps_its_jobs_waiting(country: Country) -> None:
    job = ask(country["430105"])
    TradeUnion.objects.filter(code="430105").update(state=UnionState.SUSPENDED)
    assert engine.run_due() == 0
    TradeUnion.objects.filter(code="430105").update(state=UnionState.ACTIVE)
    assert engine.run_due() == 1
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_a_holder_whose_lease_was_taken_over_changes_nothing(country: Country) -> None:
    job = ask(country["430105"])
    slow = leases.take(at=now())
    assert slow is not None
    later = now() + timedelta(minutes=10)
    quick = leases.take(at=later)
    assert quick is not None
    assert quick.lease != slow.lease
    assert engine.attempt(quick)
    assert not engine.attempt(slow)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert canaries_in(country["430105"]) == ["430105"]


def test_progress_by_a_former_holder_is_refused(country: Country) -> None:
    ask(country["430105"], kind="test.slow")
    slow = leases.take(at=now())
    assert slow is not None
    assert leases.take(at=now() + timedelta(minutes=10)) is not None
    assert not engine.attempt(slow)
    assert canaries_in(country["430105"]) == []


def test_a_job_that_kills_its_workers_is_parked_without_another_victim(country: Country) -> None:
    job = ask(country["430105"], kind="test.deadly")
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=5, leased_until=now() - timedelta(seconds=1), lease=job.pk
    )
    assert engine.run_due() == 1
    job.refresh_from_db()
    assert job.state == JobState.PARKED
    assert "中断" in job.error


def test_an_unknown_kind_is_retried_then_parked(country: Country) -> None:
    job = ask(None, kind="test.unknown")
    engine.run_due()
    job.refresh_from_db()
    assert job.state == JobState.QUEUED
    assert "NoHandler" in job.error


def test_a_job_without_a_union_runs_in_public(db: None) -> None:
    seen: list[str] = []

    @register.handler("test.public")
    def look(job: JobContext) -> None:
        seen.append(connection.schema_name)

    job = ask(None, kind="test.public")
    assert engine.run_one(job.pk).state == JobState.DONE
    assert seen == ["public"]


def test_a_union_sees_only_its_own_jobs(country: Country) -> None:
    job = ask(country["430105"])
    assert selectors.own_job(country["430105"], job.pk) == job
    with pytest.raises(NotFound):
        selectors.own_job(country["430111"], job.pk)


def test_a_broker_that_fails_does_not_fail_the_change(
    country: Country, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    from config.celery import app

    def refuse(*args: object, **options: object) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(app, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        ask(country["430105"])
    assert engine.run_due() == 1
