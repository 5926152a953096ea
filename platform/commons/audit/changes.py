"""What every history of rows is made of, whichever schema it is kept in."""

from django.db import models

from commons.kit.ids import uuid7


class RowChange(models.Model):
    """
    One change of one row: who, when, from which state to which, and which fields. Append-only, which a trigger of each table sees to.

    Written by `commons.audit.recording.record_change` alone. Source: DOMAIN §2.0, B14.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    object_kind = models.CharField(max_length=60)
    object_id = models.UUIDField()
    event = models.CharField(max_length=40)
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    changes = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.object_kind} {self.object_id} {self.event}"
