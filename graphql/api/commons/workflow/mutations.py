"""The single entry by which the state of anything changes. Source: DOMAIN §3, Appendix E."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import graphene
from graphene.utils.str_converters import to_camel_case

from api.kit.context import Context
from api.kit.ids import from_global
from api.kit.loaders import row
from api.kit.mutations import ActionMutation
from api.kit.nodes import Node
from api.kit.scalars import Data, Upload
from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.kit.errors import Invalid
from commons.workflow import machines
from commons.workflow.declaration import EventForm
from commons.workflow.declaration import Transition as Line
from commons.workflow.transitions import transition


class StepFileInput(graphene.InputObjectType):
    """事项所需的一个文件。 / A file that an event asks for."""

    name = graphene.String(required=True, description="数据项，见 availableTransitions.files。 / Which one it is.")
    file = Upload(required=True, description="文件。 / The file.")


class TransitionInput(graphene.InputObjectType):
    """办理一个对象的一个事项。 / Let an event happen to an object."""

    id = graphene.ID(required=True, description="对象的全局编号。 / Global id of the object.")
    event = graphene.String(required=True, description="事项代码，见 availableTransitions。 / The event's code.")
    reason = graphene.String(description="理由。 / Why.")
    version = graphene.Int(
        description="读取时的版本；已变化则不办理。办理后状态不变而又不能撤回的事项须填写，以免重复提交时办理两次。 / "
        "The version that was read; another one now is a conflict. Needed for a grave event that leaves the state as it is."
    )
    data = Data(description="事项所需的数据。 / What the event asks for.")
    files = graphene.List(graphene.NonNull(StepFileInput), description="事项所需的文件。 / Files that it asks for.")


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
        files: list[dict[str, Any]] | None = None,
    ) -> Self:
        type_name, key = from_global(id)
        machine = machines.of(type_name)
        subject = machine.find(context.acting, key)
        line = machine.line(str(subject.state), event)
        if line is not None and line.danger and line.target is None and version is None:
            # Sent again by a client that got no answer, it would happen twice.
            raise Invalid({"version": ["请填写读取时的版本，以免重复提交时办理两次。"]})
        names = _names(line, subject, context.acting)
        step = transition(
            machine,
            subject,
            event,
            by=context.acting,
            at=context.at,
            reason=reason or "",
            version=version,
            data=_named(names, data or {}),
            files=_named(names, {one["name"]: one["file"] for one in files or ()}),
        )
        return cls(object=row(step.row), state=str(step.row.state), warnings=step.warnings)


def asked(line: Line, subject: Any, actor: Actor) -> EventForm | None:
    """The form of an event as it stands for this row, empty."""
    return line.form(row=subject, actor=actor) if line.form else None


def _names(line: Line | None, subject: Any, actor: Actor) -> dict[str, str] | None:
    """The event's fields by the names that the API gives them; None where the event cannot happen, which its refusal tells."""
    if line is None:
        return None
    form = asked(line, subject, actor)
    return {to_camel_case(name): name for name in form.fields} if form else {}


def _named(names: Mapping[str, str] | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """
    What was given by the names of the form's fields.

    Raises: Invalid for what the event does not ask for, lest it be lost without a word.
    """
    if names is None:
        return dict(given)
    known = {**names, **{name: name for name in names.values()}}
    strange = [name for name in given if name not in known]
    if strange:
        told = "、".join(names) or "无"
        raise Invalid({name: [f"此事项没有数据项“{name}”，可填写的有：{told}。"] for name in strange})
    return {known[name]: value for name, value in given.items()}


class WorkflowMutations(graphene.ObjectType):
    transition = Transition.Field()
