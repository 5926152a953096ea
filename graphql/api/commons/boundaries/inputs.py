"""Inputs of changes of the tree, one per kind."""

from __future__ import annotations

import graphene

from api.kit.enums import code_enum
from commons.boundaries.enums import ChangeKind
from commons.hierarchy.enums import Level

_ON = "生效日期，某月 1 日；过去的日期立即生效。 / The first of a month; one gone by is in force at once."


class _Said(graphene.InputObjectType):
    """What every change says."""

    union_code = graphene.String(required=True, description="被调整的工会代码。 / Code of the union.")
    effective_on = graphene.Date(required=True, description=_ON)
    reason = graphene.String(required=True, description="原因。 / Reason.")
    document = graphene.String(description="批复文号。 / Number of the approval.")


class PlanMoveInput(_Said):
    """改变上级。 / A new parent."""

    parent_code = graphene.String(required=True, description="新的上级工会代码。 / Code of the new parent.")


class PlanMergeInput(_Said):
    """撤并。 / A merger."""

    successor_code = graphene.String(required=True, description="并入的工会代码。 / Code of the successor.")


class PlanSplitInput(_Said):
    """划出部分记录；按区划和按清单二选一。 / A part of the records, by divisions or by a list."""

    receiver_code = graphene.String(required=True, description="接收的工会代码。 / Code of the receiver.")
    regions = graphene.List(graphene.NonNull(graphene.String), description="行政区划代码。 / Division codes.")
    organizations = graphene.List(
        graphene.NonNull(graphene.String), description="统一社会信用代码或台账编号。 / Credit codes or ledger numbers."
    )


class PlanRedefinitionInput(_Said):
    """更名、换代码或改变层级；不变的不填。 / A new name, code or level; leave out what stays."""

    new_code = graphene.String(description="新的代码。 / New code.")
    level = graphene.Field(code_enum(Level), description="新的层级。 / New level.")
    name_zh = graphene.String(description="新的全称。 / New name.")
    short_name_zh = graphene.String(description="新的简称。 / New short name.")


class PlanIndustryInput(_Said):
    """归口产业工会。 / An industrial line."""

    head_code = graphene.String(
        description="归口的产业工会代码；不填表示不再归口。 / Code of the head; none ends the line."
    )


class PlanClosingInput(_Said):
    """终止。 / The end of a union."""


class RehearseTreeChangeInput(_Said):
    """预演任一类调整。 / Any kind of change, to be rehearsed."""

    kind = graphene.InputField(code_enum(ChangeKind), required=True, description="类型。 / Kind.")
    other_code = graphene.String(
        description="新的上级、并入、接收或归口的工会代码。 / Code of the new parent, successor, receiver or head."
    )
    regions = graphene.List(graphene.NonNull(graphene.String), description="行政区划代码。 / Division codes.")
    organizations = graphene.List(
        graphene.NonNull(graphene.String), description="统一社会信用代码或台账编号。 / Credit codes or ledger numbers."
    )
    new_code = graphene.String(description="新的代码。 / New code.")
    level = graphene.Field(code_enum(Level), description="新的层级。 / New level.")
    name_zh = graphene.String(description="新的全称。 / New name.")
    short_name_zh = graphene.String(description="新的简称。 / New short name.")


class TreeChangeInput(graphene.InputObjectType):
    """一项调整。 / One change."""

    id = graphene.ID(required=True)


class CancelTreeChangeInput(graphene.InputObjectType):
    """取消尚未生效的调整。 / Give up a change whose day has not come."""

    id = graphene.ID(required=True)
    reason = graphene.String(required=True, description="原因。 / Reason.")


class UndoTransferInput(graphene.InputObjectType):
    """撤销一项记录划转。 / Bring the records of a transfer back."""

    id = graphene.ID(required=True, description="划转的编号。 / Id of the transfer.")
    reason = graphene.String(required=True, description="原因。 / Reason.")
