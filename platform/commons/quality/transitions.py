"""The states of a ticket, as a table."""

from __future__ import annotations

from commons.quality.enums import TicketEvent as Event
from commons.quality.enums import TicketState as State

TRANSITIONS: dict[tuple[State | None, Event], State] = {
    (None, Event.FOUND): State.OPEN,
    (State.RESOLVED, Event.FOUND): State.REOPENED,
    (State.OPEN, Event.EXPLAINED): State.EXPLAINED,
    (State.REOPENED, Event.EXPLAINED): State.EXPLAINED,
    (State.EXPLAINED, Event.EXPLAINED): State.EXPLAINED,
    (State.EXPLAINED, Event.CHANGED): State.REOPENED,
    (State.OPEN, Event.PASSED): State.RESOLVED,
    (State.REOPENED, Event.PASSED): State.RESOLVED,
    (State.EXPLAINED, Event.PASSED): State.RESOLVED,
}


def after(state: State | None, event: Event) -> State | None:
    """The state that follows; None where the event changes nothing."""
    return TRANSITIONS.get((state, event))
