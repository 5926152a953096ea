"""Who am I, and for which union do I act. Source: V14."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.commons.portal import OrganizationAccount
from api.commons.unions import TradeUnion
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.loaders import Row, row, rows
from commons.access.actors import unions_of
from commons.access.permissions import Permission
from commons.hierarchy.models import TradeUnion as Union
from commons.kit.labels import Code
from commons.people.enums import LinkState, Role
from commons.portal import selectors as portal


class CallerKind(Code):
    """以何种身份访问。 / What kind of caller this is."""

    PERSON = "person", "登录的用户", "A person, signed in"
    PARTNER = "partner", "合作系统", "A partner system"


class Me(graphene.ObjectType):
    """当前访问者。 / The caller."""

    kind = graphene.Field(code_enum(CallerKind), required=True, description="访问者类型。 / Person or partner.")
    name = graphene.String(required=True, description="姓名或合作系统名称。 / Name.")
    username = graphene.String(description="用户名；合作系统为空。 / Null for a partner.")
    acting_union = ApiField(TradeUnion, description="当前工会；合作系统为其授权范围的根。 / The union acted for.")
    roles = graphene.List(
        graphene.NonNull(code_enum(Role)), required=True, description="在当前工会的角色。 / Roles there."
    )
    permissions = graphene.List(
        graphene.NonNull(code_enum(Permission)), required=True, description="在当前工会的权限。 / Permissions there."
    )
    organization = ApiField(
        OrganizationAccount,
        description="代表的社会组织；不是社会组织账号的为空。 / The organization spoken for, or null.",
    )
    organization_claims = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(OrganizationAccount))),
        size=5,
        description="本账号的全部认领，新的在前。 / All claims of the account, latest first.",
    )
    unions = ApiField(
        lambda: graphene.NonNull(graphene.List(graphene.NonNull(TradeUnion))),
        size=5,
        description="可以选择的工会。 / Unions one may act for.",
    )

    @staticmethod
    def resolve_kind(context: Context, _info: GraphQLResolveInfo) -> CallerKind:
        return CallerKind.PERSON if context.user else CallerKind.PARTNER

    @staticmethod
    def resolve_name(context: Context, _info: GraphQLResolveInfo) -> str:
        return context.user.name if context.user else context.acting.name

    @staticmethod
    def resolve_username(context: Context, _info: GraphQLResolveInfo) -> str | None:
        return context.user.username if context.user else None

    @staticmethod
    def resolve_acting_union(context: Context, _info: GraphQLResolveInfo) -> Row[Union] | None:
        return row(context.union) if context.actor else None

    @staticmethod
    def resolve_roles(context: Context, _info: GraphQLResolveInfo) -> list[Role]:
        return [role for role in Role if context.actor and role in context.actor.roles]

    @staticmethod
    def resolve_permissions(context: Context, _info: GraphQLResolveInfo) -> list[Permission]:
        return [code for code in Permission if context.actor and code in context.actor.permissions]

    @staticmethod
    def resolve_organization(context: Context, _info: GraphQLResolveInfo) -> Row[Any] | None:
        found = portal.links(context.user) if context.user else []
        return next((row(link) for link in found if link.state == LinkState.VERIFIED), None)

    @staticmethod
    def resolve_organization_claims(context: Context, _info: GraphQLResolveInfo) -> list[Row[Any]]:
        return rows(portal.links(context.user)) if context.user else []

    @staticmethod
    def resolve_unions(context: Context, _info: GraphQLResolveInfo) -> list[Row[Any]]:
        return rows(unions_of(context.user)) if context.user else [row(context.union)]


class MeQueries(graphene.ObjectType):
    me = ApiField(graphene.NonNull(Me), cost=0, description="当前访问者。 / The caller.")

    @staticmethod
    def resolve_me(_root: None, info: GraphQLResolveInfo) -> Context:
        context: Context = info.context
        return context
