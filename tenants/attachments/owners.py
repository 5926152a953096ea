"""
On what files may hang: a register that features fill in `AppConfig.ready()`, each answering for its own objects.

Attachments know no feature; what may be seen, added, removed and read is asked of the feature that owns the object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import models

from commons.access.actors import Actor
from commons.access.decisions import Decision, Rule, allowed, refused
from commons.access.policies import Policy
from commons.kit.errors import NotFound
from commons.tenancy import door
from tenants.attachments.enums import Classification
from tenants.attachments.models import Attachment

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Rights(Generic[M]):
    """
    What a feature says of the attachments of one kind of object. Subclass it where the rules are finer.

    `page` names the address of the object's page, with the parts `union_code` and `pk`. No object has more than `most`
    attachments, none larger than `max_bytes`, which is never above UPLOAD_MAX_BYTES.
    """

    policy: Policy[M]
    label: str
    page: str
    most: int = 20
    max_bytes: int = settings.UPLOAD_MAX_BYTES

    @property
    def kind(self) -> str:
        return str(self.policy.model._meta.label_lower)

    def may_view(self, actor: Actor, row: M) -> Decision:
        return self.policy.may_on(actor, row)

    def may_add(self, actor: Actor, row: M) -> Decision:
        return self.policy.may_on(actor, row, self.policy.edit)

    def may_remove(self, actor: Actor, row: M, attachment: Attachment) -> Decision:
        return self.may_add(actor, row)

    def may_read(self, actor: Actor, row: M, attachment: Attachment) -> Decision:
        """Of an object that they may view: a confidential one only who attached it. Source: V13."""
        if actor.system or attachment.classification != Classification.CONFIDENTIAL:
            return self.may_view(actor, row)
        own = actor.user_id is not None and attachment.created_by_id == actor.user_id
        return allowed(Rule.V13) if own else refused(Rule.V13)


_rights: dict[str, Rights[Any]] = {}


def register(*rights: Rights[Any]) -> None:
    _rights.update({one.kind: one for one in rights})


def rights_of(kind: str) -> Rights[Any]:
    """
    Raises: NotFound for a kind of object on which nothing hangs: it may come from an address.
    """
    try:
        return _rights[kind]
    except KeyError:
        raise NotFound() from None


def owner(actor: Actor, kind: str, pk: UUID) -> tuple[Rights[Any], models.Model]:
    """
    The object and what its feature says of it.

    Raises: NotFound, alike for an unknown kind, an absent object, another union's, one that the actor may not view;
    RuntimeError when the actor of one union stands in another's schema, which is a bug.
    """
    union = door.current()
    if actor.union is not None and (union is None or union.pk != actor.union.pk):
        raise RuntimeError("An actor works in the schema of the acting union and in no other.")
    rights = rights_of(kind)
    row = rights.policy.visible(actor).filter(pk=pk).first()
    if row is None or not rights.may_view(actor, row):
        raise NotFound()
    return rights, row
