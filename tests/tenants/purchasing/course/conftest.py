"""One running project of 开福 with its contract, and whoever has to do with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest

from commons.access import grants
from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.purchasing.models import Contract, ServiceProject
from tests.factories import people
from tests.factories.purchasing import course as make


@dataclass(frozen=True)
class Course:
    """The project, its contract, and the people by what they are to it."""

    project: ServiceProject
    contract: Contract
    admin: Actor
    other_admin: Actor
    staff: Actor
    supervisor: Actor
    stranger: Actor
    expert: Actor
    finance: Actor
    leader: Actor
    secretariat: Actor
    auditor: Actor
    provider: Actor
    other_provider: Actor
    at: datetime

    def everybody(self) -> dict[str, Actor]:
        """By the word of the tables below."""
        names = ("admin", "staff", "supervisor", "stranger", "expert", "finance", "leader", "secretariat", "auditor")
        return {name: getattr(self, name) for name in (*names, "provider", "other_provider")}


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with door.inside(country["430105"]):
        yield country["430105"]


@pytest.fixture
def course(kaifu: TradeUnion, actor_of: Callable[..., Actor], at: datetime) -> Course:
    return build(actor_of, at)


def build(actor_of: Callable[..., Actor], at: datetime, code: str = "430105") -> Course:
    """In the schema that is current."""
    project = make.project()
    supervisor, expert = actor_of(code, Role.SUPERVISOR), actor_of(code, Role.REVIEWER)
    for named in (supervisor, expert):
        assert named.user is not None
        grants.name_officer(named.user, project)
    return Course(
        project=project,
        contract=make.contract(project),
        admin=actor_of(code, Role.UNION_ADMIN),
        other_admin=actor_of(code, Role.UNION_ADMIN),
        staff=actor_of(code, Role.UNION_STAFF),
        supervisor=supervisor,
        stranger=actor_of(code, Role.SUPERVISOR),
        expert=expert,
        finance=actor_of(code, Role.LEADER, Role.FINANCE),
        leader=actor_of(code, Role.LEADER),
        secretariat=actor_of(code, Role.LEADER, Role.SECRETARIAT),
        auditor=actor_of(code, Role.LEADER, Role.AUDITOR),
        provider=people.organization(code, make.USCC),
        other_provider=people.organization(code, make.OTHER_USCC),
        at=at,
    )
