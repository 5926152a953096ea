"""The single entry by which the state of anything changes. Source: DOMAIN §3, Appendix E."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self

import graphene

from api.kit.context import Context
from api.kit.ids import from_global
from api.kit.loaders import row
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node
from api.kit.scalars import Data
from commons.access.permissions import Permission
from commons.workflow import machines
from commons.workflow.transitions import transition

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class TransitionInput(graphene.InputObjectType):
    """办理一个对象的一个事项。 / Let an event happen to an object."""

    id = graphene.ID(required=True, description="对象的全局编号。 / Global id of the object.")
    event = graphene.String(required=True, description="事项代码，见 availableTransitions。 / The event's code.")
    reason = graphene.String(description="理由。 / Why.")
    version = graphene.Int(
        description="读取时的版本；已变化则不办理。 / The version that was read; another one now is a conflict."
    )
    data = Data(description="事项所需的数据。 / What the event asks for.")


class Transition(ActionMutation):
    """办理一个对象的一个事项；未办理时给出未满足的条件代码。 / Let an event happen; a guard that does not hold is named by its code."""

    class Meta:
        # Everybody with a role gets here; who may cause which event is the machine's own word.
        permission = Permission.DIRECTORY_VIEW
        input_type = TransitionInput

    object: ClassVar[Any] = graphene.Field(Node, description="办理后的对象。 / The object afterwards.")
    state: ClassVar[Any] = graphene.String(description="办理后的状态代码。 / Its state afterwards.")
    warnings: ClassVar[Any] = graphene.List(
        graphene.NonNull(graphene.String), description="不妨碍办理的提醒。 / What was only warned of."
    )

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        id: str,
        event: str,
        reason: str | None = None,
        version: int | None = None,
        data: dict[str, Any] | None = None,
    ) -> Self:
        type_name, key = from_global(id)
        machine = machines.of(type_name)
        subject = machine.find(context.acting, key)
        given = {_HUMP.sub("_", name).lower(): value for name, value in (data or {}).items()}
        step = transition(
            machine, subject, event, by=context.acting, at=context.at, reason=reason or "", version=version, data=given
        )
        return cls(object=row(step.row), state=str(step.row.state), warnings=step.warnings)


class WorkflowMutations(graphene.ObjectType):
    transition = Transition.Field()
