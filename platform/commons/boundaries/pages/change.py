"""/u/<nation>/boundaries/<id>: one change with its transfer of records; confirming, cancelling, undoing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from commons.access.actors import Actor
from commons.boundaries import actions, selectors, wording
from commons.boundaries.calendar import HAND_OVER
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.models import TreeChange
from commons.boundaries.pages.forms import ReasonForm
from commons.boundaries.pages.listing import state_label
from commons.boundaries.transfer import actions as transfer_actions
from commons.boundaries.transfer import selectors as transfers
from commons.boundaries.transfer.enums import RUNNING, RecordState, TransferState
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.models import TradeUnion
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.kit.errors import DomainError, NotFound, Refused
from commons.kit.forms import tell


@dataclass(frozen=True)
class Progress:
    """How far a transfer has come; `poll` is empty when there is nothing more to wait for."""

    label: str
    percent: int
    done: int
    total: int
    poll: str
    state: str


@dataclass(frozen=True)
class TransferTold:
    """One transfer of records that belongs to the change."""

    id: UUID
    sentence: str
    state: str
    state_label: str
    progress: Progress
    stopped: str
    tables: tuple[tuple[str, int], ...]
    joined: tuple[dict[str, str], ...]
    joined_count: int
    renumbered: int
    refused: tuple[str, ...]
    finished_at: datetime | None
    may_undo: bool


@dataclass(frozen=True)
class ChangePage:
    base: str
    change: TreeChange
    union: TradeUnion
    other: TradeUnion | None
    sentence: str
    kind: str
    state: ChangeState
    state_label: str
    transfers: tuple[TransferTold, ...]
    # What is with the records of a merger or a split whose transfer has not begun.
    waiting: str
    waiting_stopped: bool
    soon: Progress | None
    may_confirm: bool
    waits_for_another: bool
    may_cancel: bool


@require_safe
def change(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    row = selectors.change(actor, pk)
    base = f"/u/{union_code}/boundaries"
    planned = row.state == ChangeState.PLANNED
    open_closing = planned and row.kind == ChangeKind.CLOSE and row.confirmed_at is None
    found = transfers.transfers(actor, change_id=row.pk)
    waiting, stopped, pending = _waiting(row) if not found else ("", False, False)
    page = ChangePage(
        base=base,
        change=row,
        union=row.union,
        other=row.other,
        sentence=wording.sentence(row),
        kind=ChangeKind.label_of(row.kind),
        state=ChangeState(row.state),
        state_label=state_label(row),
        transfers=tuple(_told(base, row, one) for one in found),
        waiting=waiting,
        waiting_stopped=stopped,
        soon=_soon(base, row, waiting) if pending else None,
        may_confirm=open_closing and row.by_id != actor.user_id,
        waits_for_another=open_closing and row.by_id == actor.user_id,
        may_cancel=planned,
    )
    crumbs = [{"label": "区划调整", "url": base}, {"label": row.union.name_zh, "url": ""}]
    return render(request, "boundaries/change.html", {"page": page, "breadcrumbs": crumbs})


@require_safe
def progress(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """How far the transfer is: asked again and again by the page until it reloads itself."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    row = selectors.change(actor, pk)
    base, found = f"/u/{union_code}/boundaries", transfers.transfers(actor, change_id=row.pk)
    running = [one for one in found if one.state in RUNNING and not transfers.stopped(one)]
    waiting, _, pending = _waiting(row) if not found else ("", False, False)
    if not running and not pending:
        return HttpResponse(headers={"HX-Refresh": "true"})
    shown = _progress(base, row, running[0]) if running else _soon(base, row, waiting)
    return render(request, "boundaries/progress.html", {"progress": shown})


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """The second person agrees to a closing."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    row = selectors.change(actor, pk)
    here = f"/u/{union_code}/boundaries/{pk}"
    if request.method == "POST":
        try:
            actions.confirm(change=row, by=actor, at=now())
        except (Refused, NotFound):
            raise
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"已确认：{wording.sentence(row)}。")
        return HttpResponseRedirect(here)
    page = {
        "title": f"确认{row.union.name_zh}终止",
        "body": f"{row.by_name}已于 {row.at:%Y-%m-%d} 提出：自 {row.effective_on:%Y-%m-%d} 起终止。确认后到日自动生效，不能恢复；"
        "该会的数据结构只读保留，此前各月的统计数据不变。",
        "confirm_label": "确认终止",
        "danger": True,
        "cancel_url": here,
    }
    return render(request, "base/confirm.html", {"page": page})


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Give up what is planned."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    row = selectors.change(actor, pk)
    here = f"/u/{union_code}/boundaries/{pk}"
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel(change=row, by=actor, at=now(), reason=form.cleaned_data["reason"])
        except (Refused, NotFound):
            raise
        except DomainError as refusal:
            tell(form, refusal)
        else:
            messages.success(request, f"已取消：{wording.sentence(row)}。")
            return HttpResponseRedirect(here)
    page = {
        "title": "取消这项区划调整",
        "body": f"{wording.sentence(row)}，原定自 {row.effective_on:%Y-%m-%d} 起生效。取消后各月的归属和统计数据恢复原状。",
        "confirm_label": "取消调整",
        "danger": True,
        "cancel_url": here,
    }
    return render(request, "base/confirm.html", {"page": page, "form": form})


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Bring the records of the latest transfer back."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    row = selectors.change(actor, pk)
    here = f"/u/{union_code}/boundaries/{pk}"
    found = transfers.transfers(actor, change_id=row.pk)
    if not found:
        raise NotFound()
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            transfer_actions.undo(transfer=found[0], by=actor, at=now(), reason=form.cleaned_data["reason"])
        except (Refused, NotFound):
            raise
        except DomainError as refusal:
            tell(form, refusal)
        else:
            messages.success(request, "已开始撤销划转，记录正在退回，可在本页查看进度。")
            return HttpResponseRedirect(here)
    page = {
        "title": "撤销记录划转",
        "body": f"{found[0].target.name_zh}的这些记录连同划转后新增的内容，将全部退回{found[0].source.name_zh}，各月统计数据恢复划转前的归属。"
        "撤销只退回记录，不改变工会的上级和状态。",
        "confirm_label": "撤销划转",
        "danger": True,
        "cancel_url": here,
    }
    return render(request, "base/confirm.html", {"page": page, "form": form})


def _waiting(row: TreeChange) -> tuple[str, bool, bool]:
    """What is with the records of an applied change that has no transfer; whether it stands still; whether one will begin."""
    if row.state != ChangeState.APPLIED or row.kind not in {ChangeKind.MERGE, ChangeKind.SPLIT}:
        return "", False, False
    job = Job.objects.filter(kind=HAND_OVER, key=str(row.pk)).first()
    if job is None or job.state == JobState.DONE:
        return "没有需要划转的记录。", False, False
    if job.state == JobState.PARKED:
        return "划转没有开始：作业多次失败，已搁置。请在“平台运行”中查看原因，处理后重试。", True, False
    return "即将开始划转记录；如这两家工会正在办理另一项划转，会等它完成。", False, True


def _soon(base: str, row: TreeChange, label: str) -> Progress:
    return Progress(label, 0, 0, 0, f"{base}/{row.pk}/progress", "")


def _told(base: str, row: TreeChange, one: Transfer) -> TransferTold:
    job = transfers.stopped(one)
    joined = list(one.report.get("joined", []))
    return TransferTold(
        id=one.pk,
        sentence=f"{one.source.name_zh} → {one.target.name_zh}",
        state=str(one.state),
        state_label=TransferState.label_of(one.state),
        progress=_progress(base, row, one),
        stopped=f"{job.error or '作业多次失败'}" if job else "",
        tables=tuple(transfers.tables(one)),
        joined=tuple(joined[:50]),
        joined_count=len(joined),
        renumbered=int(one.report.get("renumbered", 0)),
        refused=tuple(one.report.get("refused", ())),
        finished_at=one.finished_at,
        may_undo=one.state in {TransferState.COPYING, TransferState.DONE},
    )


def _progress(base: str, row: TreeChange, one: Transfer) -> Progress:
    state, total = TransferState(one.state), max(one.total, 1)
    done = one.moved
    if state in {TransferState.RETURNING, TransferState.CLEANING}:
        reached = [RecordState.CLEANED] if state is TransferState.CLEANING else [RecordState.RETURNED]
        done = one.records.filter(state__in=reached).count()
    ended = state not in RUNNING
    # Comparing and switching take their time after the last record.
    percent = 100 if ended else min(95, done * 95 // total)
    poll = "" if ended or transfers.stopped(one) else f"{base}/{row.pk}/progress"
    return Progress(transfers.told(one), percent, done, one.total, poll, "done" if ended else "")
