"""What colleagues say to each other about an object of their union."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from commons.kit.ids import uuid7


class Comment(models.Model):
    """
    One comment on one object; it goes where the object goes when unions merge or split. `object_kind` is the label of the
    object's model, `mentions` are the accounts that were told of it.

    A removed one keeps its row: that something was said and taken back stays known, what it was is shown to nobody.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    object_kind = models.CharField(max_length=60)
    object_id = models.UUIDField()
    text = models.TextField()
    mentions = ArrayField(models.UUIDField(), default=list)
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=120)
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_by_id = models.UUIDField(null=True)
    removed_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by_name="")
                | Q(removed_at__isnull=False) & ~Q(removed_by_name=""),
                name="discussion_comment_removal",
            ),
        ]
        indexes = [models.Index(fields=["object_id", "created_at"], name="discussion_comment_object")]

    def __str__(self) -> str:
        return f"comment on {self.object_kind} {self.object_id}"
