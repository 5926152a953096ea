"""What the tests of contracts and payments share: the people of 开福, and a look at everything that could have moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
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
from tenants.purchasing.actions import contracts
from tenants.purchasing.contract_terms import Part
from tenants.purchasing.enums import BidState, ProjectState
from tenants.purchasing.machines.contract import CONTRACT, ContractEvent
from tenants.purchasing.models import Bid, Call, Contract, Match, Payment, PaymentMilestone, Provider, ServiceProject
from tests.factories import people
from tests.factories.purchasing import contracts as make
from tests.factories.purchasing import projects
from tests.factories.uploads import upload

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


def won(amount: str = "98000.00", **fields: Any) -> tuple[ServiceProject, Provider]:
    """A project that was called for and awarded."""
    project = projects.project(state=ProjectState.AWARDED, **fields)
    provider = make.provider()
    call = Call.objects.create(project=project, title="招募公告", ceiling=project.budget, **projects.MADE)
    Bid.objects.create(
        call=call,
        owner_mark="m",
        state=BidState.WON,
        provider=provider,
        plan="方案",
        total=Decimal(amount),
        award_amount=Decimal(amount),
        **projects.MADE,
    )
    return project, provider


def drafted(who: People, at: datetime, project: ServiceProject, **terms: Any) -> Contract:
    """A draft with three milestones."""
    row = contracts.draft(kind="project", project=project, by=who.staff, at=at, **terms)
    contracts.set_milestones(
        contract=row,
        parts=[Part(condition, Decimal(share), day) for condition, share, day in make.PARTS],
        version=row.version,
        by=who.staff,
        at=at,
    )
    return Contract.objects.get(pk=row.pk)


def sign(row: Contract, who: People, at: datetime, **more: Any) -> None:
    transition(CONTRACT, row, ContractEvent.SUBMIT, by=who.staff, at=at)
    transition(CONTRACT, row, ContractEvent.PASS, by=who.admin, at=at, reason="法律顾问审核通过")
    transition(
        CONTRACT,
        row,
        ContractEvent.SIGN,
        by=who.staff,
        at=at,
        data={"signed_on": "2026-11-19"},
        files={"file": upload(name="合同.pdf")},
        **more,
    )
