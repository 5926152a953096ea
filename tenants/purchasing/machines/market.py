"""SM-15: demands and offers, and how the union brings them together as the middleman. Source: E36, E38."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms

from commons.kit import clock
from commons.kit.labels import Code
from commons.people import organizations
from commons.workflow.declaration import EventForm, Guard, Machine, Step, Transition, Waiting
from tenants.purchasing.enums import BuyerKind, ListingState
from tenants.purchasing.enums import MatchState as S
from tenants.purchasing.models import Contract, Listing, Match
from tenants.purchasing.selectors import market
from tenants.purchasing.selectors.contracts import STANDING
from tenants.purchasing.who import DEMAND_SIDE, OFFER_SIDE, PLATFORM, POSTER, STAFF_MARKET

Facts = Mapping[str, object] | None


class ListingEvent(Code):
    """What may happen to a demand or an offer."""

    WITHDRAW = "withdraw", "撤下", "Withdraw"
    REPOST = "repost", "重新发布", "Post again"


class MatchEvent(Code):
    """What may happen to a match."""

    CONSENT_DEMAND = "consent_demand", "需求方同意", "The demand's side consents"
    CONSENT_OFFER = "consent_offer", "供给方同意", "The offer's side consents"
    INTRODUCE = "introduce", "牵线", "Introduce"
    NEGOTIATE = "negotiate", "开始洽谈", "Negotiate"
    CONTRACT = "contract", "登记签约", "Contracted"
    FAIL = "fail", "对接未成", "Failed"
    EXPIRE = "expire", "过期", "Expire"


E = MatchEvent


class ContractForm(EventForm):
    contract = forms.ChoiceField(
        label="签订的合同",
        help_text="企业购买合同、合作协议等，须先在平台登记。",
        error_messages={"required": "请选择合同。"},
    )

    def prepare(self) -> None:
        rows = Contract.objects.filter(state__in=STANDING, amends__isnull=True)
        if self.row is not None:
            sides = [code for code in (self.row.offer.poster_uscc, self.row.demand.poster_uscc) if code]
            rows = rows.filter(provider__uscc__in=sides) if sides else rows
        self.possible = list(rows.order_by("-signed_on", "-id")[:200])
        self.fields["contract"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), f"{one.number}　{one.title}（{one.buyer_name or BuyerKind(one.buyer_kind).label}）")
            for one in self.possible
        ]

    def clean_contract(self) -> Contract:
        chosen = UUID(self.cleaned_data["contract"])
        return next(one for one in self.possible if one.pk == chosen)


def _valid(step: Step) -> Facts:
    until = step.row.valid_until
    return None if until > clock.today(step.at) else {"until": until.isoformat()}


STILL_VALID = Guard(
    "PURCHASING.LISTING_EXPIRED",
    "仍在有效期内",
    "这条信息的有效期至%(until)s，已经过期。请重新发布一条。",
    _valid,
    "E38",
)


def _open(step: Step) -> Facts:
    today = clock.today(step.at)
    for one in (step.row.demand, step.row.offer):
        if one.state != ListingState.POSTED or one.valid_until <= today:
            return {"title": one.title}
    return None


OPEN = Guard(
    "PURCHASING.MATCH_LISTING_CLOSED",
    "供需信息有效",
    "“%(title)s”已撤下或已过期，不能继续对接。",
    _open,
    "E38",
)


def _consented(step: Step) -> Facts:
    row: Match = step.row
    sides = (("需求方", row.demand_consented_at), ("供给方", row.offer_consented_at))
    lacking = [label for label, moment in sides if moment is None]
    return {"sides": "、".join(lacking)} if lacking else None


CONSENTED = Guard(
    "PURCHASING.MATCH_NO_CONSENT",
    "双方都同意公开联系方式",
    "%(sides)s尚未同意公开联系方式。须双方都同意后，才能牵线并互相告知联系方式。",
    _consented,
    "SM-15 ★",
)


def _not_yet(column: str) -> Any:
    def check(step: Step) -> Facts:
        moment = getattr(step.row, column)
        return None if moment is None else {"day": clock.today(moment).isoformat()}

    return check


_TWICE = "这一方已于%(day)s同意，不必再次登记。"
DEMAND_ONCE = Guard("PURCHASING.MATCH_CONSENTED", "尚未同意", _TWICE, _not_yet("demand_consented_at"))
OFFER_ONCE = Guard("PURCHASING.MATCH_CONSENTED", "尚未同意", _TWICE, _not_yet("offer_consented_at"))


def _speaks_itself(name: str) -> Any:
    def check(step: Step) -> Facts:
        side: Listing = getattr(step.row, name)
        if step.by.organization == side.poster_uscc and side.poster_uscc:
            return None
        if side.poster_uscc and organizations.speakers(side.poster_uscc):
            return {"name": side.poster_name}
        return None if step.reason or not step.by.user_id else {"name": side.poster_name}

    return check


def _on_behalf(name: str) -> Guard:
    return Guard(
        "PURCHASING.MATCH_CONSENT_OF_ANOTHER",
        "由本单位同意",
        "“%(name)s”有平台账号的，须由其本人同意；没有账号的，代为登记须在说明中写明对方何时、以何种方式同意。",
        _speaks_itself(name),
        "SM-15 ★",
        of_data=True,
    )


def _contracted(step: Step) -> Facts:
    contract: Contract = step.data["contract"]
    signed = contract.signed_on
    return None if signed is not None and signed <= clock.today(step.at) else {"number": contract.number}


SIGNED = Guard(
    "PURCHASING.MATCH_CONTRACT_NOT_SIGNED",
    "合同已签订",
    "合同%(number)s尚未签订，不能登记为已签约。",
    _contracted,
    "ENT-04",
    of_data=True,
)


def _consent_demand(step: Step) -> None:
    step.set(demand_consented_at=step.at)


def _consent_offer(step: Step) -> None:
    step.set(offer_consented_at=step.at)


def _introduce(step: Step) -> None:
    step.set(introduced_on=clock.today(step.at))


def _contract(step: Step) -> None:
    contract: Contract = step.data["contract"]
    step.set(contract=contract, contracted_on=contract.signed_on)


def expires_at(row: Match) -> datetime:
    """The first moment at which one of the two is not valid any more."""
    return datetime.combine(min(row.demand.valid_until, row.offer.valid_until), time(0), clock.BEIJING)


def _over(step: Step) -> Facts:
    moment = expires_at(step.row)
    return None if moment <= step.at else {"until": clock.today(moment).isoformat()}


OVER = Guard("PURCHASING.MATCH_STILL_VALID", "有效期已过", "供需信息的有效期至%(until)s，尚未过期。", _over, "SM-15")

LISTING = Machine(
    code="SM-15L",
    zh="供需信息",
    en="Demand or offer",
    model="purchasing.Listing",
    states=ListingState,
    events=ListingEvent,
    visible=market.listings,
    url=lambda row: f"/market/{row.pk}",
    initial=(ListingState.POSTED,),
    transitions=(
        Transition(
            ListingEvent.WITHDRAW, (ListingState.POSTED,), ListingState.WITHDRAWN, (STAFF_MARKET, POSTER), danger=True
        ),
        Transition(
            ListingEvent.REPOST,
            (ListingState.WITHDRAWN,),
            ListingState.POSTED,
            (STAFF_MARKET, POSTER),
            guards=(STILL_VALID,),
        ),
    ),
    labels={"title": "标题", "valid_until": "有效期至", "budget": "预算（元）", "text": "说明"},
    source="E38",
)

MATCH = Machine(
    code="SM-15",
    zh="供需对接",
    en="Match",
    model="purchasing.Match",
    states=S,
    events=MatchEvent,
    visible=market.matches,
    title="demand__title",
    url=lambda row: f"/matches/{row.pk}",
    initial=(S.RECOMMENDED,),
    waiting=(Waiting(S.RECOMMENDED, E.INTRODUCE, "待牵线"), Waiting(S.NEGOTIATING, E.CONTRACT, "洽谈中，待登记签约")),
    transitions=(
        Transition(
            E.CONSENT_DEMAND,
            (S.RECOMMENDED,),
            None,
            (DEMAND_SIDE, STAFF_MARKET),
            guards=(OPEN, DEMAND_ONCE, _on_behalf("demand")),
            effects=(_consent_demand,),
            hint="同意后，待对方也同意，双方可以看到彼此的名称和联系方式。",
        ),
        Transition(
            E.CONSENT_OFFER,
            (S.RECOMMENDED,),
            None,
            (OFFER_SIDE, STAFF_MARKET),
            guards=(OPEN, OFFER_ONCE, _on_behalf("offer")),
            effects=(_consent_offer,),
            hint="同意后，待对方也同意，双方可以看到彼此的名称和联系方式。",
        ),
        Transition(
            E.INTRODUCE,
            (S.RECOMMENDED,),
            S.INTRODUCED,
            (STAFF_MARKET,),
            guards=(OPEN, CONSENTED),
            effects=(_introduce,),
            hint="牵线后，双方可以看到彼此的联系方式。工会只是中间人，不参与双方的合同。",
        ),
        Transition(E.NEGOTIATE, (S.INTRODUCED,), S.NEGOTIATING, (STAFF_MARKET, DEMAND_SIDE, OFFER_SIDE)),
        Transition(
            E.CONTRACT,
            (S.INTRODUCED, S.NEGOTIATING),
            S.CONTRACTED,
            (STAFF_MARKET,),
            guards=(SIGNED,),
            effects=(_contract,),
            form=ContractForm,
        ),
        Transition(
            E.FAIL,
            (S.RECOMMENDED, S.INTRODUCED, S.NEGOTIATING),
            S.FAILED,
            (STAFF_MARKET, DEMAND_SIDE, OFFER_SIDE),
            needs_reason=True,
            danger=True,
        ),
        Transition(E.EXPIRE, (S.RECOMMENDED, S.INTRODUCED), S.EXPIRED, (PLATFORM,), guards=(OVER,), button=False),
    ),
    labels={"introduced_on": "牵线日期", "contracted_on": "签约日期", "broker": "牵线单位", "recommend": "推荐"},
    source="SM-15; E36, E38",
)
