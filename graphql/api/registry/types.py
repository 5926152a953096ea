"""The union's ledger as its own people see it. No partner and no other union ever gets here. Source: DOMAIN T1; V6, V13."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.attachments.types import attachments_field, resolve_attachments
from api.discussion.types import comments_field, resolve_comments
from api.kit.connections import connection
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.loaders import Row, attribute
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime, Money
from api.registry import loaders
from commons.access.permissions import Permission
from commons.audit.reading import read_personal_rows
from commons.directory.enums import OrgType, RatingGrade, RegistrationStatus
from tenants.registry import models, selectors
from tenants.registry.enums import (
    Classification,
    ContactFrequency,
    ContactKind,
    FoundingMode,
    GuidanceClass,
    LedgerState,
    OrgDomain,
    PersonRole,
    RatingSource,
    RatingState,
    RightsDomain,
    Scope,
)

WorkScope = code_enum(Scope, name="WorkScope")


def find_organization(context: Context, key: str) -> models.SocialOrganization:
    """
    An entry of the acting union.

    Raises: Refused; NotFound, alike for another union's.
    """
    return selectors.organization(context.require_inside(Permission.LEDGER_VIEW), key)


def find_contact_log(context: Context, key: str) -> models.ContactLog:
    """
    A contact log that the actor may read.

    Raises: Refused; NotFound, alike for a confidential one of others.
    """
    return selectors.contact_log(context.require_inside(Permission.CONTACT_VIEW), key)


def _phone(root: Row[Any], context: Context, name: str) -> str | None:
    """The number for those who may see personal data, of which it is told that they did, else masked. Source: V6."""
    number = getattr(root.it, name)
    shown = selectors.shown_phone(context.acting, number)
    if shown and shown == number:
        root.ask(root.it.pk, ("read", name), lambda asked: _read(asked, context, name))
    return shown or None


def _read(asked: list[Any], context: Context, name: str) -> dict[Any, None]:
    """All rows of the page at once."""
    read_personal_rows(context.acting, [one for one in asked if getattr(one, name)], [name], context.at)
    return {}


class OrgPerson(graphene.ObjectType):
    """社会组织的负责人、联络员等。 / Somebody who answers for the organization."""

    class Meta:
        default_resolver = attribute

    id = graphene.ID(required=True)
    name = graphene.String(required=True, description="姓名。 / Name.")
    role = graphene.Field(code_enum(PersonRole), required=True, description="职务。 / Role.")
    phone = graphene.String(
        description="电话；无权查看个人信息时隐去中间数位。 / Phone, masked without the permission."
    )
    from_on = graphene.Date(description="任职开始。 / From.")
    until_on = graphene.Date(description="任职结束（不含当日）。 / Until, exclusive.")

    resolve_id = id_of()

    @staticmethod
    def resolve_phone(root: Row[models.OrgPerson], info: GraphQLResolveInfo) -> str | None:
        return _phone(root, info.context, "phone")


class OrgRating(graphene.ObjectType):
    """社会组织评估等级。 / A rating 1A-5A."""

    class Meta:
        default_resolver = attribute

    id = graphene.ID(required=True)
    grade = graphene.Field(code_enum(RatingGrade), required=True, description="等级。 / Grade.")
    state = graphene.Field(code_enum(RatingState), required=True, description="状态。 / State.")
    assessor = graphene.String(description="评定机构。 / Assessor.")
    certificate_number = graphene.String(description="等级证书号。 / Certificate.")
    assessed_on = graphene.Date(description="评定日期。 / Assessed on.")
    valid_until = graphene.Date(description="有效期至（不含当日）。 / Valid until, exclusive.")
    source = graphene.Field(code_enum(RatingSource), required=True, description="信息来源。 / Source.")
    reason = graphene.String(description="取消原因。 / Reason of revocation.")

    resolve_id = id_of()


class OrgYearFact(graphene.ObjectType):
    """年度情况。 / The situation in one calendar year."""

    class Meta:
        default_resolver = attribute

    id = graphene.ID(required=True)
    year = graphene.Int(required=True, description="年度。 / Year.")
    staff = graphene.Int(required=True, description="从业人员数。 / Staff.")
    members = graphene.Int(required=True, description="会员数。 / Members.")
    volunteers = graphene.Int(required=True, description="志愿者数。 / Volunteers.")
    party_members = graphene.Int(required=True, description="党员数。 / Party members.")
    income = Money(description="年收入，元。 / Income, yuan.")
    expense = Money(description="年支出，元。 / Expense, yuan.")
    income_from_union = Money(description="来自工会的收入，元。 / Income from the union, yuan.")
    services_count = graphene.Int(description="服务次数。 / Services.")
    persons_served = graphene.Int(description="服务人次。 / Persons served.")

    resolve_id = id_of()


class ContactPlan(graphene.ObjectType):
    """联系计划。 / How often an officer contacts the organization."""

    class Meta:
        default_resolver = attribute

    id = graphene.ID(required=True)
    officer_name = graphene.String(required=True, description="联系人员。 / Officer.")
    frequency = graphene.Field(code_enum(ContactFrequency), required=True, description="频次。 / Frequency.")
    from_on = graphene.Date(required=True, description="开始。 / From.")
    until_on = graphene.Date(description="结束（不含当日）。 / Until, exclusive.")

    resolve_id = id_of()


@node(models.SocialOrganization, find_organization)
class SocialOrganization(graphene.ObjectType):
    """台账条目：本级工会掌握的一个社会组织。 / An entry of the union's own ledger."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    number = graphene.String(required=True, description="台账编号。 / Number within the union.")
    version = graphene.Int(required=True, description="版本，修改时须带上。 / Version, to be given with an update.")
    state = graphene.Field(code_enum(LedgerState), required=True, description="台账状态。 / State.")
    name = graphene.String(required=True, description="名称。 / Name.")
    alias = graphene.String(description="简称。 / Short name.")
    uscc = graphene.String(description="统一社会信用代码。 / Unified social credit code.")
    org_type = graphene.Field(code_enum(OrgType), required=True, description="组织类型。 / Type.")
    registration_status = graphene.Field(
        code_enum(RegistrationStatus), required=True, description="登记状态。 / Status."
    )
    registered_on = graphene.Date(description="成立登记日期。 / Registered on.")
    registration_authority = graphene.String(description="登记管理机关。 / Registration authority.")
    certificate_number = graphene.String(description="登记证书号。 / Certificate.")
    business_supervisor_name = graphene.String(description="业务主管单位。 / Supervising body.")
    founding_mode = graphene.Field(code_enum(FoundingMode), description="组建方式。 / Founding mode.")
    scope = graphene.Field(WorkScope, required=True, description="所属范围。 / Scope.")
    rights_domains = graphene.List(graphene.NonNull(code_enum(RightsDomain)), required=True, description="权益领域。")
    org_domains = graphene.List(graphene.NonNull(code_enum(OrgDomain)), required=True, description="业务领域。")
    activity_content = graphene.String(description="活动内容。 / Activities.")
    working_mode = graphene.String(description="工作方式。 / Ways of working.")
    funding_sources = graphene.String(description="资金来源。 / Funding.")
    workers_reached = graphene.Int(description="联系影响职工数。 / Workers reached.")
    region_code = graphene.String(required=True, description="所在地区代码。 / Division code.")
    industry = graphene.String(description="所属行业。 / Industry.")
    address = graphene.String(description="地址。 / Address.")
    contact_name = graphene.String(description="联系人。 / Contact.")
    contact_phone = graphene.String(
        description="联系电话；无权查看个人信息时隐去中间数位。 / Masked without the permission."
    )
    contact_email = graphene.String(description="电子邮箱。 / Mail.")
    is_hub = graphene.Boolean(required=True, description="枢纽型。 / Hub organization.")
    is_worker_service = graphene.Boolean(required=True, description="职工服务类。 / Serves workers.")
    guidance_class = graphene.Field(code_enum(GuidanceClass), description="分类引导。 / Guidance class.")
    note = graphene.String(description="备注，只供本会内部查看。 / The union's own note.")
    first_active_on = graphene.Date(description="首次在册日期。 / First on the ledger.")
    last_verified_on = graphene.Date(description="最近确认日期。 / Last confirmed.")
    created_at = DateTime(required=True)
    updated_at = DateTime(required=True)
    persons = ApiField(lambda: _many(OrgPerson), size=5, description="负责人、联络员等，最多 50 个。 / At most 50.")
    ratings = ApiField(lambda: _many(OrgRating), size=2, description="评估等级，最近 20 个。 / The latest 20.")
    year_facts = ApiField(lambda: _many(OrgYearFact), size=3, description="年度情况，最近 20 年。 / The latest 20.")
    contact_plans = ApiField(lambda: _many(ContactPlan), size=2, description="联系计划，最近 20 个。 / The latest 20.")
    contact_logs = ApiField(
        lambda: _many(ContactLog),
        permission=Permission.CONTACT_VIEW,
        private=True,
        size=10,
        description="联系记录，最近 20 条；更早的见 contactLogs。 / The latest 20.",
    )
    attachments = attachments_field()
    comments = comments_field()

    resolve_id = id_of()
    resolve_attachments = staticmethod(resolve_attachments)
    resolve_comments = staticmethod(resolve_comments)

    @staticmethod
    def resolve_state(root: Row[models.SocialOrganization], info: GraphQLResolveInfo) -> LedgerState:
        return root.it.shown_state(info.context.today)

    @staticmethod
    def resolve_contact_phone(root: Row[models.SocialOrganization], info: GraphQLResolveInfo) -> str | None:
        return _phone(root, info.context, "contact_phone")

    @staticmethod
    def resolve_persons(root: Row[models.SocialOrganization], _info: GraphQLResolveInfo) -> list[Row[Any]]:
        return root.ask(root.it.pk, "persons", loaders.persons) or []

    @staticmethod
    def resolve_ratings(root: Row[models.SocialOrganization], _info: GraphQLResolveInfo) -> list[Row[Any]]:
        return root.ask(root.it.pk, "ratings", loaders.ratings) or []

    @staticmethod
    def resolve_year_facts(root: Row[models.SocialOrganization], _info: GraphQLResolveInfo) -> list[Row[Any]]:
        return root.ask(root.it.pk, "year_facts", loaders.year_facts) or []

    @staticmethod
    def resolve_contact_plans(root: Row[models.SocialOrganization], _info: GraphQLResolveInfo) -> list[Row[Any]]:
        return root.ask(root.it.pk, "contact_plans", loaders.contact_plans) or []

    @staticmethod
    def resolve_contact_logs(root: Row[models.SocialOrganization], info: GraphQLResolveInfo) -> list[Row[Any]]:
        actor = info.context.acting
        return root.ask(root.it.pk, "contact_logs", lambda asked: loaders.contact_logs(asked, actor)) or []


@node(models.ContactLog, find_contact_log)
class ContactLog(graphene.ObjectType):
    """联系记录；保密的只有登记人和指定的知悉人可见。 / One contact; a confidential one is read by named officers only."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    organization = ApiField(SocialOrganization, description="联系的组织。 / The organization.")
    contacted_on = graphene.Date(required=True, description="联系日期。 / Day.")
    kind = graphene.Field(code_enum(ContactKind), required=True, description="联系方式。 / Kind.")
    participants = graphene.String(description="参加人员。 / Participants.")
    topics = graphene.String(required=True, description="联系内容。 / Topics.")
    demands = graphene.String(description="反映的诉求。 / Demands.")
    follow_up = graphene.String(description="后续办理。 / Follow-up.")
    next_on = graphene.Date(description="下次联系日期。 / Next contact.")
    classification = graphene.Field(code_enum(Classification), required=True, description="密级。 / Classification.")
    created_at = DateTime(required=True)
    created_by_name = graphene.String(required=True, description="登记人。 / Author.")

    resolve_id = id_of()

    @staticmethod
    def resolve_organization(root: Row[models.ContactLog], info: GraphQLResolveInfo) -> Row[Any] | None:
        actor = info.context.acting

        def read(asked: list[models.ContactLog]) -> dict[UUID, Row[Any]]:
            return loaders.organizations([log.organization_id for log in asked], actor)

        return root.ask(root.it.organization_id, "organization", read)


class Officer(graphene.ObjectType):
    """可以指定为联系人员或知悉人的用户。 / Somebody who may be named as an officer."""

    id = graphene.ID(required=True)
    name = graphene.String(required=True, description="姓名。 / Name.")


class SealedLog(graphene.ObjectType):
    """保密记录的存在和知悉人，没有内容。 / That a confidential log exists and who may read it; nothing of its content."""

    id = graphene.ID(required=True)
    created_at = DateTime(required=True)
    by_name = graphene.String(required=True, description="登记人。 / Author.")
    officers = graphene.String(required=True, description="知悉人。 / Officers.")


def _many(type_: type[graphene.ObjectType]) -> graphene.NonNull:
    return graphene.NonNull(graphene.List(graphene.NonNull(type_)))


SocialOrganizationConnection = connection(SocialOrganization, counted=True)
ContactLogConnection = connection(ContactLog, counted=True)


class OwnLedgerEntry(graphene.ObjectType):
    """本组织在当前工会台账的信息。 / The entry of the organization that the caller acts for, in the acting union."""

    class Meta:
        default_resolver = attribute

    number = graphene.String(required=True, description="编号。 / Number.")
    version = graphene.Int(required=True, description="版本，修改时须提供。 / Version, asked for when changing.")
    uscc = graphene.String(required=True, description="统一社会信用代码。 / Credit code.")
    name = graphene.String(required=True, description="名称。 / Name.")
    org_type = graphene.Field(code_enum(OrgType), required=True, description="组织类型。 / Type.")
    registration_status = graphene.Field(
        code_enum(RegistrationStatus), required=True, description="登记状态。 / Status."
    )
    region_code = graphene.String(required=True, description="所在地区代码。 / Division.")
    last_verified_on = graphene.Date(description="最近确认日期。 / Last confirmed on.")
    activity_content = graphene.String(description="活动内容，由本组织维护。 / Kept by itself.")
    working_mode = graphene.String(description="工作方式，由本组织维护。 / Kept by itself.")
    address = graphene.String(description="地址，由本组织维护。 / Kept by itself.")
    contact_name = graphene.String(description="联系人，由本组织维护。 / Kept by itself.")
    contact_phone = graphene.String(description="联系电话，由本组织维护。 / Kept by itself.")
    contact_email = graphene.String(description="电子邮箱，由本组织维护。 / Kept by itself.")
