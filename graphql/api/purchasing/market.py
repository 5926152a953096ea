"""供需对接: demands, offers, and who was brought together; their steps go through `transition`. Source: SM-15; E36, E38."""

from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import UUID

import graphene
from graphql import GraphQLResolveInfo

from api.kit.connections import Keyset, Page, connection, page_arguments
from api.kit.context import Context
from api.kit.enums import code_enum
from api.kit.fields import ApiField
from api.kit.ids import key_of
from api.kit.inputs import said
from api.kit.loaders import Row, attribute, row, rows
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node, id_of, node
from api.kit.scalars import DateTime, Money
from api.purchasing.contracts import Contract
from commons.access.permissions import Permission
from commons.codelists.services import ServiceField, TargetGroup
from commons.kit.finding import one
from tenants.purchasing import models
from tenants.purchasing.actions import enterprise
from tenants.purchasing.actions import market as actions
from tenants.purchasing.enums import ListingSide, ListingState, MatchState, PosterKind
from tenants.purchasing.matching import Fit
from tenants.purchasing.policies import PROVIDERS
from tenants.purchasing.selectors import market as reading

BY_TIME: Keyset[models.Listing] = Keyset("-created_at", "-id")
MATCHES_BY_TIME: Keyset[models.Match] = Keyset("-created_at", "-id")


def find_listing(context: Context, key: str) -> models.Listing:
    """A demand or an offer that the actor may see. Raises: Refused; NotFound."""
    return reading.listing(context.require_inside(Permission.DIRECTORY_VIEW), key)


def find_match(context: Context, key: str) -> models.Match:
    """A match that the actor may see. Raises: Refused; NotFound."""
    return reading.match(context.require_inside(Permission.DIRECTORY_VIEW), key)


class Poster(graphene.ObjectType):
    """发布单位和联系方式，双方同意后才互相可见。 / Who posted it, and how to reach them; to the other side once both agreed."""

    name = graphene.String(description="发布单位。 / Who posted it.")
    text = graphene.String(description="说明。 / Text.")
    contact_name = graphene.String(description="联系人。 / Contact.")
    contact_phone = graphene.String(description="联系电话。 / Telephone.")


def _poster(known: reading.Side) -> Poster:
    names = ("name", "text", "contact_name", "contact_phone")
    return Poster(**{name: getattr(known, name) or None for name in names})


@node(models.Listing, find_listing)
class Listing(graphene.ObjectType):
    """供需信息。 / A demand or an offer."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本。 / Version.")
    side = graphene.Field(code_enum(ListingSide), required=True, description="需求或供给。 / Which side.")
    poster_kind = graphene.Field(code_enum(PosterKind), required=True, description="单位类型。 / Kind of poster.")
    title = graphene.String(required=True, description="标题。 / Title.")
    field = graphene.Field(code_enum(ServiceField), required=True, description="服务领域。 / Field.")
    groups = graphene.List(
        graphene.NonNull(code_enum(TargetGroup)), required=True, description="面向人群。 / For whom."
    )
    budget = Money(description="预算，元。 / Budget, yuan.")
    region_code = graphene.String(description="地区。 / Region.")
    valid_until = graphene.Date(required=True, description="有效期（不含当日）。 / Valid until, exclusive.")
    state = graphene.Field(code_enum(ListingState), required=True, description="状态。 / State.")
    created_at = DateTime(required=True)
    poster = graphene.Field(Poster, required=True, description="发布单位。 / Who posted it, as far as it may be known.")

    resolve_id = id_of()

    @staticmethod
    def resolve_poster(root: Row[models.Listing], info: GraphQLResolveInfo) -> Poster:
        return _poster(reading.side(info.context.acting, root.it))


@node(models.Match, find_match)
class Match(graphene.ObjectType):
    """一次对接；工会只是中间人。 / A demand and an offer brought together; the union is only the middleman."""

    class Meta:
        interfaces = (Node,)
        default_resolver = attribute

    version = graphene.Int(required=True, description="版本。 / Version.")
    demand = graphene.Field(Listing, required=True, description="需求。 / The demand.")
    offer = graphene.Field(Listing, required=True, description="供给。 / The offer.")
    demand_side = graphene.Field(Poster, required=True, description="需求方。 / Who asks, as far as it may be known.")
    offer_side = graphene.Field(Poster, required=True, description="供给方。 / Who offers, as far as it may be known.")
    score = graphene.Int(required=True, description="匹配度，满分 100。 / What they have in common, of 100.")
    basis = graphene.List(graphene.NonNull(graphene.String), required=True, description="依据。 / What that is.")
    demand_consented_at = DateTime(description="需求方同意时间。 / The demand's poster agreed at.")
    offer_consented_at = DateTime(description="供给方同意时间。 / The offer's poster agreed at.")
    introduced_on = graphene.Date(description="牵线日期。 / Introduced on.")
    contracted_on = graphene.Date(description="签约日期。 / Contracted on.")
    state = graphene.Field(code_enum(MatchState), required=True, description="状态。 / State.")

    resolve_id = id_of()

    @staticmethod
    def resolve_demand(root: Row[models.Match], _info: GraphQLResolveInfo) -> Row[models.Listing] | None:
        return root.ask(root.it.pk, "demand", lambda asked: _sides(asked, "demand"))

    @staticmethod
    def resolve_offer(root: Row[models.Match], _info: GraphQLResolveInfo) -> Row[models.Listing] | None:
        return root.ask(root.it.pk, "offer", lambda asked: _sides(asked, "offer"))

    @staticmethod
    def resolve_demand_side(root: Row[models.Match], info: GraphQLResolveInfo) -> Poster:
        return _poster(reading.side(info.context.acting, root.it.demand, of=root.it))

    @staticmethod
    def resolve_offer_side(root: Row[models.Match], info: GraphQLResolveInfo) -> Poster:
        return _poster(reading.side(info.context.acting, root.it.offer, of=root.it))


def _sides(asked: list[models.Match], name: str) -> dict[UUID, Row[models.Listing]]:
    return dict(zip([it.pk for it in asked], rows([getattr(it, name) for it in asked]), strict=True))


class Recommendation(graphene.ObjectType):
    """合适的另一方。 / What fits on the other side."""

    listing = graphene.Field(Listing, required=True, description="供需信息。 / The listing.")
    score = graphene.Int(required=True, description="匹配度，满分 100。 / Of 100.")
    basis = graphene.List(graphene.NonNull(graphene.String), required=True, description="依据。 / In common.")


ListingConnection = connection(Listing, counted=True)
MatchConnection = connection(Match, counted=True)


class MarketQueries(graphene.ObjectType):
    listings = ApiField(
        ListingConnection,
        **page_arguments(),
        side=graphene.Argument(code_enum(ListingSide)),
        state=graphene.Argument(code_enum(ListingState)),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        paged=True,
        description="可以查看的供需信息，新的在前。 / Demands and offers that the caller may see, latest first.",
    )
    matches = ApiField(
        MatchConnection,
        **page_arguments(),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        paged=True,
        description="可以查看的对接，新的在前。 / Matches that the caller may see, latest first.",
    )
    recommended_for = ApiField(
        graphene.NonNull(graphene.List(graphene.NonNull(Recommendation))),
        listing=graphene.ID(required=True, description="供需信息。 / The listing."),
        permission=Permission.MARKET_EDIT,
        private=True,
        cost=10,
        description="另一方中合适的，最合适的在前。 / What fits on the other side, best first.",
    )

    @staticmethod
    def resolve_listings(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None, **wanted: Any
    ) -> Page:
        found = reading.listings(info.context.acting)
        found = found.filter(**said(wanted))
        return BY_TIME.page(found, first=first, after=after, counted=True)

    @staticmethod
    def resolve_matches(
        _root: None, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None
    ) -> Page:
        return MATCHES_BY_TIME.page(reading.matches(info.context.acting), first=first, after=after, counted=True)

    @staticmethod
    def resolve_recommended_for(_root: None, info: GraphQLResolveInfo, listing: str) -> list[Recommendation]:
        context: Context = info.context
        found = find_listing(context, key_of(listing, "Listing"))
        fits: list[tuple[models.Listing, Fit]] = reading.recommended(found, context.today)
        return [Recommendation(listing=row(other), score=how.score, basis=how.basis) for other, how in fits]


class PostListingInput(graphene.InputObjectType):
    """发布供需信息；组织账号发布的，发布单位由账号确定。 / Post a demand or an offer; an organization's account posts its own."""

    side = graphene.InputField(code_enum(ListingSide), required=True, description="需求或供给。 / Which side.")
    title = graphene.String(required=True, description="标题。 / Title.")
    field = graphene.InputField(code_enum(ServiceField), required=True, description="服务领域。 / Field.")
    valid_until = graphene.Date(required=True, description="有效期（不含当日）。 / Valid until, exclusive.")
    contact_name = graphene.String(required=True, description="联系人。 / Contact.")
    contact_phone = graphene.String(required=True, description="联系电话。 / Telephone.")
    text = graphene.String(description="说明。 / Text.")
    groups = graphene.List(graphene.NonNull(code_enum(TargetGroup)), description="面向人群。 / For whom.")
    budget = Money(description="预算，元。 / Budget, yuan.")
    region_code = graphene.String(description="地区代码。 / Region.")
    poster_kind = graphene.InputField(code_enum(PosterKind), description="单位类型。 / Kind of poster.")
    poster_name = graphene.String(description="发布单位。 / Who posts it.")
    poster_uscc = graphene.String(description="信用代码。 / Credit code.")


class PostListing(ActionMutation):
    """发布供需信息。 / Post a demand or an offer."""

    listing: ClassVar[Any] = graphene.Field(Listing, description="供需信息。 / What was posted.")

    class Meta:
        permission = Permission.DIRECTORY_VIEW
        input_type = PostListingInput

    @classmethod
    def perform(cls, context: Context, **given: Any) -> Self:
        told = said(given)
        return cls(listing=row(actions.post(by=context.acting, at=context.at, **told)))


class RecommendMatchInput(graphene.InputObjectType):
    """推荐对接。 / Recommend a demand and an offer to one another."""

    demand = graphene.ID(required=True, description="需求。 / The demand.")
    offer = graphene.ID(required=True, description="供给。 / The offer.")
    broker = graphene.String(description="牵线的单位。 / Who brokers.")


class RecommendMatch(ActionMutation):
    """推荐对接。 / Recommend a demand and an offer to one another."""

    match: ClassVar[Any] = graphene.Field(Match, description="对接。 / The match.")

    class Meta:
        permission = Permission.MARKET_EDIT
        input_type = RecommendMatchInput

    @classmethod
    def perform(cls, context: Context, *, demand: str, offer: str, broker: str | None = None) -> Self:
        made = actions.recommend(
            demand=find_listing(context, key_of(demand, "Listing")),
            offer=find_listing(context, key_of(offer, "Listing")),
            broker=broker or "",
            by=context.acting,
            at=context.at,
        )
        return cls(match=row(made))


class RegisterEnterpriseContractInput(graphene.InputObjectType):
    """登记企业购买合同。 / Register what an enterprise bought."""

    provider = graphene.ID(required=True, description="承接单位。 / The provider.")
    buyer_name = graphene.String(required=True, description="购买企业。 / The enterprise.")
    buyer_uscc = graphene.String(required=True, description="企业信用代码。 / Its credit code.")
    title = graphene.String(required=True, description="合同名称。 / Title.")
    amount = Money(required=True, description="金额，元。 / Yuan.")
    signed_on = graphene.Date(required=True, description="签订日期。 / Signed on.")
    starts_on = graphene.Date(description="开始。 / From.")
    ends_on = graphene.Date(description="结束。 / To.")


class RegisterEnterpriseContract(ActionMutation):
    """登记企业购买合同；工会不起草、不付款。 / Register what an enterprise bought; the union neither drafts nor pays."""

    contract: ClassVar[Any] = graphene.Field(Contract, description="合同。 / The contract.")

    class Meta:
        permission = Permission.MARKET_EDIT
        input_type = RegisterEnterpriseContractInput

    @classmethod
    def perform(cls, context: Context, *, provider: str, **given: Any) -> Self:
        found = one(PROVIDERS.visible(context.acting), key_of(provider, "Provider"))
        made = enterprise.register_enterprise(provider=found, by=context.acting, at=context.at, **given)
        return cls(contract=row(made))


class MarketMutations(graphene.ObjectType):
    post_listing = PostListing.Field()
    recommend_match = RecommendMatch.Field()
    register_enterprise_contract = RegisterEnterpriseContract.Field()
