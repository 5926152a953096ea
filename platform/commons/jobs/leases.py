"""
Who works on what: a job is leased, not locked, so that it outlives whoever took it.

A lease is a random id and an end. Everything a holder writes about its job says `WHERE lease = mine`: a holder that was
too slow, or was thought dead, changes nothing. Source: DESIGN §3.10.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from commons.jobs import register
from commons.jobs.enums import JobState
from commons.jobs.models import Job

_OPEN = (JobState.QUEUED, JobState.RUNNING)


def _due(at: datetime, only: uuid.UUID | None) -> Q:
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, leased_until__lt=at)
    due = Q(state__in=_OPEN, run_after__lte=at) & free
    return due & Q(pk=only) if only else due


def _may_go_on() -> Q:
    """A union that is suspended keeps its jobs waiting; some kinds work on unions that are not usable yet."""
    usual = Q(union__isnull=True) | Q(union__state__in=register.USABLE)
    for kind in register.known():
        if kind.while_union != register.USABLE:
            usual |= Q(kind=kind.name, union__state__in=kind.while_union)
    return usual


def take(*, at: datetime, only: uuid.UUID | None = None) -> Job | None:
    """
    Lease the job that has been due longest, in a short transaction of its own; None when nothing is due.

    Two workers never get the same job, and neither waits for the other (`FOR UPDATE SKIP LOCKED`). A job whose holder
    died is due again when its lease has run out.
    """
    with transaction.atomic():
        job = (
            Job.objects.filter(_due(at, only))
            .filter(_may_go_on())
            .select_related("union")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by("run_after", "pk")
            .first()
        )
        if job is None:
            return None
        job.lease = uuid.uuid4()
        job.leased_until = until(job, at=at)
        job.state = JobState.RUNNING
        job.attempts += 1
        job.save(update_fields=["lease", "leased_until", "state", "attempts"])
    return job


def until(job: Job, *, at: datetime) -> datetime:
    """The end of a lease that is taken or extended at the moment `at`."""
    return at + timedelta(seconds=_lease_s(job.kind))


def held(job: Job) -> QuerySet[Job]:
    """The job's row if the lease is still ours, else no row: what a holder may write to."""
    return Job.objects.filter(pk=job.pk, lease=job.lease, state=JobState.RUNNING)


def may_finish(job: Job) -> QuerySet[Job]:
    """The same, and none either when its union was suspended meanwhile: then the effect waits with the job."""
    return held(job).filter(_may_go_on())


def waiting(*, at: datetime) -> int:
    """How many jobs are due and free."""
    return Job.objects.filter(_due(at, None)).filter(_may_go_on()).count()


def _lease_s(kind: str) -> float:
    found = {known.name: known.lease_s for known in register.known()}
    return found.get(kind, register.LEASE_S)
