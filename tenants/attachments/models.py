"""Files that hang on an object of the union: which, on what, what it is, and who may read it. Source: DOMAIN §2.0."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from commons.kit.fields import CodeField
from commons.kit.ids import uuid7
from tenants.attachments.enums import Classification


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def present(self) -> AttachmentQuerySet:
        """Those that were not removed."""
        return self.filter(removed_at__isnull=True)


class Attachment(models.Model):
    """
    One file on one object. A removed one keeps its row and its bytes: what was once relied on stays provable.

    `object_kind` is the label of the object's model, `file_id` that of the stored file, whose bytes lie sealed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    object_kind = models.CharField(max_length=60)
    object_id = models.UUIDField()
    file_id = models.UUIDField()
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    # What it is, in the words of who attached it: 签字合同.
    label = models.CharField(max_length=60)
    classification = CodeField(Classification, default=Classification.INTERNAL)
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=120)
    removed_at = models.DateTimeField(null=True)
    removed_by_id = models.UUIDField(null=True)
    removed_by_name = models.CharField(max_length=120, blank=True)
    removed_reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar[AttachmentQuerySet] = AttachmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file_id"], name="attachments_attachment_file"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by_name="", removed_reason="")
                | Q(removed_at__isnull=False) & ~Q(removed_by_name="") & ~Q(removed_reason=""),
                name="attachments_attachment_removal",
            ),
        ]
        indexes = [models.Index(fields=["object_kind", "object_id"], name="attachments_attachment_object")]

    def __str__(self) -> str:
        return f"{self.object_kind} {self.object_id} {self.name}"
