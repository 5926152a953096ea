"""
Pages of an import: upload, columns, check, choice, result. The steps work without a script; htmx only saves the
reloading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.files.enums import FileKind
from commons.files.responses import attachment
from commons.jobs import selectors as jobs
from commons.jobs.enums import JobState
from commons.kit.clock import now
from commons.kit.errors import DomainError, Invalid
from commons.tenancy.acting import require
from commons.web.frame import Crumb
from tenants.registry.enums import ImportState
from tenants.registry.fields import FIELDS
from tenants.registry.imports import actions, packing, selectors, sheets, workbooks
from tenants.registry.imports.checking import Problem
from tenants.registry.models import ImportBatch

SHOWN_PROBLEMS = 200
_STEPS = ("上传表格", "选择列", "核对", "导入")


class UploadForm(forms.Form):
    file = forms.FileField(
        label="表格文件",
        help_text=f"接收 .xlsx 和 .csv，第一行是标题，最多 {sheets.MAX_ROWS:,} 行。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "请选择要导入的文件。", "empty": "这个文件是空的，请重新选择文件。"},
    )


class RunForm(forms.Form):
    mode = forms.ChoiceField(
        label="导入方式",
        choices=[("all", "全部正确才导入"), ("good", "只导入正确的行")],
        widget=forms.RadioSelect,
        initial="all",
        error_messages={"required": "请选择导入方式。", "invalid_choice": "请选择导入方式。"},
    )
    verified = forms.BooleanField(
        label="资料完整的行导入后直接列为在册",
        required=False,
        help_text="规模、地域行业、活动内容、工作方式、资金来源、组建方式齐全，并填写了登记证书号或登记库中已有的组织；其余为待核实。",
    )


@dataclass(frozen=True)
class Step:
    label: str
    state: str


@dataclass(frozen=True)
class BeginPage:
    """The upload form and the latest imports."""

    form: UploadForm
    batches: list[ImportBatch]
    template_url: str
    steps: list[Step]
    breadcrumbs: list[Crumb]


@dataclass(frozen=True)
class ColumnChoice:
    """One column of the sheet: where it stands, what it is headed and holds, which field it was taken for."""

    index: int
    letter: str
    header: str
    samples: list[str]
    chosen: str


@dataclass(frozen=True)
class ColumnsPage:
    batch: ImportBatch
    columns: list[ColumnChoice]
    fields: list[tuple[str, str]]
    problems: list[str]
    needs_region: bool
    steps: list[Step]
    breadcrumbs: list[Crumb]


@dataclass(frozen=True)
class Progress:
    """How far the job has come, for the progress component."""

    label: str
    percent: float
    done: int = 0
    total: int = 0
    note: str = ""
    state: str = ""
    poll: str = ""


@dataclass(frozen=True)
class BatchPage:
    batch: ImportBatch
    steps: list[Step]
    breadcrumbs: list[Crumb]
    columns_url: str
    begin_url: str
    errors_url: str
    organizations_url: str
    progress: Progress | None = None
    form: RunForm | None = None
    run_url: str = ""
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, union_code: str) -> HttpResponse:
    """Upload a sheet."""
    actor = _actor(request)
    require(actor, Permission.LEDGER_IMPORT)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                batch = actions.upload(file=upload.file, name=upload.name, size=upload.size, by=actor, at=now())
            except DomainError as refusal:
                form.add_error("file", refusal.message)
                status = refusal.status
            else:
                return HttpResponseRedirect(_url("import-batch", union_code, batch.pk))
    page = BeginPage(
        form=form,
        batches=list(selectors.batches(actor)[:10]),
        template_url=_url("import-template", union_code),
        steps=_steps(0),
        breadcrumbs=_crumbs(union_code),
    )
    return render(request, "registry/imports/begin.html", {"page": page}, status=status)


@require_GET
def template(request: HttpRequest, union_code: str) -> HttpResponse:
    """The sheet to fill in."""
    require(_actor(request), Permission.LEDGER_IMPORT)
    return attachment(workbooks.template(), name="社会组织台账导入模板.xlsx", content_type=FileKind.XLSX.content_type)


@require_GET
def batch(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Where an import stands."""
    found = selectors.batch(_actor(request), pk)
    if found.state == ImportState.UPLOADED:
        return _columns(request, union_code, found, [], None)
    return _stand(request, union_code, found, RunForm(initial={"mode": "good" if found.report.get("bad") else "all"}))


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Choose which column holds what."""
    actor = _actor(request)
    found = selectors.batch(actor, pk)
    if request.method == "GET":
        return _columns(request, union_code, found, [], None)
    chosen = {index: request.POST.get(f"column-{index}", "") for index in range(len(found.headers))}
    try:
        actions.choose_columns(batch=found, chosen=chosen, by=actor, at=now())
    except Invalid as wrong:
        return _columns(request, union_code, found, wrong.problems[""], chosen, status=422)
    return HttpResponseRedirect(_url("import-batch", union_code, pk))


@require_POST
def run(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Import what was checked."""
    actor = _actor(request)
    found = selectors.batch(actor, pk)
    form = RunForm(request.POST)
    if form.is_valid():
        try:
            actions.start(
                batch=found,
                good_rows_only=form.cleaned_data["mode"] == "good",
                verified=form.cleaned_data["verified"],
                by=actor,
                at=now(),
            )
        except DomainError as refusal:
            if refusal.status != 422:
                raise
            form.add_error(None, refusal.message)
        else:
            return HttpResponseRedirect(_url("import-batch", union_code, pk))
    return _stand(request, union_code, found, form, status=422)


@require_GET
def progress(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """
    The progress component, asked for every two seconds; when there is no more to wait for, the page is asked for anew.
    """
    actor = _actor(request)
    found = selectors.batch(actor, pk)
    shown = _progress(actor, found, union_code)
    if shown is None:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "registry/imports/progress.html", {"progress": shown})


@require_GET
def errors(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """The bad rows to correct and upload again."""
    found = selectors.batch(_actor(request), pk)
    content = workbooks.errors(found.headers, packing.rows_of(found), packing.problems_of(found), found.mapping)
    stem = found.file_name.rsplit(".", 1)[0]
    return attachment(content, name=f"{stem}-需要改正.xlsx", content_type=FileKind.XLSX.content_type)


def _columns(
    request: HttpRequest,
    union_code: str,
    found: ImportBatch,
    problems: list[str],
    chosen: dict[int, str] | None,
    status: int = 200,
) -> HttpResponse:
    taken = chosen if chosen is not None else {index: name for name, index in found.mapping.items()}
    sample = packing.sample_of(found)
    page = ColumnsPage(
        batch=found,
        columns=[
            ColumnChoice(
                index=index,
                letter=sheets.column_name(index),
                header=header,
                samples=[row.cells[index] for row in sample if index < len(row.cells) and row.cells[index]][:3],
                chosen=taken.get(index, ""),
            )
            for index, header in enumerate(found.headers)
        ],
        fields=[(one.name, f"{one.label}（必填）" if one.required else one.label) for one in FIELDS],
        problems=problems,
        needs_region="region_code" not in taken.values() and bool(selectors.default_region(_actor(request))),
        steps=_steps(1),
        breadcrumbs=_crumbs(union_code, found),
    )
    return render(request, "registry/imports/columns.html", {"page": page}, status=status)


def _stand(request: HttpRequest, union_code: str, found: ImportBatch, form: RunForm, status: int = 200) -> HttpResponse:
    actor = _actor(request)
    problems = packing.problems_of(found)
    shown = _progress(actor, found, union_code)
    at_step = {ImportState.CHECKING: 2, ImportState.CHECKED: 3, ImportState.IMPORTING: 3, ImportState.DONE: 4}
    page = BatchPage(
        batch=found,
        steps=_steps(at_step.get(ImportState(found.state), 2)),
        breadcrumbs=_crumbs(union_code, found),
        columns_url=_url("import-columns", union_code, found.pk),
        begin_url=_url("import-begin", union_code),
        errors_url=_url("import-errors", union_code, found.pk) if problems else "",
        organizations_url=f"/u/{union_code}/organizations",
        progress=shown,
        form=form if found.state == ImportState.CHECKED else None,
        run_url=_url("import-run", union_code, found.pk),
        problems=problems[:SHOWN_PROBLEMS],
        more_problems=max(len(problems) - SHOWN_PROBLEMS, 0),
    )
    return render(request, "registry/imports/batch.html", {"page": page}, status=status)


def _progress(actor: Actor, found: ImportBatch, union_code: str) -> Progress | None:
    """None when nothing is under way."""
    if found.state not in {ImportState.CHECKING, ImportState.IMPORTING} or found.job_id is None or actor.union is None:
        return None
    job = jobs.own_job(actor.union, found.job_id)
    label = "正在核对" if found.state == ImportState.CHECKING else "正在导入"
    if job.state in {JobState.PARKED, JobState.CANCELLED}:
        return Progress(label="未能完成，请联系平台管理员", percent=0, state="failed")
    return Progress(
        label=label if job.state == JobState.RUNNING else f"{label}（排队中）",
        percent=jobs.percent(job.progress) or 0,
        done=job.progress.get("done", 0),
        total=job.progress.get("total", 0),
        note=job.progress.get("note", ""),
        poll=_url("import-progress", union_code, found.pk),
    )


def _steps(current: int) -> list[Step]:
    return [
        Step(label, "done" if index < current else "current" if index == current else "todo")
        for index, label in enumerate(_STEPS)
    ]


def _crumbs(union_code: str, found: ImportBatch | None = None) -> list[Crumb]:
    trail = [Crumb("社会组织台账", f"/u/{union_code}/organizations")]
    if found is None:
        return [*trail, Crumb("批量导入")]
    return [*trail, Crumb("批量导入", _url("import-begin", union_code)), Crumb(found.file_name)]


def _url(name: str, union_code: str, pk: UUID | None = None) -> str:
    return reverse(name, kwargs={"union_code": union_code} | ({"pk": pk} if pk else {}))


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]
