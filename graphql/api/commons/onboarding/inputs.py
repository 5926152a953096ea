"""Inputs of onboarding, one per action."""

from __future__ import annotations

import graphene

from api.kit.enums import code_enum
from commons.hierarchy.enums import Kind, Level


class ApplyForUnionInput(graphene.InputObjectType):
    """为下级工会申请入驻。 / Apply for a lower union."""

    code = graphene.String(required=True, description="工会代码（行政区划代码）。 / Division code.")
    parent_code = graphene.String(required=True, description="上级工会代码。 / Code of the parent.")
    name_zh = graphene.String(description="名称，默认按区划。 / Name, by default the division's.")
    kind = graphene.Field(code_enum(Kind, name="UnionKind"), description="类型，默认地方工会。 / REGIONAL by default.")
    level = graphene.Field(code_enum(Level), description="层级，默认按区划。 / Level, by default the division's.")
    leader_in_charge = graphene.String(description="分管领导。 / Leader in charge.")
    responsible_department = graphene.String(description="负责部门。 / Responsible department.")
    dedicated_person = graphene.String(description="专人。 / Dedicated person.")
    contact_phone = graphene.String(description="联系电话。 / Telephone.")
    admin_name = graphene.String(required=True, description="首位管理员姓名。 / First administrator.")
    admin_phone = graphene.String(description="首位管理员电话。 / Their telephone.")
    admin_email = graphene.String(description="首位管理员邮箱。 / Their mail.")
    letter_number = graphene.String(description="来文文号。 / Number of the letter.")


class ApplicationInput(graphene.InputObjectType):
    """一份申请。 / One application."""

    id = graphene.ID(required=True)


class RejectApplicationInput(graphene.InputObjectType):
    """退回申请。 / Reject an application."""

    id = graphene.ID(required=True)
    reason = graphene.String(required=True, description="退回原因。 / Reason.")


class ReviseProfileInput(graphene.InputObjectType):
    """维护本级工会信息。 / Keep the profile of the acting union."""

    leader_in_charge = graphene.String(required=True, description="分管领导。 / Leader in charge.")
    responsible_department = graphene.String(required=True, description="负责部门。 / Responsible department.")
    dedicated_person = graphene.String(required=True, description="专人。 / Dedicated person.")
    contact_phone = graphene.String(
        required=True, description="联系电话，可为空字符串。 / Telephone, or an empty string."
    )


class UnionInput(graphene.InputObjectType):
    """一个工会。 / One union."""

    code = graphene.String(required=True, description="工会代码。 / Code of the union.")


class UnionStateInput(graphene.InputObjectType):
    """停用或恢复工会。 / Suspend or resume a union."""

    code = graphene.String(required=True, description="工会代码。 / Code of the union.")
    reason = graphene.String(required=True, description="原因。 / Reason.")
