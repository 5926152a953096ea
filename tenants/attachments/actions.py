"""Things that happen to attachments: a file is hung on an object, and taken off it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.core.files import File
from django.db import models, transaction

from commons.access.actors import Actor
from commons.audit.recording import record, record_change
from commons.files import actions as files
from commons.files import kinds
from commons.files.errors import TooLarge
from commons.kit.errors import Invalid, NotFound, Refused
from tenants.attachments import owners
from tenants.attachments.enums import Classification
from tenants.attachments.errors import AlreadyRemoved, ReasonMissing, TooMany
from tenants.attachments.models import Attachment
from tenants.attachments.names import PURPOSE

LABEL_LENGTH = 60
REASON_LENGTH = 500
# What a history tells of a confidential attachment, which others may read.
SEALED = "（保密）"


@transaction.atomic
def attach(
    *,
    on: models.Model,
    upload: File[bytes],
    label: str,
    by: Actor,
    at: datetime,
    classification: str = Classification.INTERNAL,
) -> Attachment:
    """
    Hang a file on an object. What it is is judged by its content; its name must end accordingly.

    Raises: NotFound, Refused, Invalid, TooMany, TooLarge, Empty, KindRefused.
    """
    rights, row = owners.owner(by, on._meta.label_lower, on.pk)
    rights.may_add(by, row).require()
    told = " ".join(label.split())
    problems: dict[str, list[str]] = {}
    if not told:
        problems["label"] = ["请填写附件说明，例如“签字合同”。"]
    elif len(told) > LABEL_LENGTH:
        problems["label"] = [f"附件说明最多{LABEL_LENGTH}个字。"]
    elif not told.isprintable():
        problems["label"] = ["附件说明含有不能识别的控制字符，请重新录入。"]
    if classification not in set(Classification):
        problems["classification"] = ["请选择密级。"]
    if problems:
        raise Invalid(problems)
    _hold(row)
    if Attachment.objects.present().filter(object_kind=rights.kind, object_id=row.pk).count() >= rights.most:
        raise TooMany(most=rights.most)
    if upload.size > rights.max_bytes:
        raise TooLarge(limit_mb=rights.max_bytes // (1024 * 1024))
    name = upload.name or ""
    kind = kinds.document_kind(cast(BinaryIO, upload), name)
    union = by.union
    if union is None:
        raise Refused()
    stored = files.store(
        union=union,
        purpose=PURPOSE,
        name=name,
        content_type=kind.content_type,
        content=cast(BinaryIO, upload),
        by=by,
        at=at,
    )
    made = Attachment.objects.create(
        object_kind=rights.kind,
        object_id=row.pk,
        file_id=stored.pk,
        name=stored.name,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
        label=told,
        classification=Classification(classification),
        created_at=at,
        created_by_id=by.user_id,
        created_by_name=by.name,
    )
    record_change("attach", on=row, by=by, at=at, changes={"attachment": (None, _told(made))})
    record("attachment.attach", by=by, at=at, on=made, **_where(made))
    return made


@transaction.atomic
def remove(*, attachment: Attachment, reason: str, by: Actor, at: datetime) -> Attachment:
    """
    Take an attachment off its object. Its row and its bytes stay; nobody is shown them any more.

    Raises: NotFound, Refused, ReasonMissing, Invalid, AlreadyRemoved.
    """
    found = Attachment.objects.select_for_update().filter(pk=attachment.pk).first()
    if found is None:
        raise NotFound()
    rights, row = owners.owner(by, found.object_kind, found.object_id)
    if not rights.may_read(by, row, found):
        raise NotFound()
    rights.may_remove(by, row, found).require()
    if found.removed_at is not None:
        raise AlreadyRemoved(name=found.name, by=found.removed_by_name)
    why = reason.strip()
    if not why:
        raise ReasonMissing(path=("reason",), name=found.name)
    if len(why) > REASON_LENGTH or "\x00" in why:
        raise Invalid({"reason": [f"原因最多{REASON_LENGTH}个字，不能有控制字符。"]})
    found.removed_at, found.removed_by_id, found.removed_by_name = at, by.user_id, by.name
    found.removed_reason = why
    found.save(update_fields=["removed_at", "removed_by_id", "removed_by_name", "removed_reason"])
    sealed = found.classification == Classification.CONFIDENTIAL
    changes = {"attachment": (_told(found), None)}
    record_change("remove_attachment", on=row, by=by, at=at, reason=SEALED if sealed else why, changes=changes)
    record("attachment.remove", by=by, at=at, on=found, **_where(found))
    return found


def read(*, attachment: Attachment, by: Actor, at: datetime) -> None:
    """Write down who has read an attachment: what hangs on objects may tell of persons. Source: ASVS 16.2."""
    record("attachment.read", by=by, at=at, on=attachment, **_where(attachment))


def _hold(row: models.Model) -> None:
    """Two uploads to one object follow one another, so that neither overlooks the other when they are counted."""
    type(row)._default_manager.select_for_update().get(pk=row.pk)


def _told(attachment: Attachment) -> str:
    if attachment.classification == Classification.CONFIDENTIAL:
        return SEALED
    return f"{attachment.label}（{attachment.name}）"


def _where(attachment: Attachment) -> dict[str, Any]:
    """What an audit entry says besides: on which object, and which bytes."""
    pk: UUID = attachment.object_id
    return {"owner_kind": attachment.object_kind, "owner_id": str(pk), "sha256": attachment.sha256}
