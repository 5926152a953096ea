"""The changes of the tree that concern the acting union."""

from __future__ import annotations

import graphene
from graphql import GraphQLResolveInfo

from api.commons.boundaries.types import TreeChangeConnection
from api.commons.unions import find as find_union
from api.kit.connections import Keyset, Page, page_arguments
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from commons.access.permissions import Permission
from commons.boundaries import selectors
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.models import TreeChange

LATEST: Keyset[TreeChange] = Keyset("-effective_on", "-id")


class BoundaryQueries(graphene.ObjectType):
    tree_changes = ApiField(
        TreeChangeConnection,
        state=graphene.Argument(code_enum(ChangeState)),
        kind=graphene.Argument(code_enum(ChangeKind)),
        union_code=graphene.String(description="只看这个工会的调整。 / Of this union only."),
        **page_arguments(),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        paged=True,
        description="区划调整，生效日期近的在前：全国管理员看全部，其他人看涉及本会及上下级的。"
        " / Changes of the tree, the latest day first: all for national administrators, for others those that concern"
        " their own union, its superiors and its subtree.",
    )

    @staticmethod
    def resolve_tree_changes(
        _root: None,
        info: GraphQLResolveInfo,
        state: ChangeState | None = None,
        kind: ChangeKind | None = None,
        union_code: str | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Page:
        found = selectors.concerning(info.context.acting)
        if state is not None:
            found = found.filter(state=state)
        if kind is not None:
            found = found.filter(kind=kind)
        if union_code is not None:
            found = found.filter(union=find_union(info.context, union_code))
        return LATEST.page(found, first=first, after=after, counted=True)
