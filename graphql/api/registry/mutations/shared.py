"""What the mutations of the ledger share."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import graphene

from api.kit.context import Context
from api.kit.ids import key_of, uuid_of
from api.kit.mutations import ActionMutation
from api.registry.types import SocialOrganization, find_organization
from commons.access.permissions import Permission
from tenants.registry import models


def entry_of(context: Context, global_id: str) -> models.SocialOrganization:
    """
    The entry named by an id.

    Raises: BadId; NotFound, alike for another union's.
    """
    return find_organization(context, key_of(global_id, "SocialOrganization"))


def part_key(context: Context, global_id: str, type_name: str) -> UUID:
    """
    The key of something that belongs to an entry; only for whoever may see entries.

    Raises: Refused; BadId; NotFound.
    """
    context.require_inside(Permission.LEDGER_VIEW)
    return uuid_of(global_id, type_name)


class OnEntry(ActionMutation):
    """A mutation whose payload is the entry it changed."""

    class Meta:
        abstract = True

    organization: ClassVar[Any] = graphene.Field(
        SocialOrganization, description="条目的新状态。 / The entry as it is now."
    )
