"""
The engine: every job that is due, done exactly once.

One attempt is two transactions. The first, short, takes the lease. The second holds all that the handler changes *and*
the mark that the job is done, written `WHERE lease = mine`: both are committed or neither. So

- a worker killed at any point leaves no effect, and the job is taken again when its lease has run out;
- a worker that was only slow finds its lease gone at the end, and rolls back;
- a message lost by the broker costs a few seconds, until `commons.jobs.sweep`.

A handler that raises is tried again later, and parked after its last attempt, for an operator to look at.
Source: DESIGN §3.10.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction

from commons.access.actors import system
from commons.jobs import faults, leases, register
from commons.jobs.context import JobContext, unwatched
from commons.jobs.enums import JobState
from commons.jobs.errors import LeaseLost, NoHandler
from commons.jobs.heartbeat import Heartbeat
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.tenancy import door

log = structlog.get_logger(__name__)

# A wake-up works through what is due for so long, then lets the worker breathe.
SHIFT_S = 50.0


def run_due(*, limit: int | None = None, shift_s: float = SHIFT_S) -> int:
    """Do the jobs that are due, one after another; return how many were attempted."""
    end = time.monotonic() + shift_s
    attempted = 0
    while (limit is None or attempted < limit) and time.monotonic() < end:
        with door.outside():
            job = leases.take(at=now())
        if job is None:
            break
        attempt(job)
        attempted += 1
    return attempted


def run_one(job_id: UUID) -> Job:
    """Do this job now if it is due and free; return it as it stands afterwards."""
    with door.outside():
        job = leases.take(at=now(), only=job_id)
    if job is not None:
        attempt(job)
    return Job.objects.get(pk=job_id)


def attempt(job: Job) -> bool:
    """Make one attempt at a job whose lease we hold; True when it is done."""
    with structlog.contextvars.bound_contextvars(
        job=str(job.pk), kind=job.kind, union=job.union.code if job.union else ""
    ):
        if job.attempts > job.max_attempts:
            # Its holders died without a word: more attempts would take more workers with them.
            _fail(job, f"执行进程连续 {job.max_attempts} 次中断", park=True)
            return False
        heartbeat = Heartbeat(job, autonomous=not connection.in_atomic_block)
        try:
            _effect(job, heartbeat)
        except LeaseLost:
            log.warning("job_lease_lost", attempt=job.attempts)
            return False
        except Exception as problem:
            log.exception("job_failed", attempt=job.attempts)
            _fail(job, faults.told(problem), park=job.attempts >= job.max_attempts)
            return False
        finally:
            heartbeat.close()
        log.info("job_done", attempt=job.attempts)
        return True


def _effect(job: Job, heartbeat: Heartbeat) -> None:
    """
    What the handler changes and the mark that it is done, in one transaction.

    Raises: LeaseLost; whatever the handler raises.
    """
    with _schema_of(job), transaction.atomic():
        result = register.kind_of(job.kind).handler(_context(job, heartbeat))
        with door.outside():
            marked = leases.may_finish(job).update(
                state=JobState.DONE,
                result=dict(result or {}),
                error="",
                lease=None,
                leased_until=None,
                finished_at=now(),
            )
        if not marked:
            raise LeaseLost(str(job.pk))


def _fail(job: Job, error: str, *, park: bool) -> None:
    """Queue the job for a later attempt, or park it; nothing when the lease is no longer ours."""
    at = now()
    try:
        kind = register.kind_of(job.kind)
    except NoHandler:
        kind = None
    delay_s = kind.delay_s(job.attempts) if kind else register.RETRY_S * 4 ** (job.attempts - 1)
    with door.outside(), transaction.atomic():
        marked = leases.held(job).update(
            state=JobState.PARKED if park else JobState.QUEUED,
            error=error,
            lease=None,
            leased_until=None,
            run_after=job.run_after if park else at + timedelta(seconds=delay_s),
            finished_at=at if park else None,
        )
        if marked and park and kind and kind.when_parked:
            kind.when_parked(_context(job, None))
    if marked and park:
        log.error("job_parked", error=error, attempts=job.attempts)


def _context(job: Job, heartbeat: Heartbeat | None) -> JobContext:
    return JobContext(
        id=job.pk,
        kind=job.kind,
        payload=job.payload,
        union=job.union,
        by=system(job.asked_by_name or job.kind, job.union),
        at=now(),
        asked_by_id=job.asked_by_id,
        attempt=job.attempts,
        report=heartbeat.report if heartbeat else unwatched,
    )


@contextmanager
def _schema_of(job: Job) -> Generator[None]:
    if job.union is None:
        with door.outside():
            yield
    else:
        with door.inside(job.union):
            yield
