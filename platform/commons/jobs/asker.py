"""Whoever asked for a job, with the rights held when it runs."""

from __future__ import annotations

from commons.access import actors
from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.jobs.context import JobContext
from commons.people.models import User


def asker(job: JobContext, permission: Permission) -> Actor | None:
    """
    The account that asked, acting in the job's union; None when its rights have ended since.

    A job that the platform itself asked for is done as the platform.
    """
    asked_by = job.asked_by_id
    if asked_by is None:
        return job.by
    user = User.objects.filter(pk=asked_by).first()
    actor = actors.acting(user, job.require_union()) if user is not None else None
    return actor if actor is not None and may(actor, permission) else None
