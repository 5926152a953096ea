"""The public side of a union's call: what every organization of the country may find. Source: DOMAIN S6 `OpenCallIndex`."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commons.calls.enums import CallState
from commons.hierarchy.models import TradeUnion
from commons.kit.fields import CodeField
from commons.kit.ids import uuid7


class OpenCallQuerySet(models.QuerySet["OpenCall"]):
    def open_at(self, at: datetime) -> OpenCallQuerySet:
        """Calls that take answers at this moment."""
        return self.filter(state=CallState.OPEN, deadline_at__gt=at)

    def matching(self, text: str) -> OpenCallQuerySet:
        """Calls whose title, number or buyer holds each word of `text`."""
        rows = self
        for word in text.replace("\x00", "").split():
            rows = rows.filter(Q(title__icontains=word) | Q(buyer_name__icontains=word) | Q(number__icontains=word))
        return rows

    def in_region(self, code: str) -> OpenCallQuerySet:
        """Calls for a division or below it: 430100 covers 430105."""
        stem = code
        while stem.endswith("00"):
            stem = stem[:-2]
        return self.filter(region_code__startswith=stem)

    def in_field(self, code: str) -> OpenCallQuerySet:
        return self.filter(fields__contains=[code])


class OpenCall(models.Model):
    """
    A call as it was published. The call itself, its admission rules and its bids stay in the buying union's schema.

    `path` is where an organization reads and answers it, below /u/<code of the union>/. `budget` in yuan.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    call_id = models.UUIDField()
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    buyer_name = models.CharField(max_length=120)
    fields = ArrayField(models.CharField(max_length=40), default=list)
    budget = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    published_on = models.DateField()
    deadline_at = models.DateTimeField()
    region_code = models.CharField(max_length=6)
    path = models.CharField(max_length=120)
    state = CodeField(CallState, default=CallState.OPEN)
    updated_at = models.DateTimeField()

    objects: ClassVar[OpenCallQuerySet] = OpenCallQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["union", "call_id"], name="calls_opencall_once")]
        indexes = [
            models.Index(fields=["-published_on", "-id"], condition=Q(state="open"), name="calls_opencall_latest")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class FundedService(models.Model):
    """
    A service that a union has begun to pay for: so much of it that a union above or below sees that it would be paid twice.

    `provider_keys` are digests of credit codes (commons.kit.keys), so that nobody reads here who provides. Source: DOMAIN R6.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    project_id = models.UUIDField()
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    item_name = models.CharField(max_length=120, blank=True)
    fields = ArrayField(models.CharField(max_length=40), default=list)
    region_code = models.CharField(max_length=9, blank=True)
    provider_keys = ArrayField(models.BinaryField(max_length=32), default=list)
    signed_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["union", "project_id"], name="calls_fundedservice_once")]
        indexes = [models.Index(fields=["year", "union"], name="calls_fundedservice_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.title}"
