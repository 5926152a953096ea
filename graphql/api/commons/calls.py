"""Open calls of the country, as published: read by whoever is signed in, and by partners. Source: DOMAIN S6; V10."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import uuid_of
from api.kit.loaders import Row, attribute, row
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime, Money
from commons.calls import catalogue, models, selectors
from commons.calls.enums import CallState
from commons.kit.errors import NotFound

LATEST: Keyset[models.OpenCall] = Keyset("-published_on", "-id")


def find(_context: Context, key: str) -> models.OpenCall:
    """
    One call.

    Raises: NotFound.
    """
    try:
        return selectors.call(UUID(key))
    except ValueError:
        raise NotFound() from None


@node(models.OpenCall, find)
class OpenCall(graphene.ObjectType):
    """招募公告的公开内容。 / A call as it was published."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    number = graphene.String(required=True, description="公告编号。 / Number.")
    title = graphene.String(required=True, description="标题。 / Title.")
    buyer_name = graphene.String(required=True, description="购买方。 / The buying union.")
    union_code = graphene.String(
        required=True, description="购买方工会代码，应答时以此为当前工会。 / Act there to answer."
    )
    field_codes = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="服务领域代码。 / Fields."
    )
    field_labels = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="服务领域。 / Their labels."
    )
    budget = Money(description="预算，元。 / Budget, yuan.")
    published_on = graphene.Date(required=True, description="发布日期。 / Published on.")
    deadline_at = DateTime(required=True, description="申报截止时间。 / Answers are taken until then.")
    region_code = graphene.String(required=True, description="行政区划代码。 / Division.")
    state = graphene.Field(code_enum(CallState), required=True, description="状态。 / State.")

    resolve_id = id_of()

    @staticmethod
    def resolve_union_code(root: Row[models.OpenCall], _info: GraphQLResolveInfo) -> str:
        return root.it.union.code

    @staticmethod
    def resolve_field_codes(root: Row[models.OpenCall], _info: GraphQLResolveInfo) -> list[str]:
        return list(root.it.fields)

    @staticmethod
    def resolve_field_labels(root: Row[models.OpenCall], _info: GraphQLResolveInfo) -> list[str]:
        return [catalogue.label_of(code) for code in root.it.fields]


OpenCallConnection = connection(OpenCall)


class CallQueries(graphene.ObjectType):
    open_calls = ApiField(
        OpenCallConnection,
        **page_arguments(),
        text=graphene.String(description="标题、编号或购买方中的字词。 / Words of title, number or buyer."),
        region=graphene.String(description="行政区划代码，含下级。 / Division, with all below it."),
        field=graphene.String(description="服务领域代码。 / Code of a field."),
        paged=True,
        description="全国正在接受申报的招募公告，新的在前。 / Calls of the whole country that take answers, latest first.",
    )
    open_call = ApiField(
        OpenCall,
        id=graphene.ID(required=True),
        description="一份招募公告，含已截止的。 / One call, also one that is over.",
    )

    @staticmethod
    def resolve_open_calls(
        _root: None,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        text: str | None = None,
        region: str | None = None,
        field: str | None = None,
    ) -> Page:
        found = selectors.open_calls(
            at=info.context.at, text=text or "", region=(region or "")[:6], field=(field or "")[:40]
        )
        return LATEST.page(found, first=first, after=after)

    @staticmethod
    def resolve_open_call(_root: None, _info: GraphQLResolveInfo, id: str) -> Row[Any]:
        return row(selectors.call(uuid_of(id, "OpenCall")))
