"""Inputs about tickets, one per action."""

from __future__ import annotations

import graphene


class ExplainTicketInput(graphene.InputObjectType):
    """说明一条数据疑点。 / Explain a ticket of the acting union."""

    id = graphene.ID(required=True)
    note = graphene.String(
        required=True, description="说明，不超过 500 字，不含个人信息。 / Why it is right; nobody's data."
    )
