"""Service projects with their money; their steps go through `transition`. Source: SM-15P; E01-E08, E22."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Self
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.attachments.types import attachments_field, resolve_attachments
from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of
from api.kit.inputs import said
from api.kit.loaders import Row, attribute, row, rows
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime, Money
from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.codelists.services import FundSource, PurchaseCategory, ServiceField, TargetGroup
from commons.kit.errors import Invalid
from tenants.purchasing import models
from tenants.purchasing.actions import projects as actions
from tenants.purchasing.enums import BuyerKind, ProcurementMethod, ProcurementMode, ProjectState, RiskLevel
from tenants.purchasing.selectors import bodies
from tenants.purchasing.selectors import projects as reading

BY_TIME: Keyset[models.ServiceProject] = Keyset("-created_at", "-id")


def find_project(context: Context, key: str) -> models.ServiceProject:
    """A project that the actor may see. Raises: Refused; NotFound."""
    return reading.project(context.require_inside(Permission.DIRECTORY_VIEW), key)


class FundingLine(graphene.ObjectType):
    """一项资金来源。 / One source of a project's money."""

    class Meta:
        default_resolver = attribute

    source = graphene.Field(code_enum(FundSource), required=True, description="来源。 / Source.")
    amount = Money(required=True, description="金额，元。 / Yuan.")
    from_union_name = graphene.String(description="补贴的工会。 / The union that subsidises.")


class ProjectMoney(graphene.ObjectType):
    """项目资金，元。 / A project's money, in yuan."""

    planned = Money(required=True, description="预算。 / Planned.")
    contracted = Money(required=True, description="合同金额。 / Contracted.")
    paid = Money(required=True, description="已付，减去冲销和退回。 / Paid, less what came back.")
    refund = Money(required=True, description="应退未退的结余。 / What has to come back and has not.")


@node(models.ServiceProject, find_project)
class ServiceProject(graphene.ObjectType):
    """服务项目。 / A project of services to be bought."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    number = graphene.String(required=True, description="编号。 / Number.")
    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with a change.")
    year = graphene.Int(required=True, description="年度。 / Year.")
    title = graphene.String(required=True, description="名称。 / Title.")
    summary = graphene.String(description="概述。 / Summary.")
    category = graphene.Field(code_enum(PurchaseCategory), required=True, description="购买类别。 / Category.")
    mode = graphene.Field(code_enum(ProcurementMode), required=True, description="承接方式。 / Mode.")
    method = graphene.Field(code_enum(ProcurementMethod), required=True, description="采购方式。 / Method.")
    budget = Money(required=True, description="预算，元。 / Yuan.")
    starts_on = graphene.Date(description="开始。 / From.")
    ends_on = graphene.Date(description="结束。 / To.")
    midterm_on = graphene.Date(description="计划中期评估日期。 / Planned day of the mid-term evaluation.")
    target_sessions = graphene.Int(required=True, description="目标场次。 / Target of sessions.")
    target_person_times = graphene.Int(required=True, description="目标人次。 / Target of person-times.")
    target_persons = graphene.Int(required=True, description="目标人数。 / Target of persons.")
    risk_level = graphene.Field(code_enum(RiskLevel), required=True, description="风险等级。 / Risk.")
    third_party_required = graphene.Boolean(required=True, description="须第三方监管。 / Needs a supervisor.")
    midterm_passed = graphene.Boolean(required=True, description="中期评估已通过。 / The mid-term gate is passed.")
    state = graphene.Field(code_enum(ProjectState), required=True, description="状态。 / State.")
    created_at = DateTime(required=True)
    funding = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(FundingLine))), size=3, description="资金来源。 / Funding."
    )
    money = ApiField(ProjectMoney, description="资金情况，元。 / Money.")
    attachments = attachments_field()

    direct_reason = graphene.String(description="直接委托的理由。 / Why entrusted directly.")
    fields = graphene.List(graphene.NonNull(code_enum(ServiceField)), required=True, description="服务领域。 / Fields.")
    target_groups = graphene.List(
        graphene.NonNull(code_enum(TargetGroup)), required=True, description="面向人群。 / For whom."
    )
    business_owner_name = graphene.String(description="业务部门。 / Department.")
    overlap_note = graphene.String(description="与上下级项目重合的说明。 / Why it is not funded twice.")

    resolve_id = id_of()

    @staticmethod
    def resolve_business_owner_name(root: Row[models.ServiceProject], _info: GraphQLResolveInfo) -> str | None:
        return root.it.business_owner.name if root.it.business_owner else None

    @staticmethod
    def resolve_funding(root: Row[models.ServiceProject], info: GraphQLResolveInfo) -> list[Row[Any]]:
        if not may(info.context.acting, Permission.PROJECTS_VIEW):
            return []
        return root.ask(root.it.pk, "funding", _funding) or []

    @staticmethod
    def resolve_money(root: Row[models.ServiceProject], info: GraphQLResolveInfo) -> ProjectMoney | None:
        if not may(info.context.acting, Permission.PROJECTS_VIEW):
            return None
        found = root.ask(root.it.pk, "money", reading.money_of)
        if found is None:
            return None
        told = {name: getattr(found, name) for name in ("planned", "contracted", "paid", "refund")}
        return ProjectMoney(**told)

    resolve_attachments = staticmethod(resolve_attachments)


def _funding(asked: list[models.ServiceProject]) -> dict[UUID, list[Row[Any]]]:
    lines = models.FundingLine.objects.filter(project__in=[it.pk for it in asked]).order_by("pk")
    found: dict[UUID, list[Row[Any]]] = {}
    for part in rows(lines):
        found.setdefault(part.it.project_id, []).append(part)
    return found


ServiceProjectConnection = connection(ServiceProject, counted=True)


class ProjectQueries(graphene.ObjectType):
    service_projects = ApiField(
        ServiceProjectConnection,
        **page_arguments(),
        state=graphene.Argument(code_enum(ProjectState)),
        year=graphene.Int(),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        paged=True,
        description="可以查看的服务项目，新的在前。 / Projects that the caller may see, latest first.",
    )

    @staticmethod
    def resolve_service_projects(
        _root: None,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        **wanted: Any,
    ) -> Page:
        found = reading.projects(info.context.acting)
        found = found.filter(**said(wanted))
        return BY_TIME.page(found, first=first, after=after, counted=True)


class FundingLineInput(graphene.InputObjectType):
    """一项资金来源。 / One source."""

    source = graphene.InputField(code_enum(FundSource), required=True, description="来源。 / Source.")
    amount = Money(required=True, description="金额，元。 / Yuan.")
    from_union_name = graphene.String(description="补贴的工会。 / The union that subsidises.")


class JointBuyerInput(graphene.InputObjectType):
    """联合购买的一方。 / One who pays as well."""

    name = graphene.String(required=True, description="名称。 / Name.")
    share = graphene.Decimal(required=True, description="比例，%。 / Per cent.")


def _fields(*, required: bool) -> dict[str, Any]:
    return {
        "year": graphene.Int(required=required, description="年度。 / Year."),
        "title": graphene.String(required=required, description="名称。 / Title."),
        "category": graphene.InputField(
            code_enum(PurchaseCategory), required=required, description="类别。 / Category."
        ),
        "fields": graphene.List(
            graphene.NonNull(code_enum(ServiceField)), required=required, description="服务领域。 / Fields."
        ),
        "budget": Money(required=required, description="预算，元。 / Yuan."),
        "summary": graphene.String(description="概述。 / Summary."),
        "mode": graphene.InputField(code_enum(ProcurementMode), description="承接方式。 / Mode."),
        "method": graphene.InputField(code_enum(ProcurementMethod), description="采购方式。 / Method."),
        "direct_reason": graphene.String(description="直接委托的理由。 / Why entrusted directly."),
        "target_groups": graphene.List(graphene.NonNull(code_enum(TargetGroup)), description="面向人群。 / For whom."),
        "need_ids": graphene.List(graphene.NonNull(graphene.UUID), description="职工需求。 / Needs."),
        "business_owner": graphene.UUID(description="业务部门的编号。 / Key of the department."),
        "catalogue_item": graphene.UUID(description="目录项目的编号。 / Key of the catalogue's item."),
        "buyer_kind": graphene.InputField(code_enum(BuyerKind), description="购买方。 / Buyer."),
        "buyer_unit": graphene.UUID(description="购买单位的编号。 / Key of the unit that buys."),
        "buyer_name": graphene.String(description="购买方名称。 / Buyer's name."),
        "buyer_uscc": graphene.String(description="购买方信用代码。 / Buyer's credit code."),
        "joint_buyers": graphene.List(
            graphene.NonNull(JointBuyerInput), description="联合购买的各方。 / Who else pays."
        ),
        "own_share": graphene.Decimal(description="本级承担的比例，%。 / The union's share, per cent."),
        "with_mass_org": graphene.Boolean(description="与群团组织联合。 / Together with a mass organization."),
        "principal": graphene.String(description="项目负责人。 / Who answers for it."),
        "region_code": graphene.String(description="服务区域代码。 / Code of the region."),
        "streets": graphene.String(description="服务街道。 / Streets."),
        "risk_level": graphene.InputField(code_enum(RiskLevel), description="风险等级。 / Risk."),
        "test_concentrated": graphene.Boolean(description="需求相对集中。 / Needs are concentrated."),
        "test_concentrated_note": graphene.String(description="依据。 / Why."),
        "test_benefit": graphene.Boolean(description="比较效益突出。 / Better than doing it oneself."),
        "test_benefit_note": graphene.String(description="依据。 / Why."),
        "test_suitable": graphene.Boolean(description="适合社会组织承接。 / Suits social organizations."),
        "test_suitable_note": graphene.String(description="依据。 / Why."),
        "starts_on": graphene.Date(description="开始。 / From."),
        "ends_on": graphene.Date(description="结束。 / To."),
        "midterm_on": graphene.Date(description="计划中期评估日期。 / Planned mid-term day."),
        "target_sessions": graphene.Int(description="目标场次。 / Target of sessions."),
        "target_person_times": graphene.Int(description="目标人次。 / Target of person-times."),
        "target_persons": graphene.Int(description="目标人数。 / Target of persons."),
        "third_party_required": graphene.Boolean(description="须第三方监管；不写的按办法。 / Needs a supervisor."),
        "funding": graphene.List(graphene.NonNull(FundingLineInput), description="资金来源，合计等于预算。 / Funding."),
    }


CreateServiceProjectInput = type(
    "CreateServiceProjectInput",
    (graphene.InputObjectType,),
    {"__doc__": "新建服务项目。 / Begin a project.", **_fields(required=True)},
)
UpdateServiceProjectInput = type(
    "UpdateServiceProjectInput",
    (graphene.InputObjectType,),
    {
        "__doc__": "修改草稿。 / Change a draft.",
        "id": graphene.ID(required=True),
        "version": graphene.Int(required=True),
        **_fields(required=False),
    },
)


class _OnProject(ActionMutation):
    class Meta:
        abstract = True

    project: ClassVar[Any] = graphene.Field(ServiceProject, description="项目的新状态。 / The project as it is now.")


# Given by their keys, among the rows that the actor may see.
_BY_KEY: dict[str, Callable[[Actor], Any]] = {
    "business_owner": bodies.units,
    "buyer_unit": bodies.units,
    "catalogue_item": bodies.catalogue,
}


def _split(context: Context, given: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]] | None]:
    """
    Fields and funding lines of an action.

    Raises: Invalid beside a key under which the actor sees nothing.
    """
    funding = given.pop("funding", None)
    for name, visible in _BY_KEY.items():
        if (key := given.get(name)) is not None:
            given[name] = visible(context.acting).filter(pk=key).first()
            if given[name] is None:
                raise Invalid({name: ["没有这个编号，请从本会的记录中选择。"]})
    if given.get("joint_buyers") is not None:
        given["joint_buyers"] = [{"name": one["name"], "share": str(one["share"])} for one in given["joint_buyers"]]
    lines = None if funding is None else [{"from_union_name": "", **one} for one in funding]
    return given, lines


class CreateServiceProject(_OnProject):
    """新建服务项目。 / Begin a project as a draft."""

    class Meta:
        permission = Permission.PROJECTS_EDIT
        input_type = CreateServiceProjectInput

    @classmethod
    def perform(cls, context: Context, **given: Any) -> Self:
        fields, lines = _split(context, given)
        told = said(fields)
        return cls(project=row(actions.create(fields=told, funding=lines or (), by=context.acting, at=context.at)))


class UpdateServiceProject(_OnProject):
    """修改草稿。 / Change a draft in the given fields."""

    class Meta:
        permission = Permission.PROJECTS_EDIT
        input_type = UpdateServiceProjectInput

    @classmethod
    def perform(cls, context: Context, *, id: str, version: int, **given: Any) -> Self:
        found = find_project(context, key_of(id, "ServiceProject"))
        fields, lines = _split(context, given)
        made = actions.edit(
            project=found, fields=fields, funding=lines, version=version, by=context.acting, at=context.at
        )
        return cls(project=row(made))


class RenewServiceProjectInput(graphene.InputObjectType):
    """续办下一年度的项目。 / Begin next year's project."""

    id = graphene.ID(required=True, description="本年度的项目。 / This year's project.")


class RenewServiceProject(_OnProject):
    """续办：按本年度的项目起草下一年度的。 / Draft next year's project from this one."""

    class Meta:
        permission = Permission.PROJECTS_EDIT
        input_type = RenewServiceProjectInput

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Self:
        found = find_project(context, key_of(id, "ServiceProject"))
        return cls(project=row(actions.renew(project=found, by=context.acting, at=context.at)))


class ExplainOverlapInput(graphene.InputObjectType):
    """说明与上下级工会项目重合的原因。 / Say why it is not funded twice."""

    id = graphene.ID(required=True)
    version = graphene.Int(required=True)
    note = graphene.String(required=True, description="说明。 / Why.")


class ExplainOverlap(_OnProject):
    """说明与上下级工会项目的重合。 / Say why a service goes on that a union above or below pays for as well."""

    class Meta:
        permission = Permission.PROJECTS_EDIT
        input_type = ExplainOverlapInput

    @classmethod
    def perform(cls, context: Context, *, id: str, version: int, note: str) -> Self:
        found = find_project(context, key_of(id, "ServiceProject"))
        made = actions.explain_overlap(project=found, note=note, version=version, by=context.acting, at=context.at)
        return cls(project=row(made))


class ProjectMutations(graphene.ObjectType):
    create_service_project = CreateServiceProject.Field()
    update_service_project = UpdateServiceProject.Field()
    renew_service_project = RenewServiceProject.Field()
    explain_overlap = ExplainOverlap.Field()
