"""The reporting periods of a year, or those asked for."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.commons.periods.types import ReportingPeriod
from api.kit.errors import LimitExceeded
from api.kit.fields import ApiField
from api.kit.loaders import Row, rows
from api.kit.scalars import Period
from commons.access.permissions import Permission
from commons.rollup.periods import selectors
from commons.rollup.spans import Span

MAX_PERIODS = 60
# The year, its halves, quarters and months.
_OF_A_YEAR = 19


def _size(arguments: Any) -> int:
    asked = arguments.get("periods")
    return len(asked) if isinstance(asked, list) else _OF_A_YEAR


class PeriodQueries(graphene.ObjectType):
    reporting_periods = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(ReportingPeriod))),
        year=graphene.Int(description="年份，默认今年。 / Year, by default this one."),
        periods=graphene.List(graphene.NonNull(Period), description="只要这些统计期。 / Only these, in this order."),
        permission=Permission.NUMBERS_VIEW,
        size=_size,
        description="统计期的状态和各次修订。 / Reporting periods with their states and revisions.",
    )

    @staticmethod
    def resolve_reporting_periods(
        _root: None, info: GraphQLResolveInfo, year: int | None = None, periods: list[Span] | None = None
    ) -> list[Row[Any]]:
        actor = info.context.acting
        if periods is not None:
            if len(periods) > MAX_PERIODS:
                raise LimitExceeded("FIELDS", MAX_PERIODS)
            return rows(selectors.of_spans(actor, periods, at=info.context.at))
        chosen = info.context.today.year if year is None else min(max(year, 1900), 2199)
        return rows(selectors.of_year(actor, chosen, at=info.context.at))
