"""What these tests begin with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from commons.access.actors import Actor
from commons.boundaries import calendar
from commons.kit.clock import month_index, today
from commons.people.enums import Role


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    calendar.forget()


@pytest.fixture
def admin(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("000000", Role.NATIONAL_ADMIN)


@pytest.fixture
def second(actor_of: Callable[..., Actor]) -> Actor:
    """The other of two national administrators."""
    return actor_of("000000", Role.NATIONAL_ADMIN)


def first_of(count: int = 0) -> date:
    """The first of this month, or of one so many months later."""
    index = month_index(today()) + count
    return date(index // 12, index % 12 + 1, 1)
