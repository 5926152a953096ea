"""Each guard of SM-17 refuses by its own code, and nothing has moved. Source: DOMAIN §3.6 SM-17."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.errors import GuardRefused
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing.admission import Conditions
from tenants.purchasing.enums import BidState, CallState, ProcurementMethod
from tenants.purchasing.machines.bid import BID, BidEvent
from tenants.purchasing.models import Bid, Call, PanelMember, Provider, Review
from tests.factories import organizations, people
from tests.factories.purchasing import calls as factory
from tests.factories.purchasing import projects

S, E = BidState, BidEvent
Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
Make = Callable[[str], Bid]


def own(state: BidState = S.DRAFT, call: dict[str, Any] | None = None, **offer: Any) -> Make:
    return lambda uscc: factory.sealed(factory.call(**(call or {})), uscc, state=state, **offer)


def blocked(uscc: str) -> Bid:
    projects.provider(uscc=uscc, blocked_until=date(2099, 1, 1))
    return own()(uscc)


def scored(uscc: str) -> Bid:
    return factory.bid(factory.call(state=CallState.PUBLICISED), state=S.SCORED)


def opened(uscc: str) -> Bid:
    return factory.bid(factory.call(state=CallState.OPENING), state=S.OPENED)


def set_aside(uscc: str) -> Bid:
    """At the opening for a penalty that is still open."""
    provider = projects.provider(uscc=uscc, penalty_until=date(2099, 1, 1))
    call = factory.call(state=CallState.QUALIFICATION)
    return factory.bid(call, provider, state=S.DISQUALIFIED, refusal_code="admission", refusal_note="有行政处罚")


OVER = {"deadline": clock.now() - timedelta(minutes=1)}
INVITED = {"method": ProcurementMethod.INVITED, "invited": ["x", "y", "z"]}
STRICT = {"conditions": Conditions(registration_valid=True, min_years=2)}
OWN, STAFF, CLOCK = "own", "staff", "clock"

CASES: list[tuple[str, Make, BidEvent, str, dict[str, str]]] = [
    ("BID_TOO_LATE", own(call=OVER), E.SUBMIT, OWN, {}),
    ("BID_TOO_LATE", own(S.SUBMITTED, OVER), E.WITHDRAW, OWN, {}),
    ("BID_TOO_LATE", own(S.WITHDRAWN, OVER), E.RESUME, OWN, {}),
    ("BID_TOO_LATE", own(S.TO_CONFIRM, OVER), E.CONFIRM, OWN, {}),
    ("BID_NOT_INVITED", own(call=INVITED), E.SUBMIT, OWN, {}),
    ("BID_BLOCKED", blocked, E.SUBMIT, OWN, {}),
    ("BID_INCOMPLETE", own(plan=""), E.SUBMIT, OWN, {}),
    ("BID_ABOVE_CEILING", own(call={"ceiling": Decimal("79999.99")}), E.SUBMIT, OWN, {}),
    ("BID_NOT_ADMITTED", own(call=STRICT), E.SUBMIT, OWN, {}),
    ("BID_NOT_IN_QUALIFICATION", opened, E.QUALIFY, STAFF, {}),
    ("BID_STILL_NOT_ADMITTED", set_aside, E.QUALIFY, STAFF, {}),
    ("AWARD_ABOVE_BID", scored, E.WIN, CLOCK, {"amount": "80000.01"}),
]


def everything() -> list[Any]:
    """All rows that a step of a bid may touch, and how long history and audit log are."""
    tables = (Bid, Call, Provider, PanelMember, Review)
    return [Change.objects.count(), AuditEvent.objects.count(), *(list(one.objects.order_by("pk").values()) for one in tables)]  # fmt: skip


@pytest.mark.parametrize(("code", "make", "event", "who", "data"), CASES, ids=[f"{one[0]}-{one[2].value}" for one in CASES])  # fmt: skip
def test_each_guard_refuses_by_its_code_and_nothing_moves(
    code: str, make: Make, event: BidEvent, who: str, data: dict[str, str], country: Country, actor_of: ActorOf
) -> None:
    union, uscc = country["430105"], organizations.credit_code()
    by = {
        OWN: people.organization("430105", uscc),
        STAFF: actor_of("430105", Role.UNION_STAFF),
        CLOCK: Actor(union=union, system="workflow.alarm"),
    }[who]
    with inside(union):
        row = make(uscc)
        before = everything()
        with pytest.raises(GuardRefused) as refusal:
            transition(BID, row, event, by=by, at=clock.now(), data=data)
        after = everything()
    assert refusal.value.code == f"PURCHASING.{code}"
    assert after == before


def test_every_guard_of_the_machine_is_refused_here() -> None:
    declared = {guard.code for line in BID.transitions for guard in line.guards}
    assert declared == {f"PURCHASING.{code}" for code, *_ in CASES}
