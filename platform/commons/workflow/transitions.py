"""
The one door through which a row's state changes, for page, API, task and command.

In this order: who may, the lock, the version, the state, the reason, the form, the guards, the effects; then the row with its next
version, its history and the audit log, in the same transaction. Whatever refuses leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models, transaction

from commons.access.actors import Actor
from commons.access.decisions import Decision, refused
from commons.audit.recording import HISTORY, record, record_change
from commons.kit.errors import Conflict, DomainError, Invalid, NotFound
from commons.tenancy.acting import stands_in_own_union
from commons.workflow.declaration import Guard, Machine, Step, Transition
from commons.workflow.errors import GuardRefused, ReasonMissing, StateRefused, UnknownEvent

REASON_LENGTH = 500

Listener = Callable[[Step, str], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Let `listener(step, from_state)` know of each step, inside its transaction; registering twice changes nothing."""
    if listener not in _listeners:
        _listeners.append(listener)


@dataclass(frozen=True)
class Choice:
    """An event that may happen to a row now; `refusal` is why it would not, as far as can be told before."""

    line: Transition
    refusal: DomainError | None
    warnings: tuple[str, ...] = ()


@transaction.atomic
def transition(
    machine: Machine,
    row: Any,
    event: str,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    version: int | None = None,
    data: Mapping[str, Any] | None = None,
    files: Mapping[str, Any] | None = None,
) -> Step:
    """
    Let `event` happen to `row`, which is locked and read anew; the step that was taken, with its warnings.

    `version` is the one that was read: another one now is a conflict. `data` and `files` fill the event's form.
    Raises: Refused, NotFound, Conflict, StateRefused, ReasonMissing, Invalid, GuardRefused.
    """
    stands_in_own_union(by)
    by = machine.recorded(by)
    _admit(machine, row, event, by)
    locked = _locked(machine, row.pk)
    if version is not None and locked.version != version:
        raise Conflict()
    line = _taken(machine, locked, event, by)
    step = Step(machine, locked, line, by, at, reason.strip()[:REASON_LENGTH])
    if line.needs_reason and not step.reason:
        raise ReasonMissing(path=("reason",), event=line.event.label)
    step.data = _cleaned(line, locked, by, data or {}, files or {})
    for guard in line.guards:
        _hold(guard, step)
    before = str(locked.state)
    for effect in line.effects:
        effect(step)
    if (target := line.leads(step) if line.leads else line.target) is not None:
        locked.state = target
    keep(step, before)
    return step


def follow(
    machine: Machine, row: Any, event: str, *, after: Step, reason: str = "", data: Mapping[str, Any] | None = None
) -> Step:
    """
    Let `event` happen to `row` as a consequence of the step `after`, in its transaction, in the name of who took that.

    Raises: as `transition`, save Refused.
    """
    # The platform acts, but the history names the person whose step this follows.
    actor = replace(after.by, system=after.by.name or after.machine.zh)
    return transition(machine, row, event, by=actor, at=after.at, reason=reason or after.reason, data=data)


def foreseen(machine: Machine, row: Any, event: str, *, by: Actor) -> Transition:
    """
    The line by which `event` would happen to `row` as it was read, for whoever asks before it does.

    Raises: Refused, StateRefused, UnknownEvent, in the order of `transition`.
    """
    _admit(machine, row, event, by)
    return _taken(machine, row, event, by)


def choices(machine: Machine, row: Any, *, by: Actor, at: datetime) -> list[Choice]:
    """What `by` may let happen to `row` now, in the order of the declaration, with what stands in the way of each."""
    found = []
    for line in machine.lines_from(str(row.state)):
        if not line.button or by.system or not _may(line, by, row):
            continue
        step = Step(machine, row, line, by, at)
        refusal: DomainError | None = None
        for guard in line.guards:
            if guard.of_data:
                continue
            try:
                _hold(guard, step)
            except DomainError as problem:
                refusal = problem
                break
        found.append(Choice(line, refusal, tuple(step.warnings)))
    return found


def begun(machine: Machine, row: Any, *, by: Actor, at: datetime, event: str = "create") -> None:
    """Tell the history and the audit log that a row begins in its present state."""
    if row.state not in machine.initial:
        raise ValueError(f"{machine.code} does not begin in {row.state}")
    record_change(event, on=row, by=by, at=at, to_state=str(row.state), into=machine.history)
    record(f"{row._meta.label_lower}.{event}", by=by, at=at, on=row)


def edited(
    row: Any,
    *,
    by: Actor,
    at: datetime,
    changes: Mapping[str, tuple[object, object]],
    said: Mapping[str, tuple[object, object]] | None = None,
    into: str = HISTORY,
) -> None:
    """
    Save changed fields of a locked row as its next version, with history and audit log; nothing when none changed.

    `changes` = {field: (old, new)}; the new values stand in the row already. `said` is told to the history only: what changed
    beside the row, such as its lines.
    """
    if not changes and not said:
        return
    row.version += 1
    row.updated_at = at
    row.save(update_fields=[*changes, "version", "updated_at"])
    state = str(getattr(row, "state", ""))
    told = plain(row, {**changes, **(said or {})})
    record_change("edit", on=row, by=by, at=at, from_state=state, to_state=state, changes=told, into=into)
    record(f"{row._meta.label_lower}.edit", by=by, at=at, on=row)


def keep(step: Step, before: str) -> None:
    """Save the step: the row's next version, its history, the audit log; then tell the listeners."""
    row, by, at = step.row, step.by, step.at
    row.version += 1
    row.updated_at = at
    row.save(update_fields=[*{*step.changes, "state", "version", "updated_at"}])
    event = str(step.line.event)
    record_change(
        event,
        on=row,
        by=by,
        at=at,
        from_state=before,
        to_state=str(row.state),
        reason=step.reason,
        changes=plain(row, step.changes),
        into=step.machine.history,
    )
    record(f"{row._meta.label_lower}.{event}", by=by, at=at, on=row)
    for listener in _listeners:
        listener(step, before)


def plain(row: models.Model, changes: Mapping[str, tuple[object, object]]) -> dict[str, tuple[object, object]]:
    """Changes as JSON may hold them; of sealed fields only that they changed."""
    sealed = {field.name for field in row._meta.concrete_fields if type(field).__name__ == "EncryptedTextField"}
    return {name: ("●", "●") if name in sealed else (_plain(old), _plain(new)) for name, (old, new) in changes.items()}


def _plain(value: object) -> object:
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int) else str(value)


def _admit(machine: Machine, row: Any, event: str, actor: Actor) -> None:
    """
    Whether the actor may let this event happen to the row in any state: asked first, so that a state tells nothing.

    Raises: UnknownEvent, Refused.
    """
    lines = machine.lines_of(event)
    if not lines:
        raise UnknownEvent(event=str(event), machine=machine.zh)
    decision = refused()
    for line in lines:
        if decision := _may(line, actor, row):
            break
    decision.require()


def _taken(machine: Machine, row: Any, event: str, actor: Actor) -> Transition:
    """
    The line that leads on from the state of the row.

    Raises: StateRefused, Refused.
    """
    line = machine.line(str(row.state), event)
    if line is None:
        label = machine.lines_of(event)[0].event.label
        raise StateRefused(state=machine.states.label_of(row.state), event=label)
    _may(line, actor, row).require()
    return line


def _may(line: Transition, actor: Actor, row: Any) -> Decision:
    decision = refused()
    for who in line.who:
        if decision := who.may(actor, row):
            break
    return decision


def _locked(machine: Machine, pk: UUID) -> Any:
    """
    The row, locked after its parents.

    Raises: NotFound.
    """
    table = machine.table._base_manager
    for path in machine.parents:
        parent = table.filter(pk=pk).values_list(path.replace(".", "__") + "_id", flat=True).first()
        model = machine.table
        for name in path.split("."):
            model = model._meta.get_field(name).related_model  # type: ignore[assignment]
        if parent is not None:
            list(model._base_manager.select_for_update().filter(pk=parent).values_list("pk"))
    found = table.select_for_update().filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def _cleaned(
    line: Transition, row: Any, actor: Actor, data: Mapping[str, Any], files: Mapping[str, Any]
) -> dict[str, Any]:
    if line.form is None:
        return {}
    form = line.form(data, files, row=row, actor=actor)
    if not form.is_valid():
        problems = {("" if name == "__all__" else name): list(told) for name, told in form.errors.items()}
        raise Invalid({name: [str(sentence) for sentence in told] for name, told in problems.items()})
    return dict(form.cleaned_data)


def _hold(guard: Guard, step: Step) -> None:
    facts = guard.check(step)
    if facts is None:
        return
    refusal = GuardRefused(guard.code, guard.sentence, **facts)
    if not guard.warns:
        raise refusal
    step.warnings.append(refusal.message)
