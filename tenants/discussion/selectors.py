"""Questions about comments: those on an object, one of them, and who can be mentioned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models

from commons.access import actors
from commons.access.actors import Actor
from commons.kit.errors import NotFound
from commons.people.enums import Role
from commons.tenancy import objects
from commons.tenancy.objects import Owned
from tenants.discussion.models import Comment

EDITABLE = timedelta(minutes=15)
# A page shows the latest; whoever needs more than that needs a meeting.
SHOWN = 100


def of(actor: Actor, row: models.Model) -> list[Comment]:
    """The comments on one object that `actor` may discuss, oldest first, removed ones among them; none for anybody else."""
    return of_rows(actor, [row]).get(row.pk, [])


def of_rows(actor: Actor, rows: Sequence[models.Model]) -> dict[UUID, list[Comment]]:
    """The same for many objects of one kind, in one statement, by their keys; the latest hundred of each."""
    if not rows:
        return {}
    kind = rows[0]._meta.label_lower
    assert all(row._meta.label_lower == kind for row in rows), "objects of one kind at a time"
    owned = objects.of(kind)
    seen = [row.pk for row in rows if owned.may_discuss(actor, row)]
    found: dict[UUID, list[Comment]] = defaultdict(list)
    if seen:
        for one in Comment.objects.filter(object_kind=kind, object_id__in=seen).order_by("created_at", "id"):
            found[one.object_id].append(one)
    return {pk: some[-SHOWN:] for pk, some in found.items()}


def discussed(actor: Actor, kind: str, pk: UUID) -> tuple[Owned[models.Model], models.Model]:
    """
    The object, for whoever may discuss it.

    Raises: NotFound, alike for an unknown kind, an absent object, another union's, one not for this actor.
    """
    owned, row = objects.find(actor, kind, pk)
    if not owned.may_discuss(actor, row):
        raise NotFound()
    return owned, row


def comment(actor: Actor, pk: UUID | str) -> tuple[Comment, Owned[models.Model], models.Model]:
    """
    One comment that `actor` may read, with its object and what the feature says of it.

    Raises: NotFound, alike for an absent one, another union's, one on an object that they may not discuss.
    """
    try:
        key = pk if isinstance(pk, UUID) else UUID(str(pk))
    except ValueError as wrong:
        raise NotFound() from wrong
    found = Comment.objects.filter(pk=key).first()
    if found is None:
        raise NotFound()
    return found, *discussed(actor, found.object_kind, found.object_id)


def mentionable(actor: Actor, owned: Owned[models.Model], row: models.Model) -> list[Actor]:
    """Who can be called to an object: the union's people who may see it, but for the actor, by name. One statement."""
    people = actors.members(actor.union) if actor.union is not None else []
    return [one for one in owned.discussants(people, row) if one.user_id != actor.user_id]


def may_edit(actor: Actor, found: Comment, at: datetime) -> bool:
    """The author, for fifteen minutes."""
    return _own(actor, found) and found.removed_at is None and at < found.created_at + EDITABLE


def may_remove(actor: Actor, found: Comment) -> bool:
    """The author, and the union's administrator."""
    return found.removed_at is None and (_own(actor, found) or Role.UNION_ADMIN in actor.roles or bool(actor.system))


def _own(actor: Actor, found: Comment) -> bool:
    return actor.user_id is not None and found.created_by_id == actor.user_id
