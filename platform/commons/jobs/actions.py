"""Ask for work, retry it, give it up."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.recording import record
from commons.hierarchy.models import TradeUnion
from commons.jobs.enums import JobState
from commons.jobs.errors import NotParked
from commons.jobs.models import Job
from commons.kit.errors import NotFound

log = structlog.get_logger(__name__)

RUN = "commons.jobs.run"


@transaction.atomic
def enqueue(
    *,
    kind: str,
    union: TradeUnion | None,
    payload: dict[str, Any],
    key: str,
    by: Actor,
    at: datetime,
    run_after: datetime | None = None,
    max_attempts: int = 5,
) -> Job:
    """
    Write the job in the transaction of the change that asks for it, and wake a worker after the commit.

    Asking twice with the same kind and key is asking once: the first job is returned, whatever its state.
    """
    job, made = Job.objects.get_or_create(
        kind=kind,
        key=key,
        defaults={
            "union": union,
            "payload": payload,
            "run_after": run_after or at,
            "max_attempts": max_attempts,
            "asked_by_id": by.user_id,
            "asked_by_name": by.name[:120],
            "asked_at": at,
        },
    )
    if made:
        transaction.on_commit(wake)
    return job


def wake() -> None:
    """
    Tell a worker that something is due. The broker may fail: the row is there, and the sweep finds it within seconds.
    """
    try:
        import_string(settings.TASK_APPLICATION).send_task(RUN, retry=False, ignore_result=True, expires=60)
    except Exception as problem:
        log.warning("wake_failed", error=f"{type(problem).__name__}: {problem}")


@transaction.atomic
def retry(*, job_id: UUID, by: Actor, at: datetime) -> Job:
    """
    Let a parked job be attempted again, from the first attempt.

    Raises: Refused, NotFound, NotParked.
    """
    job = _parked(job_id, by)
    job.state, job.attempts, job.run_after, job.finished_at = JobState.QUEUED, 0, at, None
    job.save(update_fields=["state", "attempts", "run_after", "finished_at"])
    record("jobs.retry", by=by, at=at, on=job, kind=job.kind, error=job.error)
    transaction.on_commit(wake)
    return job


@transaction.atomic
def cancel(*, job_id: UUID, by: Actor, at: datetime) -> Job:
    """
    Give a parked job up: it stays as a row and is never attempted again.

    Raises: Refused, NotFound, NotParked.
    """
    job = _parked(job_id, by)
    job.state = JobState.CANCELLED
    job.save(update_fields=["state"])
    record("jobs.cancel", by=by, at=at, on=job, kind=job.kind, error=job.error)
    return job


def _parked(job_id: UUID, by: Actor) -> Job:
    may(by, Permission.OPERATIONS_RETRY).require()
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound()
    if job.state != JobState.PARKED:
        raise NotParked(state=JobState.label_of(job.state))
    return job
