"""A release of a union, as the isolation tests want one. Its words are public; its canary must still stay in its own subtree."""

from __future__ import annotations

from datetime import datetime

from commons.hierarchy.models import TradeUnion
from commons.opendata import feed, writing
from commons.opendata.models import OcdsRelease


def fill(union: TradeUnion, canary: str, at: datetime) -> OcdsRelease:
    """One release that bears the canary."""
    told = f"{writing.prefix()}-{union.code}-{canary}"
    buyer = {"id": f"CN-UNION-{union.code}", "name": canary}
    body = {"ocid": told, "id": f"{told}-1", "date": writing.moment(at), "tag": ["planning"], "buyer": buyer}
    return feed.publish(union=union, body=body, at=at)
