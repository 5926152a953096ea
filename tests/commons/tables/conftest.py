"""The ledger and the contacts of 开福, as lists; 雨花 is the neighbour."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door

Inside = Callable[..., Any]


@pytest.fixture
def inside(country: dict[str, TradeUnion]) -> Inside:
    """`with inside():` looks into 开福's schema, `with inside("430111"):` into another's."""
    return lambda code="430105": door.inside(country[code])


@pytest.fixture
def staff(client_of: Callable[..., Client]) -> Client:
    """A staff member of 开福 at their browser."""
    return client_of("430105", Role.UNION_STAFF)


@pytest.fixture
def admin(client_of: Callable[..., Client]) -> Client:
    return client_of("430105", Role.UNION_ADMIN)


@pytest.fixture
def neighbour(client_of: Callable[..., Client]) -> Client:
    return client_of("430111", Role.UNION_ADMIN)
