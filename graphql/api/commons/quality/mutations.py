"""Explaining a ticket is one action."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import graphene

from api.commons.quality.inputs import ExplainTicketInput
from api.commons.quality.types import DataQualityTicket
from api.kit.context import Context
from api.kit.ids import uuid_of
from api.kit.loaders import row
from api.kit.mutations import ActionMutation
from commons.access.permissions import Permission
from commons.quality import actions


class ExplainTicket(ActionMutation):
    """说明本会的一条数据疑点。 / Say why an odd figure of the acting union is right, or what is done about it."""

    class Meta:
        permission = Permission.QUALITY_EXPLAIN
        input_type = ExplainTicketInput

    ticket: ClassVar[Any] = graphene.Field(DataQualityTicket, description="疑点的新状态。 / The ticket as it is now.")

    @classmethod
    def perform(cls, context: Context, *, id: str, note: str) -> Self:
        key = uuid_of(id, "DataQualityTicket")
        done = actions.explain(ticket_id=key, note=note, by=context.acting, at=context.at)
        return cls(ticket=row(done))


class QualityMutations(graphene.ObjectType):
    explain_ticket = ExplainTicket.Field()
