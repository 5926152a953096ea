"""Taking a list out of the platform: noted in the audit log, as each viewer may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import QueryDict

from commons.access.actors import Actor
from commons.audit import recording as audit
from commons.hierarchy.models import TradeUnion
from commons.jobs import actions as jobs
from commons.jobs.models import Job
from commons.kit.clock import today
from commons.kit.errors import NotFound
from commons.kit.ids import uuid7
from commons.tables.asked import Asked, ask
from commons.tables.declaration import Column, Table
from commons.tables.workbook import written
from commons.tenancy.acting import require

EXPORT = "tables.export"
# More rows than this are written by a worker: a page should not keep its reader waiting, and writes about five in a millisecond.
AT_ONCE = 500


@dataclass(frozen=True)
class Exported:
    """Either the workbook itself or the job that is writing it."""

    content: bytes | None = None
    job: Job | None = None


@transaction.atomic
def export(*, table: Table[Any], query: QueryDict, by: Actor, at: datetime) -> Exported:
    """
    The rows that fit, in the list's order with its columns (`columns=all`: with all of them); a long one is asked for as a job.

    Raises: Refused, NotFound for a list that is not taken out, FiltersMisshapen.
    """
    if table.export is None:
        raise NotFound()
    require(by, table.permission)
    require(by, table.export)
    asked = ask(table, by, query)
    asked.require_sound()
    count, columns = asked.taken.count(), chosen(asked)
    if count > AT_ONCE:
        payload = {"table": table.name, "query": query.urlencode(), "columns": [one.name for one in columns]}
        job = jobs.enqueue(kind=EXPORT, union=by.union, payload=payload, key=str(uuid7()), by=by, at=at)
        audit.record("tables.export.asked", by=by, at=at, table=table.name, rows=count)
        return Exported(job=job)
    content, done = written(asked, columns)
    note(table, columns, done, by=by, at=at)
    return Exported(content=content)


def chosen(asked: Asked[Any]) -> tuple[Column, ...]:
    """The columns of the sheet."""
    return asked.table.columns_for(asked.actor) if asked.query.get("columns") == "all" else asked.columns


def note(table: Table[Any], columns: tuple[Column, ...], rows: int, *, by: Actor, at: datetime) -> None:
    """What was taken out, without a word of it."""
    audit.record("tables.export", by=by, at=at, table=table.name, rows=rows, columns=[one.name for one in columns])


def file_name(table: Table[Any], union: TradeUnion, at: datetime) -> str:
    """'长沙市总工会服务项目-2026-11-22.xlsx'."""
    return f"{union.name_zh}{table.title}-{today(at).isoformat()}.xlsx"
