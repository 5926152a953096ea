"""Bids and their scoring: an organization's own sealed bid, the union's opened ones, an expert's sheets. Source: SM-17; E14."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of, uuid_of
from api.kit.loaders import Row, attribute, row
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime, Money
from commons.access.permissions import Permission
from commons.kit.finding import one
from tenants.purchasing import models
from tenants.purchasing.actions import bids as actions
from tenants.purchasing.actions import reviews
from tenants.purchasing.enums import BidState, MemberState
from tenants.purchasing.offers import Offer
from tenants.purchasing.selectors import calls, own_bids, panels

BY_TIME: Keyset[models.Bid] = Keyset("-created_at", "-id")
BY_SEAT: Keyset[models.PanelMember] = Keyset("-created_at", "-id")


def find_bid(context: Context, key: str) -> models.Bid:
    """One's own bid, or one that was opened and may be read. Raises: Refused; NotFound."""
    return one(own_bids.for_steps(context.require_inside(Permission.DIRECTORY_VIEW)), key)


def find_seat(context: Context, key: str) -> models.PanelMember:
    """One's own seat on a panel. Raises: Refused; NotFound."""
    return one(panels.mine(context.require_inside(Permission.DIRECTORY_VIEW)), key)


@node(models.Bid, find_bid)
class Bid(graphene.ObjectType):
    """申报书。密封的只有申报单位自己能读，用 `ownBid`。 / A bid; what is sealed is read by its bidder alone, by `ownBid`."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本。 / Version.")
    receipt = graphene.String(description="回执：密封内容的 SHA-256。 / Receipt.")
    submitted_at = DateTime(description="递交时间。 / Submitted at.")
    provider_name = graphene.String(description="申报单位，开标后。 / Bidder, once opened.")
    plan = graphene.String(description="服务方案，开标后。 / Plan, once opened.")
    total = Money(description="报价，元，开标后。 / Total, once opened.")
    score = graphene.Decimal(description="得分。 / Score.")
    rank = graphene.Int(description="名次。 / Rank.")
    award_amount = Money(description="中标金额，元。 / Award, yuan.")
    state = graphene.Field(code_enum(BidState), required=True, description="状态。 / State.")

    resolve_id = id_of()

    @staticmethod
    def resolve_provider_name(root: Row[models.Bid], _info: GraphQLResolveInfo) -> str | None:
        return root.it.provider.name if root.it.provider else None


@node(models.PanelMember, find_seat)
class PanelMember(graphene.ObjectType):
    """我在评审组的席位。 / One's own seat on a panel."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本。 / Version.")
    call_title = graphene.String(required=True, description="公告。 / The call.")
    position = graphene.Int(required=True, description="抽取次序。 / Place in the draw.")
    state = graphene.Field(code_enum(MemberState), required=True, description="状态。 / State.")

    resolve_id = id_of()

    @staticmethod
    def resolve_call_title(root: Row[models.PanelMember], _info: GraphQLResolveInfo) -> str:
        title: str = root.it.call.title
        return title


BidConnection = connection(Bid, counted=True)
PanelMemberConnection = connection(PanelMember, counted=True)


class BidQueries(graphene.ObjectType):
    bids = ApiField(
        BidConnection,
        **page_arguments(),
        call=graphene.ID(required=True, description="公告。 / The call."),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        paged=True,
        description="一份公告中可以读的申报书：自己的，和开标后的。 / Bids of a call: one's own, and the opened ones.",
    )
    own_seats = ApiField(
        PanelMemberConnection,
        **page_arguments(),
        permission=Permission.REVIEW_SCORE,
        private=True,
        paged=True,
        description="我参加的评审组。 / The panels on which the caller sits.",
    )

    @staticmethod
    def resolve_bids(
        _root: None, info: GraphQLResolveInfo, call: str, first: int | None = None, after: str | None = None
    ) -> Page:
        found = calls.call(info.context.acting, key_of(call, "Call"))
        rows = own_bids.for_steps(info.context.acting).filter(call=found).select_related("provider")
        return BY_TIME.page(rows, first=first, after=after, counted=True)

    @staticmethod
    def resolve_own_seats(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
    ) -> Page:
        return BY_SEAT.page(panels.mine(info.context.acting), first=first, after=after, counted=True)


class BidLineInput(graphene.InputObjectType):
    """报价的一行。 / One line of the offer."""

    name = graphene.String(required=True, description="项目。 / What for.")
    amount = Money(required=True, description="金额，元。 / Yuan.")


class TeamMemberInput(graphene.InputObjectType):
    """项目团队中的一人。 / One of the team."""

    name = graphene.String(required=True, description="姓名。 / Name.")
    role = graphene.String(description="职责。 / Role.")
    qualification = graphene.String(description="资质。 / Qualification.")


class SaveBidInput(graphene.InputObjectType):
    """编制申报书；每次保存都重新密封。 / Write one's bid; it is sealed whenever it is saved."""

    call = graphene.ID(required=True, description="公告。 / The call.")
    version = graphene.Int(description="修改时的版本。 / Version, when it is changed.")
    contact_name = graphene.String(description="联系人。 / Contact.")
    contact_phone = graphene.String(description="联系电话。 / Telephone.")
    plan = graphene.String(description="服务方案。 / Plan.")
    lines = graphene.List(graphene.NonNull(BidLineInput), description="报价明细。 / Lines.")
    team = graphene.List(graphene.NonNull(TeamMemberInput), description="项目团队。 / Team.")


class SaveBid(ActionMutation):
    """编制申报书。 / Write one's own bid as a draft."""

    bid: ClassVar[Any] = graphene.Field(Bid, description="密封的申报书。 / The sealed bid.")

    class Meta:
        permission = Permission.BIDS_SUBMIT
        input_type = SaveBidInput

    @classmethod
    def perform(cls, context: Context, *, call: str, version: int | None = None, **given: Any) -> Self:
        actor = context.acting
        found = calls.call(actor, key_of(call, "Call"))
        told = {name: value for name, value in given.items() if value is not None}
        told["lines"] = [{"name": one["name"], "amount": str(one["amount"])} for one in told.get("lines", [])]
        offer = Offer(uscc=actor.organization, name=own_bids.name_of(actor), **told)
        made = actions.save(call_id=found.pk, offer=offer, version=version, by=actor, at=context.at)
        return cls(bid=row(made))


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
            scores={one["code"]: str(one["points"]) for one in points},
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


class BidMutations(graphene.ObjectType):
    save_bid = SaveBid.Field()
    save_scores = SaveScores.Field()
    lock_scores = LockScores.Field()
