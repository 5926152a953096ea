"""Notices of the caller."""

from __future__ import annotations

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, page_arguments
from api.kit.fields import ApiField
from api.notices.types import NoticeConnection
from commons.access.permissions import Permission
from tenants.notices import selectors
from tenants.notices.models import Notice

BY_KEY: Keyset[Notice] = Keyset("-id")


class NoticeQueries(graphene.ObjectType):
    notices = ApiField(
        graphene.NonNull(NoticeConnection),
        unread=graphene.Boolean(description="只看未读。 / Unread ones alone."),
        **page_arguments(),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        paged=True,
        description="当前工会中给我的通知，最新的在前。 / What the caller was told of in the acting union, latest first.",
    )
    unread_notices = ApiField(
        graphene.NonNull(graphene.Int),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        description="未读通知数。 / How many are unread.",
    )

    @staticmethod
    def resolve_notices(
        _root: None,
        info: GraphQLResolveInfo,
        *,
        unread: bool | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Page:
        rows = selectors.mine(info.context.acting)
        return BY_KEY.page(rows.filter(read_at__isnull=True) if unread else rows, first=first, after=after)

    @staticmethod
    def resolve_unread_notices(_root: None, info: GraphQLResolveInfo) -> int:
        return selectors.unread(info.context.acting)
