"""What the tests of needs begin with."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.history.models import Change
from tests.factories import people

USCC = "51430105MJX000017A"


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    """Inside the schema of 开福区总工会."""
    with door.inside(country["430105"]) as union:
        yield union


@pytest.fixture
def staff(kaifu: TradeUnion, actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("430105", Role.UNION_STAFF)


@pytest.fixture
def other_staff(kaifu: TradeUnion, actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("430105", Role.UNION_STAFF)


@pytest.fixture
def admin(kaifu: TradeUnion, actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("430105", Role.UNION_ADMIN)


@pytest.fixture
def leader(kaifu: TradeUnion, actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("430105", Role.LEADER)


@pytest.fixture
def unit(kaifu: TradeUnion, actor_of: Callable[..., Actor]) -> Actor:
    """A grassroots union's account."""
    return actor_of("430105", Role.UNIT_USER, Role.REVIEWER)


@pytest.fixture
def provider(kaifu: TradeUnion) -> Actor:
    """The account of the organization that serves."""
    return people.organization("430105", USCC)


@pytest.fixture
def neighbour(country: dict[str, TradeUnion], actor_of: Callable[..., Actor]) -> Actor:
    """The administrator of 雨花区总工会."""
    return actor_of("430111", Role.UNION_ADMIN)


@pytest.fixture
def untouched() -> Callable[[Any], Any]:
    """`kept = untouched(row)`, then `kept()` holds that neither row, history nor audit log have moved."""

    def remember(row: Any) -> Callable[[], None]:
        rows = type(row)._base_manager

        def seen() -> tuple[object, ...]:
            return rows.values().get(pk=row.pk), rows.count(), Change.objects.count(), AuditEvent.objects.count()

        before = seen()

        def hold() -> None:
            assert seen() == before

        return hold

    return remember
