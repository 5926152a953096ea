"""
Showing a union's call to the organizations of the country, and taking it away again.

Called by the feature that owns the call, inside the transaction of its own change: the list never says what the union's
records do not. The feature records who did it; nothing is recorded twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from commons.access.actors import Actor
from commons.calls.enums import CallState
from commons.calls.models import OpenCall
from commons.hierarchy.models import TradeUnion


@dataclass(frozen=True)
class Notice:
    """What of a call is public. `fields` are codes told to `catalogue`; `path` stands below /u/<code>/; `budget` in yuan."""

    call_id: UUID
    number: str
    title: str
    buyer_name: str
    fields: Sequence[str]
    published_on: date
    deadline_at: datetime
    region_code: str
    path: str
    budget: Decimal | None = None


def publish(*, notice: Notice, by: Actor, at: datetime) -> OpenCall:
    """Show a call of the acting union; the same call again, after an addendum, as it now is."""
    told = {name: getattr(notice, name) for name in Notice.__dataclass_fields__ if name != "call_id"}
    told |= {"fields": list(notice.fields), "state": CallState.OPEN, "updated_at": at}
    row, _ = OpenCall.objects.update_or_create(union=_union(by), call_id=notice.call_id, defaults=told)
    return row


def close(*, call_id: UUID, by: Actor, at: datetime) -> None:
    """End the taking of answers, at the deadline or before; a call that is not shown stays so."""
    _leave(call_id, CallState.CLOSED, by, at)


def withdraw(*, call_id: UUID, by: Actor, at: datetime) -> None:
    """Take a call away: it is found no more, and whoever kept its address reads that it was withdrawn."""
    _leave(call_id, CallState.WITHDRAWN, by, at)


def _leave(call_id: UUID, state: CallState, by: Actor, at: datetime) -> None:
    shown = OpenCall.objects.filter(union=_union(by), call_id=call_id, state=CallState.OPEN)
    shown.update(state=state, updated_at=at)


def _union(by: Actor) -> TradeUnion:
    """A call is shown by the union that it belongs to and by no other."""
    if by.union is None:
        raise RuntimeError("A call belongs to the acting union.")
    return by.union
