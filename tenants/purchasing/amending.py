"""An amendment that has been signed takes the place of what the contract said. Source: SM-18 amendment = new version."""

from __future__ import annotations

from datetime import datetime

from commons.access.actors import Actor
from commons.audit.recording import record, record_change
from commons.workflow.rows import made
from commons.workflow.transitions import edited
from tenants.purchasing.enums import MilestoneState
from tenants.purchasing.models import Contract, PaymentMilestone

# What an amendment says anew. The values are those of its own text.
TERMS = ("title", "amount", "own_share", "starts_on", "ends_on", "posts_count")
_PART = ("condition", "share", "amount", "planned_on")


def apply(amendment: Contract, *, by: Actor, at: datetime) -> Contract:
    """
    Put the terms of a signed amendment into the contract that it amends, and its milestones in place of those not paid yet.

    The contract is locked already: it is a parent of the amendment. What the amendment no longer names is withdrawn.
    """
    assert amendment.amends_id is not None
    original = Contract.objects.get(pk=amendment.amends_id)
    changes = {}
    for name in TERMS:
        old, new = getattr(original, name), getattr(amendment, name)
        if old != new:
            changes[name] = (old, new)
            setattr(original, name, new)
    edited(original, by=by, at=at, changes=changes)
    wanted = {one.no: one for one in amendment.milestones.order_by("no")}
    for one in original.milestones.select_for_update().order_by("no"):
        agreed = wanted.pop(one.no, None)
        if agreed is None:
            record_change("withdraw", on=one, by=by, at=at, from_state=str(one.state), reason=amendment.number)
            record("purchasing.paymentmilestone.withdraw", by=by, at=at, on=one)
            one.delete()
            continue
        _agree(one, agreed, by=by, at=at)
    for agreed in wanted.values():
        row = PaymentMilestone.objects.create(
            contract=original, no=agreed.no, **{name: getattr(agreed, name) for name in _PART}, **made(by, at)
        )
        record_change("create", on=row, by=by, at=at, to_state=str(row.state), reason=amendment.number)
    return original


def _agree(one: PaymentMilestone, agreed: PaymentMilestone, *, by: Actor, at: datetime) -> None:
    changes = {}
    # Of what is paid the share alone moves, with the amount of the whole.
    for name in ("share",) if one.state == MilestoneState.PAID else _PART:
        old, new = getattr(one, name), getattr(agreed, name)
        if old != new:
            changes[name] = (old, new)
            setattr(one, name, new)
    if one.state == MilestoneState.DUE and "condition" in changes:
        changes["state"] = (one.state, MilestoneState.PLANNED)
        one.state = MilestoneState.PLANNED
    edited(one, by=by, at=at, changes=changes)
