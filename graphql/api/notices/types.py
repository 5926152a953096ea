"""What the caller was told of, in the acting union."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import connection
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.loaders import Row
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime
from commons.kit.errors import NotFound
from tenants.notices import models, selectors
from tenants.notices.enums import NoticeKind
from tenants.notices.selectors import Told


def find_notice(context: Context, key: str) -> models.Notice:
    """
    One of the caller's own notices.

    Raises: Refused; NotFound, alike for another's and another union's.
    """
    try:
        found = selectors.mine(context.inside).filter(pk=UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound()
    return found


@node(models.Notice, find_notice)
class Notice(graphene.ObjectType):
    """一条通知。 / Something that the caller was told of."""

    class Meta:
        interfaces = (Node,)

    kind = graphene.Field(code_enum(NoticeKind), required=True, description="类别。 / Why one is told of it.")
    title = graphene.String(
        required=True,
        description="通知；对象已不能查看时只说明这一点。 / The sentence; that it is gone, once it may not be seen.",
    )
    path = graphene.String(
        description="对象页面的地址；不能查看时为空。 / The object's page; null once it may not be seen."
    )
    created_at = DateTime(required=True, description="通知时间。 / Told at.")
    read_at = DateTime(description="阅读时间。 / Read at.")

    resolve_id = id_of()

    @staticmethod
    def resolve_kind(root: Row[models.Notice], _info: GraphQLResolveInfo) -> NoticeKind:
        return NoticeKind(root.it.kind)

    @staticmethod
    def resolve_title(root: Row[models.Notice], info: GraphQLResolveInfo) -> str:
        return _told(root, info).title

    @staticmethod
    def resolve_path(root: Row[models.Notice], info: GraphQLResolveInfo) -> str | None:
        told = _told(root, info)
        return f"/u/{info.context.union.code}{told.url}" if told.visible else None

    @staticmethod
    def resolve_created_at(root: Row[models.Notice], _info: GraphQLResolveInfo) -> Any:
        return root.it.created_at

    @staticmethod
    def resolve_read_at(root: Row[models.Notice], _info: GraphQLResolveInfo) -> Any:
        return root.it.read_at


def _told(root: Row[models.Notice], info: GraphQLResolveInfo) -> Told:
    """Judged for all notices of a page at once."""
    actor = info.context.inside
    found = root.ask(root.it.pk, "told", lambda asked: {one.id: one for one in selectors.told(actor, asked)})
    assert found is not None
    return found


NoticeConnection = connection(Notice)
