"""
Red flags of the union's own purchases, from its rows: signs that deserve a look, never verdicts.

Judged are processes with one active award. R024 and R036 compare prices. Quartiles are those of linear interpolation, fractions exact.
An independent recomputation from the export must come to the same. Source: Open Contracting Partnership, "Red flags in public procurement":
R024, R025, R035, R036, R038, in the definitions of Cardinal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.db.models import CharField
from django.db.models.functions import Cast

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound
from commons.tenancy.acting import require
from tenants.purchasing.enums import BidState, CallState
from tenants.purchasing.models import Bid, Call, Provider
from tenants.purchasing.opendata.body import _AWARDED as VALID
from tenants.purchasing.opendata.body import RESULTS, _buyer, ocid
from tenants.purchasing.opendata.words import provider

# What is read of a call.
_ASKED = (
    "state",
    *(f"project__{name}" for name in ("year", "serial", "title", "buyer_kind", "buyer_name", "buyer_uscc")),
    *(f"project__buyer_unit__{name}" for name in ("name", "uscc")),
)


@dataclass(frozen=True)
class Offer:
    """A bid as its result notice tells it."""

    who: str
    name: str
    amount: Decimal | Fraction
    valid: bool
    won: bool


@dataclass(frozen=True)
class Process:
    """The bids of the call whose result stands; `award` is whether it was confirmed."""

    ocid: str
    title: str
    buyer: str
    offers: tuple[Offer, ...]
    award: bool

    @property
    def winner(self) -> Offer | None:
        found = [one for one in self.offers if one.won]
        return found[0] if self.award and len(found) == 1 else None


@dataclass(frozen=True)
class Flag:
    """`subject` is an ocid or a party; `value` the ratio or count that raised it."""

    code: str
    subject: str
    name: str
    value: Fraction


@dataclass
class Ratio:
    part: int = 0
    whole: int = 0
    name: str = field(default="")

    @property
    def value(self) -> Fraction:
        return Fraction(self.part, self.whole)


LABELS = {
    "R024": ("中标价与次低价过于接近", "中标价与次低的有效报价之差，比其他项目异常地小，可能是陪标。"),
    "R025": ("多次申报而很少中标", "申报次数多的单位中标比例异常地低，可能是陪标。"),
    "R035": ("除中标单位外全部资质不合格", "只有中标单位合格，其他申报单位都被认定不合格。"),
    "R036": ("最低报价被认定不合格", "报价最低的申报单位被认定资质不合格。评审按综合评分，仅供核对。"),
    "R038": ("不合格比例异常地高", "购买方或申报单位的不合格申报比例，比其他的异常地高。"),
}


def of_union(actor: Actor) -> list[Flag]:
    """
    The flags of the acting union's purchases, by code and subject.

    Raises: Refused, NotFound.
    """
    require(actor, Permission.RED_FLAGS_VIEW)
    if actor.union is None:
        raise NotFound()
    return flags(processes(actor.union))


def processes(union: TradeUnion) -> list[Process]:
    """The union's calls with a result, last round of each project, from its rows."""
    calls = Call.objects.filter(state__in=RESULTS).select_related("project__buyer_unit").only(*_ASKED).order_by("id")
    # Bids as values: of tens of thousands only what is compared, and each provider's name told once.
    providers = {str(one.pk): provider(one) for one in Provider.objects.only("kind", "uscc", "name")}
    rows = Bid.objects.filter(call__state__in=RESULTS, provider__isnull=False).order_by("id")
    bids: dict[str, list[Offer]] = {}
    # Keys as texts: to make an object of each takes longer than the rest.
    keys = (Cast("call", CharField()), Cast("provider", CharField()))
    for call, by, total, state in rows.values_list(*keys, "total", "state"):
        told = providers[by]
        won = state == BidState.WON
        offer = Offer(told["id"], told["name"], total or Decimal(0), state in VALID, won)
        bids.setdefault(call, []).append(offer)
    return [_process(call, bids.get(str(call.pk), []), union) for call in calls]


def _process(call: Call, offers: Sequence[Offer], union: TradeUnion) -> Process:
    confirmed = call.state in (CallState.CONFIRMED, CallState.DONE)
    buyer = _buyer(call.project, union)["id"]
    return Process(ocid(union, call.project), call.project.title, buyer, tuple(offers), confirmed)


def flags(found: Iterable[Process]) -> list[Flag]:
    """All flags of these processes. Pure."""
    rows = list(found)
    told = [*_close(rows), *_losing(rows), *_alone(rows), *_lowest(rows), *_disqualified(rows)]
    return sorted(told, key=lambda flag: (flag.code, flag.subject))


def _close(rows: list[Process]) -> Iterable[Flag]:
    """R024: (second lowest valid − winning) ÷ winning, at or below Q1 − 1.5 IQR; only where the winner was the lowest."""
    gaps: dict[str, tuple[Process, Fraction]] = {}
    for row in rows:
        winner = row.winner
        others = [one.amount for one in row.offers if one.valid and one is not winner]
        if winner is not None and winner.amount and others and winner.amount <= min(others):
            least, paid = Fraction(min(others)), Fraction(winner.amount)
            gaps[row.ocid] = row, (least - paid) / paid
    fence = low_fence([gap for _, gap in gaps.values()])
    return [Flag("R024", key, row.title, gap) for key, (row, gap) in gaps.items() if fence is not None and gap <= fence]


def _losing(rows: list[Process]) -> Iterable[Flag]:
    """R025: of those with most valid bids (Q3 and above), won ÷ valid at or below Q1 − 1.5 IQR."""
    told: dict[str, Ratio] = {}
    for row in rows:
        if row.winner is None:
            continue
        for one in row.offers:
            if one.valid:
                held = told.setdefault(one.who, Ratio(name=one.name))
                held.whole, held.part = held.whole + 1, held.part + one.won
    fence = low_fence([held.value for held in told.values()])
    most = quantile([Fraction(held.whole) for held in told.values()], 3) if told else Fraction(0)
    return [
        Flag("R025", who, held.name, held.value)
        for who, held in told.items()
        if fence is not None and held.whole >= most and held.value <= fence
    ]


def _alone(rows: list[Process]) -> Iterable[Flag]:
    """R035: one tenderer is valid and wins, at least one other was disqualified."""
    for row in rows:
        valid = {one.who for one in row.offers if one.valid}
        refused = {one.who for one in row.offers if not one.valid} - valid
        if row.winner is not None and valid == {row.winner.who} and refused:
            yield Flag("R035", row.ocid, row.title, Fraction(len(refused)))


def _lowest(rows: list[Process]) -> Iterable[Flag]:
    """R036: the lowest bid was disqualified, though valid ones stood beside it."""
    for row in rows:
        if row.winner is None or not any(one.valid for one in row.offers):
            continue
        if not min(row.offers, key=lambda one: (one.amount, not one.valid)).valid:
            yield Flag("R036", row.ocid, row.title, Fraction(1))


def _disqualified(rows: list[Process]) -> Iterable[Flag]:
    """R038: disqualified ÷ submitted, per buyer and per tenderer, at or above Q3 + 1.5 IQR."""
    buyers: dict[str, Ratio] = {}
    tenderers: dict[str, Ratio] = {}
    for row in rows:
        for one in row.offers:
            for held in (
                buyers.setdefault(row.buyer, Ratio(name=row.buyer)),
                tenderers.setdefault(one.who, Ratio(name=one.name)),
            ):
                held.whole, held.part = held.whole + 1, held.part + (not one.valid)
    for group in (buyers, tenderers):
        fence = high_fence([held.value for held in group.values()])
        for who, held in group.items():
            if fence is not None and held.value >= fence:
                yield Flag("R038", who, held.name, held.value)


def quantile(values: Sequence[Fraction], quarter: int) -> Fraction:
    """The first or third quartile, interpolated."""
    ordered = sorted(values)
    place = Fraction(quarter * (len(ordered) - 1), 4)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def low_fence(values: Sequence[Fraction]) -> Fraction | None:
    """Q1 − 1.5 IQR, where it says something: not below nothing at all."""
    if not values:
        return None
    first, third = quantile(values, 1), quantile(values, 3)
    fence = first - Fraction(3, 2) * (third - first)
    return fence if fence > 0 else None


def high_fence(values: Sequence[Fraction]) -> Fraction | None:
    """Q3 + 1.5 IQR, where it says something: above nothing at all, and attainable."""
    if not values:
        return None
    first, third = quantile(values, 1), quantile(values, 3)
    fence = third + Fraction(3, 2) * (third - first)
    return fence if 0 < fence <= 1 and len(values) > 1 else None


def counted(told: Iterable[Flag]) -> Counter[str]:
    return Counter(flag.code for flag in told)
