"""Inputs of the ledger: the entry's fields come from their one declaration; each action has its own input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import graphene

from api.kit.enums import code_enum
from api.kit.scalars import DateTime, Money
from api.registry.types import WorkScope
from commons.directory.enums import OrgType, RatingGrade, RegistrationStatus
from tenants.registry.enums import (
    Classification,
    ContactFrequency,
    ContactKind,
    LedgerState,
    OrgDomain,
    PersonRole,
    RightsDomain,
    Scope,
)
from tenants.registry.fields import BY_NAME, FIELDS, SELF_FIELDS, EntryField, Kind

_PLAIN: dict[Kind, Any] = {Kind.DATE: graphene.Date, Kind.BOOL: graphene.Boolean, Kind.INT: graphene.Int}


def _input_field(field: EntryField, *, required: bool) -> Any:
    description = f"{field.label}。{field.help}"
    if field.choices is not None:
        enum = WorkScope if field.choices is Scope else code_enum(field.choices)
        if field.kind is Kind.CHOICES:
            return graphene.InputField(graphene.List(graphene.NonNull(enum)), description=description)
        return graphene.InputField(enum, required=required, description=description)
    return graphene.InputField(_PLAIN.get(field.kind, graphene.String), required=required, description=description)


def _entry_fields(*, required: bool) -> dict[str, Any]:
    return {field.name: _input_field(field, required=required and field.required) for field in FIELDS}


CreateOrganizationInput = type(
    "CreateOrganizationInput",
    (graphene.InputObjectType,),
    {"__doc__": "新登记的台账条目。 / A new entry.", **_entry_fields(required=True)},
)

OrganizationChanges = type(
    "OrganizationChanges",
    (graphene.InputObjectType,),
    {
        "__doc__": "要修改的内容；没有写的不变，写 null 的清空。 / Only what is given changes; null empties.",
        **_entry_fields(required=False),
    },
)


def entry(given: Mapping[str, Any]) -> dict[str, object]:
    """The declared fields among what was given, by their names."""
    return {field.name: given[field.name] for field in FIELDS if field.name in given}


class OrganizationFilter(graphene.InputObjectType):
    """台账筛选条件，同时满足。 / All of these hold."""

    text = graphene.String(description="名称、简称、编号或信用代码中的文字。 / Text of name, alias or code.")
    states = graphene.List(
        graphene.NonNull(code_enum(LedgerState)), description="状态，含“待更新”。 / States, stale too."
    )
    type = graphene.Field(code_enum(OrgType), description="组织类型。 / Type.")
    registration_status = graphene.Field(code_enum(RegistrationStatus), description="登记状态。 / Status.")
    grade = graphene.Field(code_enum(RatingGrade), description="有效的评估等级。 / Rating in force.")
    region = graphene.String(description="行政区划代码，含下级。 / Division, with all below it.")
    rights_domain = graphene.Field(code_enum(RightsDomain), description="权益领域。 / Rights domain.")
    org_domain = graphene.Field(code_enum(OrgDomain), description="业务领域。 / Domain.")
    updated_since = DateTime(description="此时以后有修改。 / Changed since.")


class UpdateOrganizationInput(graphene.InputObjectType):
    """修改条目。 / Correct an entry."""

    id = graphene.ID(required=True)
    version = graphene.Int(required=True, description="读到的版本；已被他人修改时不保存。 / The version that was read.")
    changes = graphene.InputField(OrganizationChanges, required=True)


class OrganizationInput(graphene.InputObjectType):
    """一个条目。 / One entry."""

    id = graphene.ID(required=True)


class VerifyOrganizationInput(graphene.InputObjectType):
    """核实条目。 / Verify an entry."""

    id = graphene.ID(required=True)
    certificate_number = graphene.String(
        description="登记证书号，登记库中查不到时填写。 / Certificate, if not in the directory."
    )


class ReasonInput(graphene.InputObjectType):
    """一个条目和原因。 / One entry and the reason."""

    id = graphene.ID(required=True)
    reason = graphene.String(required=True, description="原因，最多 500 字。 / Reason.")


class CloseOrganizationInput(graphene.InputObjectType):
    """注销条目。 / Close an entry."""

    id = graphene.ID(required=True)
    reason = graphene.String(required=True, description="原因，最多 500 字。 / Reason.")
    on = graphene.Date(required=True, description="注销日期，当日起不再计数。 / It counts until this day, exclusive.")
    registration_status = graphene.Field(
        code_enum(RegistrationStatus), description="注销后的登记状态：已注销（默认）或已撤销。 / CANCELLED or REVOKED."
    )


class RegisterOrganizationInput(graphene.InputObjectType):
    """草根组织取得登记。 / An unregistered group has obtained its code."""

    id = graphene.ID(required=True)
    uscc = graphene.String(required=True, description="统一社会信用代码。 / Credit code.")
    org_type = graphene.InputField(code_enum(OrgType), required=True, description="登记的组织类型。 / Type.")
    certificate_number = graphene.String(description="登记证书号。 / Certificate.")


class LogContactInput(graphene.InputObjectType):
    """登记联系记录。 / Record one contact."""

    organization = graphene.ID(required=True, description="台账条目的编号。 / Id of the entry.")
    contacted_on = graphene.Date(required=True, description="联系日期。 / Day.")
    kind = graphene.InputField(code_enum(ContactKind), required=True, description="联系方式。 / Kind.")
    topics = graphene.String(required=True, description="联系内容。 / Topics.")
    participants = graphene.String(description="参加人员。 / Participants.")
    demands = graphene.String(description="反映的诉求。 / Demands.")
    follow_up = graphene.String(description="后续办理。 / Follow-up.")
    next_on = graphene.Date(description="下次联系日期。 / Next contact.")
    classification = graphene.Field(code_enum(Classification), description="密级，默认内部。 / INTERNAL by default.")
    officers = graphene.List(
        graphene.NonNull(graphene.ID),
        description="保密记录的知悉人，见 possibleOfficers。 / Who may read a confidential log.",
    )


class EditContactLogInput(graphene.InputObjectType):
    """更正联系记录；没有写的内容清空。 / Correct a log; what is not given is emptied."""

    id = graphene.ID(required=True)
    contacted_on = graphene.Date(required=True, description="联系日期。 / Day.")
    kind = graphene.InputField(code_enum(ContactKind), required=True, description="联系方式。 / Kind.")
    topics = graphene.String(required=True, description="联系内容。 / Topics.")
    participants = graphene.String(description="参加人员。 / Participants.")
    demands = graphene.String(description="反映的诉求。 / Demands.")
    follow_up = graphene.String(description="后续办理。 / Follow-up.")
    next_on = graphene.Date(description="下次联系日期。 / Next contact.")
    classification = graphene.InputField(
        code_enum(Classification), required=True, description="密级。 / Classification."
    )


class NameOfficersInput(graphene.InputObjectType):
    """指定知悉人。 / Name the officers of a confidential log."""

    id = graphene.ID(required=True, description="保密记录的编号。 / Id of the log.")
    officers = graphene.List(
        graphene.NonNull(graphene.ID), required=True, description="全部知悉人，见 possibleOfficers。 / All of them."
    )


class PlanContactInput(graphene.InputObjectType):
    """制定联系计划。 / Plan contact with an organization."""

    organization = graphene.ID(required=True, description="台账条目的编号。 / Id of the entry.")
    officer = graphene.ID(required=True, description="联系人员，见 possibleOfficers。 / The officer.")
    frequency = graphene.InputField(code_enum(ContactFrequency), required=True, description="频次。 / Frequency.")
    from_on = graphene.Date(required=True, description="开始。 / From.")
    until_on = graphene.Date(description="结束（不含当日）。 / Until, exclusive.")


class EndContactPlanInput(graphene.InputObjectType):
    """结束联系计划。 / End a contact plan."""

    id = graphene.ID(required=True)
    on = graphene.Date(required=True, description="结束日期（不含当日）。 / From this day.")


class DeclareRatingInput(graphene.InputObjectType):
    """登记等级评估申报。 / An application to be rated."""

    organization = graphene.ID(required=True, description="台账条目的编号。 / Id of the entry.")
    grade = graphene.InputField(code_enum(RatingGrade), required=True, description="申报等级。 / Grade.")


class RatingInput(graphene.InputObjectType):
    """一项等级评估。 / One rating."""

    id = graphene.ID(required=True)


class RevokeRatingInput(graphene.InputObjectType):
    """取消等级。 / Take a rating away."""

    id = graphene.ID(required=True)
    reason = graphene.String(required=True, description="原因，最多 500 字。 / Reason.")


class AddPersonInput(graphene.InputObjectType):
    """登记人员。 / Name somebody who answers for the organization."""

    organization = graphene.ID(required=True, description="台账条目的编号。 / Id of the entry.")
    name = graphene.String(required=True, description="姓名。 / Name.")
    role = graphene.InputField(code_enum(PersonRole), required=True, description="职务。 / Role.")
    phone = graphene.String(description="电话，加密保存。 / Phone, kept encrypted.")
    from_on = graphene.Date(description="任职开始。 / From.")


class EditPersonInput(graphene.InputObjectType):
    """更正人员信息。 / Correct what is recorded of a person."""

    id = graphene.ID(required=True)
    name = graphene.String(required=True, description="姓名。 / Name.")
    role = graphene.InputField(code_enum(PersonRole), required=True, description="职务。 / Role.")
    phone = graphene.String(required=True, description="电话，可为空字符串。 / Phone, or an empty string.")
    from_on = graphene.Date(description="任职开始。 / From.")


class EndPersonInput(graphene.InputObjectType):
    """登记人员卸任。 / Somebody no longer answers for the organization."""

    id = graphene.ID(required=True)
    on = graphene.Date(required=True, description="卸任日期。 / From this day.")


class RecordRatingInput(graphene.InputObjectType):
    """登记评定结果。 / Record a rating that was granted."""

    organization = graphene.ID(required=True, description="台账条目的编号。 / Id of the entry.")
    declared = graphene.ID(description="由此申报而来的，写其编号。 / The declared rating this is the outcome of.")
    grade = graphene.InputField(code_enum(RatingGrade), required=True, description="等级。 / Grade.")
    assessor = graphene.String(required=True, description="评定机构。 / Assessor.")
    certificate_number = graphene.String(required=True, description="等级证书号。 / Certificate.")
    assessed_on = graphene.Date(required=True, description="评定日期。 / Assessed on.")
    valid_until = graphene.Date(description="有效期至（不含当日），默认五年。 / Exclusive; five years by default.")


class RecordYearFactInput(graphene.InputObjectType):
    """登记年度情况。 / Record the situation of one year."""

    organization = graphene.ID(required=True, description="台账条目的编号。 / Id of the entry.")
    year = graphene.Int(required=True, description="年度。 / Year.")
    staff = graphene.Int(description="从业人员数。 / Staff.")
    members = graphene.Int(description="会员数。 / Members.")
    volunteers = graphene.Int(description="志愿者数。 / Volunteers.")
    party_members = graphene.Int(description="党员数。 / Party members.")
    income = Money(description="年收入，元。 / Income, yuan.")
    expense = Money(description="年支出，元。 / Expense, yuan.")
    income_from_union = Money(description="来自工会的收入，元。 / Income from the union, yuan.")
    services_count = graphene.Int(description="服务次数。 / Services.")
    persons_served = graphene.Int(description="服务人次。 / Persons served.")


class OrganizationAccountInput(graphene.InputObjectType):
    """一个社会组织账号。 / One account of an organization."""

    id = graphene.ID(required=True, description="见 organizationAccounts。 / From organizationAccounts.")


class OrganizationAccountReasonInput(graphene.InputObjectType):
    """一个社会组织账号和原因。 / One account and the reason."""

    id = graphene.ID(required=True, description="见 organizationAccounts。 / From organizationAccounts.")
    reason = graphene.String(
        required=True, description="原因，对方可以看到，最多 400 字。 / Reason, told to the account."
    )


UpdateOwnEntryInput = type(
    "UpdateOwnEntryInput",
    (graphene.InputObjectType,),
    {
        "__doc__": "本组织维护的各项；没有写的不变。 / What an organization keeps itself; what is not given stays.",
        "version": graphene.Int(required=True, description="读到的版本。 / The version that was read."),
        **{name: _input_field(BY_NAME[name], required=False) for name in SELF_FIELDS},
    },
)
