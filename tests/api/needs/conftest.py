"""Who asks the API of needs in 开福."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import models
from django.test import Client

from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.history.models import Change
from tests.api.conftest import ask
from tests.factories import people

USCC = "51430105MJX000017A"
# These roles are held beside another; a reviewer's gives nothing here.
SECRETARIAT = (Role.SECRETARIAT, Role.REVIEWER)
UNIT = (Role.UNIT_USER, Role.REVIEWER)
FINANCE = (Role.FINANCE, Role.REVIEWER)
TRANSITION = "mutation($input: TransitionInput!) { transition(input: $input) { errors { code path } state } }"


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    """Inside the schema of 开福区总工会."""
    with door.inside(country["430105"]) as union:
        yield union


@pytest.fixture
def leader(client_of: Callable[..., Client]) -> Client:
    return client_of("430105", Role.LEADER)


@pytest.fixture
def admin(client_of: Callable[..., Client]) -> Client:
    return client_of("430105", Role.UNION_ADMIN)


@pytest.fixture
def secretariat(client_of: Callable[..., Client]) -> Client:
    return client_of("430105", *SECRETARIAT)


@pytest.fixture
def organization(country: dict[str, TradeUnion]) -> Client:
    """The account of an organization, acting in 开福."""
    client = Client()
    client.force_login(people.organization("430105", USCC).user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["acting_union"] = "430105"
    session.save()
    return client


def step(client: Client, id: str, event: str, **given: Any) -> dict[str, Any]:
    """One transition's payload."""
    told: dict[str, Any] = ask(client, TRANSITION, {"input": {"id": id, "event": event, **given}})["data"]["transition"]
    return told


def done(client: Client, id: str, event: str, **given: Any) -> str:
    """The state after a step that nothing refused."""
    told = step(client, id, event, **given)
    assert told["errors"] == []
    return str(told["state"])


def codes(answer: dict[str, Any]) -> list[str]:
    """The codes of top-level errors."""
    return [error["extensions"]["code"] for error in answer.get("errors", [])]


def written(union: TradeUnion, *kinds: type[models.Model]) -> tuple[object, ...]:
    """All rows of these kinds, and how much is in history and audit log."""
    with door.inside(union):
        rows = [list(kind._base_manager.order_by("pk").values()) for kind in kinds]
        return (*rows, Change.objects.count(), AuditEvent.objects.count())
