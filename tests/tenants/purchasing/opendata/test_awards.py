"""What open data tell of an award through all its turns, as the steps themselves publish them. Source: OCDS 1.1.5 award status; SM-16."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.opendata.models import OcdsRelease
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.transitions import transition
from tenants.purchasing.enums import BidState
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.models import Bid
from tests.tenants.purchasing import outcomes
from tests.tenants.purchasing.outcomes import CODE, Bidder

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
E = CallEvent
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(days=30)


def told() -> tuple[list[str], dict[str, str]]:
    """The tags of the last release, and what it tells of each award: {name of the bidder: status}."""
    last = OcdsRelease.objects.order_by("-pk").first()
    assert last is not None
    body: dict[str, Any] = orjson.loads(last.body)
    return last.tags, {award["suppliers"][0]["name"]: award["status"] for award in body.get("awards", [])}


def test_an_award_is_told_through_all_its_turns(country: Country, actor_of: ActorOf) -> None:
    union, admin = country[CODE], actor_of(CODE, Role.UNION_ADMIN)
    found = {"code": "false_statement", "note": "业绩证明系伪造"}
    with inside(union):
        call, bids = outcomes.in_review(union, [Bidder(90), Bidder(85), Bidder(80)], published_on=date(2026, 10, 1))
        first, second, third = (bid.provider.name for bid in bids if bid.provider)
        transition(CALL, call, E.PUBLICISE, by=admin, at=AT)
        assert told() == (["award"], {first: "pending"})
        transition(CALL, call, E.SET_ASIDE, by=admin, at=AT, data=found)
        assert told() == (["awardUpdate"], {first: "cancelled", second: "pending"})
        transition(CALL, call, E.CONFIRM, by=admin, at=LATER)
        assert told() == (["awardUpdate"], {first: "cancelled", second: "active"})
        transition(CALL, call, E.NEXT_RESERVE, by=admin, at=LATER, reason="放弃")
        assert told() == (["awardUpdate"], {first: "cancelled", second: "cancelled", third: "active"})
        transition(CALL, call, E.FAIL, by=admin, at=LATER, reason="放弃")
        assert told() == (
            ["tenderUpdate", "awardUpdate"],
            {first: "cancelled", second: "cancelled", third: "cancelled"},
        )
        assert "业绩证明系伪造" not in OcdsRelease.objects.order_by("-pk").values_list("body", flat=True)[0]


@pytest.mark.parametrize(("event", "tag"), [(E.FAIL, "tenderUpdate"), (E.CANCEL, "tenderCancellation")])
def test_what_was_proposed_ends_with_its_call(country: Country, actor_of: ActorOf, event: CallEvent, tag: str) -> None:
    union, admin = country[CODE], actor_of(CODE, Role.UNION_ADMIN)
    with inside(union):
        call, bids = outcomes.in_review(union, [Bidder(90), Bidder(85)], published_on=date(2026, 10, 1))
        transition(CALL, call, E.PUBLICISE, by=admin, at=AT)
        transition(CALL, call, event, by=admin, at=AT, reason="程序有误")
        assert bids[0].provider is not None
        assert told() == ([tag, "awardUpdate"], {bids[0].provider.name: "cancelled"})
        assert set(Bid.objects.values_list("state", flat=True)) == {BidState.LOST}
