"""Anything by its global id."""

from __future__ import annotations

import graphene
from django.db import models
from graphql import GraphQLResolveInfo

from api.kit import nodes
from api.kit.fields import ApiField
from api.kit.loaders import Row


class NodeQueries(graphene.ObjectType):
    node = ApiField(
        nodes.Node,
        id=graphene.ID(required=True),
        description="按全局编号查询；无权查看与不存在的结果相同。 / By global id; forbidden looks absent.",
    )

    @staticmethod
    def resolve_node(_root: None, info: GraphQLResolveInfo, id: str) -> Row[models.Model]:
        return nodes.by_id(info.context, id)
