"""The one way a union changes its state: by an event of SM-01, with a row of history in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import transaction

from commons.hierarchy import locks
from commons.hierarchy.enums import UnionState
from commons.hierarchy.errors import NotAllowedNow, ReasonMissing
from commons.hierarchy.models import TradeUnion, UnionStateChange
from commons.hierarchy.transitions import TRANSITIONS


class Author(Protocol):
    """Who changes the tree; commons.access.actors.Actor is one."""

    @property
    def user_id(self) -> UUID | None: ...

    @property
    def name(self) -> str: ...


@transaction.atomic
def change(*, union: TradeUnion, event: str, by: Author, at: datetime, reason: str = "") -> TradeUnion:
    """
    Lead `union` through `event`; the row is locked, so of two that ask at once the second is told.

    Raises: NotAllowedNow, ReasonMissing. Source: SM-01.
    """
    step = TRANSITIONS[event]
    row = locks.unions([union.pk])[union.pk]
    if row.state not in step.before:
        raise NotAllowedNow(union=row.name_zh, state=UnionState.label_of(row.state), verb=step.verb)
    reason = reason.strip()
    if step.needs_reason and not reason:
        raise ReasonMissing(path=("reason",), verb=step.verb)
    before, union.state = row.state, step.after
    if step.after == UnionState.ACTIVE and row.active_since is None:
        union.active_since = at
    union.save(update_fields=["state", "active_since"])
    note(union=union, event=event, before=before, by=by, at=at, reason=reason)
    return union


def note(*, union: TradeUnion, event: str, before: str, by: Author, at: datetime, reason: str = "") -> UnionStateChange:
    """Append to the history of the union's state."""
    return UnionStateChange.objects.create(
        union=union,
        event=event,
        from_state=before,
        to_state=union.state,
        by_id=by.user_id,
        by_name=by.name,
        at=at,
        reason=reason[:500],
    )
