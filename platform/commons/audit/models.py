"""The audit log: append-only, also for us. Source: DOMAIN S6 AuditEvent; GB/T 22239 安全审计."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from commons.kit.ids import uuid7


class AuditEvent(models.Model):
    """Who did what, when, from where, with which result. Never the content of a union's record."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    event = models.CharField(max_length=60)
    result = models.CharField(max_length=20, default="ok")
    user_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=120, blank=True)
    union_id = models.BigIntegerField(null=True)
    union_code = models.CharField(max_length=12, blank=True)
    object_kind = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    ip = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            BrinIndex(fields=["at"], name="audit_event_at"),
            models.Index(fields=["union_id", "-at"], name="audit_event_union"),
            models.Index(fields=["user_id", "-at"], name="audit_event_user"),
            # Who was active is counted from sign-ins alone, a few rows in a thousand.
            models.Index(fields=["user_id", "at"], condition=Q(event="account.signed_in"), name="audit_event_sign_in"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.event}"
