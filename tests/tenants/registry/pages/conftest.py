"""Browsers of one union's people."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.registry.actions import entries, ledger
from tenants.registry.models import SocialOrganization
from tests.tenants.registry.conftest import entry_fields

Inside = Callable[[], object]


@pytest.fixture
def browser(client_of: Callable[..., Client]) -> Client:
    """A staff member of 开福区总工会 at their browser."""
    return client_of("430105", Role.UNION_STAFF)


@pytest.fixture
def staff(browser: Client) -> Actor:
    return browser.actor  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> TradeUnion:
    """The union, without standing in its schema: a page enters by itself."""
    return country["430105"]


@pytest.fixture
def inside(kaifu: TradeUnion) -> Callable[[], object]:
    """`with inside():` looks into the union's schema."""
    return lambda: door.inside(kaifu)


@pytest.fixture
def draft(kaifu: TradeUnion, staff: Actor, at: datetime) -> SocialOrganization:
    with door.inside(kaifu):
        return entries.create(fields=entry_fields(), by=staff, at=at)


@pytest.fixture
def to_verify(kaifu: TradeUnion, draft: SocialOrganization, staff: Actor, at: datetime) -> SocialOrganization:
    with door.inside(kaifu):
        return ledger.submit(organization=draft, by=staff, at=at)


@pytest.fixture
def active(kaifu: TradeUnion, to_verify: SocialOrganization, staff: Actor, at: datetime) -> SocialOrganization:
    with door.inside(kaifu):
        return ledger.verify(organization=to_verify, by=staff, at=at)
