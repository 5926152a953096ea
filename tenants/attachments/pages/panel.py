"""
The attachments of an object as a part of its page.

In the view `attachments=panel.of(actor, row)`, in the page's dataclass `attachments: Panel`, and in its template
`{% include "components/attachments/attachments.html" with panel=page.attachments %}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.urls import reverse

from commons.access.actors import Actor
from commons.files.enums import FileKind
from tenants.attachments import owners, selectors
from tenants.attachments.enums import Classification
from tenants.attachments.pages.forms import AttachForm


@dataclass(frozen=True)
class Line:
    """One attachment. `remove_url` is empty when the viewer may not remove it."""

    label: str
    name: str
    url: str
    kind: str
    size: int
    classification: Classification
    confidential: bool
    at: datetime
    by_name: str
    remove_url: str


@dataclass(frozen=True)
class Panel:
    """The attachments that the viewer may read; `form` and `action` only when they may add one more."""

    lines: list[Line]
    form: AttachForm | None
    action: str
    full: str


def of(actor: Actor, row: models.Model) -> Panel:
    """What the page of `row` shows; one statement."""
    kind, code = row._meta.label_lower, actor.union.code if actor.union else ""
    rights = owners.rights_of(kind)
    found = selectors.of(actor, row)
    adds = bool(rights.may_add(actor, row))
    full = adds and len(found) >= rights.most
    return Panel(
        lines=[
            Line(
                label=one.label,
                name=one.name,
                url=reverse("attachment", args=[code, one.pk]),
                kind=_kind(one.content_type),
                size=one.size,
                classification=Classification(one.classification),
                confidential=one.classification == Classification.CONFIDENTIAL,
                at=one.created_at,
                by_name=one.created_by_name,
                remove_url=reverse("attachment-remove", args=[code, one.pk])
                if rights.may_remove(actor, row, one)
                else "",
            )
            for one in found
        ],
        form=AttachForm(most_bytes=rights.max_bytes) if adds and not full else None,
        action=reverse("attachment-new", args=[code, kind, row.pk]),
        full=f"已有{rights.most}个附件，不能再添加。" if full else "",
    )


def _kind(content_type: str) -> str:
    return next((kind.label for kind in FileKind if kind.content_type == content_type), "文件")
