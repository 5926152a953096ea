"""The steps of a workflow on an object's page: its state, what may be done now, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commons.access.actors import Actor
from commons.workflow.declaration import Machine
from commons.workflow.transitions import choices


@dataclass(frozen=True)
class Button:
    """One event that may be caused now."""

    label: str
    url: str
    danger: bool


@dataclass(frozen=True)
class Blocked:
    """One event that waits for something, and for what."""

    label: str
    why: str


@dataclass(frozen=True)
class Steps:
    """For components/steps."""

    state: str
    state_label: str
    buttons: list[Button]
    blocked: list[Blocked]


def steps(machine: Machine, row: Any, actor: Actor, at: datetime, union_code: str) -> Steps:
    """What `actor` may do with `row` now, in the order of the declaration."""
    open_, blocked = [], []
    for choice in choices(machine, row, by=actor, at=at):
        label = choice.line.event.label
        if choice.refusal is None:
            open_.append(Button(label, step_url(union_code, machine, row, choice.line.event), choice.line.danger))
        else:
            blocked.append(Blocked(label, choice.refusal.message))
    return Steps(str(row.state), machine.states.label_of(str(row.state)), open_, blocked)


def step_url(union_code: str, machine: Machine, row: Any, event: str) -> str:
    """Where the event is asked for and carried out."""
    return f"/u/{union_code}/do/{machine.slug}/{row.pk}/{event}"
