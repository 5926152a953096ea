"""Questions about jobs, for operators and for whoever waits for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.hierarchy.models import TradeUnion
from commons.jobs import leases, register
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.errors import NotFound

FINISHED = frozenset({JobState.DONE, JobState.PARKED, JobState.CANCELLED})


@dataclass(frozen=True)
class Line:
    """A job as an operator sees it: never its payload, which may name a union's records."""

    id: UUID
    kind: str
    union: str
    state: JobState
    attempts: str
    asked_by: str
    asked_at: datetime
    run_after: datetime
    finished_at: datetime | None
    percent: float | None
    error: str

    @property
    def tone(self) -> str:
        """The colour of its state: parked is an alarm."""
        return {JobState.PARKED: "bad", JobState.DONE: "good", JobState.CANCELLED: "neutral"}.get(self.state, "info")

    @property
    def can_be_retried(self) -> bool:
        return self.state == JobState.PARKED


@dataclass(frozen=True)
class Load:
    """How many jobs are in each state, and how long the oldest due one has waited."""

    counts: dict[JobState, int]
    due: int
    oldest_due_s: float


def lines(actor: Actor, *, state: JobState | None = None, limit: int = 100) -> list[Line]:
    """
    The latest jobs of the platform, parked ones first.

    Raises: Refused.
    """
    may(actor, Permission.OPERATIONS_VIEW).require()
    rows = Job.objects.select_related("union")
    if state is not None:
        chosen = list(rows.filter(state=state).order_by("-asked_at")[:limit])
    else:
        parked = list(rows.filter(state=JobState.PARKED).order_by("-asked_at")[:limit])
        chosen = parked + list(rows.exclude(state=JobState.PARKED).order_by("-asked_at")[: limit - len(parked)])
    return [_line(row) for row in chosen]


def load(actor: Actor, *, at: datetime) -> Load:
    """
    Raises: Refused.
    """
    may(actor, Permission.OPERATIONS_VIEW).require()
    counted = dict(Job.objects.order_by().values_list("state").annotate(n=Count("pk")))
    oldest = Job.objects.filter(state=JobState.QUEUED, run_after__lte=at).aggregate(first=Min("run_after"))["first"]
    return Load(
        counts={state: counted.get(state.value, 0) for state in JobState},
        due=leases.waiting(at=at),
        oldest_due_s=(at - oldest).total_seconds() if oldest else 0.0,
    )


def queued(kind: str, key: str) -> Job | None:
    """The job asked for under this key, while nobody has taken it."""
    return Job.objects.filter(kind=kind, key=key, state=JobState.QUEUED).first()


def own_job(union: TradeUnion, pk: UUID) -> Job:
    """
    A job of this union, for its progress page.

    Raises: NotFound, also for a job of another union.
    """
    job = Job.objects.filter(pk=pk, union=union).first()
    if job is None:
        raise NotFound()
    return job


def percent(progress: dict[str, Any]) -> float | None:
    """How much of a job is done, 0 to 100; None when it has not said."""
    total = progress.get("total") or 0
    return round(100 * min(progress.get("done") or 0, total) / total, 1) if total else None


def _line(row: Job) -> Line:
    return Line(
        id=row.pk,
        kind=register.label_of(row.kind),
        union=row.union.name_zh if row.union else "全平台",
        state=JobState(row.state),
        attempts=f"{row.attempts} / {row.max_attempts}",
        asked_by=row.asked_by_name,
        asked_at=row.asked_at,
        run_after=row.run_after,
        finished_at=row.finished_at,
        percent=percent(row.progress),
        error=row.error,
    )
