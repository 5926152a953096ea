"""The job of a long export."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from commons.access.policies import may
from commons.files import actions as files
from commons.files.enums import FileKind
from commons.jobs import register
from commons.jobs.asker import asker
from commons.jobs.context import JobContext
from commons.kit.errors import NotFound
from commons.tables.asked import ask
from commons.tables.declaration import named
from commons.tables.exporting import EXPORT, file_name, note
from commons.tables.workbook import written


@register.handler(EXPORT, label="列表导出", lease_s=120)
def export(job: JobContext) -> dict[str, Any]:
    """
    Write the workbook, as the asker may see the list now, and keep it as the asker's own file.

    Shape of the result: {"file", "rows"}. Raises: NotFound when the asker's rights have ended.
    """
    union, table = job.require_union(), named(job.payload["table"])
    by = asker(job, table.export) if table.export is not None else None
    if by is None or not may(by, table.permission):
        raise NotFound()
    asked = ask(table, by, QueryDict(job.payload["query"]))
    asked.require_sound()
    names, total = set(job.payload["columns"]), asked.taken.count()
    columns = tuple(one for one in table.columns_for(by) if one.name in names)
    content, done = written(asked, columns, progress=lambda done: job.progress(done, total, "正在写入"))
    file = files.store(
        union=union,
        purpose=table.purpose,
        name=file_name(table, union, job.at),
        content_type=FileKind.XLSX.content_type,
        content=content,
        by=by,
        at=job.at,
    )
    note(table, columns, done, by=by, at=job.at)
    return {"file": str(file.pk), "rows": done}
