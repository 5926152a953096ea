"""Bids: an organization's own sealed one, and the union's opened ones. Source: SM-17; V14."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar, Self

import graphene
from django.urls import reverse
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of, uuid_of
from api.kit.inputs import said
from api.kit.loaders import Row, attribute, row
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime, Money, Upload
from api.purchasing.calls import find_call
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit.finding import one
from tenants.purchasing import models
from tenants.purchasing.actions import bids as actions
from tenants.purchasing.enums import BidState, DisqualificationReason
from tenants.purchasing.offers import Enclosed, Offer
from tenants.purchasing.selectors import own_bids
from tenants.purchasing.selectors.calls import LONG, RESULT_STANDS

BY_TIME: Keyset[models.Bid] = Keyset("-created_at", "-id")


def find_bid(context: Context, key: str) -> models.Bid:
    """One's own bid, or one that was opened and may be read. Raises: Refused; NotFound."""
    found = own_bids.for_steps(context.require_inside(Permission.DIRECTORY_VIEW))
    return one(found.select_related("call", "provider").defer(*LONG), key)


@node(models.Bid, find_bid)
class Bid(graphene.ObjectType):
    """申报书；内容用 `bidContent` 读取。 / A bid; what it offers is read by `bidContent`."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本。 / Version.")
    receipt = graphene.String(description="回执：密封内容的 SHA-256。 / Receipt: SHA-256 of what is sealed.")
    submitted_at = DateTime(description="递交时间。 / Submitted at.")
    provider_name = graphene.String(description="申报单位，开标后。 / Bidder, once opened.")
    total = Money(description="报价，元，开标后。 / Total, once opened.")
    refusal_reason = graphene.Field(code_enum(DisqualificationReason), description="资质不合格的原因。 / Why refused.")
    refusal_note = graphene.String(description="具体情况。 / In words.")
    score = graphene.Decimal(description="得分，公示起。 / Score, from its display on.")
    rank = graphene.Int(description="名次，公示起。 / Rank, from its display on.")
    award_amount = Money(description="中标金额，元。 / Award, yuan.")
    state = graphene.Field(code_enum(BidState), required=True, description="状态。 / State.")

    resolve_id = id_of()

    @staticmethod
    def resolve_provider_name(root: Row[models.Bid], _info: GraphQLResolveInfo) -> str | None:
        return root.it.provider.name if root.it.provider else None

    @staticmethod
    def resolve_refusal_reason(root: Row[models.Bid], _info: GraphQLResolveInfo) -> str | None:
        return root.it.refusal_code or None

    @staticmethod
    def resolve_score(root: Row[models.Bid], info: GraphQLResolveInfo) -> Decimal | None:
        return root.it.score if _told(root.it, info) else None

    @staticmethod
    def resolve_rank(root: Row[models.Bid], info: GraphQLResolveInfo) -> int | None:
        return root.it.rank if _told(root.it, info) else None


def _told(bid: models.Bid, info: GraphQLResolveInfo) -> bool:
    return bid.call.state in RESULT_STANDS or bool(may(info.context.acting, Permission.BIDS_VIEW))


class BidLine(graphene.ObjectType):
    """报价的一行。 / One line of an offer."""

    name = graphene.String(required=True, description="项目。 / What for.")
    amount = Money(required=True, description="金额，元。 / Yuan.")


class TeamMember(graphene.ObjectType):
    """项目团队中的一人。 / One of the team."""

    name = graphene.String(required=True, description="姓名。 / Name.")
    role = graphene.String(required=True, description="职责。 / Role.")
    qualification = graphene.String(required=True, description="资质。 / Qualification.")


class PastProject(graphene.ObjectType):
    """一项同类项目经验。 / One project of the like."""

    title = graphene.String(required=True, description="项目。 / Project.")
    year = graphene.String(required=True, description="年度。 / Year.")
    buyer = graphene.String(required=True, description="购买方。 / Buyer.")
    amount = graphene.String(required=True, description="金额，元。 / Yuan.")


class BidFile(graphene.ObjectType):
    """申报书中的一个文件。 / A file that lies in a bid."""

    name = graphene.String(required=True, description="文件名。 / File name.")
    size = graphene.Int(required=True, description="字节数。 / Bytes.")
    path = graphene.String(required=True, description="下载地址。 / Where to fetch it.")


class BidContent(graphene.ObjectType):
    """申报书的内容。 / What a bid offers."""

    name = graphene.String(required=True, description="申报单位。 / Bidder.")
    uscc = graphene.String(required=True, description="统一社会信用代码。 / Credit code.")
    contact_name = graphene.String(description="联系人。 / Contact.")
    contact_phone = graphene.String(description="联系电话。 / Telephone.")
    plan = graphene.String(required=True, description="服务方案。 / Plan.")
    total = Money(required=True, description="报价合计，元。 / Total, yuan.")
    lines = graphene.List(graphene.NonNull(BidLine), required=True, description="报价明细。 / Lines.")
    team = graphene.List(graphene.NonNull(TeamMember), required=True, description="项目团队。 / Team.")
    past = graphene.List(graphene.NonNull(PastProject), required=True, description="同类项目经验。 / Experience.")
    files = graphene.List(graphene.NonNull(BidFile), required=True, description="附件。 / Files.")


BidConnection = connection(Bid, counted=True)


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
    bid_content = ApiField(
        BidContent,
        bid=graphene.ID(required=True, description="申报书。 / The bid."),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        cost=10,
        description="申报书的内容：自己的随时可读并留有记录，他人的开标后可读。 / "
        "What a bid offers: one's own at any time and on record, another's once opened.",
    )

    @staticmethod
    def resolve_bids(
        _root: None, info: GraphQLResolveInfo, call: str, first: int | None = None, after: str | None = None
    ) -> Page:
        found = find_call(info.context, key_of(call, "Call"))
        rows = own_bids.for_steps(info.context.acting).filter(call=found).select_related("call", "provider")
        return BY_TIME.page(rows.defer(*LONG), first=first, after=after, counted=True)

    @staticmethod
    def resolve_bid_content(_root: None, info: GraphQLResolveInfo, bid: str) -> BidContent:
        context: Context = info.context
        found, offer = actions.read(bid_id=uuid_of(bid, "Bid"), by=context.acting, at=context.at)
        code = context.union.code
        return BidContent(
            name=offer.name,
            uscc=offer.uscc,
            contact_name=offer.contact_name or None,
            contact_phone=offer.contact_phone or None,
            plan=offer.plan,
            total=offer.total,
            lines=[BidLine(name=told["name"], amount=Decimal(told["amount"])) for told in offer.lines],
            team=[TeamMember(**told) for told in offer.team],
            past=[PastProject(**told) for told in offer.past],
            files=[
                BidFile(name=sent.name, size=len(sent.content), path=reverse("bid-file", args=[code, found.pk, place]))
                for place, sent in enumerate(offer.files)
            ],
        )


class BidLineInput(graphene.InputObjectType):
    """报价的一行。 / One line of the offer."""

    name = graphene.String(required=True, description="项目。 / What for.")
    amount = Money(required=True, description="金额，元。 / Yuan.")


class TeamMemberInput(graphene.InputObjectType):
    """项目团队中的一人。 / One of the team."""

    name = graphene.String(required=True, description="姓名。 / Name.")
    role = graphene.String(description="职责。 / Role.")
    qualification = graphene.String(description="资质。 / Qualification.")


class PastProjectInput(graphene.InputObjectType):
    """一项同类项目经验。 / One project of the like."""

    title = graphene.String(required=True, description="项目。 / Project.")
    year = graphene.String(description="年度。 / Year.")
    buyer = graphene.String(description="购买方。 / Buyer.")
    amount = graphene.String(description="金额，元。 / Yuan.")


class SaveBidInput(graphene.InputObjectType):
    """编制申报书；修改时不写的项不变。每次保存都重新密封。 / Write one's bid; when it is changed, what is left out stays."""

    call = graphene.ID(required=True, description="公告。 / The call.")
    version = graphene.Int(description="修改时的版本。 / Version, when it is changed.")
    contact_name = graphene.String(description="联系人。 / Contact.")
    contact_phone = graphene.String(description="联系电话。 / Telephone.")
    plan = graphene.String(description="服务方案。 / Plan.")
    lines = graphene.List(graphene.NonNull(BidLineInput), description="报价明细。 / Lines.")
    team = graphene.List(graphene.NonNull(TeamMemberInput), description="项目团队。 / Team.")
    past = graphene.List(graphene.NonNull(PastProjectInput), description="同类项目经验。 / Experience.")
    files = graphene.List(
        graphene.NonNull(Upload), description="附件，写了就替换原有的全部。 / Files; when given they replace all."
    )


class SaveBid(ActionMutation):
    """编制申报书。 / Write one's own bid as a draft."""

    bid: ClassVar[Any] = graphene.Field(Bid, description="密封的申报书。 / The sealed bid.")

    class Meta:
        permission = Permission.BIDS_SUBMIT
        input_type = SaveBidInput

    @classmethod
    def perform(cls, context: Context, *, call: str, version: int | None = None, **given: Any) -> Self:
        actor = context.acting
        found = find_call(context, key_of(call, "Call"))
        told = said(given)
        if "lines" in told:
            told["lines"] = [{"name": line["name"], "amount": str(line["amount"])} for line in told["lines"]]
        if "files" in told:
            told["files"] = tuple(Enclosed(sent.name, sent.read()) for sent in told["files"])
        before = own_bids.of_call(actor, found)
        if before is None:
            offer = Offer(uscc=actor.organization, name=own_bids.name_of(actor))
        else:
            offer = actions.read_own(bid_id=before.pk, by=actor, at=context.at)
        offer = replace(offer, **told)
        made = actions.save(call_id=found.pk, offer=offer, version=version, by=actor, at=context.at)
        return cls(bid=row(made))


class BidMutations(graphene.ObjectType):
    save_bid = SaveBid.Field()
