"""What colleagues say about objects of the acting union."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.kit.context import Context
from api.kit.fields import ApiField
from api.kit.ids import to_global
from api.kit.loaders import Row, attribute, rows
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime
from tenants.discussion import models, selectors


def find_comment(context: Context, key: str) -> models.Comment:
    """
    A comment that the actor may read.

    Raises: Refused; NotFound, alike for another union's and one on an object that they may not discuss.
    """
    return selectors.comment(context.inside, key)[0]


@node(models.Comment, find_comment)
class Comment(graphene.ObjectType):
    """内部留言。 / What a colleague said about an object."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    text = graphene.String(description="内容；已移除的为空。 / What was said; null once removed.")
    mentions = graphene.List(
        graphene.NonNull(graphene.ID), required=True, description="被提醒的账号。 / Accounts that were told of it."
    )
    created_at = DateTime(required=True, description="留言时间。 / Said at.")
    created_by_name = graphene.String(required=True, description="留言人。 / Who said it.")
    edited_at = DateTime(description="修改时间。 / Changed at.")
    removed_at = DateTime(description="移除时间。 / Removed at.")
    removed_by_name = graphene.String(description="移除人。 / Removed by.")

    resolve_id = id_of()

    @staticmethod
    def resolve_text(root: Row[models.Comment], _info: GraphQLResolveInfo) -> str | None:
        return root.it.text if root.it.removed_at is None else None

    @staticmethod
    def resolve_mentions(root: Row[models.Comment], _info: GraphQLResolveInfo) -> list[str]:
        return [to_global("User", pk) for pk in root.it.mentions] if root.it.removed_at is None else []


def comments_field() -> ApiField:
    """The field of a type whose rows are discussed; `resolve_comments` is its resolver."""
    return ApiField(
        lambda: graphene.NonNull(graphene.List(graphene.NonNull(Comment))),
        size=10,
        description=f"内部留言，最近 {selectors.SHOWN} 条，旧的在前；无权者为空。 / The latest comments of colleagues, oldest first; none for others.",
    )


def resolve_comments(root: Row[Any], info: GraphQLResolveInfo) -> list[Row[models.Comment]]:
    """Read for all rows of a page at once."""
    actor = info.context.inside

    def read(asked: list[Any]) -> dict[Any, list[Row[models.Comment]]]:
        found = selectors.of_rows(actor, asked)
        peers = iter(rows([one for some in found.values() for one in some]))
        return {pk: [next(peers) for _ in some] for pk, some in found.items()}

    return root.ask(root.it.pk, "comments", read) or []
