"""What the ledger tells an organization about itself. Source: DOMAIN §4.2 org_user."""

from __future__ import annotations

from datetime import datetime

from commons.access.actors import Actor
from commons.kit.clock import today
from commons.kit.errors import NotFound
from commons.web.desk import Card, Line
from tenants.registry.selectors.own import own_organization


def section(actor: Actor, at: datetime) -> Card | None:
    """The own entry; None when the union does not list the organization."""
    try:
        row = own_organization(actor)
    except NotFound:
        return None
    base = f"/u/{actor.union.code}/portal/entry" if actor.union else ""
    confirmed = row.last_verified_on.isoformat() if row.last_verified_on else "尚未确认"
    return Card(
        title="本组织在工会台账",
        lines=(
            Line(row.name, base, note=f"编号{row.number}，{row.shown_state(today(at)).label}，最近确认：{confirmed}"),
            Line("修改联系方式、地址和活动内容", f"{base}/edit"),
        ),
        url=base,
        url_label="台账信息",
    )
