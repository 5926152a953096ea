"""The card of odd figures: what waits for an explanation here, and below."""

from __future__ import annotations

from datetime import datetime

from commons.access.actors import Actor
from commons.quality import policies, selectors
from commons.web.desk.cards import Card, Line


def card(actor: Actor, at: datetime) -> Card | None:
    if actor.union is None or not policies.may_view(actor):
        return None
    load = selectors.load(actor)
    base = f"/u/{actor.union.code}/quality"
    lines = [
        Line("待说明的数据疑点", base, load.waiting),
        Line("已说明的数据疑点", f"{base}?state=explained", load.explained, tone="neutral"),
    ]
    if load.below:
        lines.append(Line("下级工会待说明的疑点", f"{base}#below", load.below, tone="info"))
    return Card(title="数据质量", url=base, url_label="查看疑点", lines=tuple(lines))
