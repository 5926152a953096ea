"""The handbook's page of state machines, made from the declarations."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from commons.workflow import machines
from commons.workflow.declaration import Machine, Transition

FILE = Path(__file__).resolve().parents[2] / "handbook" / "state-machines.md"

_HEAD = """# State machines

Made by `manage.py export_machines` from the declarations; do not edit. Each step goes through one door
(`commons.workflow.transitions`), whoever causes it. A guard's code is what the API answers when it does not hold; a star marks a
rule that comes straight from a policy.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_of(machine) for machine in machines.known())])


def _of(machine: Machine) -> str:
    parts = [f"## {machine.code} {machine.zh} ({machine.en})", ""]
    if machine.source:
        parts += [f"Source: {machine.source}. Model: `{machine.model}`.", ""]
    parts += ["```mermaid", "stateDiagram-v2"]
    parts += [f'    state "{state.zh}" as {state.value}' for state in machine.states]
    parts += [f"    [*] --> {state.value}" for state in machine.initial]
    for line in machine.transitions:
        for source in line.sources:
            for target in _targets(line, source):
                parts.append(f"    {source} --> {target}: {line.event.zh}")
    parts += ["```", "", "| from | event | to | who | guards |", "|---|---|---|---|---|"]
    for line in machine.transitions:
        sources = ", ".join(f"`{source}`" for source in line.sources)
        targets = " / ".join(f"`{target}`" for target in _targets(line, "stays"))
        who = ", ".join(dict.fromkeys(who.label for who in line.who))
        guards = "; ".join(_guards(line)) or "–"
        parts.append(f"| {sources} | `{line.event}` {line.event.zh} | {targets} | {who} | {guards} |")
    return "\n".join([*parts, ""])


def _targets(line: Transition, stays: str) -> list[str]:
    return [str(target) if target is not None else stays for target in (line.target, *line.others)]


def _guards(line: Transition) -> Iterable[str]:
    if line.needs_reason:
        yield "reason"
    for guard in line.guards:
        star = " ★" if "★" in guard.source else ""
        warns = " (warns)" if guard.warns else ""
        yield f"`{guard.code}`{star}{warns} {guard.zh}"
