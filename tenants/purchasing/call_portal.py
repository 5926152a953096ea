"""What calls tell an organization: those that take bids now, and its own bids. Source: DOMAIN §4.2 org_user."""

from __future__ import annotations

from datetime import datetime

from commons.access.actors import Actor
from commons.web.desk import Card, Line
from commons.web.templatetags.platform_web import when_zh
from tenants.purchasing.enums import BidState, CallState
from tenants.purchasing.selectors import calls, own_bids

_MOST = 10
# What its bidder has to do something about.
_WAITING = {BidState.DRAFT: "尚未递交", BidState.TO_CONFIRM: "请重新确认"}


def section(actor: Actor, at: datetime) -> Card | None:
    """Open calls of this union and the own bids; None when there is neither."""
    if actor.union is None or not actor.organization:
        return None
    base = f"/u/{actor.union.code}"
    bids = list(own_bids.own(actor)[:_MOST])
    answered = {bid.call_id for bid in bids}
    lines = [
        Line(f"申报书：{bid.call.title}", f"{base}/bids/{bid.pk}", note=_WAITING.get(bid.state, bid.state.label))
        for bid in bids
    ]
    opened = calls.calls(actor).filter(state=CallState.PUBLISHED, bid_deadline__gt=at).order_by("bid_deadline")
    lines += [
        Line(f"可以申报：{one.title}", f"{base}/purchase-calls/{one.pk}", note=f"{when_zh(one.bid_deadline)}截止")
        for one in opened[:_MOST]
        if one.pk not in answered
    ]
    if not lines:
        return None
    return Card("招募和申报", tuple(lines), f"{base}/bids" if bids else "", "我的申报书" if bids else "")
