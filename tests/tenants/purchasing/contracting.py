"""What the tests of contracts and payments share: the people of 开福, and a look at everything that could have moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.jobs.models import Job
from commons.people.enums import Role
from commons.workflow.declaration import Machine
from commons.workflow.errors import GuardRefused
from commons.workflow.transitions import transition
from tenants.attachments.models import Attachment
from tenants.history.models import Change
from tenants.purchasing.models import Contract, Match, Payment, PaymentMilestone, ServiceProject
from tests.factories import people

ActorOf = Callable[..., Actor]
CODE = "430105"


@dataclass(frozen=True)
class People:
    """Those who deal with a contract. `clerk` is another member of staff, `payer` staff with the finance flag."""

    admin: Actor
    staff: Actor
    clerk: Actor
    payer: Actor
    teller: Actor
    leader: Actor


def everybody() -> People:
    return People(
        admin=people.actor(CODE, Role.UNION_ADMIN),
        staff=people.actor(CODE, Role.UNION_STAFF),
        clerk=people.actor(CODE, Role.UNION_STAFF),
        payer=people.actor(CODE, Role.UNION_STAFF, Role.FINANCE),
        teller=people.actor(CODE, Role.UNION_STAFF, Role.FINANCE),
        leader=people.actor(CODE, Role.LEADER),
    )


def everything() -> list[Any]:
    """All that a step could have changed, as comparable values."""
    tables = (ServiceProject, Contract, PaymentMilestone, Payment, Match)
    rows = [sorted(table.objects.values_list(), key=str) for table in tables]
    counts = [table.objects.count() for table in (Change, AuditEvent, Job, Attachment)]
    return [*rows, *counts]


def refused(machine: Machine, row: Any, event: str, *, by: Actor, at: datetime, **more: Any) -> GuardRefused:
    """The refusal of a guard, having seen that nothing moved."""
    before = everything()
    with pytest.raises(GuardRefused) as told:
        transition(machine, row, event, by=by, at=at, **more)
    assert everything() == before
    return told.value
