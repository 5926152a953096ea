"""Who may cause what of SM-16, SM-17 and the panel: the table of DOMAIN, against what is declared. Source: §3.6, §4.2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from commons.access import actors
from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.kit.errors import Refused
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.declaration import Machine
from commons.workflow.errors import ReasonMissing, StateRefused
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing.enums import BidState, CallState, MemberState
from tenants.purchasing.machines.bid import BID
from tenants.purchasing.machines.call import CALL
from tenants.purchasing.machines.member import MEMBER
from tenants.purchasing.models import Bid, Call, PanelMember, Provider
from tests.factories import organizations, people
from tests.factories.purchasing import calls as factory
from tests.factories.purchasing import projects

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]

STAFF, ADMIN, BIDDER, EXPERT = "staff", "admin", "bidder", "expert"
WORKERS = {STAFF, ADMIN}

# (event, state): (to, who); None: it stays. What is not here is refused to everybody but the platform.
CALLS: dict[tuple[str, str], tuple[str | None, set[str]]] = {
    ("publish", "draft"): ("published", WORKERS),
    ("amend", "published"): (None, WORKERS),
    ("close", "published"): ("closed", set()),
    ("open", "closed"): ("opening", set()),
    ("draw", "opening"): (None, WORKERS),
    ("qualify", "opening"): ("qualification", WORKERS),
    ("review", "qualification"): ("review", WORKERS),
    ("publicise", "review"): ("publicised", WORKERS),
    ("confirm", "publicised"): ("confirmed", {ADMIN}),
    ("set_aside", "publicised"): (None, {ADMIN}),
    ("next_reserve", "confirmed"): (None, {ADMIN}),
    ("finish", "confirmed"): ("done", WORKERS),
    ("cancel", "draft"): ("cancelled", WORKERS),
    **{
        ("cancel", state): ("cancelled", {ADMIN})
        for state in ("published", "closed", "opening", "qualification", "review", "publicised")
    },
    **{
        ("fail", state): ("failed", {ADMIN})
        for state in ("opening", "qualification", "review", "publicised", "confirmed")
    },
}
BIDS: dict[tuple[str, str], tuple[str | None, set[str]]] = {
    ("submit", "draft"): ("submitted", {BIDDER}),
    ("withdraw", "submitted"): ("withdrawn", {BIDDER}),
    ("withdraw", "to_confirm"): ("withdrawn", {BIDDER}),
    ("resume", "withdrawn"): ("draft", {BIDDER}),
    ("put_back", "submitted"): ("to_confirm", set()),
    ("confirm", "to_confirm"): ("submitted", {BIDDER}),
    ("open", "submitted"): ("opened", set()),
    ("lapse", "draft"): ("lapsed", set()),
    ("lapse", "submitted"): ("lapsed", set()),
    ("lapse", "to_confirm"): ("lapsed", set()),
    ("qualify", "opened"): ("qualified", WORKERS),
    ("qualify", "disqualified"): ("qualified", WORKERS),
    ("disqualify", "opened"): ("disqualified", WORKERS),
    ("disqualify", "qualified"): ("disqualified", WORKERS),
    ("disqualify", "scored"): ("disqualified", set()),
    ("score", "qualified"): ("scored", set()),
    ("score", "scored"): ("scored", set()),
    ("win", "scored"): ("won", set()),
    ("win", "reserve"): ("won", set()),
    ("reserve", "scored"): ("reserve", set()),
    ("lose", "opened"): ("lost", set()),
    ("lose", "qualified"): ("lost", set()),
    ("lose", "scored"): ("lost", set()),
    ("lose", "reserve"): ("lost", set()),
    ("decline", "won"): ("lost", set()),
}
MEMBERS: dict[tuple[str, str], tuple[str | None, set[str]]] = {
    ("declare", "drawn"): ("confirmed", {EXPERT}),
    ("recuse", "drawn"): ("excluded", {EXPERT}),
    ("recuse", "confirmed"): ("excluded", {EXPERT}),
    ("exclude", "drawn"): ("excluded", {ADMIN}),
    ("exclude", "confirmed"): ("excluded", {ADMIN}),
}
TABLES = [(CALL, CALLS), (BID, BIDS), (MEMBER, MEMBERS)]


@pytest.mark.parametrize(("machine", "table"), TABLES, ids=["call", "bid", "member"])
def test_the_declaration_is_the_table(
    machine: Machine, table: dict[tuple[str, str], tuple[str | None, set[str]]]
) -> None:
    declared = {
        (str(line.event), str(source)): None if line.target is None else str(line.target)
        for line in machine.transitions
        for source in line.sources
    }
    assert declared == {pair: to for pair, (to, _) in table.items()}


def cast(actor_of: ActorOf, union: TradeUnion, bidder: Actor, expert: Actor) -> dict[str, Actor]:
    bound = actor_of("430105", Role.UNION_STAFF)
    return {
        STAFF: actor_of("430105", Role.UNION_STAFF),
        ADMIN: actor_of("430105", Role.UNION_ADMIN),
        BIDDER: bidder,
        EXPERT: expert,
        "leader": actor_of("430105", Role.LEADER),
        "other_bidder": people.organization("430105", organizations.credit_code()),
        "other_expert": actor_of("430105", Role.REVIEWER),
        "finance": actor_of("430105", Role.LEADER, Role.FINANCE),
        "supervisor": actor_of("430105", Role.SUPERVISOR),
        "auditor": actor_of("430105", Role.LEADER, Role.AUDITOR),
        "neighbour_department": Actor(
            union=bound.union, user=bound.user, roles=bound.roles, permissions=bound.permissions, unit="别的部室"
        ),
    }


def rows_of(machine: Machine, state: str, union: TradeUnion, code: str) -> tuple[Any, Any]:
    """A row in `state`, whose bidder bears `code`; and the account of the expert whose seat it is."""
    if machine is CALL:
        return factory.call(state=CallState(state)), None
    if machine is BID:
        found = BidState(state)
        sealed = found in (
            BidState.DRAFT, BidState.SUBMITTED, BidState.TO_CONFIRM, BidState.WITHDRAWN, BidState.LAPSED
        )  # fmt: skip
        if sealed:
            return factory.sealed(factory.call(), code, state=found), None
        call = factory.call(state=CallState.QUALIFICATION)
        provider = Provider.objects.filter(uscc=code).first() or projects.provider(uscc=code)
        return factory.bid(call, provider, state=found), None
    return factory.member(factory.call(state=CallState.OPENING), union, state=MemberState(state))


@pytest.mark.parametrize(("machine", "table"), TABLES, ids=["call", "bid", "member"])
def test_only_who_is_declared_gets_beyond_the_door(
    country: Country, actor_of: ActorOf, machine: Machine, table: dict[tuple[str, str], tuple[str | None, set[str]]]
) -> None:
    """Every state, every event, every kind of account: refused at the door and nothing written, or let to the guards."""
    union = country["430105"]
    code = organizations.credit_code()
    bidder = people.organization("430105", code)
    passed: dict[tuple[str, str], set[str]] = {}
    with inside(union):
        cast_ = cast(actor_of, union, bidder, bidder)
        for state in machine.states:
            row, holder = rows_of(machine, str(state), union, code)
            who = dict(cast_)
            if holder is not None:
                seat = actors.acting(holder, union)
                assert seat is not None
                who[EXPERT] = seat
            else:
                who.pop(EXPERT)
            before = tally()
            for event in machine.events:
                for name, by in who.items():
                    try:
                        _attempt(machine, row, str(event), by)
                    except Refused:
                        pass
                    except StateRefused:
                        # Who may cause the event somewhere is told of the state; that is not beyond the door.
                        pass
                    except Exception:
                        passed.setdefault((str(event), str(state)), set()).add(name)
                    else:
                        passed.setdefault((str(event), str(state)), set()).add(name)
            assert tally() == before
    expected = {pair: who for pair, (_, who) in table.items() if who}
    assert passed == expected


class Done(Exception):
    """It would have happened: taken back."""


def _attempt(machine: Machine, row: Any, event: str, by: Actor) -> None:
    with transaction.atomic():
        transition(machine, row, event, by=by, at=clock.now(), reason="理由")
        raise Done


def tally() -> tuple[int, ...]:
    return (
        Change.objects.count(), AuditEvent.objects.count(), Call.objects.count(), Bid.objects.count(),
        PanelMember.objects.count(),
    )  # fmt: skip


def test_reasons_are_asked_for_what_ends_a_call(country: Country, actor_of: ActorOf) -> None:
    admin = actor_of("430105", Role.UNION_ADMIN)
    with inside(country["430105"]):
        call = factory.call()
        with pytest.raises(ReasonMissing):
            transition(CALL, call, "cancel", by=admin, at=clock.now())
        call.refresh_from_db()
    assert call.state == CallState.PUBLISHED
