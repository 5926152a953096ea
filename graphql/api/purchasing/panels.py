"""Panels: who was drawn, an expert's own seat and sheets, everybody's scores once all are locked. Source: SM-17, E14."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of, to_global, uuid_of
from api.kit.loaders import Row, attribute
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime
from api.purchasing.calls import find_call
from commons.access.permissions import Permission
from tenants.purchasing import models
from tenants.purchasing.actions import reviews
from tenants.purchasing.enums import MemberState
from tenants.purchasing.machines.member import MEMBER
from tenants.purchasing.selectors import calls, panels, sheets
from tenants.purchasing.weighing import Item

BY_SEAT: Keyset[models.PanelMember] = Keyset("-created_at", "-id")


def find_seat(context: Context, key: str) -> models.PanelMember:
    """One's own seat on a panel, or any of the union's for its people. Raises: Refused; NotFound."""
    found: models.PanelMember = MEMBER.find(context.require_inside(Permission.DIRECTORY_VIEW), key)
    return found


class ScoringItem(graphene.ObjectType):
    """评审指标的一项。 / One item by which bids are scored."""

    code = graphene.String(required=True, description="指标代码。 / Code.")
    name = graphene.String(required=True, description="名称。 / Name.")
    weight = graphene.Decimal(required=True, description="权重，%。 / Weight, per cent.")
    maximum = graphene.Decimal(required=True, description="满分。 / Full marks.")
    guide = graphene.String(required=True, description="评分说明。 / How to score.")


class Point(graphene.ObjectType):
    """一项指标的得分。 / Points for one item."""

    code = graphene.String(required=True, description="指标代码。 / Code of the item.")
    points = graphene.Decimal(required=True, description="得分。 / Points.")


class OwnSheet(graphene.ObjectType):
    """我对一份申报书的评分。 / One's own points for a bid; null points where none are given yet."""

    bid = graphene.ID(required=True, description="申报书。 / The bid.")
    provider_name = graphene.String(required=True, description="申报单位。 / Bidder.")
    version = graphene.Int(
        description="版本，修改和锁定时须带上；空表示还没有打分。 / Version; null when nothing is scored."
    )
    points = graphene.List(graphene.NonNull(Point), required=True, description="各项得分。 / Points.")
    comment = graphene.String(description="评语。 / Comment.")
    locked_at = DateTime(description="锁定时间。 / Locked at.")


@node(models.PanelMember, find_seat)
class PanelMember(graphene.ObjectType):
    """评审组的席位。 / A seat on a panel, for who sits on it."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本。 / Version.")
    call = graphene.ID(required=True, description="公告。 / The call.")
    call_title = graphene.String(required=True, description="公告标题。 / Its title.")
    position = graphene.Int(required=True, description="抽取次序。 / Place in the draw.")
    is_chair = graphene.Boolean(required=True, description="组长。 / Chairs the panel.")
    declared_at = DateTime(description="声明时间。 / Declared at.")
    state = graphene.Field(code_enum(MemberState), required=True, description="状态。 / State.")
    bidders = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(graphene.String))),
        description="申报单位，据此声明是否需要回避。 / Who bids, to declare by.",
    )
    items = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(ScoringItem))), description="评审指标。 / What is scored."
    )
    sheets = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(OwnSheet))),
        size=5,
        description="我的评分，声明无需回避后。 / One's sheets, from the declaration on.",
    )

    resolve_id = id_of()

    @staticmethod
    def resolve_call(root: Row[models.PanelMember], _info: GraphQLResolveInfo) -> str:
        return to_global("Call", root.it.call_id)

    @staticmethod
    def resolve_call_title(root: Row[models.PanelMember], _info: GraphQLResolveInfo) -> str:
        title: str = root.it.call.title
        return title

    @staticmethod
    def resolve_bidders(root: Row[models.PanelMember], _info: GraphQLResolveInfo) -> list[str]:
        return calls.bidders(root.it.call) if root.it.state != MemberState.EXCLUDED else []

    @staticmethod
    def resolve_items(root: Row[models.PanelMember], _info: GraphQLResolveInfo) -> list[Item]:
        return sheets.items(root.it.call)

    @staticmethod
    def resolve_sheets(root: Row[models.PanelMember], info: GraphQLResolveInfo) -> list[OwnSheet]:
        actor = info.context.acting
        if root.it.state != MemberState.CONFIRMED:
            return []
        bids = sheets.to_score(actor, root.it.call)
        own = sheets.own(actor, bids)
        return [_own(bid, own.get(bid.pk)) for bid in bids]


def _own(bid: models.Bid, review: models.Review | None) -> OwnSheet:
    return OwnSheet(
        bid=to_global("Bid", bid.pk),
        provider_name=bid.provider.name if bid.provider else "",
        version=review.version if review else None,
        points=[Point(code=code, points=points) for code, points in review.scores.items()] if review else [],
        comment=(review.comment or None) if review else None,
        locked_at=review.locked_at if review else None,
    )


class PanelSeat(graphene.ObjectType):
    """评审组的一员，供工会查看。 / One of a panel, as the union sees it."""

    id = graphene.ID(required=True, description="席位，移出时用。 / The seat, for `transition`.")
    code = graphene.String(required=True, description="专家编号。 / Number.")
    name = graphene.String(required=True, description="姓名。 / Name.")
    unit = graphene.String(description="单位。 / Working place.")
    is_chair = graphene.Boolean(required=True, description="组长。 / Chairs the panel.")
    state = graphene.Field(code_enum(MemberState), required=True, description="状态。 / State.")
    conflict_note = graphene.String(description="回避原因。 / Why excluded.")


class ScoreSheet(graphene.ObjectType):
    """一位专家对一份申报书的评分，全部锁定后。 / One expert's score of one bid, once all are locked."""

    expert = graphene.String(required=True, description="专家编号。 / Number of the expert.")
    bid = graphene.ID(required=True, description="申报书。 / The bid.")
    total = graphene.Decimal(description="加权总分。 / Weighted total of 100.")


PanelMemberConnection = connection(PanelMember, counted=True)


class PanelQueries(graphene.ObjectType):
    own_seats = ApiField(
        PanelMemberConnection,
        **page_arguments(),
        permission=Permission.REVIEW_SCORE,
        private=True,
        paged=True,
        description="我参加的评审组。 / The panels on which the caller sits.",
    )
    panel = ApiField(
        graphene.List(graphene.NonNull(PanelSeat), required=True),
        call=graphene.ID(required=True, description="公告。 / The call."),
        permission=Permission.PROJECTS_VIEW,
        private=True,
        cost=5,
        description="一份公告的评审组。 / The panel of a call.",
    )
    score_sheets = ApiField(
        graphene.List(graphene.NonNull(ScoreSheet), required=True),
        call=graphene.ID(required=True, description="公告。 / The call."),
        permission=Permission.PROJECTS_VIEW,
        private=True,
        cost=10,
        description="各位专家的评分，全体锁定后可见。 / Everybody's scores, once all are locked.",
    )

    @staticmethod
    def resolve_own_seats(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
    ) -> Page:
        found = panels.mine(info.context.acting).select_related("call__project__bid_system")
        return BY_SEAT.page(found, first=first, after=after, counted=True)

    @staticmethod
    def resolve_panel(_root: None, info: GraphQLResolveInfo, call: str) -> list[PanelSeat]:
        found = find_call(info.context, key_of(call, "Call"))
        return [
            PanelSeat(
                id=to_global("PanelMember", member.pk),
                code=member.expert.code,
                name=member.expert.name,
                unit=member.expert.unit or None,
                is_chair=member.is_chair,
                state=member.state,
                conflict_note=member.conflict_note or None,
            )
            for member in calls.panel(found)
        ]

    @staticmethod
    def resolve_score_sheets(_root: None, info: GraphQLResolveInfo, call: str) -> list[ScoreSheet]:
        found = find_call(info.context, key_of(call, "Call"))
        return [
            ScoreSheet(expert=sheet.expert, bid=to_global("Bid", sheet.bid_id), total=sheet.total)
            for sheet in sheets.of_call(info.context.acting, found)
        ]


class PointInput(graphene.InputObjectType):
    """一项指标的得分。 / Points for one item."""

    code = graphene.String(required=True, description="指标代码。 / Code of the item.")
    points = graphene.Decimal(required=True, description="得分。 / Points.")


class SaveScoresInput(graphene.InputObjectType):
    """为一份申报书打分。 / Score a bid."""

    bid = graphene.ID(required=True)
    version = graphene.Int(description="修改时的版本。 / Version, when it is changed.")
    points = graphene.List(graphene.NonNull(PointInput), required=True, description="各项得分。 / Points.")
    comment = graphene.String(description="评语。 / Comment.")


class _OnSheet(ActionMutation):
    class Meta:
        abstract = True

    version: ClassVar[Any] = graphene.Int(description="评分表的新版本。 / Version of the sheet.")
    locked: ClassVar[Any] = graphene.Boolean(description="已锁定。 / Locked.")


class SaveScores(_OnSheet):
    """打分，锁定前可以修改。 / Keep one's points; they may be changed until they are locked."""

    class Meta:
        permission = Permission.REVIEW_SCORE
        input_type = SaveScoresInput

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        bid: str,
        points: list[dict[str, Any]],
        version: int | None = None,
        comment: str = "",
    ) -> Self:
        sheet = reviews.score(
            bid_id=uuid_of(bid, "Bid"),
            scores={given["code"]: str(given["points"]) for given in points},
            comment=comment,
            version=version,
            by=context.acting,
            at=context.at,
        )
        return cls(version=sheet.version, locked=False)


class LockScoresInput(graphene.InputObjectType):
    """锁定评分。 / Let one's points stand."""

    bid = graphene.ID(required=True)
    version = graphene.Int(required=True)


class LockScores(_OnSheet):
    """锁定评分，不能再改。 / Let one's points stand for good."""

    class Meta:
        permission = Permission.REVIEW_SCORE
        input_type = LockScoresInput

    @classmethod
    def perform(cls, context: Context, *, bid: str, version: int) -> Self:
        sheet = reviews.lock(bid_id=uuid_of(bid, "Bid"), version=version, by=context.acting, at=context.at)
        return cls(version=sheet.version, locked=True)


class PanelMutations(graphene.ObjectType):
    save_scores = SaveScores.Field()
    lock_scores = LockScores.Field()
