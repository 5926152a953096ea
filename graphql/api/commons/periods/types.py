"""A reporting period: how far it is, and its numbered revisions. Source: SM-25, R8; V1, V10."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.loaders import Row, attribute, rows
from api.kit.scalars import DateTime, Month
from api.kit.scalars import Period as PeriodScalar
from commons.rollup.enums import PeriodKind, PeriodState
from commons.rollup.periods import selectors
from commons.rollup.periods.selectors import Confirmations, Period
from commons.rollup.spans import Span


class PeriodRevision(graphene.ObjectType):
    """已关账统计期的一个版本，0 为关账时的数；写入后不再改变。 / One version of a closed period; 0 is its closing."""

    class Meta:
        default_resolver = attribute

    number = graphene.Int(required=True, description="编号，用作 rollup 的 revision。 / Pass it as `revision`.")
    known_at = DateTime(required=True, description="数据时点。 / The figures are as known at this moment.")
    reason = graphene.String(description="修订原因；关账时为空。 / Reason; null for the closing.")
    late_changes = graphene.Int(required=True, description="并入的迟报变更批数。 / Batches of late changes taken in.")
    at = DateTime(required=True, description="办理时间。 / When it was decided.")


class ReportingPeriod(graphene.ObjectType):
    """统计期：月、季度、半年或年。 / A reporting period: month, quarter, half or year."""

    period = PeriodScalar(required=True, description="统计期。 / The period.")
    kind = graphene.Field(code_enum(PeriodKind), required=True, description="种类。 / Kind.")
    first_month = Month(required=True, description="第一个月。 / First month.")
    last_month = Month(required=True, description="最后一个月。 / Last month.")
    label = graphene.String(required=True, description="名称，如“2026年第三季度”。 / Its name in Chinese.")
    state = graphene.Field(code_enum(PeriodState), required=True, description="状态。 / State.")
    revisions = graphene.List(
        graphene.NonNull(PeriodRevision),
        required=True,
        description="全部版本；未关账的没有。 / All versions, from 0 on.",
    )
    waiting_changes = graphene.Int(
        required=True, description="关账后又有变更、尚未修订的批数。 / Later changes that wait for the next revision."
    )
    waiting_since = DateTime(description="最早一批的时点。 / Since when they wait.")
    confirmed_at = ApiField(DateTime, description="当前工会确认本级数据的时间。 / When the acting union confirmed.")
    confirmed_unions = ApiField(
        graphene.Int, description="辖区内已确认的工会数；合作系统为空。 / Confirmed unions of the subtree."
    )
    active_unions = ApiField(
        graphene.Int, description="辖区内已启用的工会数；合作系统为空。 / Active unions of the subtree."
    )

    @staticmethod
    def resolve_period(root: Row[Period], _info: GraphQLResolveInfo) -> Span:
        return root.it.span

    @staticmethod
    def resolve_kind(root: Row[Period], _info: GraphQLResolveInfo) -> PeriodKind:
        return root.it.span.kind

    @staticmethod
    def resolve_first_month(root: Row[Period], _info: GraphQLResolveInfo) -> int:
        return root.it.span.first

    @staticmethod
    def resolve_last_month(root: Row[Period], _info: GraphQLResolveInfo) -> int:
        return root.it.span.last

    @staticmethod
    def resolve_label(root: Row[Period], _info: GraphQLResolveInfo) -> str:
        return root.it.span.label

    @staticmethod
    def resolve_state(root: Row[Period], _info: GraphQLResolveInfo) -> PeriodState:
        return root.it.state

    @staticmethod
    def resolve_revisions(root: Row[Period], _info: GraphQLResolveInfo) -> list[Row[Any]]:
        return list(rows(root.it.revisions))

    @staticmethod
    def resolve_waiting_changes(root: Row[Period], _info: GraphQLResolveInfo) -> int:
        return root.it.waiting

    @staticmethod
    def resolve_waiting_since(root: Row[Period], _info: GraphQLResolveInfo) -> datetime | None:
        return root.it.waiting_since

    @staticmethod
    def resolve_confirmed_at(root: Row[Period], info: GraphQLResolveInfo) -> datetime | None:
        if info.context.acting.partner:
            return None
        union = info.context.union
        return root.ask(
            root.it.span, "confirmed_at", lambda asked: selectors.confirmed_at(union, [one.span for one in asked])
        )

    @staticmethod
    def resolve_confirmed_unions(root: Row[Period], info: GraphQLResolveInfo) -> int | None:
        counted = _confirmations(root, info)
        return counted.confirmed if counted else None

    @staticmethod
    def resolve_active_unions(root: Row[Period], info: GraphQLResolveInfo) -> int | None:
        counted = _confirmations(root, info)
        return counted.unions if counted else None


def _confirmations(root: Row[Period], info: GraphQLResolveInfo) -> Confirmations | None:
    """Of the acting union's subtree, for all periods of the answer at once; nothing for partners."""
    actor = info.context.acting
    if actor.partner:
        return None
    return root.ask(
        root.it.span, "confirmations", lambda asked: selectors.confirmations(actor, [one.span for one in asked])
    )
