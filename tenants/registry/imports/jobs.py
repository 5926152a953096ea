"""
The two jobs of an import: the dry run and the run itself.

Each runs in the engine's transaction: killed at any point, nothing has been written and the job is taken again.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any
from uuid import UUID

from commons.access import actors
from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.files import actions as files
from commons.files import selectors as stored
from commons.files.kinds import sheet_kind
from commons.files.models import StoredFile
from commons.jobs import register
from commons.jobs.context import JobContext
from commons.kit.clock import today
from commons.kit.errors import DomainError
from commons.people.models import User
from tenants.registry.actions import intake
from tenants.registry.enums import ImportState
from tenants.registry.imports import packing, selectors, sheets
from tenants.registry.imports.actions import CHECK, RUN
from tenants.registry.imports.checking import Checked, checked
from tenants.registry.imports.sheets import EXAMPLE, Row
from tenants.registry.intake import Outcome
from tenants.registry.models import ImportBatch

CHUNK = 1000
_NO_RIGHT = "发起导入的人员已没有导入权限，请由有权限的人员重新导入。"
_PARKED = "系统处理时发生错误，没有写入任何内容。请稍后重新核对；仍不成功的，请联系平台管理员。"


def parked(job: JobContext) -> None:
    """After the last attempt: say so on the batch, whose page somebody is looking at."""
    batch = _batch(job)
    if batch is not None and batch.state in {ImportState.CHECKING, ImportState.IMPORTING}:
        _fail(batch, _PARKED, job.at)


@register.handler(CHECK, label="台账导入预检", lease_s=120, when_parked=parked)
def check(job: JobContext) -> dict[str, Any]:
    """Read the sheet, if that has not been done, and say of each row what importing it would do."""
    batch = _batch(job)
    if batch is None or batch.state != ImportState.CHECKING:
        return {}
    by = _asker(job)
    if by is None:
        return _fail(batch, _NO_RIGHT, job.at)
    try:
        rows = packing.rows_of(batch) if batch.sheet else _read(batch, job)
    except DomainError as unreadable:
        return _fail(batch, unreadable.message, job.at)
    if not rows:
        return _fail(batch, "标题行下面没有数据。请使用模板，从第2行起填写。", job.at)
    job.progress(len(rows) // 3, len(rows), "正在核对")
    found = _checked(batch, rows, by, job.at)
    batch.report, batch.problems = found.report, packing.packed_problems(found.problems)
    batch.state, batch.failure = ImportState.CHECKED, ""
    batch.save()
    return dict(found.report)


@register.handler(RUN, label="台账导入", lease_s=120, when_parked=parked)
def run(job: JobContext) -> dict[str, Any]:
    """
    Check again, for the ledger may have moved on, and enter the good rows, or none when all must be good.

    Shape of the result: {"new", "changed", "same", "bad"}.
    """
    batch = _batch(job)
    if batch is None or batch.state != ImportState.IMPORTING:
        return {}
    by = _asker(job)
    if by is None:
        return _fail(batch, _NO_RIGHT, job.at)
    rows = packing.rows_of(batch)
    found = _checked(batch, rows, by, job.at)
    if found.bad_rows and not batch.good_rows_only:
        batch.problems, batch.report = packing.packed_problems(found.problems), found.report
        return _fail(batch, f"核对后又发现{len(found.bad_rows)}行不符合要求，没有写入任何内容。", job.at)
    result = {"new": 0, "changed": 0, "same": 0, "bad": len(found.bad_rows)}
    for begin in range(0, len(found.good), CHUNK):
        job.progress(begin, len(found.good), "正在写入")
        part = found.good[begin : begin + CHUNK]
        for taken in intake.bulk_intake(entries=part, by=by, at=job.at, verified=batch.verified):
            result[Outcome(taken.outcome).value] += 1
    job.progress(len(found.good), len(found.good), "正在保存")
    batch.report = {**found.report, **result}
    batch.problems = packing.packed_problems(found.problems)
    # Only what was not taken is still needed, for the sheet of errors.
    batch.sheet = packing.packed_rows(row for row in rows if row.number in found.bad_rows)
    batch.sample = ""
    batch.state, batch.finished_at, batch.failure = ImportState.DONE, job.at, ""
    batch.save()
    return dict(result)


def _batch(job: JobContext) -> ImportBatch | None:
    return ImportBatch.objects.select_for_update().filter(pk=UUID(job.payload["batch"])).first()


def _asker(job: JobContext) -> Actor | None:
    """Whoever asked, with the rights held now; None when these no longer allow an import."""
    union = job.require_union()
    user = User.objects.filter(pk=job.asked_by_id).first() if job.asked_by_id else None
    if user is None:
        return job.by if job.asked_by_id is None else None
    actor = actors.acting(user, union)
    return actor if actor is not None and may(actor, Permission.LEDGER_IMPORT) else None


def _read(batch: ImportBatch, job: JobContext) -> list[Row]:
    file = StoredFile.objects.select_related("union").get(pk=batch.file_id)
    job.progress(0, 0, "正在读取表格")
    content = io.BytesIO(stored.content(file))
    sheet = sheets.read(content, sheet_kind(content))
    # The template's own example row is nobody's organization.
    rows = [row for row in sheet.rows if not any(cell.startswith(EXAMPLE) for cell in row.cells)]
    batch.headers, batch.sheet = sheet.headers, packing.packed_rows(rows)
    batch.file_id = None
    files.delete(file=file)
    return rows


def _checked(batch: ImportBatch, rows: list[Row], by: Actor, at: datetime) -> Checked:
    return checked(rows, batch.mapping, default_region=selectors.default_region(by), today=today(at))


def _fail(batch: ImportBatch, sentence: str, at: datetime) -> dict[str, Any]:
    batch.state, batch.failure, batch.finished_at = ImportState.FAILED, sentence[:300], at
    batch.save()
    return {"failed": True}
