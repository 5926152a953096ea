"""
On what files may hang: the register of a union's objects, of which those bear files that say how (`Rights`).

Attachments know no feature; what may be seen, added, removed and read is asked of the feature that owns the object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.db import models

from commons.access.actors import Actor
from commons.access.decisions import Decision, Rule, allowed, refused
from commons.kit.errors import NotFound
from commons.tenancy import objects
from commons.tenancy.objects import Owned
from tenants.attachments.enums import Classification
from tenants.attachments.models import Attachment

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Rights(Owned[M], Generic[M]):
    """
    What a feature says of one kind of object that may bear files. Subclass it where the rules are finer.

    `page` names the address of the object's page, with the parts `union_code` and `pk`. No object has more than `most`
    attachments, none larger than `max_bytes`, which is never above UPLOAD_MAX_BYTES.
    """

    most: int = 20
    max_bytes: int = settings.UPLOAD_MAX_BYTES

    def may_add(self, actor: Actor, row: M) -> Decision:
        return self.policy.may_on(actor, row, self.policy.edit)

    def may_remove(self, actor: Actor, row: M, attachment: Attachment) -> Decision:
        return self.may_add(actor, row)

    def opens(self, actor: Actor, attachment: Attachment) -> Decision:
        """Of an object that they may view: a confidential one only who attached it. Source: V13."""
        own = actor.user_id is not None and attachment.created_by_id == actor.user_id
        if actor.system or own or attachment.classification != Classification.CONFIDENTIAL:
            return allowed(Rule.V13)
        return refused(Rule.V13)

    def may_read(self, actor: Actor, row: M, attachment: Attachment) -> Decision:
        """Whether both the object and this attachment of it may be read."""
        decision = self.opens(actor, attachment)
        if attachment.classification == Classification.CONFIDENTIAL or not decision:
            return decision
        return self.may_view(actor, row)


def register(*rights: Rights[Any]) -> None:
    objects.register(*rights)


def rights_of(kind: str) -> Rights[Any]:
    """
    Raises: NotFound for a kind of object on which no files hang: it may come from an address.
    """
    found = objects.of(kind)
    if not isinstance(found, Rights):
        raise NotFound()
    return found


def owner(actor: Actor, kind: str, pk: UUID) -> tuple[Rights[Any], models.Model]:
    """
    The object and what its feature says of it.

    Raises: NotFound, alike for an unknown kind, an absent object, another union's, one that the actor may not view;
    RuntimeError when the actor of one union stands in another's schema, which is a bug.
    """
    rights_of(kind)
    rights, row = objects.find(actor, kind, pk)
    return cast(Rights[Any], rights), row
