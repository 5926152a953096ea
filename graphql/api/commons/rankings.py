"""Rankings that the union above has published to those below it. Source: V7."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.kit.fields import ApiField
from api.kit.scalars import DateTime, Period
from commons.access.permissions import Permission
from commons.kit.clock import month_index, today
from commons.rankings import selectors
from commons.rollup.selectors import Span

# A province has at most some twenty cities, the nation some fifty unions directly below.
PLACES = 50


class RankingPlace(graphene.ObjectType):
    """排名中的一行：只有名称、数值和名次。 / A line of a ranking: name, figure and rank, nothing else of a sibling."""

    rank = graphene.Int(
        description="名次，并列的相同；没有数值的为空。 / Equal figures share a rank; null without a figure."
    )
    name_zh = graphene.String(required=True, description="工会简称。 / Short name.")
    value = graphene.Float(description="数值。 / The figure of the whole subtree.")
    own = graphene.Boolean(required=True, description="是否当前工会。 / Whether this is the acting union.")


class PublishedRanking(graphene.ObjectType):
    """上级公布的排名。 / A ranking that the union above has published."""

    indicator = graphene.String(required=True, description='指标代码，如“ORG-01”。 / Indicator, such as "ORG-01".')
    period = Period(required=True, description="统计期。 / Period.")
    publisher_zh = graphene.String(required=True, description="公布的工会。 / The union that published it.")
    published_at = DateTime(required=True, description="公布时间。 / When.")
    places = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(RankingPlace))),
        size=PLACES,
        description="从高到低。 / From the greatest figure down.",
    )

    @staticmethod
    def of(found: selectors.Ranking) -> PublishedRanking:
        return PublishedRanking(
            indicator=found.indicator.code,
            period=found.span,
            publisher_zh=found.publisher,
            published_at=found.published_at,
            places=[
                RankingPlace(
                    rank=place.rank,
                    name_zh=place.name,
                    value=None if place.value.value is None else float(place.value.value),
                    own=place.own,
                )
                for place in found.places
            ],
        )


class RankingQueries(graphene.ObjectType):
    published_rankings = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(PublishedRanking))),
        period=Period(description="统计期，默认本月；公布以前已经结束的查不到。 / By default the current month."),
        permission=Permission.NUMBERS_VIEW,
        size=10,
        description="上级向当前工会公布的排名；合作系统查无此项。 / Published to the acting union; none for partners.",
    )

    @staticmethod
    def resolve_published_rankings(_root: None, info: GraphQLResolveInfo, period: Span | None = None) -> list[Any]:
        asked = period or Span.month(month_index(today()))
        return [PublishedRanking.of(found) for found in selectors.published_to(info.context.acting, asked)]
