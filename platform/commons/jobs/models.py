"""The outbox: work that must not be lost is a row, written in the transaction of the change that asks for it."""

from django.db import models
from django.db.models import Q

from commons.hierarchy.models import TradeUnion
from commons.jobs.enums import JobState
from commons.kit.fields import CodeField
from commons.kit.ids import uuid7


class Job(models.Model):
    """
    One piece of work for one union (or for none): leased, retried after the lease, parked after `max_attempts`.

    `key` makes asking twice the same as asking once. `progress` is {"done": int, "total": int, "note": str}.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=80)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, null=True, related_name="+")
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=120)
    state = CodeField(JobState, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    run_after = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    progress = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    asked_by_id = models.UUIDField(null=True)
    asked_by_name = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="jobs_job_key")]
        indexes = [
            models.Index(
                fields=["run_after"],
                condition=Q(state__in=["queued", "running"]),
                name="jobs_job_waiting",
            ),
            models.Index(fields=["state", "-asked_at"], name="jobs_job_state"),
            models.Index(fields=["union", "-asked_at"], name="jobs_job_union"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
