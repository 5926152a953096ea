"""Needs gathered under one name; organizations read those published. Steps go through `transition`. Source: §3.12; F01, F04."""

from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of
from api.kit.inputs import said
from api.kit.loaders import Row, attribute, row, rows
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.needs.needs import Need, find_need
from commons.access.permissions import Permission
from commons.codelists.services import ServiceField, TargetGroup
from tenants.needs import models
from tenants.needs.actions import clusters as actions
from tenants.needs.clustering import Proposal
from tenants.needs.enums import ClusterState
from tenants.needs.selectors import clusters as reading
from tenants.needs.selectors.needs import suggested

BY_YEAR: Keyset[models.NeedCluster] = Keyset("-year", "-id")


def find_cluster(context: Context, key: str) -> models.NeedCluster:
    """A cluster that the actor may see. Raises: Refused; NotFound, alike for what is not published."""
    return reading.cluster(context.require_inside(Permission.DIRECTORY_VIEW), key)


@node(models.NeedCluster, find_cluster)
class NeedCluster(graphene.ObjectType):
    """需求汇总：公布的内容不识别任何人，少于 5 的数没有。 / Needs under one name; published, it is anonymous."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    title = graphene.String(required=True, description="名称。 / Title.")
    field = graphene.Field(code_enum(ServiceField), required=True, description="服务领域。 / Field.")
    year = graphene.Int(required=True, description="年度。 / Year.")
    summary = graphene.String(description="概述。 / Summary.")
    state = graphene.Field(code_enum(ClusterState), required=True, description="状态。 / State.")
    published_on = graphene.Date(description="公布日期。 / Published on.")
    published_needs = graphene.Int(description="公布的需求条数；少于 5 的没有。 / Needs as published; null below five.")
    published_persons = graphene.Int(description="公布的涉及人数。 / Persons as published.")
    published_groups = graphene.List(
        graphene.NonNull(code_enum(TargetGroup)), required=True, description="主要面向。 / Groups as published."
    )
    needs_now = ApiField(graphene.Int, description="现归入需求条数，只供本会查看。 / Needs now, for the union alone.")
    persons_now = ApiField(graphene.Int, description="现预计人数，只供本会查看。 / Persons now, for the union alone.")

    resolve_id = id_of()

    @staticmethod
    def resolve_needs_now(root: Row[models.NeedCluster], info: GraphQLResolveInfo) -> int | None:
        found = _counted(root, info.context)
        return found[0] if found else None

    @staticmethod
    def resolve_persons_now(root: Row[models.NeedCluster], info: GraphQLResolveInfo) -> int | None:
        found = _counted(root, info.context)
        return found[1] if found else None


def _counted(root: Row[models.NeedCluster], context: Context) -> tuple[int, int] | None:
    return root.ask(root.it.pk, "counted", lambda asked: _counts(context, asked))


def _counts(context: Context, asked: list[models.NeedCluster]) -> dict[UUID, tuple[int, int]]:
    found: Any = reading.counted(context.acting).filter(pk__in=[one.pk for one in asked]).order_by()
    return {pk: (needs, persons) for pk, needs, persons in found.values_list("pk", "needs_now", "persons_now")}


class SuggestedGathering(graphene.ObjectType):
    """归类建议；平台不自行归类。 / Needs that might be gathered; the platform gathers nothing by itself."""

    class Meta:
        default_resolver = attribute

    field = graphene.Field(code_enum(ServiceField), required=True, description="服务领域。 / Field.")
    year = graphene.Int(required=True, description="年度。 / Year.")
    title = graphene.String(required=True, description="建议的名称。 / Title that is proposed.")
    why = graphene.String(required=True, description="理由。 / Why they belong together.")
    persons = graphene.Int(required=True, description="预计人数。 / Persons concerned, estimated.")
    needs = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(Need))), size=10, description="需求。 / The needs."
    )

    @staticmethod
    def resolve_needs(root: Row[Proposal], _info: GraphQLResolveInfo) -> list[Row[models.Need]]:
        return rows(root.it.needs)


NeedClusterConnection = connection(NeedCluster, counted=True)


class ClusterQueries(graphene.ObjectType):
    need_clusters = ApiField(
        NeedClusterConnection,
        **page_arguments(),
        state=graphene.Argument(code_enum(ClusterState)),
        field=graphene.Argument(code_enum(ServiceField)),
        year=graphene.Int(),
        permission=Permission.CLUSTERS_VIEW,
        private=True,
        paged=True,
        description="需求汇总，年度新的在前；社会组织只见已公布的。 / Clusters; organizations see those published.",
    )
    need_cluster = ApiField(
        NeedCluster,
        id=graphene.ID(required=True),
        permission=Permission.CLUSTERS_VIEW,
        private=True,
        description="一项需求汇总。 / One cluster.",
    )
    suggested_gatherings = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(SuggestedGathering))),
        permission=Permission.NEEDS_EDIT,
        private=True,
        size=20,
        description="已梳理的需求中可以归为一类的。 / Sorted needs that might be one.",
    )

    @staticmethod
    def resolve_need_clusters(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None, **wanted: Any
    ) -> Page:
        found = reading.clusters(info.context.acting)
        found = found.filter(**said(wanted))
        return BY_YEAR.page(found, first=first, after=after, counted=True)

    @staticmethod
    def resolve_need_cluster(_root: None, info: GraphQLResolveInfo, id: str) -> Row[Any]:
        return row(find_cluster(info.context, key_of(id, "NeedCluster")))

    @staticmethod
    def resolve_suggested_gatherings(_root: None, info: GraphQLResolveInfo) -> list[Row[Proposal]]:
        return rows(suggested(info.context.acting))


class CreateNeedClusterInput(graphene.InputObjectType):
    """新建需求汇总。 / Begin a cluster."""

    title = graphene.String(required=True, description="名称。 / Title.")
    field = graphene.InputField(code_enum(ServiceField), required=True, description="服务领域。 / Field.")
    year = graphene.Int(required=True, description="年度。 / Year.")
    summary = graphene.String(description="概述，不写姓名、电话。 / Summary, without names and telephones.")


class UpdateNeedClusterInput(graphene.InputObjectType):
    """修改未公布的需求汇总；没有写的不变。 / Correct a cluster that is not published; only what is given changes."""

    id = graphene.ID(required=True)
    version = graphene.Int(required=True, description="读到的版本。 / The version that was read.")
    title = graphene.String(description="名称。 / Title.")
    summary = graphene.String(description="概述。 / Summary.")


class GatherNeedsInput(graphene.InputObjectType):
    """把已梳理的需求归入已有的汇总，或归为新的一类。 / Gather sorted needs into a cluster, or under a new title."""

    needs = graphene.List(graphene.NonNull(graphene.ID), required=True, description="需求的编号。 / Ids of the needs.")
    cluster = graphene.ID(description="已有的需求汇总。 / A cluster that there is.")
    title = graphene.String(description="新汇总的名称。 / Title of a new one.")


class _OnCluster(ActionMutation):
    class Meta:
        abstract = True

    cluster: ClassVar[Any] = graphene.Field(NeedCluster, description="汇总的新状态。 / The cluster as it is now.")


class CreateNeedCluster(_OnCluster):
    """新建需求汇总。 / Begin a cluster of one field and year."""

    class Meta:
        permission = Permission.NEEDS_EDIT
        input_type = CreateNeedClusterInput

    @classmethod
    def perform(cls, context: Context, *, summary: str | None = None, **given: Any) -> Self:
        made = actions.create(summary=summary or "", by=context.acting, at=context.at, **given)
        return cls(cluster=row(made))


class UpdateNeedCluster(_OnCluster):
    """修改未公布的需求汇总。 / Correct title or summary of a cluster that is not published."""

    class Meta:
        permission = Permission.NEEDS_EDIT
        input_type = UpdateNeedClusterInput

    @classmethod
    def perform(cls, context: Context, *, id: str, version: int, **given: Any) -> Self:
        found = find_cluster(context, key_of(id, "NeedCluster"))
        told = said(given)
        made = actions.edit(cluster=found, version=version, by=context.acting, at=context.at, **told)
        return cls(cluster=row(made))


class GatherNeeds(_OnCluster):
    """归类：全部归入，或者一条也不归入。 / Gather needs: all of them or none."""

    class Meta:
        permission = Permission.NEEDS_EDIT
        input_type = GatherNeedsInput

    @classmethod
    def perform(
        cls, context: Context, *, needs: list[str], cluster: str | None = None, title: str | None = None
    ) -> Self:
        chosen = [find_need(context, key_of(one, "Need")) for one in dict.fromkeys(needs)]
        into = find_cluster(context, key_of(cluster, "NeedCluster")) if cluster is not None else None
        made = actions.gather(needs=chosen, cluster=into, title=title or "", by=context.acting, at=context.at)
        return cls(cluster=row(made))


class ClusterMutations(graphene.ObjectType):
    create_need_cluster = CreateNeedCluster.Field()
    update_need_cluster = UpdateNeedCluster.Field()
    gather_needs = GatherNeeds.Field()
