"""What people do with a ticket."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.recording import record
from commons.kit.errors import Invalid, NotFound
from commons.quality import policies
from commons.quality.enums import TicketEvent, TicketState
from commons.quality.errors import AlreadyResolved, PersonalInNote
from commons.quality.models import Ticket, TicketChange
from commons.quality.transitions import after

NOTE_LENGTH = 500
# Mobile numbers, and identity numbers of 15 or 18 characters.
_PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx]|\d{15})(?!\d)")


@transaction.atomic
def explain(*, ticket_id: UUID, note: str, by: Actor, at: datetime) -> Ticket:
    """
    Say why a figure of the own union is right, or what is done about it; again, as often as there is more to say.

    Raises: Refused, NotFound, Invalid, PersonalInNote, AlreadyResolved.
    """
    may(by, Permission.QUALITY_EXPLAIN).require()
    ticket = Ticket.objects.select_for_update().filter(pk=ticket_id).first()
    if ticket is None or not policies.may_explain(by, ticket):
        raise NotFound()
    note = note.strip()
    if not note:
        raise Invalid({"note": ["请填写说明：数据为什么是这样，或者准备怎样更正。"]})
    if len(note) > NOTE_LENGTH or "\x00" in note:
        raise Invalid({"note": [f"说明不能超过 {NOTE_LENGTH} 个字。"]})
    if _PERSONAL.search(note):
        raise PersonalInNote(path=("note",))
    before = TicketState(ticket.state)
    state = after(before, TicketEvent.EXPLAINED)
    if state is None:
        raise AlreadyResolved()
    ticket.state, ticket.note, ticket.explained_figures = state, note, ticket.figures
    ticket.explained_at, ticket.explained_by_id, ticket.explained_by_name = at, by.user_id, by.name
    ticket.save(
        update_fields=["state", "note", "explained_figures", "explained_at", "explained_by_id", "explained_by_name"]
    )
    TicketChange.objects.create(
        ticket=ticket,
        event=TicketEvent.EXPLAINED,
        from_state=before,
        to_state=state,
        figures=ticket.figures,
        note=note,
        by_id=by.user_id,
        by_name=by.name,
        at=at,
    )
    record("quality.explained", by=by, at=at, on=ticket)
    return ticket
