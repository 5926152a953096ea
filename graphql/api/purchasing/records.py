"""What was served in a project, day by day. Source: F06, H01, E23."""

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
from api.kit.loaders import attribute, row
from api.kit.mutations import ActionMutation
from api.kit.scalars import DateTime
from api.purchasing.projects import find_project
from commons.access.permissions import Permission
from commons.codelists.services import ServiceField, TargetGroup
from commons.kit.finding import one
from tenants.purchasing import models
from tenants.purchasing.actions import records as actions
from tenants.purchasing.policies import RECORDS
from tenants.purchasing.selectors import projects as reading

BY_DAY: Keyset[models.ServiceRecord] = Keyset("-served_on", "-id")


class ServiceRecord(graphene.ObjectType):
    """一次服务的记录。 / What was served on one day."""

    class Meta:
        default_resolver = attribute

    id = graphene.UUID(required=True, description="编号，作废时用。 / Key, for voiding it.")
    served_on = graphene.Date(required=True, description="日期。 / Day.")
    place = graphene.String(description="地点。 / Place.")
    field = graphene.Field(code_enum(ServiceField), description="服务领域。 / Field.")
    sessions = graphene.Int(required=True, description="场次。 / Sessions.")
    person_times = graphene.Int(required=True, description="人次。 / Person-times.")
    persons_new = graphene.Int(required=True, description="首次服务人数。 / Persons served for the first time.")
    union_staff = graphene.Int(required=True, description="工会工作者。 / Union staff.")
    social_workers = graphene.Int(required=True, description="社会工作者。 / Social workers.")
    volunteers = graphene.Int(required=True, description="志愿者。 / Volunteers.")
    satisfaction_sum = graphene.Int(required=True, description="评分合计。 / Sum of marks of 1 to 5.")
    satisfaction_count = graphene.Int(required=True, description="评价人数。 / How many marked.")
    is_void = graphene.Boolean(required=True, description="已作废，不计入。 / Counts no more.")
    void_reason = graphene.String(description="作废的理由。 / Why.")
    created_at = DateTime(required=True)
    created_by_name = graphene.String(required=True, description="登记人。 / Recorded by.")


ServiceRecordConnection = connection(ServiceRecord, counted=True)


class RecordQueries(graphene.ObjectType):
    service_records = ApiField(
        ServiceRecordConnection,
        **page_arguments(),
        project=graphene.ID(required=True, description="项目。 / The project."),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        paged=True,
        description="一个项目的服务记录，新的在前。 / The records of a project, latest day first.",
    )

    @staticmethod
    def resolve_service_records(
        _root: None, info: GraphQLResolveInfo, project: str, first: int | None = None, after: str | None = None
    ) -> Page:
        found = find_project(info.context, key_of(project, "ServiceProject"))
        return BY_DAY.page(reading.records(info.context.acting, found), first=first, after=after, counted=True)


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
    note = graphene.String(description="备注。 / Note.")


class _OnRecord(ActionMutation):
    class Meta:
        abstract = True

    record: ClassVar[Any] = graphene.Field(ServiceRecord, description="服务记录。 / The record.")


class AddServiceRecord(_OnRecord):
    """登记服务。 / Record what was served on one day."""

    class Meta:
        permission = Permission.DIRECTORY_VIEW
        input_type = AddServiceRecordInput

    @classmethod
    def perform(cls, context: Context, *, project: str, **given: Any) -> Self:
        found = find_project(context, key_of(project, "ServiceProject"))
        told = said(given)
        return cls(record=row(actions.add(project=found, fields=told, by=context.acting, at=context.at)))


class VoidServiceRecordInput(graphene.InputObjectType):
    """作废一条服务记录。 / Let a wrong record count no more."""

    id = graphene.UUID(required=True, description="记录的编号。 / Key of the record.")
    reason = graphene.String(required=True, description="理由。 / Why.")


class VoidServiceRecord(_OnRecord):
    """作废一条服务记录，不删除。 / Let a wrong record count no more; it stays."""

    class Meta:
        permission = Permission.DIRECTORY_VIEW
        input_type = VoidServiceRecordInput

    @classmethod
    def perform(cls, context: Context, *, id: UUID, reason: str) -> Self:
        found = one(RECORDS.visible(context.acting), id)
        made = actions.void(service_record=found, reason=reason, by=context.acting, at=context.at)
        return cls(record=row(made))


class RecordMutations(graphene.ObjectType):
    add_service_record = AddServiceRecord.Field()
    void_service_record = VoidServiceRecord.Field()
