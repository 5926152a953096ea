"""The rows behind a figure, as far as the viewer may read them. Source: V1, V5, V10, V13; R6."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any, cast

import graphene
from django.db.models import Model
from graphql import GraphQLResolveInfo

from api.commons.indicators import IndicatorCode
from api.commons.numbers import Dimension, RollupBoundaries, RollupScope
from api.commons.unions import find
from api.kit.connections import PageInfo, decode, encode, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.errors import BadCursor
from api.kit.fields import ApiField, page_size
from api.kit.loaders import Row, rows
from api.kit.nodes import Node
from api.kit.scalars import DateTime, Period
from commons.access.permissions import Permission
from commons.kit.clock import month_index
from commons.kit.errors import Invalid, NotFound
from commons.rollup import behind, selectors
from commons.rollup.enums import Boundaries, Scope
from commons.rollup.selectors import Span

RollupPart = code_enum(behind.Which, name="RollupPart")


@dataclass(frozen=True)
class Taken:
    """A figure taken apart, and the page of its rows that is asked for."""

    context: Context
    found: behind.Behind
    start: int
    size: int

    @cached_property
    def page(self) -> tuple[behind.Seen, ...]:
        return self.found.shown[self.start : self.start + self.size]

    @cached_property
    def told(self) -> Mapping[str, behind.Row]:
        return behind.described(self.context.acting, self.found, self.page)

    @cached_property
    def nodes(self) -> dict[str, Row[Model]]:
        """The records of the page as peers of each other; a row that is no record has none."""
        held = {key: row.it for key, row in self.told.items() if isinstance(row.it, Model)}
        return dict(zip(held, rows(cast("list[Model]", list(held.values()))), strict=True))


class RowBehind(graphene.ObjectType):
    """一条记录及其计入的数。 / One row, and what it adds to the figure."""

    node = graphene.Field(Node, description="记录；按日合并的行没有单独的记录，为空。 / Null where a row is no record.")
    label = graphene.String(required=True, description="名称。 / What it is called.")
    amount = graphene.Float(required=True, description="计入的数。 / What it adds.")
    eliminated = graphene.Float(required=True, description="给全辖内其他工会、已抵消的金额。 / What stays inside.")
    cursor = graphene.String(required=True)


class RowsBehind(graphene.ObjectType):
    """一个数由哪些记录构成：可查看的与无权查看的相加，恰为该数。 / Shown and hidden together are the figure, always."""

    figure = graphene.Float(description="按最新记录计算的数；为保护个人信息不显示时为空。 / Null where suppressed.")
    published = graphene.Float(description="汇总数据中的数，可能尚未计入最近的变动。 / What `rollup` says.")
    shown_amount = graphene.Float(required=True, description="可查看的记录合计。 / In rows that may be read.")
    shown_count = graphene.Int(required=True, description="可查看的记录数。 / Rows that may be read.")
    hidden_amount = graphene.Float(required=True, description="无权查看的部分。 / In rows that may not be read.")
    hidden_count = graphene.Int(
        required=True, description="本级无权查看的记录数。 / Rows of the acting union that may not be read."
    )
    hidden_below = graphene.Float(required=True, description="其中在其他工会的部分。 / Of it in other unions.")
    eliminated = graphene.Float(required=True, description="可查看的记录中已抵消的金额。 / Of the shown rows, inside.")
    suppressed = graphene.Boolean(
        required=True, description="数值过小，为保护个人信息不显示。 / Hidden because the count is small."
    )
    watermark = DateTime(description="汇总数据截至时间。 / Up to when `published` counts.")
    kind = graphene.String(description="记录的种类。 / What the rows are.")
    edges = graphene.List(graphene.NonNull(RowBehind), required=True)
    page_info = graphene.Field(PageInfo, required=True)

    @staticmethod
    def of(taken: Taken) -> RowsBehind:
        found = taken.found
        edges = [
            RowBehind(
                node=taken.nodes.get(seen.key),
                label=taken.told[seen.key].label if seen.key in taken.told else "",
                amount=float(seen.amount),
                eliminated=float(seen.inside),
                cursor=encode([seen.key]),
            )
            for seen in taken.page
        ]
        return RowsBehind(
            figure=_number(found.figure),
            published=_number(found.published),
            shown_amount=float(found.shown_amount),
            shown_count=len(found.shown),
            hidden_amount=float(found.hidden),
            hidden_count=found.hidden_rows,
            hidden_below=float(found.hidden_below),
            eliminated=float(found.inside),
            suppressed=found.suppressed,
            watermark=found.watermark,
            kind=found.kind.zh if found.kind else None,
            edges=edges,
            page_info=PageInfo(
                has_next_page=taken.start + taken.size < len(found.shown),
                has_previous_page=taken.start > 0,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
        )


class BehindQueries(graphene.ObjectType):
    rows_behind = ApiField(
        RowsBehind,
        code=graphene.String(description="工会代码，默认当前工会。 / Code of the union, by default the acting one."),
        indicator=IndicatorCode(required=True, description="指标代码。 / Indicator."),
        part=RollupPart(
            description="比率取分子还是分母，默认分子。 / Of a ratio, which half; by default the numerator."
        ),
        period=Period(description="统计期，默认本月。 / Period, by default the current month."),
        scope=RollupScope(default_value=Scope.SUBTREE, description="本级或全辖。 / Own rows or the whole subtree."),
        group_by=Dimension(description="分组维度，与 item 一起给出。 / A dimension, together with an item of it."),
        item=graphene.String(description="分组的代码。 / Item of the dimension."),
        boundaries=RollupBoundaries(
            default_value=Boundaries.DATED, description="区划口径。 / Under whom past months stand."
        ),
        **page_arguments(),
        permission=Permission.NUMBERS_VIEW,
        private=True,
        paged=True,
        cost=5,
        description="一个数由哪些记录构成。只列出当前工会中您可以查看的记录，其余计入 hiddenAmount。 "
        "/ Which records make a figure: those of the acting union that the viewer may read; all others are counted.",
    )

    @staticmethod
    def resolve_rows_behind(
        _root: None,
        info: GraphQLResolveInfo,
        indicator: str,
        code: str | None = None,
        part: behind.Which | None = None,
        period: Span | None = None,
        scope: Scope = Scope.SUBTREE,
        group_by: object = None,
        item: str | None = None,
        boundaries: Boundaries = Boundaries.DATED,
        first: int | None = None,
        after: str | None = None,
    ) -> RowsBehind:
        context: Context = info.context
        union = find(context, code) if code is not None else context.union
        declared = selectors.indicator(indicator)
        parts = behind.parts_of(declared, period or Span.month(month_index(context.today)))
        chosen = parts.get(behind.Which(part)) if part else next(iter(parts.values()), None)
        if not parts:
            raise Invalid({"indicator": ["综合指数在各级分别计算，没有可以逐条查看的记录。"]})
        if chosen is None:
            raise Invalid({"part": ["这个指标没有这一部分：比率有分子和分母，其他指标只有全部。"]})
        dim = _dimension(declared, group_by, item)
        question = behind.Question(union, declared, chosen, Scope(scope), dim, item or "", Boundaries(boundaries).line)
        found = behind.behind(context.acting, question)
        return RowsBehind.of(Taken(context, found, _start(found, after), page_size(first)))


def _dimension(declared: Any, group_by: object, item: str | None) -> str:
    """
    The dimension's code, '' for the total.

    Raises: Invalid when only one of the two is given; UnknownDimension; NotFound.
    """
    if (group_by is None) is not (item is None):
        raise Invalid({"item": ["groupBy 和 item 要一起给出。"]})
    if group_by is None:
        return ""
    dimension = declared.dimension(str(group_by.value if isinstance(group_by, Enum) else group_by))
    if item not in dimension.item_codes:
        raise NotFound()
    code: str = dimension.code
    return code


def _start(found: behind.Behind, after: str | None) -> int:
    """
    Where the page begins: behind the row that the cursor names.

    Raises: BadCursor also for a row that is not, or no longer, among those shown.
    """
    if after is None:
        return 0
    [key] = decode(after, 1)
    for number, seen in enumerate(found.shown):
        if seen.key == key:
            return number + 1
    raise BadCursor()


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
