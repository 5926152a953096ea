"""
Every machine of the platform: each (state, event, role) is tried, and only what is declared passes.

The tables of DOMAIN §3 are compared with the declarations beside each feature's tests; here the door is compared with the declarations.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction as database

from commons.access.actors import Actor
from commons.access.roles import permissions_of
from commons.audit.models import AuditEvent
from commons.audit.recording import HISTORY
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import DomainError, Refused
from commons.people.enums import Role
from commons.tenancy import door
from commons.workflow import machines
from commons.workflow.declaration import Machine
from commons.workflow.errors import StateRefused
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tests.factories.machines import ROWS

ROLES = [role for role in Role if role != Role.NATIONAL_ADMIN]


def held(role: Role) -> frozenset[Role]:
    return frozenset({role, Role.REVIEWER}) if role.is_flag else frozenset({role})


def test_each_machine_has_a_row_in_each_state_to_be_tried_with() -> None:
    # Shared rows (subsidies) move between two unions: tests/commons/subsidies.
    assert {machine.slug for machine in machines.known() if machine.history == HISTORY} == set(ROWS)


class _Undo(Exception):
    """What a try has done is taken back."""


@pytest.mark.parametrize("slug", sorted(ROWS))
def test_only_what_is_declared_passes(
    slug: str, country: dict[str, TradeUnion], actor_of: Callable[..., Actor], at: datetime
) -> None:
    machine = machines.of(slug)
    actors = {role: actor_of("430105", *sorted(held(role))) for role in ROLES}
    tried = 0
    for state in machine.states:
        with door.inside(country["430105"]), database.atomic():
            row = ROWS[slug](str(state), at)
            row.refresh_from_db()
            assert str(row.state) == str(state), f"{slug}: the factory made {row.state} instead of {state}"
            before = _kept(row)
            for event in machine.events:
                for role, actor in actors.items():
                    _try(machine, row, str(event), actor, at, f"{slug}: {role} {event} in {state}")
                    tried += 1
                assert _kept(row) == before, f"{slug}: {event} in {state} left something behind"
            database.set_rollback(True)
    assert tried == len(machine.states) * len(machine.events) * len(ROLES)


def _kept(row: Any) -> tuple[object, ...]:
    """The row as it stands, and how much has been told of."""
    return type(row)._base_manager.values().get(pk=row.pk), Change.objects.count(), AuditEvent.objects.count()


def _try(machine: Machine, row: Any, event: str, actor: Actor, at: datetime, what: str) -> None:
    outcome: DomainError | None = None
    state = ""
    try:
        with database.atomic():
            state = str(transition(machine, row, event, by=actor, at=at, reason="按规定办理").row.state)
            raise _Undo
    except _Undo:
        pass
    except DomainError as refusal:
        outcome = refusal
    line = machine.line(str(row.state), event)
    allowed = permissions_of(frozenset(actor.roles))
    anywhere = [who for one in machine.lines_of(event) for who in one.who]
    here = list(line.who) if line else []
    if not any(who.permission in allowed for who in anywhere):
        assert isinstance(outcome, Refused), f"{what}: {outcome}"
    elif line is None:
        assert isinstance(outcome, StateRefused | Refused), f"{what}: {outcome}"
    elif not any(who.permission in allowed for who in here):
        assert isinstance(outcome, Refused), f"{what}: {outcome}"
    elif outcome is None:
        targets = {str(target) for target in (line.target, *line.others) if target is not None} or {str(row.state)}
        assert state in targets, f"{what}: came to {state}"
