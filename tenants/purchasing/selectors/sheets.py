"""Score sheets: one's own while the review goes on; everybody's once all are locked. Source: SM-17, E14 ★."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from commons.access.actors import Actor
from tenants.purchasing import ranking, weighing
from tenants.purchasing.enums import BidState
from tenants.purchasing.models import Bid, Call, Expert, Review
from tenants.purchasing.policies import BIDS, REVIEWS
from tenants.purchasing.selectors.calls import UNREAD
from tenants.purchasing.weighing import Item


@dataclass(frozen=True)
class Sheet:
    """One expert's sheet of one bid. `total` of 100, None while points are missing."""

    expert: str
    bid_id: object
    total: Decimal | None


def items(call: Call) -> list[Item]:
    system = call.project.bid_system
    return weighing.items_of(system.content) if system is not None else []


def of_call(actor: Actor, call: Call) -> list[Sheet]:
    """The sheets that the actor may see, in the order of the panel; one statement, of values: there is one for each bid and expert."""
    found = REVIEWS.visible(actor).filter(bid__call=call).order_by("member__position", "bid_id")
    rows = list(found.values_list("member__expert__number", "bid_id", "scores"))
    codes = {number: Expert(number=number).code for number in {row[0] for row in rows}}
    lines = items(call)
    return [Sheet(codes[number], bid_id, _total(lines, scores)) for number, bid_id, scores in rows]


def own(actor: Actor, bids: Iterable[Bid]) -> dict[object, Review]:
    """One's own sheets, by bid."""
    if actor.user is None:
        return {}
    found = Review.objects.filter(member__expert__user_id=actor.user.pk, bid__in=list(bids))
    return {review.bid_id: review for review in found}


def to_score(actor: Actor, call: Call) -> list[Bid]:
    """The qualified bids of a call that the actor reads as a member of its panel."""
    found = BIDS.visible(actor).filter(call=call, state__in=[BidState.QUALIFIED, BidState.SCORED])
    return list(found.select_related("provider").defer(*UNREAD).order_by("submitted_at", "pk"))


def _total(lines: list[Item], scores: Mapping[str, str]) -> Decimal | None:
    complete = not ranking.wrong(lines, scores, complete=True)
    return ranking.total(lines, scores) if complete and lines else None
