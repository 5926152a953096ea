"""What somebody is told of in the product."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commons.kit.fields import CodeField
from commons.kit.ids import uuid7
from tenants.notices.enums import NoticeKind


class Notice(models.Model):
    """
    One thing that one account is told of. `title` is a sentence without content; `url` stands below /u/<code>.

    It belongs to an account in this union and stays here when the object moves to another one. `mailed_at` is when it left in a
    mail, or when the mail server refused the address for good.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user_id = models.UUIDField()
    kind = CodeField(NoticeKind)
    title = models.CharField(max_length=200)
    url = models.CharField(max_length=200)
    object_kind = models.CharField(max_length=60)
    object_id = models.UUIDField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-id"], name="notices_notice_user"),
            # The bell of every page counts these.
            models.Index(fields=["user_id"], condition=Q(read_at__isnull=True), name="notices_notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_kind} {self.object_id} for {self.user_id}"
