"""What is asked, objected and answered about a call. Source: SM-16."""

from __future__ import annotations

from typing import Self
from uuid import UUID

import graphene

from api.kit.context import Context
from api.kit.ids import key_of
from api.kit.loaders import row
from api.purchasing.calls import OnCall, find_call
from commons.access.permissions import Permission
from tenants.purchasing.actions import notes as actions
from tenants.purchasing.selectors import calls as reading


class AskInput(graphene.InputObjectType):
    """提问或提出异议。 / Ask, or object."""

    call = graphene.ID(required=True)
    text = graphene.String(required=True, description="内容。 / Text.")


class AskQuestion(OnCall):
    """提问，答复对所有单位公开。 / Ask; the answer is for all."""

    class Meta:
        permission = Permission.BIDS_SUBMIT
        input_type = AskInput

    @classmethod
    def perform(cls, context: Context, *, call: str, text: str) -> Self:
        found = find_call(context, key_of(call, "Call"))
        actions.ask(call_id=found.pk, text=text, by=context.acting, at=context.at)
        return cls(call=row(find_call(context, str(found.pk))))


class ObjectToResult(OnCall):
    """对评审结果提出异议。 / Object to the result on display."""

    class Meta:
        permission = Permission.BIDS_SUBMIT
        input_type = AskInput

    @classmethod
    def perform(cls, context: Context, *, call: str, text: str) -> Self:
        found = find_call(context, key_of(call, "Call"))
        actions.object_to(call_id=found.pk, text=text, by=context.acting, at=context.at)
        return cls(call=row(find_call(context, str(found.pk))))


class AnswerNoteInput(graphene.InputObjectType):
    """答复提问或异议。 / Answer a question or an objection."""

    call = graphene.ID(required=True)
    note = graphene.UUID(required=True)
    text = graphene.String(required=True, description="答复。 / Answer.")


class AnswerNote(OnCall):
    """答复提问或异议。 / Answer a question or an objection, to all."""

    class Meta:
        permission = Permission.PROJECTS_EDIT
        input_type = AnswerNoteInput

    @classmethod
    def perform(cls, context: Context, *, call: str, note: UUID, text: str) -> Self:
        found = find_call(context, key_of(call, "Call"))
        actions.answer(
            note_id=reading.note(context.acting, found, note).pk, text=text, by=context.acting, at=context.at
        )
        return cls(call=row(find_call(context, str(found.pk))))


class NoteMutations(graphene.ObjectType):
    ask_question = AskQuestion.Field()
    object_to_result = ObjectToResult.Field()
    answer_note = AnswerNote.Field()
