"""What may happen next, and what waits. Source: DOMAIN Appendix E; V14."""

from __future__ import annotations

from typing import Any

import graphene
from django.forms import FileField
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLResolveInfo

from api.commons.workflow.mutations import asked
from api.commons.workflow.types import AvailableTransition, Todo
from api.kit.fields import ApiField, page_size
from api.kit.ids import from_global, to_global
from commons.access.permissions import Permission
from commons.workflow import machines, todo
from commons.workflow.declaration import EventForm
from commons.workflow.transitions import Choice, choices


class WorkflowQueries(graphene.ObjectType):
    available_transitions = ApiField(
        graphene.List(graphene.NonNull(AvailableTransition), required=True),
        id=graphene.ID(required=True),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        cost=10,
        description="对一个对象现在可以办理的事项。 / What the caller may let happen to an object now.",
    )
    todos = ApiField(
        graphene.List(graphene.NonNull(Todo), required=True),
        first=graphene.Int(),
        permission=Permission.DIRECTORY_VIEW,
        private=True,
        cost=5,
        paged=True,
        description="等待我办理的事项，最急的在前。 / What waits for the caller in the acting union, most urgent first.",
    )

    @staticmethod
    def resolve_available_transitions(_root: None, info: GraphQLResolveInfo, *, id: str) -> list[Any]:
        type_name, key = from_global(id)
        machine = machines.of(type_name)
        row = machine.find(info.context.acting, key)
        actor = info.context.acting
        return [
            _told(choice, asked(choice.line, row, actor))
            for choice in choices(machine, row, by=actor, at=info.context.at)
        ]

    @staticmethod
    def resolve_todos(_root: None, info: GraphQLResolveInfo, *, first: int | None = None) -> list[Any]:
        return [
            Todo(
                id=to_global(one.machine.table.__name__, one.id),
                kind=one.machine.zh,
                title=one.title,
                event=str(one.waiting.event),
                label=one.waiting.label,
                since=one.since,
                due_on=one.due_on,
                is_overdue=one.overdue(info.context.today),
            )
            for one in todo.mine(info.context.acting, limit=page_size(first))
        ]


def _told(choice: Choice, form: EventForm | None) -> AvailableTransition:
    fields = form.fields if form else {}
    files = [name for name, field in fields.items() if isinstance(field, FileField)]
    return AvailableTransition(
        event=str(choice.line.event),
        label=choice.line.event.label,
        needs_reason=choice.line.needs_reason,
        data=[to_camel_case(name) for name in fields if name not in files],
        files=[to_camel_case(name) for name in files],
        blocked_by=choice.refusal.code if choice.refusal else None,
        blocked_why=choice.refusal.message if choice.refusal else None,
    )
