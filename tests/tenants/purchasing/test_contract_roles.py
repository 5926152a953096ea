"""Who causes which step of contracts, payments and matches, as DOMAIN §3.6 and §4.2 have it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from commons.workflow.declaration import Machine
from tenants.purchasing.enums import ContractState, MilestoneState
from tenants.purchasing.machines.contract import CONTRACT
from tenants.purchasing.machines.milestone import MILESTONE
from tests.factories import people
from tests.factories.purchasing import contracts as make
from tests.tenants.purchasing.contracting import CODE

ADMIN, STAFF, FINANCE, ORGANIZATION = "union_admin", "union_staff", "finance", "org_user"
NOBODY: set[str] = set()

# Event: who. Everybody else is refused, whatever the state.
CONTRACTS: dict[str, set[str]] = {
    "submit": {ADMIN, STAFF},
    "return": {ADMIN, STAFF},
    "approve_deviations": {ADMIN},
    "pass": {ADMIN},
    "sign": {ADMIN, STAFF},
    "start": {ADMIN, STAFF},
    "fulfil": {ADMIN, STAFF},
    "terminate": {ADMIN},
    "expire": {ADMIN, STAFF},
}
MILESTONES: dict[str, set[str]] = {
    "due": {ADMIN, STAFF},
    "request": {ORGANIZATION},
    "approve": {ADMIN, STAFF},
    "return": {ADMIN, STAFF},
    "pay": {FINANCE},
    "reverse": {FINANCE},
    "withhold": {ADMIN, STAFF},
    "release": {ADMIN},
}


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with door.inside(country[CODE]) as union:
        yield union


def actors(uscc: str) -> dict[str, Actor]:
    """One account of each role; the finance flag alone, on top of a leader."""
    found = {
        role.value: people.actor(CODE, role)
        for role in (Role.UNION_ADMIN, Role.UNION_STAFF, Role.LEADER, Role.REVIEWER, Role.SUPERVISOR)
    }
    found[FINANCE] = people.actor(CODE, Role.LEADER, Role.FINANCE)
    found["auditor"] = people.actor(CODE, Role.LEADER, Role.AUDITOR)
    found["secretariat"] = people.actor(CODE, Role.LEADER, Role.SECRETARIAT)
    found["unit_user"] = people.actor(CODE, Role.LEADER, Role.UNIT_USER)
    found[ORGANIZATION] = people.organization(CODE, uscc)
    found["another organization"] = people.organization(CODE, make.provider().uscc)
    return found


def causing(machine: Machine, row: Any, who: dict[str, Actor]) -> dict[str, set[str]]:
    return {
        str(event): {
            name
            for name, actor in who.items()
            if any(one.may(actor, row) for line in machine.lines_of(event) for one in line.who)
        }
        for event in machine.events
    }


def test_steps_of_a_contract(kaifu: TradeUnion) -> None:
    row = make.contract(state=ContractState.PERFORMING)
    assert causing(CONTRACT, row, actors(row.provider.uscc)) == CONTRACTS


def test_steps_of_a_payment(kaifu: TradeUnion) -> None:
    row = make.at(make.contract(state=ContractState.PERFORMING), MilestoneState.DUE)
    assert causing(MILESTONE, row, actors(row.contract.provider.uscc)) == MILESTONES
