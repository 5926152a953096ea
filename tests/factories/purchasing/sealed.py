"""A bid that was handed in sealed, and the words by which it would be known if anybody could read it. Call inside a door."""

from __future__ import annotations

from commons.access.actors import Actor
from commons.kit import clock
from commons.workflow.transitions import transition
from tenants.purchasing.actions import bids, notes
from tenants.purchasing.machines.bid import BID, BidEvent
from tenants.purchasing.models import Bid
from tests.factories.purchasing import calls as factory

NAME = "金丝雀职工关爱中心"
PLAN = "金丝雀方案：在矿井口设立心理驿站"
FILE = b"%PDF-1.4 canary-of-the-mine"
PHONE = "13912345678"
WORDS = [NAME, PLAN, "金丝雀", "canary-of-the-mine", PHONE, "77777.77"]


def handed_in(bidder: Actor, **fields: object) -> Bid:
    """A bid in an open call, from its draft through every step that its bidder can take."""
    call = factory.call(**fields)  # type: ignore[arg-type]
    offer = factory.offer(
        bidder.organization,
        name=NAME,
        plan=PLAN,
        contact_phone=PHONE,
        total="77777.77",  # type: ignore[arg-type]
        files=(factory.enclosed("金丝雀.pdf", FILE),),
    )
    row = bids.save(call_id=call.pk, offer=offer, version=None, by=bidder, at=clock.now())
    row = bids.save(call_id=call.pk, offer=offer, version=row.version, by=bidder, at=clock.now())
    for event in (BidEvent.SUBMIT, BidEvent.WITHDRAW, BidEvent.RESUME, BidEvent.SUBMIT):
        transition(BID, row, event, by=bidder, at=clock.now())
    bids.read_own(bid_id=row.pk, by=bidder, at=clock.now())
    notes.ask(call_id=call.pk, text="是否可以联合申报？", by=bidder, at=clock.now())
    row.refresh_from_db()
    return row
