"""Every machine of the platform: a register that features fill in `AppConfig.ready()`."""

from __future__ import annotations

from commons.audit import events
from commons.kit.errors import NotFound
from commons.workflow.declaration import Machine

_machines: dict[str, Machine] = {}


def register(*machines: Machine) -> None:
    """Make machines known, by their models, and their steps to the audit log's reader; the same again changes nothing."""
    for machine in machines:
        if _machines.get(machine.slug, machine) is not machine:
            raise ValueError(f"Two machines for {machine.model}")
        _machines[machine.slug] = machine
        events.tell(machine.model.lower(), machine.zh, {str(one): one.label for one in machine.events})


def known() -> list[Machine]:
    """All machines, by code."""
    return sorted(_machines.values(), key=lambda machine: (machine.code, machine.model))


def of(slug: str) -> Machine:
    """
    The machine of a model, by its name in addresses.

    Raises: NotFound.
    """
    machine = _machines.get(slug.lower())
    if machine is None:
        raise NotFound()
    return machine
