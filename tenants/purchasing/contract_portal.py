"""What contracts tell an organization about itself: its own, and which payments it may ask for. Source: DOMAIN §4.2 org_user."""

from __future__ import annotations

from datetime import datetime

from commons.access.actors import Actor
from commons.web.desk import Card, Line
from tenants.purchasing.enums import ContractState, MilestoneState
from tenants.purchasing.models import PaymentMilestone
from tenants.purchasing.policies import MILESTONES
from tenants.purchasing.selectors import contracts, market

_MOST = 10
_SIGNED = (*contracts.STANDING, ContractState.TERMINATED, ContractState.EXPIRED)


def section(actor: Actor, at: datetime) -> Card | None:
    """The own contracts, payments that may be asked for, matches; None when there is nothing."""
    if actor.union is None or not actor.organization:
        return None
    base = f"/u/{actor.union.code}"
    due: list[PaymentMilestone] = list(
        MILESTONES.visible(actor)
        .filter(state=MilestoneState.DUE)
        .select_related("contract")
        .order_by("planned_on")[:_MOST]
    )
    lines = [
        Line(
            f"可以申请付款：{one.contract.title}第{one.no}期",
            f"{base}/milestones/{one.pk}",
            note=f"{one.amount:,.2f}元",
        )
        for one in due
    ]
    lines += [
        Line(f"{one.number} {one.title}", f"{base}/contracts/{one.pk}", note=ContractState(one.state).label)
        for one in contracts.contracts(actor).filter(state__in=_SIGNED)[:_MOST]
    ]
    lines += [
        Line(f"供需对接：{one.demand.title}", f"{base}/matches/{one.pk}", note=one.state.label)
        for one in market.matches(actor)[:_MOST]
    ]
    if not lines:
        return None
    lines.append(Line("发布本组织的供给", f"{base}/market/new?side=offer"))
    return Card(title="合同、付款和供需对接", lines=tuple(lines))
