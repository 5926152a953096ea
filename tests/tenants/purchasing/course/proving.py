"""What the tests of all machines of the course ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.jobs.models import Job
from commons.kit.errors import DomainError
from commons.workflow.declaration import Machine
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing.models import Evaluation, Report, ServiceProject, Visit


def may(machine: Machine, row: Any, everybody: Mapping[str, Actor]) -> dict[str, set[str]]:
    """Who may cause which event on this row, in one state or another: {event: words of the people}."""
    return {
        str(event): {
            word
            for word, actor in everybody.items()
            if any(who.may(actor, row) for line in machine.lines_of(event) for who in line.who)
        }
        for event in machine.events
    }


def everything() -> tuple[object, ...]:
    """All that a step could have moved."""
    rows = [list(model.objects.order_by("pk").values()) for model in (Report, Visit, Evaluation, ServiceProject)]
    return (*rows, Change.objects.count(), AuditEvent.objects.count(), Job.objects.count())


def refused(
    machine: Machine, row: Any, event: str, code: str, *, by: Actor, at: Any, reason: str = "", data: Any = None
) -> DomainError:
    """The refusal, which has the code and has moved nothing."""
    before = everything()
    with pytest.raises(DomainError) as problem:
        transition(machine, row, event, by=by, at=at, reason=reason, data=data)
    assert problem.value.code == code
    assert everything() == before
    return problem.value
