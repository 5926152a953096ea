"""What the tests of attachments begin with: an entry of the ledger in 开福, and who works there."""

from collections.abc import Callable, Iterator

import pytest

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.registry.models import SocialOrganization
from tests.factories import organizations


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    """Inside the schema of 开福区总工会."""
    with door.inside(country["430105"]) as union:
        yield union


@pytest.fixture
def staff(kaifu: TradeUnion, actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("430105", Role.UNION_STAFF)


@pytest.fixture
def leader(kaifu: TradeUnion, actor_of: Callable[..., Actor]) -> Actor:
    """Views the ledger, and changes nothing in it."""
    return actor_of("430105", Role.LEADER)


@pytest.fixture
def entry(kaifu: TradeUnion) -> SocialOrganization:
    return organizations.organization(name="启航职工服务中心")
