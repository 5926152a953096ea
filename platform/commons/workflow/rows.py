"""What every row with a life of its own carries. Source: DOMAIN §2.0."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from commons.access.actors import Actor
from commons.kit.ids import uuid7


class Begun(models.Model):
    """A row that somebody made, and that counts its versions: the base of what a state machine moves."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField(null=True)
    created_by_name = models.CharField(max_length=120)
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True


def made(by: Actor, at: datetime) -> dict[str, Any]:
    """The values of a new row's base columns."""
    return {"created_at": at, "updated_at": at, "created_by_id": by.user_id, "created_by_name": by.name[:120]}
