"""What is asked, objected and answered about a call. Source: SM-16."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Self
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


class _Said(OnCall):
    class Meta:
        abstract = True

    act: ClassVar[Callable[..., object]]

    @classmethod
    def perform(cls, context: Context, *, call: str, text: str) -> Self:
        found = find_call(context, key_of(call, "Call"))
        cls.act(call_id=found.pk, text=text, by=context.acting, at=context.at)
        return cls(call=row(found))


class AskQuestion(_Said):
    """提问，答复对所有单位公开。 / Ask; the answer is for all."""

    class Meta:
        permission = Permission.BIDS_SUBMIT
        input_type = AskInput

    act = staticmethod(actions.ask)


class ObjectToResult(_Said):
    """对评审结果提出异议。 / Object to the result on display."""

    class Meta:
        permission = Permission.BIDS_SUBMIT
        input_type = AskInput

    act = staticmethod(actions.object_to)


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
        return cls(call=row(found))


class NoteMutations(graphene.ObjectType):
    ask_question = AskQuestion.Field()
    object_to_result = ObjectToResult.Field()
    answer_note = AnswerNote.Field()
