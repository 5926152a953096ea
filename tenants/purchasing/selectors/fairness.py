"""
The reasons behind the figures of fairness: the union's own awards and direct entrustments of a year. Source: FAIR-01 to FAIR-05; Q33, E41.

Told as the figures count them, from what the actor may read: nothing of a bid is here before its call is decided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.codelists.organizations import FoundingMode
from tenants.purchasing.enums import BidState, BuyerKind, CallState, ContractKind, ContractState, ProcurementMethod
from tenants.purchasing.models import Bid, Contract
from tenants.purchasing.policies import BIDS, CONTRACTS
from tenants.purchasing.selectors.calls import LONG

_CENT = Decimal("0.01")
# What an award is told without: long columns, and those that are decrypted as they are read.
_LONG = (
    *LONG,
    *(f"call__{name}" for name in ("text", "admission", "invited", "opening_record", "draw_record")),
    *(f"call__project__{name}" for name in ("summary", "need_ids")),
)
_OPENED = (
    BidState.DISQUALIFIED,
    BidState.QUALIFIED,
    BidState.SCORED,
    BidState.WON,
    BidState.RESERVE,
    BidState.LOST,
)
_SIGNED = (
    ContractState.SIGNED,
    ContractState.PERFORMING,
    ContractState.FULFILLED,
    ContractState.TERMINATED,
    ContractState.EXPIRED,
)


@dataclass(frozen=True)
class Award:
    """One award. `founded` is how the winner was founded then, '' of who is no social organization; `amount` is the own share."""

    bid: Bid
    provider: str
    uscc: str
    founded: FoundingMode | str
    amount: Decimal


@dataclass(frozen=True)
class Founded:
    """The awards of one founding mode, and the bids opened in competition."""

    label: str
    awards: int
    amount: Decimal
    bids: int
    won: int


@dataclass(frozen=True)
class Holder:
    """What one provider was awarded."""

    name: str
    awards: int
    amount: Decimal


def direct_entrustments(actor: Actor, year: int) -> list[Contract]:
    """Project contracts signed in the year without competition, the largest first. Source: FAIR-05."""
    may(actor, Permission.FAIRNESS_VIEW).require()
    direct = Q(bid__call__method=ProcurementMethod.DIRECT) | Q(
        bid__isnull=True, project__method=ProcurementMethod.DIRECT
    )
    rows = CONTRACTS.visible(actor).filter(direct, signed_on__range=_year(year), state__in=_SIGNED)
    rows = rows.filter(kind=ContractKind.PROJECT, amends__isnull=True).exclude(buyer_kind=BuyerKind.ENTERPRISE)
    return list(rows.select_related("project", "provider").order_by("-amount", "pk"))


def awards(actor: Actor, year: int) -> list[Award]:
    """Awards confirmed in the year, the latest first. Source: FAIR-01, FAIR-03, FAIR-04."""
    may(actor, Permission.FAIRNESS_VIEW).require()
    rows = BIDS.visible(actor).filter(
        state=BidState.WON, confirmed_on__range=_year(year), award_amount__isnull=False, provider__isnull=False
    )
    return [
        Award(
            bid,
            bid.provider.name,
            bid.provider.uscc,
            bid.founding_mode,
            (bid.award_amount * bid.call.project.own_share / 100).quantize(_CENT, ROUND_HALF_UP),
        )
        for bid in rows.select_related("provider", "call__project").defer(*_LONG).order_by("-confirmed_on", "-pk")
        if bid.provider is not None and bid.award_amount is not None
    ]


def by_founding(actor: Actor, year: int, won: Sequence[Award]) -> list[Founded]:
    """Awards, and how often bids won, by founding mode; those without any are left out. Source: FAIR-01, FAIR-02."""
    rows = BIDS.visible(actor).filter(
        state__in=_OPENED,
        call__state__in=[CallState.CONFIRMED, CallState.DONE],
        call__confirmed_on__range=_year(year),
    )
    rows = rows.exclude(call__method=ProcurementMethod.DIRECT)
    bids: dict[str, int] = defaultdict(int)
    wins: dict[str, int] = defaultdict(int)
    for state, then, now in rows.values_list("state", "founding_mode", "provider__founding_mode"):
        bids[then or now or ""] += 1
        wins[then or now or ""] += state == BidState.WON
    found = []
    for mode, label in [*((one.value, one.zh) for one in FoundingMode), ("", "未登记成立方式")]:
        mine = [award for award in won if award.founded == mode]
        if mine or bids[mode]:
            amount = sum((award.amount for award in mine), Decimal(0))
            found.append(Founded(label, len(mine), amount, bids[mode], wins[mode]))
    return found


def holders(won: Sequence[Award]) -> list[Holder]:
    """What each provider was awarded, the most first; who has no credit code is not compared. Source: FAIR-03."""
    amounts: dict[str, list[Award]] = defaultdict(list)
    for award in won:
        if award.uscc:
            amounts[award.uscc].append(award)
    told = [
        Holder(mine[0].provider, len(mine), sum((award.amount for award in mine), Decimal(0)))
        for mine in amounts.values()
    ]
    return sorted((one for one in told if one.amount), key=lambda one: (-one.amount, one.name))


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)
