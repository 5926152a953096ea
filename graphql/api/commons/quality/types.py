"""A ticket about an odd figure. Source: DOMAIN §5.2; V1, V14."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.commons.numbers import RollupScope
from api.commons.unions import TradeUnion
from api.kit.connections import connection
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.loaders import Row, attribute, rows
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime, Month
from commons.access.permissions import Permission
from commons.kit.errors import NotFound
from commons.quality import selectors, sentences
from commons.quality.enums import Check, TicketEvent, TicketState
from commons.quality.models import Ticket, TicketChange
from commons.rollup.enums import Scope


def find(context: Context, key: str) -> Ticket:
    """
    A ticket of the acting union or of one below it.

    Raises: Refused; NotFound, alike for another's.
    """
    actor = context.require_inside(Permission.QUALITY_VIEW)
    try:
        pk = UUID(key)
    except ValueError:
        raise NotFound() from None
    return selectors.ticket(actor, pk)


class DataQualityStep(graphene.ObjectType):
    """数据疑点的一步办理经过。 / One step of a ticket, with the figures of then."""

    class Meta:
        default_resolver = graphene.types.resolver.attr_resolver

    event = graphene.Field(
        code_enum(TicketEvent, name="DataQualityEvent"), required=True, description="事项。 / What happened."
    )
    state = graphene.Field(
        code_enum(TicketState, name="DataQualityState"), required=True, description="此后的状态。 / State after it."
    )
    value = graphene.String(required=True, description="当时的数。 / The figure then.")
    against = graphene.String(required=True, description="当时的对照数。 / What it was compared with.")
    note = graphene.String(description="说明。 / The explanation.")
    by_name = graphene.String(required=True, description="办理人，或“数据核对”。 / Who, or the check itself.")
    at = DateTime(required=True, description="时间。 / When.")

    @staticmethod
    def of(change: TicketChange) -> DataQualityStep:
        return DataQualityStep(
            event=change.event,
            state=change.to_state,
            value=change.figures["value"],
            against=change.figures["against"],
            note=change.note or None,
            by_name=change.by_name,
            at=change.at,
        )


@node(Ticket, find)
class DataQualityTicket(graphene.ObjectType):
    """数据疑点：自动核对发现的异常汇总数。 / A ticket: an odd figure that a check found."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    union = ApiField(TradeUnion, description="由哪级工会说明。 / On whose desk it lies.")
    check = graphene.Field(
        code_enum(Check, name="DataQualityCheck"), required=True, description="疑点类别。 / What was checked."
    )
    indicator = graphene.String(required=True, description='指标代码，如“ORG-01”。 / Indicator, such as "ORG-01".')
    month = Month(required=True, description="统计月份。 / Month of the figure.")
    scope = graphene.Field(RollupScope, required=True, description="本级或全辖。 / Own or subtree.")
    state = graphene.Field(
        code_enum(TicketState, name="DataQualityState"), required=True, description="状态。 / State."
    )
    value = graphene.String(required=True, description="有疑点的数。 / The odd figure.")
    against = graphene.String(
        required=True, description="对照数；同级中位数取两位有效数字。 / What it is compared with."
    )
    sentence = graphene.String(required=True, description="疑点的完整表述。 / The whole in a Chinese sentence.")
    advice = graphene.String(required=True, description="建议核对什么。 / What to look at.")
    first_seen_at = DateTime(required=True, description="首次发现。 / First found.")
    last_seen_at = DateTime(required=True, description="最近一次核对仍存在。 / Last found.")
    note = graphene.String(description="本会的说明。 / The union's explanation.")
    explained_at = DateTime(description="说明时间。 / Explained at.")
    explained_by_name = graphene.String(description="说明人。 / Who explained.")
    resolved_at = DateTime(description="消除时间。 / Resolved at.")
    history = ApiField(
        lambda: graphene.NonNull(graphene.List(graphene.NonNull(DataQualityStep))),
        size=5,
        description="办理经过，新的在前。 / Its steps, latest first.",
    )

    resolve_id = id_of()

    @staticmethod
    def resolve_union(root: Row[Ticket], _info: GraphQLResolveInfo) -> Row[Any] | None:
        def read(asked: list[Ticket]) -> dict[int, Row[Any]]:
            return {one.it.pk: one for one in rows({ticket.union_id: ticket.union for ticket in asked}.values())}

        return root.ask(root.it.union_id, "union", read)

    @staticmethod
    def resolve_check(root: Row[Ticket], _info: GraphQLResolveInfo) -> Check:
        return Check(root.it.kind)

    @staticmethod
    def resolve_month(root: Row[Ticket], _info: GraphQLResolveInfo) -> int:
        return root.it.month

    @staticmethod
    def resolve_scope(root: Row[Ticket], _info: GraphQLResolveInfo) -> Scope:
        return Check(root.it.kind).scope

    @staticmethod
    def resolve_value(root: Row[Ticket], _info: GraphQLResolveInfo) -> str:
        return str(root.it.figures["value"])

    @staticmethod
    def resolve_against(root: Row[Ticket], _info: GraphQLResolveInfo) -> str:
        return str(root.it.figures["against"])

    @staticmethod
    def resolve_sentence(root: Row[Ticket], _info: GraphQLResolveInfo) -> str:
        return sentences.sentence(root.it)

    @staticmethod
    def resolve_advice(root: Row[Ticket], _info: GraphQLResolveInfo) -> str:
        return sentences.advice(root.it)

    @staticmethod
    def resolve_history(root: Row[Ticket], _info: GraphQLResolveInfo) -> list[DataQualityStep]:
        steps = root.ask(root.it.pk, "history", selectors.history) or []
        return [DataQualityStep.of(change) for change in steps]


DataQualityTicketConnection = connection(DataQualityTicket, counted=True)
