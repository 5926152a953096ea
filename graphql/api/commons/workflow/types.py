"""What may happen to an object next, and what waits for the caller."""

from __future__ import annotations

import graphene

from api.kit.scalars import DateTime


class AvailableTransition(graphene.ObjectType):
    """现在可以办理的一个事项。 / An event that the caller may cause now."""

    event = graphene.String(required=True, description="事项代码。 / The event's code.")
    label = graphene.String(required=True, description="事项名称。 / Its name.")
    needs_reason = graphene.Boolean(required=True, description="是否须说明理由。 / Whether a reason is asked for.")
    data = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="可填写的数据项。 / Names of the values that `data` takes.",
    )
    files = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="可附的文件。 / Names of the files that it takes."
    )
    blocked_by = graphene.String(
        description="阻止办理的条件代码；空表示可以办理。 / Code of the guard that does not hold."
    )
    blocked_why = graphene.String(description="条件的说明。 / That guard's sentence.")


class Todo(graphene.ObjectType):
    """一项待办。 / Something that waits for the caller."""

    id = graphene.ID(required=True, description="对象的全局编号。 / Global id of the object.")
    kind = graphene.String(required=True, description="对象类别。 / Kind of object.")
    title = graphene.String(required=True, description="对象名称。 / Its name.")
    event = graphene.String(required=True, description="等待办理的事项代码。 / The event that is waited for.")
    label = graphene.String(required=True, description="需要办理什么。 / What is to be done.")
    since = graphene.Field(DateTime, required=True, description="等待自。 / Since when.")
    due_on = graphene.Date(description="期限。 / Until which day.")
    is_overdue = graphene.Boolean(required=True, description="是否逾期。 / Whether that day is past.")
