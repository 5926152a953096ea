"""Taking the filtered list away as a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from commons.access.actors import Actor
from commons.files.enums import FileKind
from commons.files.responses import attachment
from commons.jobs import selectors as jobs
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.kit.errors import NotFound
from commons.tables import exporting
from commons.tables.declaration import Table, named
from commons.web.frame import Crumb, actor_of, require_post


@dataclass(frozen=True)
class Progress:
    """How far the job has come, for the progress component."""

    label: str
    percent: float
    done: int
    total: int
    note: str
    poll: str


@dataclass(frozen=True)
class ExportPage:
    """A long export on its way."""

    title: str
    unit: str
    progress: Progress | None
    rows: int
    file_url: str


@require_safe
def export(request: HttpRequest, union_code: str, name: str) -> HttpResponse:
    """The list as its address asks for it, as a workbook."""
    actor, at, table = actor_of(request), now(), named(name)
    done = exporting.export(table=table, query=request.GET, by=actor, at=at)
    if done.job is not None:
        return HttpResponseRedirect(reverse("list-export-progress", args=[union_code, name, done.job.pk]))
    assert done.content is not None
    assert actor.union is not None
    called = exporting.file_name(table, actor.union, at)
    return attachment(done.content, name=called, content_type=FileKind.XLSX.content_type)


@require_safe
def progress(request: HttpRequest, union_code: str, name: str, pk: UUID) -> HttpResponse:
    """How far a long export has come, then the way to its file. Only for whoever asked for it."""
    table = named(name)
    if table.export is None:
        raise NotFound()
    actor = require_post(request, table.export)
    job = _own(actor, table, pk)
    waiting = job.state in {JobState.QUEUED, JobState.RUNNING}
    if request.headers.get("HX-Request") and not waiting:
        refresh = HttpResponse(status=204)
        refresh["HX-Refresh"] = "true"
        return refresh
    shown = Progress(
        label="正在导出" if job.state == JobState.RUNNING else "正在导出（排队中）",
        percent=jobs.percent(job.progress) or 0,
        done=job.progress.get("done", 0),
        total=job.progress.get("total", 0),
        note=job.progress.get("note", ""),
        poll=request.path,
    )
    if request.headers.get("HX-Request"):
        return render(request, "tables/progress.html", {"progress": shown})
    file = job.result.get("file") if job.state == JobState.DONE else None
    page = ExportPage(
        title=f"导出{table.title}",
        unit=table.unit,
        progress=shown if waiting else None,
        rows=job.result.get("rows", 0),
        file_url=reverse("file", args=[union_code, file]) if file else "",
    )
    crumbs = [Crumb(table.title, table.url(union_code)), Crumb("导出")]
    return render(request, "tables/export.html", {"page": page, "breadcrumbs": crumbs})


def _own(actor: Actor, table: Table[Any], pk: UUID) -> Job:
    if actor.union is None:
        raise NotFound()
    job = jobs.own_job(actor.union, pk)
    if job.kind != exporting.EXPORT or job.asked_by_id != actor.user_id or job.payload.get("table") != table.name:
        raise NotFound()
    return job
