"""Taking the ledger out of the platform: noted in the audit log, as each viewer may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit import recording as audit
from commons.jobs import actions as jobs
from commons.jobs.models import Job
from commons.kit.clock import today
from commons.kit.ids import uuid7
from commons.tenancy.acting import require
from tenants.registry.exports.columns import chosen
from tenants.registry.exports.filters import Filters
from tenants.registry.exports.workbook import written

PURPOSE = "registry.export"
EXPORT = "registry.export"
# More rows than this are written by a worker: a page should not keep its reader waiting.
AT_ONCE = 2000


@dataclass(frozen=True)
class Exported:
    """Either the workbook itself or the job that is writing it."""

    content: bytes | None = None
    job: Job | None = None


@transaction.atomic
def export(*, filters: Filters, columns: Sequence[str], by: Actor, at: datetime) -> Exported:
    """
    The entries that fit, as a workbook; a long one is asked for as a job.

    Raises: Refused.
    """
    require(by, Permission.LEDGER_EXPORT)
    rows = filters.rows(by, today(at))
    count = rows.count()
    if count > AT_ONCE:
        payload = {"filters": filters.carried(), "columns": list(columns)}
        job = jobs.enqueue(kind=EXPORT, union=by.union, payload=payload, key=str(uuid7()), by=by, at=at)
        audit.record("registry.export.asked", by=by, at=at, rows=count)
        return Exported(job=job)
    content, done = written(rows, chosen(columns), actor=by, today=today(at))
    audit.record("registry.export", by=by, at=at, rows=done, columns=list(columns))
    return Exported(content=content)
