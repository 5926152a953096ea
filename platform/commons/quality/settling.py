"""Tickets follow what was found: opened, opened again, resolved. Each step is kept with its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from commons.kit.ids import uuid7
from commons.quality.enums import Check, TicketEvent, TicketState
from commons.quality.findings import Finding, once
from commons.quality.models import Ticket, TicketChange
from commons.quality.transitions import after

BY = "数据核对"
# An explanation of an unlikely figure holds until a figure is a tenth away from the one explained.
TOLERANCE = Decimal("0.1")


@dataclass(frozen=True)
class Settled:
    """How many tickets a look opened for the first time, opened again, and resolved."""

    opened: int = 0
    reopened: int = 0
    resolved: int = 0


def settle(found: Sequence[Finding], *, tickets: Sequence[Ticket], at: datetime) -> Settled:
    """Bring `tickets`, which were locked, to what was found of them, and open those that are missing."""
    known = {ticket.key: ticket for ticket in tickets}
    standing = {key for key, ticket in known.items() if ticket.state != TicketState.RESOLVED}
    told = {finding.key: finding for finding in once(found, standing)}
    changes = [change for key, finding in told.items() if key in known and (change := _seen(known[key], finding, at))]
    changes += [change for key, ticket in known.items() if key not in told and (change := _passed(ticket, at))]
    stepped = {change.ticket_id for change in changes}
    Ticket.objects.bulk_update(
        [ticket for key, ticket in known.items() if key in told or ticket.pk in stepped],
        ["figures", "state", "last_seen_at", "resolved_at"],
    )
    opened = _open([finding for key, finding in told.items() if key not in known], at)
    TicketChange.objects.bulk_create([*changes, *opened])
    return Settled(
        opened=len(opened),
        reopened=sum(change.to_state == TicketState.REOPENED for change in changes),
        resolved=sum(change.to_state == TicketState.RESOLVED for change in changes),
    )


def _open(found: list[Finding], at: datetime) -> list[TicketChange]:
    made = [
        Ticket(
            union_id=finding.union,
            kind=finding.kind,
            indicator=finding.indicator,
            rule=finding.rule,
            month=finding.month,
            figures=dict(finding.figures),
            first_seen_at=at,
            last_seen_at=at,
        )
        for finding in found
    ]
    # One that somebody is explaining at this moment was passed over when tickets were read, and is there.
    Ticket.objects.bulk_create(made, ignore_conflicts=True)
    there = set(Ticket.objects.filter(pk__in=[one.pk for one in made]).values_list("pk", flat=True)) if made else set()
    return [_change(one, TicketEvent.FOUND, None, at) for one in made if one.pk in there]


def _seen(ticket: Ticket, finding: Finding, at: datetime) -> TicketChange | None:
    before = TicketState(ticket.state)
    ticket.figures, ticket.last_seen_at = dict(finding.figures), at
    if before == TicketState.RESOLVED:
        return _step(ticket, TicketEvent.FOUND, at)
    if before == TicketState.EXPLAINED and changed_again(ticket):
        return _step(ticket, TicketEvent.CHANGED, at)
    return None


def _passed(ticket: Ticket, at: datetime) -> TicketChange | None:
    return None if ticket.state == TicketState.RESOLVED else _step(ticket, TicketEvent.PASSED, at)


def _step(ticket: Ticket, event: TicketEvent, at: datetime) -> TicketChange:
    before = TicketState(ticket.state)
    state = after(before, event)
    assert state is not None
    ticket.state = state
    ticket.resolved_at = at if state == TicketState.RESOLVED else None
    return _change(ticket, event, before, at)


def changed_again(ticket: Ticket) -> bool:
    """Whether the figures are others than those that were explained."""
    for name in ("value", "against"):
        now, then = Decimal(ticket.figures[name]), Decimal(ticket.explained_figures[name])
        allowed = Decimal(0) if Check(ticket.kind).is_exact else abs(then) * TOLERANCE
        if abs(now - then) > allowed:
            return True
    return False


def _change(ticket: Ticket, event: TicketEvent, before: TicketState | None, at: datetime) -> TicketChange:
    return TicketChange(
        id=uuid7(),
        ticket_id=ticket.pk,
        event=event,
        from_state=before or "",
        to_state=ticket.state,
        figures=ticket.figures,
        by_name=BY,
        at=at,
    )
