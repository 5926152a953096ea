"""Who reads a bid before its opening, after it and after the award; who writes and who scores one. Source: DOMAIN §4.2 Bids; SM-16, SM-17."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.kit.errors import DomainError
from commons.people.enums import Role
from commons.tenancy.door import inside
from tenants.purchasing.actions import bids, reviews
from tenants.purchasing.enums import BidState, CallState
from tenants.purchasing.models import Bid, Call
from tenants.purchasing.selectors import calls as call_selectors
from tenants.purchasing.selectors import own_bids
from tests.factories import organizations
from tests.factories.purchasing import calls
from tests.tenants.matrix import table
from tests.tenants.matrix.scene import CODE, Scene, everything, scene, tried

# The words of the table that let a role read a bid, by the state of its call.
STAGES: dict[CallState, tuple[BidState, frozenset[str]]] = {
    CallState.PUBLISHED: (BidState.SUBMITTED, frozenset({"sealed"})),
    CallState.OPENING: (BidState.OPENED, frozenset({"opened"})),
    CallState.QUALIFICATION: (BidState.OPENED, frozenset({"opened"})),
    CallState.REVIEW: (BidState.QUALIFIED, frozenset({"opened"})),
    CallState.PUBLICISED: (BidState.SCORED, frozenset({"opened"})),
    CallState.CONFIRMED: (BidState.WON, frozenset({"opened", "awarded"})),
    CallState.DONE: (BidState.WON, frozenset({"opened", "awarded"})),
}


def made(viewer: Scene, state: CallState, own: bool) -> Bid:
    """An organization's own bid or another's; to a reviewer one of the own panel or of another."""
    call = viewer.seated(calls.call(state=state), own)
    theirs = STAGES[state][0]
    if theirs == BidState.SUBMITTED:
        return calls.sealed(call, viewer.uscc if own else organizations.credit_code())
    return calls.bid(call, viewer.provider(own), state=theirs)


@pytest.mark.parametrize("role", table.ROLES)
@pytest.mark.parametrize("state", STAGES)
def test_a_bid_is_read_by_whom_the_table_names(country: dict[str, TradeUnion], state: CallState, role: Role) -> None:
    with inside(country[CODE]):
        viewer = scene(country[CODE], role)
        rows = {own: made(viewer, state, own) for own in (True, False)}
    for own, row in rows.items():
        reads = table.allows(table.BIDS, role, STAGES[state][1], own=own)
        what = f"{role} {'own' if own else 'another'} bid, {state}"
        with inside(country[CODE]):
            before = everything()
            assert own_bids.for_steps(viewer.actor).filter(pk=row.pk).exists() == reads, what
            if state != CallState.PUBLISHED:
                told = {one.pk for one in call_selectors.bids(viewer.actor, row.call)}
                assert told == ({row.pk} if reads else set()), what
            assert everything() == before
        status = viewer.status(f"/bids/{row.pk}")
        assert status == 200 if reads else status in {403, 404}, f"{what}: {status}"


@pytest.mark.parametrize("role", table.ROLES)
def test_a_bid_is_written_by_an_organization_until_the_deadline(country: dict[str, TradeUnion], role: Role) -> None:
    with inside(country[CODE]):
        writer = scene(country[CODE], role)
        call = calls.call()
    writes = table.allows(table.BIDS, role, frozenset({"write"}), own=True)
    assert writes == table.allows(table.PROJECTS, role, frozenset({"bid"}), own=True)
    page = f"/purchase-calls/{call.pk}/bid"
    status = writer.status(page)
    assert status == 200 if writes else status in {403, 404}, f"{role}: {status}"

    def write(version: int | None = None) -> Bid:
        offer = calls.offer(writer.uscc)
        return bids.save(call_id=call.pk, offer=offer, version=version, by=writer.actor, at=clock.now())

    with inside(country[CODE]):
        tried(write, allowed=writes, what=f"{role} writes a bid")
        if not writes:
            return
        tried(lambda: write(version=1), allowed=True, what=f"{role} writes it anew")
        Call.objects.filter(pk=call.pk).update(bid_deadline=clock.now() - timedelta(seconds=1))
        before = everything()
        with pytest.raises(DomainError) as told:
            write(version=2)
        assert told.value.code == "PURCHASING.CALL_NOT_OPEN"
        assert everything() == before


@pytest.mark.parametrize("role", table.ROLES)
def test_a_bid_is_scored_by_its_panel(country: dict[str, TradeUnion], role: Role) -> None:
    points = {str(item["code"]): "80" for item in calls.ITEMS}
    with inside(country[CODE]):
        judge = scene(country[CODE], role)
        rows = {own: made(judge, CallState.REVIEW, own) for own in (True, False)}

    def score(row: Bid) -> Any:
        return reviews.score(bid_id=row.pk, scores=points, version=None, by=judge.actor, at=clock.now())

    for own, row in rows.items():
        scores = table.allows(table.BIDS, role, frozenset({"score"}), own=own)
        what = f"{role} scores {'own' if own else 'another'} bid"
        status = judge.status(f"/reviews/{row.call_id}/{row.pk}")
        assert status == 200 if scores else status in {403, 404}, f"{what}: {status}"
        with inside(country[CODE]):
            tried(lambda row=row: score(row), allowed=scores, what=what)  # type: ignore[misc]
