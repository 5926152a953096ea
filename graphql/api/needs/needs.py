"""Needs of workers from every source; their steps go through `transition`. Source: SM-12; F01."""

from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import from_global, key_of, to_global
from api.kit.inputs import said
from api.kit.loaders import Row, attribute, row
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime
from commons.access.permissions import Permission
from commons.codelists.services import ServiceField, TargetGroup
from commons.kit.errors import NotFound
from tenants.needs import models
from tenants.needs.actions import needs as actions
from tenants.needs.enums import NeedSource, NeedState
from tenants.needs.selectors import clusters, origins
from tenants.needs.selectors import needs as reading

BY_DAY: Keyset[models.Need] = Keyset("-collected_on", "-id")
_GROUPS = graphene.List(graphene.NonNull(code_enum(TargetGroup)))
# What an id of an origin may be of, and the source that it tells of.
_ORIGINS = {NeedSource.WORKER_ORDER: "ServiceOrder", NeedSource.APPEAL: "Appeal"}


def find_need(context: Context, key: str) -> models.Need:
    """A need that the actor may see. Raises: Refused; NotFound."""
    return reading.need(context.require_inside(Permission.NEEDS_VIEW), key)


@node(models.Need, find_need)
class Need(graphene.ObjectType):
    """职工需求。 / A need."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    number = graphene.String(required=True, description="编号。 / Number.")
    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    title = graphene.String(required=True, description="名称。 / Title.")
    text = graphene.String(description="说明。 / Text.")
    source = graphene.Field(code_enum(NeedSource), required=True, description="来源。 / Source.")
    field = graphene.Field(code_enum(ServiceField), required=True, description="服务领域。 / Field.")
    groups = graphene.NonNull(_GROUPS, description="面向人群。 / Groups.")
    street = graphene.String(description="街道。 / Street.")
    persons_estimate = graphene.Int(required=True, description="预计人数。 / Persons concerned, estimated.")
    intensity = graphene.Int(required=True, description="迫切程度，1–5 分。 / How urgent, 1 to 5.")
    comparative_benefit = graphene.Int(required=True, description="比较效益，1–5 分。 / Benefit, 1 to 5.")
    fit_for_so = graphene.Int(required=True, description="适合社会组织承接，1–5 分。 / Fit for organizations, 1 to 5.")
    year = graphene.Int(required=True, description="年度。 / Year.")
    collected_on = graphene.Date(required=True, description="收集日期。 / Collected on.")
    sorted_on = graphene.Date(description="梳理日期。 / Sorted on.")
    adopted_on = graphene.Date(description="立项日期。 / Adopted on.")
    state = graphene.Field(code_enum(NeedState), required=True, description="状态。 / State.")
    created_at = DateTime(required=True)
    cluster_id = graphene.ID(description="所属需求汇总的编号。 / Id of its cluster.")
    cluster_title = graphene.String(description="所属需求汇总。 / Its cluster.")

    resolve_id = id_of()

    @staticmethod
    def resolve_cluster_id(root: Row[models.Need], _info: GraphQLResolveInfo) -> str | None:
        return to_global("NeedCluster", root.it.cluster_id) if root.it.cluster_id else None

    @staticmethod
    def resolve_cluster_title(root: Row[models.Need], info: GraphQLResolveInfo) -> str | None:
        key = root.it.cluster_id
        titles = root.ask(key, "cluster", lambda asked: _titles(info.context, asked)) if key else None
        return titles or None


def _titles(context: Context, asked: list[models.Need]) -> dict[UUID, str]:
    wanted = {one.cluster_id for one in asked if one.cluster_id}
    return dict(clusters.clusters(context.acting).filter(pk__in=wanted).values_list("pk", "title"))


NeedConnection = connection(Need, counted=True)


class NeedFilter(graphene.InputObjectType):
    """需求筛选条件，同时满足。 / All of these hold."""

    state = graphene.InputField(code_enum(NeedState), description="状态。 / State.")
    field = graphene.InputField(code_enum(ServiceField), description="服务领域。 / Field.")
    group = graphene.InputField(code_enum(TargetGroup), description="面向人群。 / Group.")
    source = graphene.InputField(code_enum(NeedSource), description="来源。 / Source.")
    year = graphene.Int(description="年度。 / Year.")
    cluster = graphene.ID(description="需求汇总的编号。 / Id of a cluster.")


class NeedQueries(graphene.ObjectType):
    needs = ApiField(
        NeedConnection,
        **page_arguments(),
        filter=graphene.Argument(NeedFilter),
        permission=Permission.NEEDS_VIEW,
        private=True,
        paged=True,
        description="当前工会的职工需求，新的在前。 / The acting union's needs, latest first.",
    )
    need = ApiField(
        Need,
        id=graphene.ID(required=True),
        permission=Permission.NEEDS_VIEW,
        private=True,
        description="一条职工需求。 / One need.",
    )

    @staticmethod
    def resolve_needs(
        _root: None,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        filter: dict[str, Any] | None = None,
    ) -> Page:
        found = reading.needs(info.context.acting)
        wanted = {name: value for name, value in (filter or {}).items() if value is not None}
        if "cluster" in wanted:
            key = key_of(wanted.pop("cluster"), "NeedCluster")
            found = found.filter(cluster=clusters.cluster(info.context.acting, key))
        if "group" in wanted:
            found = found.filter(groups__contains=[wanted.pop("group").value])
        return BY_DAY.page(found.filter(**wanted), first=first, after=after, counted=True)

    @staticmethod
    def resolve_need(_root: None, info: GraphQLResolveInfo, id: str) -> Row[Any]:
        return row(find_need(info.context, key_of(id, "Need")))


def _need_fields(*, required: bool) -> dict[str, Any]:
    return {
        "title": graphene.String(required=required, description="名称。 / Title."),
        "source": graphene.InputField(code_enum(NeedSource), required=required, description="来源。 / Source."),
        "field": graphene.InputField(code_enum(ServiceField), required=required, description="服务领域。 / Field."),
        "text": graphene.String(description="说明。 / Text."),
        "groups": graphene.InputField(_GROUPS, description="面向人群。 / Groups."),
        "street": graphene.String(description="街道。 / Street."),
        "persons_estimate": graphene.Int(description="预计人数。 / Persons concerned, estimated."),
        "intensity": graphene.Int(description="迫切程度，1–5 分。 / How urgent, 1 to 5."),
        "comparative_benefit": graphene.Int(description="比较效益，1–5 分。 / Benefit, 1 to 5."),
        "fit_for_so": graphene.Int(description="适合社会组织承接，1–5 分。 / Fit for organizations, 1 to 5."),
        "collected_on": graphene.Date(description="收集日期，默认今天。 / Collected on; today by default."),
    }


RegisterNeedInput = type(
    "RegisterNeedInput",
    (graphene.InputObjectType,),
    {
        "__doc__": "登记需求。 / Record a need.",
        **_need_fields(required=True),
        "origin": graphene.ID(description="来自哪张点单或哪件诉求。 / The order or appeal it comes from."),
    },
)
UpdateNeedInput = type(
    "UpdateNeedInput",
    (graphene.InputObjectType,),
    {
        "__doc__": "修改需求；没有写的不变。 / Correct a need; only what is given changes.",
        "id": graphene.ID(required=True),
        "version": graphene.Int(required=True, description="读到的版本。 / The version that was read."),
        **_need_fields(required=False),
    },
)


class _OnNeed(ActionMutation):
    class Meta:
        abstract = True

    need: ClassVar[Any] = graphene.Field(Need, description="需求的新状态。 / The need as it is now.")


class RegisterNeed(_OnNeed):
    """登记需求。 / Record a need."""

    class Meta:
        permission = Permission.NEEDS_EDIT
        input_type = RegisterNeedInput

    @classmethod
    def perform(cls, context: Context, *, origin: str | None = None, **given: Any) -> Self:
        told = said(given)
        key = _origin(context, told["source"], origin) if origin is not None else None
        return cls(need=row(actions.register(by=context.acting, at=context.at, origin_id=key, **told)))


def _origin(context: Context, source: NeedSource, origin: str) -> UUID:
    """The key of what the need comes from. Raises: BadId; NotFound, alike for what is not there and what is not readable."""
    type_name, key = from_global(origin)
    if _ORIGINS.get(source) != type_name:
        raise NotFound()
    origins.told(context.acting, source, key)
    return UUID(key)


class UpdateNeed(_OnNeed):
    """修改尚未立项的需求。 / Correct a need that is not decided upon."""

    class Meta:
        permission = Permission.NEEDS_EDIT
        input_type = UpdateNeedInput

    @classmethod
    def perform(cls, context: Context, *, id: str, version: int, **given: Any) -> Self:
        found = find_need(context, key_of(id, "Need"))
        told = said(given)
        return cls(need=row(actions.edit(need=found, version=version, by=context.acting, at=context.at, **told)))


class NeedMutations(graphene.ObjectType):
    register_need = RegisterNeed.Field()
    update_need = UpdateNeed.Field()
