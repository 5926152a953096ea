"""
The comments on an object as a part of its page.

In the view `discussion=panel.of(actor, row, at)`, in the page's dataclass `discussion: Discussion | None`, and in its template
`{% include "components/discussion/discussion.html" with discussion=page.discussion %}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.urls import reverse

from commons.access import actors
from commons.access.actors import Actor
from commons.tenancy import objects
from tenants.discussion import selectors
from tenants.discussion.models import Comment
from tenants.discussion.pages.forms import CommentForm


@dataclass(frozen=True)
class Said:
    """One comment; a removed one has no text. Addresses are empty for what the viewer may not do."""

    by_name: str
    at: datetime
    text: str
    mentioned: str
    edited: bool
    removed_by: str
    edit_url: str
    remove_url: str


@dataclass(frozen=True)
class Discussion:
    said: list[Said]
    form: CommentForm
    action: str


def of(actor: Actor, row: models.Model, at: datetime) -> Discussion | None:
    """What the page of `row` shows, by two statements; None, and none, for whoever has no part in it."""
    kind, union = row._meta.label_lower, actor.union
    owned = objects.of(kind)
    if union is None or not owned.may_discuss(actor, row):
        return None
    members = actors.members(union)
    names = {one.user_id: one.name for one in members}
    people = [one for one in owned.discussants(members, row) if one.user_id != actor.user_id]

    def said(one: Comment) -> Said:
        removed = one.removed_at is not None
        return Said(
            by_name=one.created_by_name,
            at=one.created_at,
            text="" if removed else one.text,
            # Of whoever has left the union no name is kept here.
            mentioned="" if removed else "、".join(f"@{names[pk]}" for pk in one.mentions if pk in names),
            edited=one.edited_at is not None and not removed,
            removed_by=one.removed_by_name,
            edit_url=reverse("comment-edit", args=[union.code, one.pk]) if selectors.may_edit(actor, one, at) else "",
            remove_url=reverse("comment-remove", args=[union.code, one.pk]) if selectors.may_remove(actor, one) else "",
        )

    return Discussion(
        said=[said(one) for one in selectors.of(actor, row)],
        form=CommentForm(people=people),
        action=reverse("comment-new", args=[union.code, kind, row.pk]),
    )
