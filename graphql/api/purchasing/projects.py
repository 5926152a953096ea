"""Service projects with their money and what was served; their steps go through `transition`. Source: SM-15P; E01-E08, E22."""

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
from api.kit.loaders import Row, attribute, row, rows
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime, Money
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.codelists.services import FundSource, PurchaseCategory, ServiceField, TargetGroup
from tenants.purchasing import models
from tenants.purchasing.actions import projects as actions
from tenants.purchasing.actions import records
from tenants.purchasing.enums import ProcurementMethod, ProcurementMode, ProjectState, RiskLevel
from tenants.purchasing.policies import RECORDS
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


class ServiceRecord(graphene.ObjectType):
    """一次服务的记录。 / What was served on one day."""

    class Meta:
        default_resolver = attribute

    id = graphene.UUID(required=True, description="编号，作废时用。 / Key, for voiding it.")
    served_on = graphene.Date(required=True, description="日期。 / Day.")
    place = graphene.String(description="地点。 / Place.")
    sessions = graphene.Int(required=True, description="场次。 / Sessions.")
    person_times = graphene.Int(required=True, description="人次。 / Person-times.")
    persons_new = graphene.Int(required=True, description="首次服务人数。 / Persons served for the first time.")
    voided_at = DateTime(description="作废时间。 / Voided at.")


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
    records = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(ServiceRecord))), size=10, description="服务记录。 / Services."
    )

    resolve_id = id_of()

    @staticmethod
    def resolve_funding(root: Row[models.ServiceProject], info: GraphQLResolveInfo) -> list[Row[Any]]:
        if not may(info.context.acting, Permission.PROJECTS_VIEW):
            return []
        return (
            root.ask(root.it.pk, "funding", lambda asked: _of(models.FundingLine.objects.order_by("pk"), asked)) or []
        )

    @staticmethod
    def resolve_records(root: Row[models.ServiceProject], info: GraphQLResolveInfo) -> list[Row[Any]]:
        visible = RECORDS.visible(info.context.acting).order_by("-served_on", "-id")
        return root.ask(root.it.pk, "records", lambda asked: _of(visible, asked)) or []


def _of(visible: Any, asked: list[models.ServiceProject]) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = {}
    for part in rows(visible.filter(project__in=[it.pk for it in asked])):
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
        found = found.filter(**{name: value for name, value in wanted.items() if value is not None})
        return BY_TIME.page(found, first=first, after=after, counted=True)


class FundingLineInput(graphene.InputObjectType):
    """一项资金来源。 / One source."""

    source = graphene.InputField(code_enum(FundSource), required=True, description="来源。 / Source.")
    amount = Money(required=True, description="金额，元。 / Yuan.")
    from_union_name = graphene.String(description="补贴的工会。 / The union that subsidises.")


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
        "method": graphene.InputField(code_enum(ProcurementMethod), description="采购方式。 / Method."),
        "direct_reason": graphene.String(description="直接委托的理由。 / Why entrusted directly."),
        "target_groups": graphene.List(graphene.NonNull(code_enum(TargetGroup)), description="面向人群。 / For whom."),
        "need_ids": graphene.List(graphene.NonNull(graphene.UUID), description="职工需求。 / Needs."),
        "business_owner": graphene.UUID(description="业务部门的编号。 / Key of the department."),
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


def _split(context: Context, given: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]] | None]:
    """Fields and funding lines of an action; a department by its key among those that the actor may see."""
    funding = given.pop("funding", None)
    if given.get("business_owner") is not None:
        owner = bodies.units(context.acting).filter(pk=given["business_owner"]).first()
        given["business_owner"] = owner
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
        return cls(project=row(actions.create(fields=fields, funding=lines or (), by=context.acting, at=context.at)))


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


class AddServiceRecordInput(graphene.InputObjectType):
    """登记服务。 / Record what was served."""

    project = graphene.ID(required=True, description="项目。 / The project.")
    served_on = graphene.Date(required=True, description="日期。 / Day.")
    field = graphene.InputField(code_enum(ServiceField), required=True, description="服务领域。 / Field.")
    place = graphene.String(description="地点。 / Place.")
    groups = graphene.List(graphene.NonNull(code_enum(TargetGroup)), description="面向人群。 / For whom.")
    sessions = graphene.Int(description="场次。 / Sessions.")
    person_times = graphene.Int(description="人次。 / Person-times.")
    persons_new = graphene.Int(description="首次服务人数。 / Persons served for the first time.")
    union_staff = graphene.Int(description="工会工作者。 / Union staff.")
    social_workers = graphene.Int(description="社会工作者。 / Social workers.")
    volunteers = graphene.Int(description="志愿者。 / Volunteers.")
    satisfaction_sum = graphene.Int(description="评分合计。 / Sum of marks of 1 to 5.")
    satisfaction_count = graphene.Int(description="评价人数。 / How many marked.")


class AddServiceRecord(_OnProject):
    """登记服务。 / Record what was served on one day."""

    class Meta:
        permission = Permission.DIRECTORY_VIEW
        input_type = AddServiceRecordInput

    @classmethod
    def perform(cls, context: Context, *, project: str, **given: Any) -> Self:
        found = find_project(context, key_of(project, "ServiceProject"))
        records.add(project=found, fields=given, by=context.acting, at=context.at)
        return cls(project=row(find_project(context, str(found.pk))))


class ProjectMutations(graphene.ObjectType):
    create_service_project = CreateServiceProject.Field()
    update_service_project = UpdateServiceProject.Field()
    add_service_record = AddServiceRecord.Field()
