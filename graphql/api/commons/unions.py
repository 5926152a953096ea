"""The tree of unions, as far as the viewer may know of it. Source: V1, V7, V10."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.commons.children import BY_CODE, children_of
from api.commons.indicators import IndicatorCode
from api.commons.numbers import (
    Dimension,
    ParentAverage,
    RollupBoundaries,
    RollupScope,
    RollupValue,
    average_of_parent,
    numbers_as_of,
    union_numbers,
    union_series,
)
from api.kit.connections import Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.errors import LimitExceeded
from api.kit.fields import ApiField, page_size
from api.kit.loaders import Row, attribute, row, rows
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime, Month, Period
from commons.access.permissions import Permission
from commons.access.tree import may_know, visible_unions
from commons.boundaries import selectors as boundaries
from commons.hierarchy import selectors as hierarchy
from commons.hierarchy.enums import Kind, Level, Line, UnionState
from commons.hierarchy.models import Parentage
from commons.hierarchy.models import TradeUnion as Union
from commons.kit.clock import month_index, parse_month
from commons.kit.errors import NotFound
from commons.quality.enums import TicketState
from commons.rollup.enums import Boundaries, Scope
from commons.rollup.selectors import Lens, Span

MAX_INDICATORS = 60


def find(context: Context, code: str) -> Union:
    """
    The union with this code, if the viewer may know of it.

    Raises: NotFound, alike for what does not exist.
    """
    found = visible_unions(context.acting).filter(code=code).first() if len(code) <= 12 else None
    if found is None and len(code) <= 12 and (renamed := boundaries.by_any_code(code)):
        # A code that the union once had.
        found = visible_unions(context.acting).filter(pk=renamed.pk).first()
    if found is None:
        raise NotFound()
    return found


class UnionParentage(graphene.ObjectType):
    """工会在一段时间里的上级。 / Whose child a union was, from a day until a day."""

    class Meta:
        default_resolver = attribute

    line = graphene.Field(
        code_enum(Line, name="UnionLine"), required=True, description="哪个系统。 / Along which line."
    )
    parent = ApiField(
        lambda: TradeUnion, description="上级工会；不可见时为空。 / Null where the viewer may not know of it."
    )
    from_on = graphene.Date(
        required=True, description="起始日期；最早的上级向前一直有效。 / The first counts since ever."
    )
    until_on = graphene.Date(description="截止日期（不含）。 / Until this day, exclusive.")

    @staticmethod
    def resolve_parent(root: Row[Parentage], info: GraphQLResolveInfo) -> Row[Union] | None:
        return root.ask(
            root.it.parent_id, "parent", lambda asked: known(info.context, [one.parent_id for one in asked])
        )


def _figures(arguments: Any) -> int:
    """How many figures a `rollup` may return: per indicator one, or one per item of a dimension."""
    asked = arguments.get("indicators")
    return (len(asked) if isinstance(asked, list) else 1) * (
        10 if arguments.get("group_by") or arguments.get("groupBy") else 1
    )


def _monthly_figures(arguments: Any) -> int:
    """How many figures a `rollupSeries` returns: per indicator one a month."""
    asked = arguments.get("indicators")
    try:
        months = parse_month(arguments.get("last")) - parse_month(arguments.get("first")) + 1
    except (ValueError, TypeError, AttributeError):
        months = 1
    return (len(asked) if isinstance(asked, list) else 1) * max(1, months)


@node(Union, find)
class TradeUnion(graphene.ObjectType):
    """工会：一级组织，一个租户。 / A trade union: one node of the tree."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    code = graphene.String(required=True, description="工会代码（行政区划代码）。 / Division code.")
    name_zh = graphene.String(required=True, description="名称。 / Name.")
    short_name_zh = graphene.String(required=True, description="简称。 / Short name.")
    name_en = graphene.String(description="英文名称。 / English name.")
    level = graphene.Field(code_enum(Level), required=True, description="层级。 / Level.")
    kind = graphene.Field(code_enum(Kind, name="UnionKind"), required=True, description="类型。 / Kind.")
    state = graphene.Field(code_enum(UnionState), required=True, description="状态。 / State.")
    active_since = DateTime(description="启用时间。 / Active since.")
    division_code = graphene.String(description="行政区划。 / Administrative division (GB/T 2260).")
    parent = ApiField(lambda: TradeUnion, description="上级工会；根或不可见时为空。 / Null above what the viewer sees.")
    ancestors = ApiField(
        lambda: graphene.NonNull(graphene.List(graphene.NonNull(TradeUnion))),
        size=4,
        description="从最上级到直接上级。 / From the top down to the parent.",
    )
    children = ApiField(
        lambda: graphene.NonNull(UnionConnection),
        **page_arguments(),
        paged=True,
        description="直接下级工会，按代码排序。 / Unions directly below, by code.",
    )
    successor = ApiField(
        lambda: TradeUnion, description="撤并后承接的工会；不可见时为空。 / Who took over a merged union, where known."
    )
    former_codes = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(graphene.String))),
        description="曾用代码，仍可用来查询。 / Codes it once had; they lead to it still.",
    )
    parentages = ApiField(
        lambda: graphene.NonNull(graphene.List(graphene.NonNull(UnionParentage))),
        size=3,
        description="各时期的上级，含已安排的；辖区之外查无此项。 / Its parents by time, planned ones too; absent outside the"
        " own subtree.",
    )
    rollup = ApiField(
        graphene.List(graphene.NonNull(RollupValue)),
        indicators=graphene.List(graphene.NonNull(IndicatorCode), required=True, description="指标代码，最多 60 个。"),
        period=Period(description="统计期，默认本月。 / Period, by default the current month."),
        scope=RollupScope(default_value=Scope.SUBTREE, description="本级或全辖。 / Own rows or the whole subtree."),
        group_by=Dimension(description="按维度分组。 / Split by a dimension."),
        as_of=DateTime(description="按当时已知的数。 / As it was known at that moment."),
        boundaries=RollupBoundaries(
            default_value=Boundaries.DATED,
            description="区划口径：区划变动前的月份归当时的上级，或归现在的上级。 / Under whom past months stand.",
        ),
        revision=graphene.Int(description="已关账统计期的第几次修订，默认最近一次。 / Revision of a closed period."),
        size=_figures,
        description="汇总数据。辖区之外查无此项。 / Rolled-up numbers; absent outside the own subtree.",
    )
    rollup_series = ApiField(
        graphene.List(graphene.NonNull(RollupValue)),
        indicators=graphene.List(graphene.NonNull(IndicatorCode), required=True, description="指标代码，最多 60 个。"),
        first=Month(required=True, description="开始月份。 / First month."),
        last=Month(required=True, description="结束月份（含），最多 120 个月。 / Last month, included; 120 at most."),
        scope=RollupScope(default_value=Scope.SUBTREE, description="本级或全辖。 / Own rows or the whole subtree."),
        as_of=DateTime(description="按当时已知的数。 / As it was known at that moment."),
        boundaries=RollupBoundaries(
            default_value=Boundaries.DATED, description="区划口径。 / Under whom past months stand."
        ),
        size=_monthly_figures,
        description="各月的汇总数据，先按指标、再按月份排列。 / Figures month by month: by indicator, then by month.",
    )
    parent_average = ApiField(
        graphene.List(graphene.NonNull(ParentAverage)),
        indicators=graphene.List(graphene.NonNull(IndicatorCode), required=True, description="指标代码，最多 60 个。"),
        period=Period(description="统计期，默认本月。 / Period, by default the current month."),
        size=_figures,
        description="上级所属各工会的平均数，至少五家计入；仅限当前工会。 / Average over the parent's children; acting union only.",
    )
    numbers_as_of = ApiField(
        DateTime, cost=1, description="汇总数据截至时间。 / Every change committed before is counted."
    )
    organizations = ApiField(
        "api.registry.types.SocialOrganizationConnection",
        **page_arguments(),
        filter=graphene.Argument("api.registry.inputs.OrganizationFilter"),
        paged=True,
        description="台账条目，仅限当前工会；其他工会查无此项。 / Ledger entries, of the acting union only.",
    )

    data_quality_tickets = ApiField(
        "api.commons.quality.types.DataQualityTicketConnection",
        states=graphene.List(
            graphene.NonNull(code_enum(TicketState, name="DataQualityState")),
            description="只要这些状态。 / Only in these states.",
        ),
        indicator=IndicatorCode(description="只要这个指标。 / Only of this indicator."),
        **page_arguments(),
        permission=Permission.QUALITY_VIEW,
        private=True,
        paged=True,
        description="该会的数据疑点；辖区之外查无此项。 / Tickets on its desk; absent outside the own subtree.",
    )

    resolve_id = id_of("code")

    @staticmethod
    def resolve_division_code(root: Row[Union], _info: GraphQLResolveInfo) -> str | None:
        return root.it.division_id

    @staticmethod
    def resolve_parent(root: Row[Union], info: GraphQLResolveInfo) -> Row[Union] | None:
        return root.ask(root.it.parent_id, "parent", lambda asked: known(info.context, [u.parent_id for u in asked]))

    @staticmethod
    def resolve_successor(root: Row[Union], info: GraphQLResolveInfo) -> Row[Union] | None:
        return root.ask(
            root.it.successor_id, "successor", lambda asked: known(info.context, [u.successor_id for u in asked])
        )

    @staticmethod
    def resolve_former_codes(root: Row[Union], _info: GraphQLResolveInfo) -> list[str]:
        return root.ask(root.it.pk, "former_codes", boundaries.former_codes) or []

    @staticmethod
    def resolve_parentages(root: Row[Union], info: GraphQLResolveInfo) -> list[Row[Parentage]]:
        def read(asked: list[Union]) -> dict[int, list[Row[Parentage]]]:
            inside = [union.pk for union in asked if union.is_under(info.context.union)]
            found: dict[int, list[Row[Parentage]]] = defaultdict(list)
            for one in rows(Parentage.objects.filter(union__in=inside).order_by("line", "from_on")):
                found[one.it.union_id].append(one)
            return found

        return root.ask(root.it.pk, "parentages", read) or []

    @staticmethod
    def resolve_ancestors(root: Row[Union], info: GraphQLResolveInfo) -> list[Row[Union]]:
        def read(asked: list[Union]) -> dict[int | None, list[Row[Union]]]:
            found = known(info.context, [pk for union in asked for pk in union.ancestor_ids])
            return {union.pk: [found[pk] for pk in union.ancestor_ids if pk in found] for union in asked}

        return root.ask(root.it.pk, "ancestors", read) or []

    @staticmethod
    def resolve_children(
        root: Row[Union], info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
    ) -> Page:
        size = page_size(first)

        def read(asked: list[Union]) -> dict[int, Page]:
            return children_of(info.context, asked, size, after)

        found = root.ask(root.it.pk, ("children", size, after), read)
        return found or Page([], has_next=False, has_previous=after is not None)

    @staticmethod
    def resolve_rollup(
        root: Row[Union],
        info: GraphQLResolveInfo,
        indicators: list[str],
        scope: Scope = Scope.SUBTREE,
        period: Span | None = None,
        group_by: str | None = None,
        as_of: datetime | None = None,
        boundaries: Boundaries = Boundaries.DATED,
        revision: int | None = None,
    ) -> list[Any]:
        if len(indicators) > MAX_INDICATORS:
            raise LimitExceeded("FIELDS", MAX_INDICATORS)
        span = period or Span.month(month_index(info.context.today))
        lens = Lens(Boundaries(boundaries).line, as_of, revision)
        return union_numbers(info.context, root, tuple(dict.fromkeys(indicators)), span, scope, group_by, lens)

    @staticmethod
    def resolve_rollup_series(
        root: Row[Union],
        info: GraphQLResolveInfo,
        indicators: list[str],
        first: int,
        last: int,
        scope: Scope = Scope.SUBTREE,
        as_of: datetime | None = None,
        boundaries: Boundaries = Boundaries.DATED,
    ) -> list[Any]:
        if len(indicators) > MAX_INDICATORS:
            raise LimitExceeded("FIELDS", MAX_INDICATORS)
        lens = Lens(Boundaries(boundaries).line, as_of)
        return union_series(info.context, root, tuple(dict.fromkeys(indicators)), (first, last), scope, lens)

    @staticmethod
    def resolve_parent_average(
        root: Row[Union], info: GraphQLResolveInfo, indicators: list[str], period: Span | None = None
    ) -> list[Any]:
        if len(indicators) > MAX_INDICATORS:
            raise LimitExceeded("FIELDS", MAX_INDICATORS)
        span = period or Span.month(month_index(info.context.today))
        return average_of_parent(info.context, root, tuple(dict.fromkeys(indicators)), span)

    @staticmethod
    def resolve_numbers_as_of(root: Row[Union], info: GraphQLResolveInfo) -> Any:
        return numbers_as_of(info.context, root)

    @staticmethod
    def resolve_data_quality_tickets(
        root: Row[Union],
        info: GraphQLResolveInfo,
        states: list[TicketState] | None = None,
        indicator: str | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Page:
        from api.commons.quality.queries import tickets_of

        return tickets_of(info.context, root, size=page_size(first), states=states, indicator=indicator, after=after)

    @staticmethod
    def resolve_organizations(root: Row[Union], info: GraphQLResolveInfo, **arguments: Any) -> Page:
        from api.registry.queries import organizations

        if root.it.pk != info.context.union.pk:
            raise NotFound()
        return organizations(info.context, **arguments)


def known(context: Context, ids: list[int | None]) -> dict[int | None, Row[Union]]:
    """Unions by id, those the viewer may know of, as peers."""
    wanted = {pk for pk in ids if pk is not None}
    found = [union for union in hierarchy.by_ids(wanted).values() if may_know(context.acting, union)] if wanted else []
    return {one.it.pk: one for one in rows(found)}


UnionConnection: type[graphene.ObjectType] = connection(TradeUnion, counted=True)


class UnionQueries(graphene.ObjectType):
    union = ApiField(
        TradeUnion,
        code=graphene.String(required=True),
        description="一个工会：本级、下级或上级。 / One union: the own, one below, or one above.",
    )
    unions = ApiField(
        UnionConnection,
        level=graphene.Argument(code_enum(Level)),
        under=graphene.String(description="工会代码，默认当前工会。 / Code of the subtree's top."),
        kind=graphene.Argument(code_enum(Kind, name="UnionKind")),
        state=graphene.Argument(code_enum(UnionState)),
        **page_arguments(),
        paged=True,
        description="辖区内的工会（含本级），按代码排序。 / The unions of a subtree, by code.",
    )

    @staticmethod
    def resolve_union(_root: None, info: GraphQLResolveInfo, code: str) -> Row[Union]:
        return row(find(info.context, code))

    @staticmethod
    def resolve_unions(
        _root: None,
        info: GraphQLResolveInfo,
        level: Level | None = None,
        under: str | None = None,
        kind: Kind | None = None,
        state: UnionState | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Page:
        context: Context = info.context
        top = find(context, under) if under is not None else context.union
        chosen = {name: value for name, value in (("level", level), ("kind", kind), ("state", state)) if value}
        found = visible_unions(context.acting).under(top).filter(**chosen)
        return BY_CODE.page(found, first=first, after=after, counted=True)
