"""That the caller has read notices."""

from __future__ import annotations

from typing import ClassVar, Self

import graphene

from api.kit.context import Context
from api.kit.ids import uuid_of
from api.kit.mutations import ActionMutation
from commons.access.permissions import Permission
from tenants.notices import actions


class MarkNoticesReadInput(graphene.InputObjectType):
    """标为已读的通知；不指定则为全部。 / Which notices; all without any."""

    ids = graphene.List(graphene.NonNull(graphene.ID), description="通知的全局编号。 / Global ids of notices.")


class MarkNoticesRead(ActionMutation):
    """把通知标为已读。 / Note that notices were read."""

    class Meta:
        permission = Permission.DIRECTORY_VIEW
        input_type = MarkNoticesReadInput

    marked: ClassVar[graphene.Int] = graphene.Int(description="此前未读的条数。 / How many were unread.")

    @classmethod
    def perform(cls, context: Context, *, ids: list[str] | None = None) -> Self:
        keys = None if ids is None else [uuid_of(one, "Notice") for one in ids]
        return cls(marked=actions.mark_read(keys=keys, by=context.acting, at=context.at))


class NoticeMutations(graphene.ObjectType):
    mark_notices_read = MarkNoticesRead.Field()
