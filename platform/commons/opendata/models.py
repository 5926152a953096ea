"""Releases of the Open Contracting Data Standard, as they were published. Source: OCDS 1.1.5; V2, V6."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from commons.hierarchy.models import TradeUnion
from commons.kit.ids import uuid7


class OcdsRelease(models.Model):
    """
    One release: public facts alone, in the words of their day, and never changed afterwards.

    `body` is the release as JSON text, kept to the byte. `position` is its place in the feed, given after its commit (see `feed`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    union = models.ForeignKey(TradeUnion, on_delete=models.PROTECT, related_name="+")
    ocid = models.CharField(max_length=80)
    release_id = models.CharField(max_length=160)
    date = models.DateTimeField()
    tags = ArrayField(models.CharField(max_length=30))
    body = models.TextField()
    position = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release_id"], name="opendata_release_once"),
            models.UniqueConstraint(fields=["position"], name="opendata_release_position"),
        ]
        indexes = [
            models.Index(fields=["ocid", "date"], name="opendata_release_ocid"),
            models.Index(fields=["union", "position"], name="opendata_release_union"),
            models.Index(fields=["id"], condition=models.Q(position__isnull=True), name="opendata_release_waiting"),
        ]

    def __str__(self) -> str:
        return self.release_id
