"""The tickets of the acting union and of those below it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import graphene
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from graphql import GraphQLResolveInfo

from api.commons import unions
from api.commons.indicators import IndicatorCode
from api.commons.quality.types import DataQualityTicketConnection
from api.kit.connections import Edge, Keyset, Page, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.loaders import Row, rows
from commons.access.permissions import Permission
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound
from commons.quality import policies, selectors
from commons.quality.enums import TicketState
from commons.quality.models import Ticket

LATEST: Keyset[Ticket] = Keyset("-month", "-id")


def tickets_of(
    context: Context,
    root: Row[TradeUnion],
    *,
    size: int,
    states: list[TicketState] | None,
    indicator: str | None,
    after: str | None,
) -> Page:
    """
    The tickets on one union's desk, read in one statement for all of its peers.

    Raises: NotFound outside the actor's subtree.
    """
    actor = context.acting
    if actor.union is None or not root.it.is_under(actor.union):
        raise NotFound()

    def read(asked: list[TradeUnion]) -> dict[int, Page]:
        ids = [union.pk for union in asked]
        found = policies.visible(actor).filter(union__in=ids)
        found = found.filter(state__in=states) if states else found
        found = found.filter(indicator=indicator) if indicator else found
        counts: dict[int, int] = {}

        def count(pk: int) -> int:
            if not counts:
                counts.update(dict.fromkeys(ids, 0))
                counts.update(dict(found.order_by().values_list("union_id").annotate(Count("pk"))))
            return counts[pk]

        behind = found.filter(LATEST.after(Ticket, after)) if after is not None else found
        rank = Window(RowNumber(), partition_by=F("union_id"), order_by=[F("month").desc(), F("id").desc()])
        on_desks: dict[int, list[Row[Any]]] = defaultdict(list)
        for one in rows(behind.annotate(rank=rank).filter(rank__lte=size + 1).order_by("union_id", *LATEST.order)):
            on_desks[one.it.union_id].append(one)
        return {
            pk: Page(
                [Edge(one, LATEST.cursor(one.it)) for one in on_desks[pk][:size]],
                has_next=len(on_desks[pk]) > size,
                has_previous=after is not None,
                count=lambda pk=pk: count(pk),  # type: ignore[misc]
            )
            for pk in ids
        }

    question = ("tickets", size, tuple(states or ()), indicator, after)
    return root.ask(root.it.pk, question, read) or Page([], has_next=False, has_previous=False)


class QualityQueries(graphene.ObjectType):
    data_quality_tickets = ApiField(
        DataQualityTicketConnection,
        under=graphene.String(description="工会代码，默认当前工会。 / Code of a union, by default the acting one."),
        below=graphene.Boolean(default_value=False, description="是否含其全部下级。 / With all unions below it."),
        states=graphene.List(
            graphene.NonNull(code_enum(TicketState, name="DataQualityState")),
            description="只要这些状态。 / Only in these states.",
        ),
        indicator=IndicatorCode(description="只要这个指标。 / Only of this indicator."),
        **page_arguments(),
        permission=Permission.QUALITY_VIEW,
        private=True,
        paged=True,
        description="数据疑点，月份新的在前。 / Tickets about odd figures, latest month first.",
    )

    @staticmethod
    def resolve_data_quality_tickets(
        _root: None,
        info: GraphQLResolveInfo,
        under: str | None = None,
        below: bool = False,
        states: list[TicketState] | None = None,
        indicator: str | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Page:
        context: Context = info.context
        found = selectors.tickets(
            context.acting,
            union=unions.find(context, under) if under is not None else None,
            below=bool(below),
            states=[TicketState(state) for state in states or ()],
            indicator=indicator or "",
        )
        return LATEST.page(found, first=first, after=after, counted=True)
