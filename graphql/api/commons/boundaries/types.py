"""Changes of the tree, and the transfers of records that go with them. Source: SM-01; DESIGN §3.7."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from api.commons.onboarding.types import uuid_key
from api.commons.unions import TradeUnion, known
from api.kit.connections import connection
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.loaders import Row, attribute, rows
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime, Month
from commons.access.decisions import Rule, refused
from commons.boundaries import selectors, wording
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.models import TreeChange as Change
from commons.boundaries.transfer import policies as transfers
from commons.boundaries.transfer.enums import Mode, TransferState
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.enums import Level
from commons.kit.errors import NotFound


def find(context: Context, key: str) -> Change:
    """
    A change that concerns the viewer's union.

    Raises: Refused for a partner; NotFound, alike for another's.
    """
    if context.acting.user is None:
        refused(Rule.V10).require()
    found = selectors.concerning(context.acting).filter(pk=uuid_key(key)).first()
    if found is None:
        raise NotFound()
    return found


def find_transfer(context: Context, key: str) -> Transfer:
    """Raises: NotFound, for everybody but the nation's administrators."""
    found = transfers.visible(context.acting).filter(pk=uuid_key(key)).first()
    if found is None:
        raise NotFound()
    return found


@node(Transfer, find_transfer)
class RecordTransfer(graphene.ObjectType):
    """随撤并、拆分划转的记录：只有数量，没有内容。 / Records on their way between two unions: counts, no content."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    mode = graphene.Field(
        code_enum(Mode, name="TransferMode"), required=True, description="合并或拆分。 / Merge, split."
    )
    state = graphene.Field(code_enum(TransferState), required=True, description="进度状态。 / What it is doing.")
    source = ApiField(TradeUnion, description="划出的工会。 / The giver.")
    target = ApiField(TradeUnion, description="接收的工会。 / The receiver.")
    month = Month(required=True, description="自该月起计入接收方。 / From this month on they count with the receiver.")
    total = graphene.Int(required=True, description="应划转的组织数。 / Organizations to move.")
    moved = graphene.Int(required=True, description="已划转的组织数。 / Moved so far.")
    at = DateTime(required=True, description="开始时间。 / Begun at.")
    finished_at = DateTime(description="完成时间。 / Finished at.")

    resolve_id = id_of()

    @staticmethod
    def resolve_source(root: Row[Transfer], info: GraphQLResolveInfo) -> Row[Any] | None:
        return root.ask(root.it.source_id, "unions", lambda asked: _sides(info.context, asked))

    @staticmethod
    def resolve_target(root: Row[Transfer], info: GraphQLResolveInfo) -> Row[Any] | None:
        return root.ask(root.it.target_id, "unions", lambda asked: _sides(info.context, asked))


@node(Change, find)
class TreeChange(graphene.ObjectType):
    """区划调整：自某月 1 日起生效。 / A change of the tree, from the first day of a month on."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    kind = graphene.Field(code_enum(ChangeKind), required=True, description="类型。 / Kind.")
    state = graphene.Field(code_enum(ChangeState), required=True, description="状态。 / State.")
    sentence = graphene.String(required=True, description="一句话说明。 / The change in one sentence.")
    union = ApiField(TradeUnion, description="被调整的工会；不可见时为空。 / Null where the viewer may not know of it.")
    other = ApiField(
        TradeUnion, description="新的上级、承接、接收或归口的工会。 / New parent, successor, receiver or head."
    )
    effective_on = graphene.Date(required=True, description="生效日期。 / In force from this day on.")
    new_code = graphene.String(description="新的代码。 / New code.")
    level = graphene.Field(code_enum(Level), description="新的层级。 / New level.")
    name_zh = graphene.String(description="新的全称。 / New name.")
    short_name_zh = graphene.String(description="新的简称。 / New short name.")
    document = graphene.String(description="批复文号。 / Number of the approval.")
    reason = graphene.String(required=True, description="原因。 / Reason.")
    by_name = graphene.String(required=True, description="经办人。 / Who planned it.")
    at = DateTime(required=True, description="安排时间。 / Planned at.")
    confirmed_by_name = graphene.String(description="终止的第二名经办人。 / The second person of a closing.")
    confirmed_at = DateTime(description="确认时间。 / Confirmed at.")
    applied_at = DateTime(description="实际生效时间。 / Brought into force at.")
    transfers = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(RecordTransfer))),
        size=2,
        description="记录划转，仅全国管理员可见。 / Transfers of records; for national administrators.",
    )

    resolve_id = id_of()

    @staticmethod
    def resolve_sentence(root: Row[Change], _info: GraphQLResolveInfo) -> str:
        return wording.sentence(root.it)

    @staticmethod
    def resolve_new_code(root: Row[Change], _info: GraphQLResolveInfo) -> str | None:
        return root.it.code or None

    @staticmethod
    def resolve_level(root: Row[Change], _info: GraphQLResolveInfo) -> Any:
        return root.it.level or None

    @staticmethod
    def resolve_union(root: Row[Change], info: GraphQLResolveInfo) -> Row[Any] | None:
        return root.ask(root.it.union_id, "unions", lambda asked: _both(info.context, asked))

    @staticmethod
    def resolve_other(root: Row[Change], info: GraphQLResolveInfo) -> Row[Any] | None:
        return root.ask(root.it.other_id, "unions", lambda asked: _both(info.context, asked))

    @staticmethod
    def resolve_transfers(root: Row[Change], info: GraphQLResolveInfo) -> list[Row[Transfer]]:
        def read(asked: list[Change]) -> dict[Any, list[Row[Transfer]]]:
            found: dict[Any, list[Row[Transfer]]] = defaultdict(list)
            visible = transfers.visible(info.context.acting).filter(change_id__in=[one.pk for one in asked])
            for one in rows(visible.order_by("at", "pk")):
                found[one.it.change_id].append(one)
            return found

        return root.ask(root.it.pk, "transfers", read) or []


def _both(context: Context, asked: list[Change]) -> dict[int | None, Row[Any]]:
    return known(context, [pk for one in asked for pk in (one.union_id, one.other_id)])


def _sides(context: Context, asked: list[Transfer]) -> dict[int | None, Row[Any]]:
    return known(context, [pk for one in asked for pk in (one.source_id, one.target_id)])


TreeChangeConnection = connection(TreeChange, counted=True)


class RehearsedFigure(graphene.ObjectType):
    """一个全辖数据在调整前后。 / One figure of a subtree, before and after."""

    union_name = graphene.String(required=True, description="工会。 / Union.")
    indicator = graphene.String(required=True, description="指标。 / Indicator.")
    unit = graphene.String(required=True, description="单位。 / Unit.")
    before = graphene.Float(description="调整之前。 / Before.")
    after = graphene.Float(description="调整之后。 / After.")


class RehearsedRows(graphene.ObjectType):
    """一个表的条数。 / Rows of one table."""

    name = graphene.String(required=True, description="名称。 / What they are.")
    rows = graphene.Int(required=True, description="条数。 / How many.")


class RehearsedClash(graphene.ObjectType):
    """两家都有的组织。 / An organization on both ledgers."""

    uscc = graphene.String(required=True, description="统一社会信用代码。 / Credit code.")
    number = graphene.String(required=True, description="原工会的编号。 / The giver's number.")
    other = graphene.String(required=True, description="接收工会的编号。 / The receiver's number.")


class RehearsedRecords(graphene.ObjectType):
    """撤并或拆分将划转的记录。 / What a merger or a split would move."""

    organizations = graphene.Int(required=True, description="组织数。 / Organizations.")
    tables = graphene.List(graphene.NonNull(RehearsedRows), required=True, description="随同的记录。 / Rows by table.")
    left = graphene.List(graphene.NonNull(RehearsedRows), required=True, description="留存的记录。 / What stays.")
    renumbered = graphene.Int(required=True, description="需要重新编号。 / Given new numbers.")
    clashes = graphene.List(graphene.NonNull(RehearsedClash), required=True, description="将并为一条。 / To be joined.")


class Rehearsal(graphene.ObjectType):
    """预演：会怎样，什么都没有做。 / What would be; nothing was done."""

    month = Month(required=True, description="数据的月份。 / The month of the figures.")
    way_before = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="原隶属关系。 / Way before."
    )
    way_after = graphene.List(graphene.NonNull(graphene.String), required=True, description="新隶属关系。 / Way after.")
    affected = graphene.Int(required=True, description="涉及的工会数。 / Unions affected.")
    nation_stays = graphene.Boolean(required=True, description="全国数据不变。 / Whether the nation's figures stay.")
    figures = graphene.List(
        graphene.NonNull(RehearsedFigure), required=True, description="会变的数据。 / What changes."
    )
    records = graphene.Field(RehearsedRecords, description="记录划转。 / The transfer of records.")
