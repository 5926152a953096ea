"""
The two jobs of an import: the dry run and the run itself.

Each runs in the engine's transaction: killed at any point, nothing has been written and the job is taken again.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.files import actions as files
from commons.files import selectors as stored
from commons.files.kinds import sheet_kind
from commons.files.models import StoredFile
from commons.jobs import register
from commons.jobs.asker import asker
from commons.jobs.context import JobContext
from commons.kit.clock import today
from commons.kit.errors import DomainError
from tenants.registry.actions import intake
from tenants.registry.enums import ImportState
from tenants.registry.errors import RowsInvalid
from tenants.registry.imports import packing, selectors, sheets
from tenants.registry.imports.actions import CHECK, RUN
from tenants.registry.imports.checking import Problem, checked, entry_of
from tenants.registry.imports.errors import SheetGone
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
    by = asker(job, Permission.LEDGER_IMPORT)
    if by is None:
        return _fail(batch, _NO_RIGHT, job.at)
    try:
        rows = packing.rows_of(batch) if batch.sheet else _read(batch, job)
    except DomainError as unreadable:
        return _fail(batch, unreadable.message, job.at)
    if not rows:
        return _fail(batch, "标题行下面没有数据。请使用模板，从第2行起填写。", job.at)
    job.progress(len(rows) // 3, len(rows), "正在核对")
    found = checked(rows, batch.mapping, default_region=selectors.default_region(by), today=today(job.at))
    batch.report, batch.problems = found.report, packing.packed_problems(found.problems)
    batch.state, batch.failure = ImportState.CHECKED, ""
    batch.save()
    return dict(found.report)


@register.handler(RUN, label="台账导入", lease_s=120, when_parked=parked)
def run(job: JobContext) -> dict[str, Any]:
    """
    Enter the rows that were good when they were checked, or none when all must still be good: the ledger may have
    moved on since.

    Shape of the result: {"new", "changed", "same", "bad"}.
    """
    batch = _batch(job)
    if batch is None or batch.state != ImportState.IMPORTING:
        return {}
    by = asker(job, Permission.LEDGER_IMPORT)
    if by is None:
        return _fail(batch, _NO_RIGHT, job.at)
    rows, known = packing.rows_of(batch), packing.problems_of(batch)
    bad = {problem.row for problem in known}
    good = [row for row in rows if row.number not in bad]
    result = {"new": 0, "changed": 0, "same": 0}
    found: list[Problem] = []
    with transaction.atomic():
        for begin in range(0, len(good), CHUNK):
            job.progress(begin, len(good), "正在写入")
            found += _enter(good[begin : begin + CHUNK], batch, by, job.at, result)
        if found and not batch.good_rows_only:
            transaction.set_rollback(True)
    if found:
        batch.problems = packing.packed_problems(sorted([*known, *found], key=lambda problem: problem.row))
        bad |= {problem.row for problem in found}
    batch.report = {**batch.report, "bad": len(bad), "good": len(rows) - len(bad)}
    if found and not batch.good_rows_only:
        return _fail(batch, f"核对后又发现{len(bad)}行不符合要求，没有写入任何内容。", job.at)
    job.progress(len(good), len(good), "正在保存")
    batch.report |= result
    # Only what was not taken is still needed, for the sheet of errors.
    batch.sheet = packing.packed_rows(row for row in rows if row.number in bad)
    batch.sample = ""
    batch.state, batch.finished_at, batch.failure = ImportState.DONE, job.at, ""
    batch.save()
    return {**result, "bad": len(bad)}


def _enter(rows: list[Row], batch: ImportBatch, by: Actor, at: datetime, result: dict[str, int]) -> list[Problem]:
    """Enter rows that were good when they were checked, and count them; what has become bad since is returned."""
    problems: list[Problem] = []
    region = selectors.default_region(by)
    while rows:
        entries = [entry_of(row, batch.mapping, region) for row in rows]
        try:
            taken = intake.bulk_intake(entries=entries, by=by, at=at, verified=batch.verified)
        except RowsInvalid as refused:
            for index, told in refused.rows.items():
                problems += [Problem(rows[index].number, name, text) for name, texts in told.items() for text in texts]
            rows = [row for index, row in enumerate(rows) if index not in refused.rows]
            continue
        for one in taken:
            result[Outcome(one.outcome).value] += 1
        break
    return problems


def _batch(job: JobContext) -> ImportBatch | None:
    return ImportBatch.objects.select_for_update().filter(pk=UUID(job.payload["batch"])).first()


def _read(batch: ImportBatch, job: JobContext) -> list[Row]:
    file = StoredFile.objects.select_related("union").filter(pk=batch.file_id).first() if batch.file_id else None
    if file is None:
        raise SheetGone()
    job.progress(0, 0, "正在读取表格")
    content = io.BytesIO(stored.content(file))
    sheet = sheets.read(content, sheet_kind(content))
    # The template's own example row is nobody's organization.
    rows = [row for row in sheet.rows if not any(cell.startswith(EXAMPLE) for cell in row.cells)]
    batch.headers, batch.sheet = sheet.headers, packing.packed_rows(rows)
    batch.file_id = None
    files.delete(file=file)
    return rows


def _fail(batch: ImportBatch, sentence: str, at: datetime) -> dict[str, Any]:
    batch.state, batch.failure, batch.finished_at = ImportState.FAILED, sentence[:300], at
    batch.save()
    return {"failed": True}
