"""Steps of an import: upload, choose columns, choose how. What takes time is asked for as a job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit import recording as audit
from commons.files import actions as files
from commons.files.errors import TooLarge
from commons.files.kinds import sheet_kind
from commons.hierarchy.models import TradeUnion
from commons.jobs import actions as jobs
from commons.kit.errors import Invalid, NotFound
from commons.kit.ids import uuid7
from commons.tenancy.acting import require
from tenants.registry.enums import ImportState
from tenants.registry.imports import mapping as columns
from tenants.registry.imports import packing, selectors, sheets
from tenants.registry.imports.errors import BatchBusy, NothingToImport, RowsBad, SheetGone
from tenants.registry.models import ImportBatch

PURPOSE = "registry.import"
CHECK = "registry.import.check"
RUN = "registry.import.run"
KEPT_FOR = timedelta(days=30)


@transaction.atomic
def upload(*, file: BinaryIO, name: str, size: int, by: Actor, at: datetime) -> ImportBatch:
    """
    Take a sheet in: judged by its content, kept sealed, its heading and first rows read.

    Raises: Refused, TooLarge, Empty, KindRefused, SheetUnreadable.
    """
    require(by, Permission.LEDGER_IMPORT)
    union = _union(by)
    if size > settings.UPLOAD_MAX_BYTES:
        raise TooLarge(limit_mb=settings.UPLOAD_MAX_BYTES // (1024 * 1024))
    kind = sheet_kind(file)
    start = sheets.begin(file, kind)
    file.seek(0)
    stored = files.store(
        union=union, purpose=PURPOSE, name=name, content_type=kind.content_type, content=file, by=by, at=at
    )
    _forget(at)
    batch = ImportBatch.objects.create(
        file_id=stored.pk,
        file_name=stored.name,
        sha256=stored.sha256,
        headers=start.headers,
        sample=packing.packed_rows(start.rows),
        mapping=columns.guessed(start.headers),
        created_at=at,
        created_by_id=by.user_id,
        created_by_name=by.name,
    )
    audit.record("registry.import.upload", by=by, at=at, on=batch)
    return batch


@transaction.atomic
def choose_columns(*, batch: ImportBatch, chosen: Mapping[int, str], by: Actor, at: datetime) -> ImportBatch:
    """
    Decide which column holds which field, and ask for the dry run.

    Raises: Refused, BatchBusy, Invalid.
    """
    require(by, Permission.LEDGER_IMPORT)
    row = _locked(batch, {ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED})
    mapping, problems = columns.chosen(chosen, len(row.headers))
    problems += columns.missing(mapping, default_region=selectors.default_region(by))
    if problems:
        raise Invalid({"": problems})
    row.mapping, row.state, row.failure, row.problems, row.report = mapping, ImportState.CHECKING, "", "", {}
    _ask(row, CHECK, by, at)
    return row


@transaction.atomic
def start(*, batch: ImportBatch, good_rows_only: bool, verified: bool, by: Actor, at: datetime) -> ImportBatch:
    """
    Ask for the import of a checked sheet: all rows or none, or the good ones only; complete rows on the ledger at
    once when `verified`.

    Raises: Refused, BatchBusy, RowsBad, NothingToImport.
    """
    require(by, Permission.LEDGER_IMPORT)
    row = _locked(batch, {ImportState.CHECKED})
    if not row.sheet:
        raise SheetGone()
    if not row.report.get("good"):
        raise NothingToImport()
    if row.report.get("bad") and not good_rows_only:
        raise RowsBad(bad=row.report["bad"])
    row.good_rows_only, row.verified, row.state = good_rows_only, verified, ImportState.IMPORTING
    _ask(row, RUN, by, at)
    audit.record("registry.import.start", by=by, at=at, on=row, good_rows_only=good_rows_only, verified=verified)
    return row


def _ask(row: ImportBatch, kind: str, by: Actor, at: datetime) -> None:
    job = jobs.enqueue(
        kind=kind, union=_union(by), payload={"batch": str(row.pk)}, key=f"{row.pk}:{uuid7()}", by=by, at=at
    )
    row.job_id = job.pk
    row.save(
        update_fields=["mapping", "state", "failure", "problems", "report", "good_rows_only", "verified", "job_id"]
    )


def _locked(batch: ImportBatch, states: set[ImportState]) -> ImportBatch:
    row = ImportBatch.objects.select_for_update().filter(pk=batch.pk).first()
    if row is None:
        raise NotFound()
    if row.state not in states:
        raise BatchBusy(state=ImportState.label_of(row.state))
    return row


def _forget(at: datetime) -> None:
    """Empty what older batches hold: an import is worked on for days, not kept for years."""
    old = ImportBatch.objects.filter(created_at__lt=at - KEPT_FOR).exclude(sheet="", sample="", problems="")
    old.update(sheet="", sample="", problems="")


def _union(by: Actor) -> TradeUnion:
    if by.union is None:
        raise RuntimeError("An import needs an acting union.")
    return by.union
