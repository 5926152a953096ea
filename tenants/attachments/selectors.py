"""Questions about attachments: which hang on an object, one of them, and its bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db import models

from commons.access.actors import Actor
from commons.files import selectors as files
from commons.files.models import StoredFile
from commons.kit.errors import NotFound
from tenants.attachments import owners
from tenants.attachments.models import Attachment
from tenants.attachments.owners import Rights


def of(actor: Actor, row: models.Model) -> list[Attachment]:
    """The attachments of one object that `actor` may read, oldest first; none of an object that they may not view."""
    return of_rows(actor, [row]).get(row.pk, [])


def of_rows(actor: Actor, rows: Sequence[models.Model]) -> dict[UUID, list[Attachment]]:
    """The same for many objects of one kind, by their keys; as many statements for many as for one."""
    if not rows:
        return {}
    kind = rows[0]._meta.label_lower
    assert all(row._meta.label_lower == kind for row in rows), "objects of one kind at a time"
    rights = owners.rights_of(kind)
    seen = rights.policy.seen(actor, rows)
    found: dict[UUID, list[Attachment]] = defaultdict(list)
    if seen:
        hanging = Attachment.objects.present().filter(object_kind=kind, object_id__in=list(seen))
        for one in hanging.order_by("created_at", "id"):
            if rights.opens(actor, one):
                found[one.object_id].append(one)
    return dict(found)


def attachment(actor: Actor, pk: UUID | str) -> Attachment:
    """
    One attachment that `actor` may read.

    Raises: NotFound, alike for an absent one, another union's, a removed one, one that they may not read.
    """
    return with_owner(actor, pk)[0]


def with_owner(actor: Actor, pk: UUID | str) -> tuple[Attachment, Rights[models.Model], models.Model]:
    """
    The same, with its object and what the feature says of it.

    Raises: NotFound.
    """
    try:
        key = pk if isinstance(pk, UUID) else UUID(str(pk))
    except ValueError as wrong:
        raise NotFound() from wrong
    found = Attachment.objects.present().filter(pk=key).first()
    if found is None:
        raise NotFound()
    rights, row = owners.owner(actor, found.object_kind, found.object_id)
    if not rights.may_read(actor, row, found):
        raise NotFound()
    return found, rights, row


def content(found: Attachment) -> bytes:
    """
    All bytes of an attachment that `attachment` has let through.

    Raises: NotFound when no file is stored for it; Damaged.
    """
    # By its key alone: what moved here with its object from another union lies where it was stored.
    file = StoredFile.objects.select_related("union").filter(pk=found.file_id).first()
    if file is None:
        raise NotFound()
    return files.content(file)
