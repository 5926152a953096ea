"""/u/<code>/operations: jobs, the numbers' lag and the schemas' versions, for whoever runs the platform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.hierarchy.models import TradeUnion
from commons.jobs import actions as job_actions
from commons.jobs import selectors as jobs
from commons.jobs.enums import JobState
from commons.jobs.selectors import Line, Load
from commons.kit.clock import now
from commons.kit.errors import DomainError, Refused
from commons.rollup.models import UnfoldedUnion, VerifyRun, Watermark
from commons.rollup.spans import Span
from commons.rollup.verify import last_run
from commons.tenancy import upgrade
from commons.tenancy.errors import NoTemplate


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool
    count: int


@dataclass(frozen=True)
class Blocked:
    """A union whose numbers could not be brought up to date."""

    name: str
    since: datetime
    attempts: int


@dataclass(frozen=True)
class Wrong:
    """A figure that the last recount found to be another than the records give."""

    union: str
    indicators: str
    period: str
    stored: str
    recounted: str


@dataclass(frozen=True)
class OperationsPage:
    base: str
    load: Load
    queued: int
    running: int
    parked: int
    backlog: str
    tabs: tuple[Tab, ...]
    jobs: tuple[Line, ...]
    may_retry: bool
    folded_until: datetime | None
    behind: str
    verified: VerifyRun | None
    wrong: tuple[Wrong, ...]
    blocked: tuple[Blocked, ...]
    unions: int
    stale: tuple[str, ...]
    why: Decision


@require_safe
def operations(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    why = may(actor, Permission.OPERATIONS_VIEW).require()
    at, base = now(), f"/u/{union_code}/operations"
    chosen = next((state for state in JobState if state.value == request.GET.get("state")), None)
    load = jobs.load(actor, at=at)
    watermark = Watermark.objects.first()
    verified = last_run()
    page = OperationsPage(
        base=base,
        load=load,
        queued=load.counts[JobState.QUEUED],
        running=load.counts[JobState.RUNNING],
        parked=load.counts[JobState.PARKED],
        backlog=f"最早的一项已等待 {duration(load.oldest_due_s)}" if load.oldest_due_s >= 1 else "没有积压",
        tabs=tuple(_tabs(base, load, chosen)),
        jobs=tuple(jobs.lines(actor, state=chosen)),
        may_retry=bool(may(actor, Permission.OPERATIONS_RETRY)),
        folded_until=watermark.folded_until if watermark else None,
        behind=duration(max((at - watermark.folded_until).total_seconds(), 0))
        if watermark and watermark.folded_until
        else "",
        verified=verified,
        wrong=tuple(_wrong(verified)) if verified else (),
        blocked=tuple(
            Blocked(row.union.name_zh, row.since, row.attempts)
            for row in UnfoldedUnion.objects.select_related("union").order_by("since")[:50]
        ),
        unions=TradeUnion.objects.active().count(),
        stale=tuple(_stale()),
        why=why,
    )
    return render(request, "operations/operations.html", {"page": page})


def _wrong(run: VerifyRun) -> Iterator[Wrong]:
    names = dict(TradeUnion.objects.filter(code__in=run.found.values("union_code")).values_list("code", "name_zh"))
    for one in run.found.order_by("pk")[:20]:
        yield Wrong(
            names.get(one.union_code, one.union_code),
            "、".join(one.indicators) or one.measure,
            Span.month(one.month).label,
            one.stored or "没有",
            one.recounted or "没有",
        )


@require_POST
def step(request: HttpRequest, union_code: str, pk: UUID, name: str) -> HttpResponse:
    """Retry a parked job, or give it up."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    action = job_actions.retry if name == "retry" else job_actions.cancel
    try:
        action(job_id=pk, by=actor, at=now())
    except Refused:
        raise
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.message)
    else:
        messages.success(request, "已重新排队，稍后可刷新查看结果。" if name == "retry" else "已取消这项作业。")
    return HttpResponseRedirect(f"/u/{union_code}/operations")


def duration(seconds: float) -> str:
    """'3 秒', '5 分钟', '2 小时', '3 天'."""
    if seconds < 60:
        return f"{seconds:.0f} 秒"
    if seconds < 3600:
        return f"{seconds / 60:.0f} 分钟"
    if seconds < 86400:
        return f"{seconds / 3600:.0f} 小时"
    return f"{seconds / 86400:.0f} 天"


def _tabs(base: str, load: Load, chosen: JobState | None) -> list[Tab]:
    every = Tab("全部", base, chosen is None, sum(load.counts.values()))
    return [
        every,
        *(Tab(state.label, f"{base}?state={state.value}", chosen is state, load.counts[state]) for state in JobState),
    ]


def _stale() -> list[str]:
    try:
        return [f"{union.code} {union.name_zh}" for union in upgrade.stale()[:50]]
    except NoTemplate:
        return []
