"""Things that happen to comments: somebody says something, changes it while it is fresh, takes it back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.urls import reverse

from commons.access.actors import Actor
from commons.audit.recording import record
from commons.kit.errors import Invalid, NotFound, Refused
from commons.tenancy.objects import Owned
from tenants.discussion import selectors
from tenants.discussion.errors import AlreadyRemoved, CannotSee, TooLate
from tenants.discussion.models import Comment
from tenants.notices import actions as notices
from tenants.notices import naming
from tenants.notices.enums import NoticeKind

TEXT_LENGTH = 2000
MOST_MENTIONS = 20


@transaction.atomic
def comment(*, on: models.Model, text: str, mentions: Collection[UUID] = (), by: Actor, at: datetime) -> Comment:
    """
    Say something about an object to one's colleagues; those mentioned get a notice, without a word of it.

    Raises: NotFound, Invalid, CannotSee.
    """
    owned, row = selectors.discussed(by, on._meta.label_lower, on.pk)
    said = _sound(text)
    called = _called(owned, row, list(dict.fromkeys(mentions)), by)
    made = Comment.objects.create(
        object_kind=owned.kind,
        object_id=row.pk,
        text=said,
        mentions=[actor.user_id for actor in called],
        created_at=at,
        created_by_id=by.user_id,
        created_by_name=by.name,
    )
    _tell(owned, row, called, by, at)
    record("discussion.comment", by=by, at=at, on=made, mentions=len(called), **_where(made))
    return made


@transaction.atomic
def edit(*, comment: Comment, text: str, by: Actor, at: datetime) -> Comment:
    """
    Change what one has said, within fifteen minutes; who was mentioned stays.

    Raises: NotFound, Refused, AlreadyRemoved, TooLate, Invalid.
    """
    found = _held(comment, by)
    if by.user_id is None or found.created_by_id != by.user_id:
        raise Refused()
    if not selectors.may_edit(by, found, at):
        raise TooLate(minutes=int(selectors.EDITABLE.total_seconds() // 60))
    said = _sound(text)
    if said != found.text:
        found.text, found.edited_at = said, at
        found.save(update_fields=["text", "edited_at"])
        record("discussion.edit", by=by, at=at, on=found, **_where(found))
    return found


@transaction.atomic
def remove(*, comment: Comment, by: Actor, at: datetime) -> Comment:
    """
    Take a comment back. That there was one, whose it was and who removed it stays to be seen.

    Raises: NotFound, Refused, AlreadyRemoved.
    """
    found = _held(comment, by)
    if not selectors.may_remove(by, found):
        raise Refused()
    found.removed_at, found.removed_by_id, found.removed_by_name = at, by.user_id, by.name
    found.save(update_fields=["removed_at", "removed_by_id", "removed_by_name"])
    record("discussion.remove", by=by, at=at, on=found, **_where(found))
    return found


def _held(comment: Comment, by: Actor) -> Comment:
    """
    The comment, locked, for whoever may read it.

    Raises: NotFound, AlreadyRemoved.
    """
    found = Comment.objects.select_for_update().filter(pk=comment.pk).first()
    if found is None:
        raise NotFound()
    selectors.discussed(by, found.object_kind, found.object_id)
    if found.removed_at is not None:
        raise AlreadyRemoved(by=found.removed_by_name)
    return found


def _sound(text: str) -> str:
    said = text.strip().replace("\r\n", "\n")
    if not said:
        raise Invalid({"text": ["请填写留言。"]})
    if len(said) > TEXT_LENGTH:
        raise Invalid({"text": [f"留言最多{TEXT_LENGTH}个字，现有{len(said)}个字。"]})
    if any(not one.isprintable() and one not in "\n\t" for one in said):
        raise Invalid({"text": ["留言含有不能识别的控制字符，请重新录入。"]})
    return said


def _called(owned: Owned[models.Model], row: models.Model, mentions: list[UUID], by: Actor) -> list[Actor]:
    """Who is mentioned. Whoever is none of the union's people is not told apart from nobody at all."""
    if not mentions:
        return []
    if len(mentions) > MOST_MENTIONS:
        raise Invalid({"mentions": [f"一条留言最多提醒{MOST_MENTIONS}人。"]})
    offered = {actor.user_id: actor for actor in selectors.mentionable(by, owned, row)}
    if any(one not in offered for one in mentions):
        raise Invalid({"mentions": ["所选的人不在可以提醒的人员中，请重新选择。"]})
    called = [offered[one] for one in mentions]
    blind = [actor.name for actor in called if not owned.may_discuss(actor, row)]
    if blind:
        raise CannotSee(path=("mentions",), names="、".join(blind))
    return called


def _tell(owned: Owned[models.Model], row: models.Model, called: list[Actor], by: Actor, at: datetime) -> None:
    if not called or by.union is None:
        return
    home = f"/u/{by.union.code}"
    url = reverse(owned.page, kwargs={"union_code": by.union.code, "pk": row.pk}).removeprefix(home)
    notices.give(
        kind=NoticeKind.MENTION,
        to=[actor.user for actor in called if actor.user is not None],
        title=f"{by.name}在{naming.of_object(owned, row)}的留言中提到您",
        url=f"{url}#discussion",
        on=row,
        at=at,
    )


def _where(comment: Comment) -> dict[str, Any]:
    """What an audit entry says besides: on which object."""
    return {"owner_kind": comment.object_kind, "owner_id": str(comment.object_id)}
