"""Taking the filtered list away as a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.files.enums import FileKind
from commons.files.responses import attachment
from commons.jobs import selectors as jobs
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.kit.errors import NotFound
from commons.tenancy.acting import require
from commons.web.frame import Crumb
from tenants.registry.exports import actions
from tenants.registry.exports.columns import EVERY
from tenants.registry.exports.filters import Filters
from tenants.registry.exports.names import file_name
from tenants.registry.pages.imports import Progress
from tenants.registry.selectors.views import saved_columns


@dataclass(frozen=True)
class ExportPage:
    """A long export on its way."""

    progress: Progress | None
    rows: int
    file_url: str
    failed: bool
    breadcrumbs: list[Crumb]


@require_GET
def export(request: HttpRequest, union_code: str) -> HttpResponse:
    """The filtered entries; `columns=saved` for the columns of the list, all of them otherwise."""
    actor, at = _actor(request), now()
    require(actor, Permission.LEDGER_EXPORT)
    columns = saved_columns(actor) if request.GET.get("columns") == "saved" else EVERY
    done = actions.export(filters=Filters.read(request.GET), columns=columns, by=actor, at=at)
    if done.job is not None:
        return HttpResponseRedirect(reverse("export-progress", kwargs={"union_code": union_code, "pk": done.job.pk}))
    assert done.content is not None
    assert actor.union is not None
    return attachment(done.content, name=file_name(actor.union, at), content_type=FileKind.XLSX.content_type)


@require_GET
def progress(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """How far a long export has come, then the way to its file. Only for whoever asked for it."""
    actor = _actor(request)
    require(actor, Permission.LEDGER_EXPORT)
    job = _own(actor, pk)
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
        return render(request, "registry/imports/progress.html", {"progress": shown})
    file = job.result.get("file") if job.state == JobState.DONE else None
    page = ExportPage(
        progress=shown if waiting else None,
        rows=job.result.get("rows", 0),
        file_url=reverse("file", kwargs={"union_code": union_code, "pk": file}) if file else "",
        failed=job.state in {JobState.PARKED, JobState.CANCELLED},
        breadcrumbs=[Crumb("社会组织台账", f"/u/{union_code}/organizations"), Crumb("导出")],
    )
    return render(request, "registry/imports/export.html", {"page": page})


def _own(actor: Actor, pk: UUID) -> Job:
    if actor.union is None:
        raise NotFound()
    job = jobs.own_job(actor.union, pk)
    if job.kind != actions.EXPORT or job.asked_by_id != actor.user_id:
        raise NotFound()
    return job


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]
