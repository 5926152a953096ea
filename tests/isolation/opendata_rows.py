"""A release of a union, as the isolation tests want one."""

from __future__ import annotations

from datetime import datetime

from commons.hierarchy.models import TradeUnion
from commons.opendata import feed, writing
from commons.opendata.models import OcdsRelease


def fill(union: TradeUnion, at: datetime) -> OcdsRelease:
    """One release; without the canary, since every union above may read what is public (tests/commons/opendata proves the borders)."""
    told = f"{writing.prefix()}-{union.code}-FW-2026-0001"
    buyer = {"id": f"CN-UNION-{union.code}", "name": union.name_zh}
    body = {"ocid": told, "id": f"{told}-1", "date": writing.moment(at), "tag": ["planning"], "buyer": buyer}
    return feed.publish(union=union, body=body, at=at)
