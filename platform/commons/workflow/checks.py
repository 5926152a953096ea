"""
A machine that cannot be right is refused before the first request.

workflow.E001  two lines of one machine for the same state and event
workflow.E002  a state that no line leads to, and none begins in; or a line from or to a state that is not declared
workflow.E003  an event that no line uses
workflow.E004  something waits in a state for an event that does not lead out of it
workflow.E005  two guards share a code and say different things
workflow.E006  two machines share a code
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from commons.workflow import machines
from commons.workflow.declaration import Guard, Machine


@register()
def machines_hold(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """What can be told from the declarations alone."""
    return problems(machines.known())


def problems(known: Iterable[Machine]) -> list[CheckMessage]:
    """Everything wrong with these machines."""
    found: list[CheckMessage] = []
    guards: dict[str, Guard] = {}
    codes: dict[str, Machine] = {}
    for machine in known:
        found += _of(machine)
        if codes.setdefault(machine.code, machine) is not machine:
            same = codes[machine.code].model
            found.append(Error(f"{machine.code}: both {same} and {machine.model} are called so", id="workflow.E006"))
        for guard in (guard for line in machine.transitions for guard in line.guards):
            other = guards.setdefault(guard.code, guard)
            if other.sentence != guard.sentence:
                found.append(Error(f"{machine.code}: two guards are called {guard.code}", id="workflow.E005"))
    return found


def _of(machine: Machine) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    pairs = [(state, line.event) for line in machine.transitions for state in line.sources]
    for state, event in {pair for pair in pairs if pairs.count(pair) > 1}:
        found.append(Error(f"{machine.code}: two lines for {event} in {state}", id="workflow.E001"))
    reached = {
        state for line in machine.transitions for state in (line.target, *line.others) if state is not None
    } | set(machine.initial)
    named = reached | {state for state, _ in pairs}
    declared = set(machine.states)
    for state in declared ^ reached:
        found.append(Error(f"{machine.code}: state {state} is not reached, or not declared", id="workflow.E002"))
    for state in named - declared:
        found.append(Error(f"{machine.code}: {state} is not declared", id="workflow.E002"))
    for event in set(machine.events) - {line.event for line in machine.transitions}:
        found.append(Error(f"{machine.code}: no line uses {event}", id="workflow.E003"))
    for waiting in machine.waiting:
        if machine.line(str(waiting.state), str(waiting.event)) is None:
            found.append(
                Error(f"{machine.code}: {waiting.event} does not lead out of {waiting.state}", id="workflow.E004")
            )
    return found
