"""Questions answered to all, and objections answered before the award. Addenda go by the call's machine. Source: SM-16."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.audit.recording import record
from commons.kit.clock import today
from commons.kit.errors import Invalid, NotFound, Refused
from commons.tenancy.acting import require
from tenants.purchasing.actions.bids import taking
from tenants.purchasing.call_errors import AlreadyAnswered, NotAnObjector
from tenants.purchasing.enums import CallState, NoteKind
from tenants.purchasing.machines.bid import NAMELESS
from tenants.purchasing.models import Bid, Call, CallNote
from tenants.purchasing.opendata import publishing
from tenants.purchasing.policies import CALLS, SEALED_STATES
from tenants.purchasing.who import in_department

TEXT_LENGTH = 2000


@transaction.atomic
def ask(*, call_id: UUID, text: str, by: Actor, at: datetime) -> CallNote:
    """
    Ask something about a call that takes bids. Who asks is kept nowhere: whoever asks is likely to bid.

    Raises: Refused, NotFound, NotTakingBids, Invalid.
    """
    call = _for_organization(call_id, by)
    taking(call, at)
    unnamed = replace(by, nameless=NAMELESS)
    note = CallNote.objects.create(
        call=call,
        kind=NoteKind.QUESTION,
        text=_text(text, "text"),
        created_at=at,
        created_by_id=unnamed.user_id,
        created_by_name=unnamed.name,
    )
    record("purchasing.call.question", by=unnamed, at=at, on=note)
    return note


@transaction.atomic
def object_to(*, call_id: UUID, text: str, by: Actor, at: datetime) -> CallNote:
    """
    Object to a result while it is publicised, as one of those who bid.

    Raises: Refused, NotFound, NotAnObjector, Invalid.
    """
    call = _for_organization(call_id, by)
    until = call.publicity_until
    bid = Bid.objects.filter(call=call, provider__uscc=by.organization).exclude(state__in=SEALED_STATES)
    if call.state != CallState.PUBLICISED or until is None or today(at) >= until or not bid.exists():
        raise NotAnObjector(until=f"{until:%Y年%m月%d日}前" if until else "（尚未公示）")
    note = CallNote.objects.create(
        call=call,
        kind=NoteKind.OBJECTION,
        text=_text(text, "text"),
        by_uscc=by.organization,
        created_at=at,
        created_by_id=by.user_id,
        created_by_name=by.name[:120],
    )
    record("purchasing.call.objection", by=by, at=at, on=note)
    return note


@transaction.atomic
def answer(*, note_id: UUID, text: str, by: Actor, at: datetime) -> CallNote:
    """
    Answer a question to all, or an objection; once. A question that is answered is public from then on.

    Raises: Refused, NotFound, AlreadyAnswered, Invalid. Source: SM-16; OCDS 1.1.5 tenderUpdate.
    """
    require(by, Permission.PROJECTS_EDIT)
    note = CallNote.objects.select_for_update(of=("self",)).select_related("call__project").filter(pk=note_id).first()
    if note is None or note.kind == NoteKind.ADDENDUM:
        raise NotFound()
    if not by.system and not in_department(by, note.call):
        raise Refused(why="项目属于其他部室。")
    if note.answered_at is not None:
        raise AlreadyAnswered()
    note.answer, note.answered_at, note.answered_by_name = _text(text, "answer"), at, by.name[:120]
    note.save(update_fields=["answer", "answered_at", "answered_by_name"])
    record("purchasing.call.answer", by=by, at=at, on=note)
    publishing.answered(note, at=at)
    return note


def _for_organization(call_id: UUID, by: Actor) -> Call:
    require(by, Permission.BIDS_SUBMIT)
    if not by.organization or not CALLS.visible(by).filter(pk=call_id).exists():
        raise NotFound()
    call: Call = Call.objects.select_for_update().get(pk=call_id)
    return call


def _text(text: str, name: str) -> str:
    found = text.strip()
    if not found or len(found) > TEXT_LENGTH:
        raise Invalid({name: [f"请填写内容，最多 {TEXT_LENGTH} 个字。"]})
    return found
