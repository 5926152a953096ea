"""Indicators and rolled-up numbers. Source: V1, V10; DOMAIN §5."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.commons.indicators import IndicatorCode
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import to_global
from api.kit.loaders import Row
from api.kit.scalars import DateTime, Month, Period
from commons.access.permissions import Permission
from commons.access.policies import may_see_numbers
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Invalid, NotFound
from commons.rollup import selectors
from commons.rollup.averages import Average, parent_average
from commons.rollup.declaration import Dimension as DeclaredDimension
from commons.rollup.declaration import Indicator as DeclaredIndicator
from commons.rollup.enums import Aggregation, Boundaries, Scope
from commons.rollup.selectors import Lens, Quality, Span

RollupScope = code_enum(Scope, name="RollupScope")
RollupBoundaries = code_enum(Boundaries, name="Boundaries")
RollupQuality = code_enum(Quality, name="Quality")


def _dimensions() -> dict[str, set[DeclaredDimension]]:
    """By code what the indicators mean by it: "K" is a kind of contact in one, of account in another."""
    meant: dict[str, set[DeclaredDimension]] = defaultdict(set)
    for found in selectors.catalogue():
        for dimension in found.dims:
            meant[dimension.code].add(dimension)
    return meant


def _dimension_enum() -> type[graphene.Enum]:
    """The dimensions that the declared indicators know, by their codes."""
    declared = _dimensions()
    codes = Enum("Dimension", {code: code for code in sorted(declared)})  # type: ignore[misc]

    def describe(member: Enum | None) -> str:
        if member is None:
            return "分组维度。 / What a figure can be split by."
        meant = {dimension.zh: dimension.en for dimension in sorted(declared[member.value], key=lambda one: one.en)}
        return "；".join(f"{zh} / {en}" for zh, en in meant.items())

    made: type[graphene.Enum] = graphene.Enum.from_enum(codes, name="Dimension", description=describe)
    return made


Dimension = _dimension_enum()


class DimensionInfo(graphene.ObjectType):
    """指标可用的分组维度。 / A dimension of an indicator."""

    code = graphene.Field(Dimension, required=True)
    name_zh = graphene.String(required=True)
    name_en = graphene.String(required=True)


class Indicator(graphene.ObjectType):
    """指标：定义、口径和计算方式。 / An indicator: what it means and how it is counted."""

    id = graphene.ID(required=True)
    code = graphene.String(required=True, description='代码，如“ORG-01”。 / Code, such as "ORG-01".')
    name_zh = graphene.String(required=True, description="名称。 / Name.")
    name_en = graphene.String(required=True, description="英文名称。 / English name.")
    unit = graphene.String(required=True, description="单位。 / Unit.")
    aggregation = graphene.Field(code_enum(Aggregation), required=True, description="汇总方式。 / How it adds up.")
    definition = graphene.String(required=True, description="定义。 / Definition.")
    date_rule = graphene.String(required=True, description="时间口径。 / Which day decides.")
    who_counts = graphene.String(required=True, description="由谁计数。 / Whose records count.")
    dimensions = graphene.List(graphene.NonNull(DimensionInfo), required=True, description="可用的分组维度。")

    @staticmethod
    def of(found: DeclaredIndicator) -> Indicator:
        return Indicator(
            id=to_global("Indicator", found.code),
            code=found.code,
            name_zh=found.zh,
            name_en=found.en,
            unit=found.unit,
            aggregation=found.aggregation,
            definition=found.definition,
            date_rule=found.date_rule,
            who_counts=found.who_counts,
            dimensions=[DimensionInfo(code=dim.code, name_zh=dim.zh, name_en=dim.en) for dim in found.dims],
        )


class RollupValue(graphene.ObjectType):
    """一个汇总数。 / One rolled-up figure."""

    indicator = graphene.String(required=True, description='指标代码，如“ORG-01”。 / Indicator, such as "ORG-01".')
    union_code = graphene.String(required=True, description="工会代码。 / Union.")
    period = Period(required=True, description="统计期。 / Period.")
    month = Month(required=True, description="统计期的最后一个月。 / Last month of the period.")
    scope = graphene.Field(RollupScope, required=True, description="本级或全辖。 / Own or subtree.")
    item = graphene.String(description="分组的代码；合计为空。 / Item of the dimension; null for the total.")
    item_label = graphene.String(description="分组的名称。 / Label of the item.")
    value = graphene.Float(
        description="数值；比率为百分数，分母为零时为空。 / Percentages for ratios; null without a denominator."
    )
    numerator = graphene.Float(description="比率的分子。 / Numerator of a ratio.")
    denominator = graphene.Float(description="比率的分母。 / Denominator of a ratio.")
    quality = graphene.Field(RollupQuality, required=True, description="数据质量：是否关账、是否完整。 / How reliable.")
    revision = graphene.Int(description="已关账的统计期：第几次修订，0 为关账时的数。 / Revision of a closed period.")
    missing_unions = graphene.Int(
        required=True, description="未计入或未计全的工会数。 / Unions of the subtree that are not (fully) counted."
    )
    suppressed = graphene.Boolean(
        required=True, description="数值过小，为保护个人信息不显示。 / Hidden because the count is small."
    )
    watermark = ApiField(
        DateTime,
        cost=1,
        description="数据截至时间：此前提交的变动均已计入；按当时已知的数查询时为空。 "
        "/ Every change committed before is counted; null with asOf.",
    )

    @staticmethod
    def resolve_watermark(root: RollupValue, info: GraphQLResolveInfo) -> datetime | None:
        return None if root.row is None else numbers_as_of(info.context, root.row)

    # The union among its peers, so that one statement tells the watermarks of all; None for what was known earlier.
    row: Row[TradeUnion] | None = None

    @staticmethod
    def of(found: selectors.Value) -> RollupValue:
        return RollupValue(
            indicator=found.indicator,
            union_code=found.union_code,
            period=found.period,
            month=found.month,
            scope=found.scope,
            item=found.item or None,
            item_label=found.item_label or None,
            value=_number(found.value),
            numerator=_number(found.numerator),
            denominator=_number(found.denominator),
            quality=found.quality,
            revision=found.revision,
            missing_unions=found.missing_unions,
            suppressed=found.suppressed,
        )


class ParentAverage(graphene.ObjectType):
    """上级所属各工会的平均数。 / The average over the parent's children."""

    indicator = graphene.String(required=True, description="指标代码。 / Indicator.")
    period = Period(required=True, description="统计期。 / Period.")
    value = graphene.Float(
        description="平均数；计入的不足五家时为空。 / Null while fewer than five children have something to be counted."
    )
    contributing = graphene.Int(description="计入的工会数；不足五家时为空。 / How many children; null below five.")

    @staticmethod
    def of(found: Average) -> ParentAverage:
        return ParentAverage(
            indicator=found.indicator,
            period=found.period,
            value=_number(found.value),
            contributing=found.contributing,
        )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def union_numbers(
    context: Context,
    root: Row[TradeUnion],
    indicators: tuple[str, ...],
    period: Span,
    scope: Scope,
    group_by: object,
    lens: Lens,
) -> list[RollupValue]:
    """
    Figures of one union, read in one statement for all of its peers.

    Raises: NotFound outside the actor's subtree; Refused; UnknownIndicator; UnknownDimension.
    """
    context.require(Permission.NUMBERS_VIEW)
    if not may_see_numbers(context.acting, root.it):
        raise NotFound()
    dimension = group_by.value if isinstance(group_by, Enum) else group_by

    def read(asked: list[TradeUnion]) -> dict[int, list[RollupValue]]:
        found = selectors.values(
            context.acting,
            unions=_counted(context, asked),
            indicators=list(indicators),
            span=period,
            scope=Scope(scope),
            by=str(dimension) if dimension else None,
            lens=lens,
        )
        return _by_union(found)

    found = root.ask(root.it.pk, ("rollup", indicators, period, scope, dimension, lens), read) or []
    return _beside(root, found, lens)


def union_series(
    context: Context,
    root: Row[TradeUnion],
    indicators: tuple[str, ...],
    months: tuple[int, int],
    scope: Scope,
    lens: Lens,
) -> list[RollupValue]:
    """
    The months of one union's figures, read in one statement for all of its peers.

    Raises: NotFound outside the actor's subtree; Refused; UnknownIndicator; TooManySeries; Invalid.
    """
    context.require(Permission.NUMBERS_VIEW)
    if not may_see_numbers(context.acting, root.it):
        raise NotFound()
    first, last = months
    if first > last:
        raise Invalid({"last": ["结束月份不能早于开始月份。"]})

    def read(asked: list[TradeUnion]) -> dict[int, list[RollupValue]]:
        found = selectors.series_of(
            context.acting,
            unions=_counted(context, asked),
            indicators=list(indicators),
            first_month=first,
            last_month=last,
            scope=Scope(scope),
            lens=lens,
        )
        return _by_union(found)

    found = root.ask(root.it.pk, ("series", indicators, months, scope, lens), read) or []
    return _beside(root, found, lens)


def _beside(root: Row[TradeUnion], found: list[RollupValue], lens: Lens) -> list[RollupValue]:
    for value in found:
        value.row = root if lens.as_of is None else None
    return found


def numbers_as_of(context: Context, root: Row[TradeUnion]) -> datetime | None:
    """
    Up to when the numbers of this union are complete.

    Raises: NotFound outside the actor's subtree; Refused.
    """
    context.require(Permission.NUMBERS_VIEW)
    if not may_see_numbers(context.acting, root.it):
        raise NotFound()
    return root.ask(root.it.pk, "as_of", lambda asked: selectors.watermarks(_counted(context, asked)))


def average_of_parent(
    context: Context, root: Row[TradeUnion], indicators: tuple[str, ...], period: Span
) -> list[ParentAverage]:
    """
    What the acting union may know of its siblings.

    Raises: NotFound of any other union; Refused; UnknownIndicator.
    """
    context.require(Permission.NUMBERS_VIEW)
    if context.acting.union is None or root.it.pk != context.acting.union.pk:
        raise NotFound()
    found = parent_average(context.acting, indicators=indicators, span=period)
    return [ParentAverage.of(average) for average in found]


def _counted(context: Context, asked: list[TradeUnion]) -> list[TradeUnion]:
    """Those among the peers whose numbers the actor may see."""
    return [union for union in asked if may_see_numbers(context.acting, union)]


def _by_union(found: Iterable[selectors.Value]) -> dict[int, list[RollupValue]]:
    values: dict[int, list[RollupValue]] = defaultdict(list)
    for value in found:
        values[value.union_id].append(RollupValue.of(value))
    return values


class NumberQueries(graphene.ObjectType):
    numbers_known_at = ApiField(
        DateTime,
        permission=Permission.NUMBERS_VIEW,
        cost=1,
        description="当前数据的时点：以它作 asOf，今后得到的仍是现在的数。 / Pass it as asOf to get the same figures for ever.",
    )
    indicators = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(Indicator))),
        codes=graphene.List(graphene.NonNull(IndicatorCode), description="只要这些指标。 / Only these."),
        permission=Permission.NUMBERS_VIEW,
        size=20,
        description="指标目录。 / The catalogue of indicators.",
    )

    @staticmethod
    def resolve_numbers_known_at(_root: None, _info: GraphQLResolveInfo) -> datetime | None:
        return selectors.known_at()

    @staticmethod
    def resolve_indicators(_root: None, _info: GraphQLResolveInfo, codes: list[str] | None = None) -> list[Any]:
        if codes is not None:
            return [Indicator.of(selectors.indicator(code)) for code in codes[:100]]
        return [Indicator.of(found) for found in selectors.catalogue()]
