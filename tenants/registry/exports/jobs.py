"""The job of a long export."""

from __future__ import annotations

from typing import Any

from commons.access.permissions import Permission
from commons.audit import recording as audit
from commons.files import actions as files
from commons.files.enums import FileKind
from commons.jobs import register
from commons.jobs.asker import asker
from commons.jobs.context import JobContext
from commons.kit.clock import today
from commons.kit.errors import NotFound
from tenants.registry.exports.actions import EXPORT, PURPOSE
from tenants.registry.exports.columns import chosen
from tenants.registry.exports.filters import Filters
from tenants.registry.exports.names import file_name
from tenants.registry.exports.workbook import written


@register.handler(EXPORT, label="台账导出", lease_s=120)
def export(job: JobContext) -> dict[str, Any]:
    """
    Write the workbook, as the asker may see the ledger now, and keep it as the asker's own file.

    Shape of the result: {"file", "rows"}. Raises: NotFound when the asker's rights have ended.
    """
    union = job.require_union()
    by = asker(job, Permission.LEDGER_EXPORT)
    if by is None:
        raise NotFound()
    filters = Filters.read(job.payload["filters"])
    rows = filters.rows(by, today(job.at))
    total = rows.count()
    content, done = written(
        rows,
        chosen(job.payload["columns"]),
        actor=by,
        today=today(job.at),
        progress=lambda done: job.progress(done, total, "正在写入"),
    )
    file = files.store(
        union=union,
        purpose=PURPOSE,
        name=file_name(union, job.at),
        content_type=FileKind.XLSX.content_type,
        content=content,
        by=by,
        at=job.at,
    )
    audit.record("registry.export", by=by, at=job.at, rows=done, columns=job.payload["columns"])
    return {"file": str(file.pk), "rows": done}
