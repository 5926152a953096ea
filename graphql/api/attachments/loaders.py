"""The attachments of all rows of a page, read at once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import models

from api.kit.loaders import Row, rows
from commons.access.actors import Actor
from tenants.attachments import selectors
from tenants.attachments.models import Attachment


def attachments(asked: Sequence[models.Model], actor: Actor) -> dict[UUID, list[Row[Attachment]]]:
    """By the object on which they hang; all of them peers."""
    found = selectors.of_rows(actor, asked)
    peers = iter(rows([one for some in found.values() for one in some]))
    return {pk: [next(peers) for _ in some] for pk, some in found.items()}
