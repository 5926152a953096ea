"""Plan, rehearse, confirm, cancel and undo changes of the tree: each mutation is one action of commons.boundaries."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

import graphene

from api.commons import unions
from api.commons.boundaries import inputs, types
from api.commons.boundaries.types import RecordTransfer, Rehearsal, TreeChange
from api.kit.context import Context
from api.kit.ids import uuid_of
from api.kit.loaders import row
from api.kit.mutations import ActionMutation
from commons.access.permissions import Permission
from commons.boundaries import actions, plans, policies, rehearsing
from commons.boundaries.enums import ChangeKind
from commons.boundaries.plans import Plan
from commons.boundaries.rehearsing import Rehearsed
from commons.boundaries.transfer import actions as transfers
from commons.hierarchy.enums import Level
from commons.tenancy import door


def _plan(
    context: Context,
    kind: ChangeKind,
    *,
    union_code: str,
    effective_on: date,
    reason: str,
    document: str | None = None,
    other: str | None = None,
    new_code: str | None = None,
    level: Level | None = None,
    name_zh: str | None = None,
    short_name_zh: str | None = None,
    regions: list[str] | None = None,
    organizations: list[str] | None = None,
) -> Plan:
    """
    Raises: NotFound for whoever may not change the tree, before anything is looked up; what plans.rule_of raises.
    """
    policies.require(context.acting)
    union = unions.find(context, union_code)
    rule: dict[str, list[str]] = {}
    if kind is ChangeKind.SPLIT:
        rule = plans.rule_of(union, regions=" ".join(regions or []), names="\n".join(organizations or []))
    return Plan(
        kind=kind,
        union=union,
        on=effective_on,
        reason=reason,
        document=document or "",
        other=unions.find(context, other) if other else None,
        code=new_code or "",
        level=level,
        name_zh=name_zh or "",
        short_name_zh=short_name_zh or "",
        rule=rule,
    )


class _OnChange(ActionMutation):
    """Rows of `public`, written from there."""

    class Meta:
        abstract = True

    change: ClassVar[Any] = graphene.Field(TreeChange, description="这项调整。 / The change.")

    @classmethod
    def make(cls, context: Context, kind: ChangeKind, **given: Any) -> Self:
        with door.outside():
            return cls(change=row(_plan(context, kind, **given).make(by=context.acting, at=context.at)))


class PlanMove(_OnChange):
    """安排改变上级。 / From a day on the union stands under another parent, with all below it."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = inputs.PlanMoveInput

    @classmethod
    def perform(cls, context: Context, *, parent_code: str, **given: Any) -> Self:
        return cls.make(context, ChangeKind.MOVE, other=parent_code, **given)


class PlanMerge(_OnChange):
    """安排撤并：记录划转到承接的工会。 / From a day on the union is no more; its records move to the successor."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = inputs.PlanMergeInput

    @classmethod
    def perform(cls, context: Context, *, successor_code: str, **given: Any) -> Self:
        return cls.make(context, ChangeKind.MERGE, other=successor_code, **given)


class PlanSplit(_OnChange):
    """安排划出部分记录。 / From a day on a part of the records counts with another union."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = inputs.PlanSplitInput

    @classmethod
    def perform(cls, context: Context, *, receiver_code: str, **given: Any) -> Self:
        return cls.make(context, ChangeKind.SPLIT, other=receiver_code, **given)


class PlanRedefinition(_OnChange):
    """安排更名、换代码或改变层级。 / A new name, code or level from a day on."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = inputs.PlanRedefinitionInput

    @classmethod
    def perform(cls, context: Context, **given: Any) -> Self:
        return cls.make(context, ChangeKind.REDEFINE, **given)


class PlanIndustry(_OnChange):
    """安排归口产业工会。 / From a day on the union counts along an industrial line too, or along none."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = inputs.PlanIndustryInput

    @classmethod
    def perform(cls, context: Context, *, head_code: str | None = None, **given: Any) -> Self:
        return cls.make(context, ChangeKind.INDUSTRIAL, other=head_code, **given)


class PlanClosing(_OnChange):
    """提出终止；须由另一名全国管理员确认。 / The first of the two persons whom closing needs."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = inputs.PlanClosingInput

    @classmethod
    def perform(cls, context: Context, **given: Any) -> Self:
        return cls.make(context, ChangeKind.CLOSE, **given)


class ConfirmTreeChange(_OnChange):
    """确认终止。 / The second person agrees to a closing."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = inputs.TreeChangeInput

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Self:
        policies.require(context.acting)
        found = types.find(context, str(uuid_of(id, "TreeChange")))
        with door.outside():
            return cls(change=row(actions.confirm(change=found, by=context.acting, at=context.at)))


class CancelTreeChange(_OnChange):
    """取消尚未生效的调整。 / Give up a change whose day has not come."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = inputs.CancelTreeChangeInput

    @classmethod
    def perform(cls, context: Context, *, id: str, reason: str) -> Self:
        policies.require(context.acting)
        found = types.find(context, str(uuid_of(id, "TreeChange")))
        with door.outside():
            return cls(change=row(actions.cancel(change=found, by=context.acting, at=context.at, reason=reason)))


class UndoTransfer(ActionMutation):
    """撤销记录划转：记录连同其后新增的内容退回。 / Bring the records back, with all that was attached since."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = inputs.UndoTransferInput

    transfer = graphene.Field(RecordTransfer, description="这项划转。 / The transfer.")

    @classmethod
    def perform(cls, context: Context, *, id: str, reason: str) -> Self:
        found = types.find_transfer(context, str(uuid_of(id, "RecordTransfer")))
        with door.outside():
            done = transfers.undo(transfer=found, by=context.acting, at=context.at, reason=reason)
        return cls(transfer=row(done))


class RehearseTreeChange(ActionMutation):
    """预演一项调整：前后的隶属关系和数据，什么都不改变。 / What a change would do; nothing is done."""

    class Meta:
        permission = Permission.UNION_SUSPEND
        input_type = inputs.RehearseTreeChangeInput

    rehearsal = graphene.Field(Rehearsal, description="预演结果。 / What would be.")

    @classmethod
    def perform(cls, context: Context, *, kind: ChangeKind, other_code: str | None = None, **given: Any) -> Self:
        with door.outside():
            plan = _plan(context, ChangeKind(kind), other=other_code, **given)
            return cls(rehearsal=_told(rehearsing.rehearse(plan, by=context.acting, at=context.at)))


def _told(found: Rehearsed) -> dict[str, Any]:
    records = found.records
    return {
        "month": found.month,
        "way_before": list(found.way_before),
        "way_after": list(found.way_after),
        "affected": len(found.affected),
        "nation_stays": found.nation_stays,
        "figures": [
            {
                "union_name": one.union,
                "indicator": one.indicator,
                "unit": one.unit,
                "before": one.before,
                "after": one.after,
            }
            for one in found.figures
            if one.changes
        ],
        "records": records
        and {
            "organizations": records.records,
            "tables": [{"name": name, "rows": rows} for name, rows in records.tables.items() if rows],
            "left": [{"name": name, "rows": rows} for name, rows in records.left.items()],
            "renumbered": records.renumbered,
            "clashes": [{"uscc": one.code, "number": one.number, "other": one.other} for one in records.clashes],
        },
    }


class BoundaryMutations(graphene.ObjectType):
    plan_move = PlanMove.Field()
    plan_merge = PlanMerge.Field()
    plan_split = PlanSplit.Field()
    plan_redefinition = PlanRedefinition.Field()
    plan_industry = PlanIndustry.Field()
    plan_closing = PlanClosing.Field()
    confirm_tree_change = ConfirmTreeChange.Field()
    cancel_tree_change = CancelTreeChange.Field()
    undo_transfer = UndoTransfer.Field()
    rehearse_tree_change = RehearseTreeChange.Field()
