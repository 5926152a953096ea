"""A small union office: an administrator, and browsers that sign in by the page."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.test.utils import override_settings

from commons.access.actors import Actor
from commons.people.enums import Role
from tests.factories import people

PASSWORD = "Sunny-Harbour-27"


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def admin(country: object) -> Actor:
    """The administrator of 开福."""
    return people.actor("430105", Role.UNION_ADMIN)


@pytest.fixture
def neighbour(country: object) -> Actor:
    """The administrator of 雨花, a sibling."""
    return people.actor("430111", Role.UNION_ADMIN)


@pytest.fixture
def browser_of() -> Callable[[Actor], Client]:
    """A browser in which the actor has signed in through the page."""

    def sign_in(actor: Actor) -> Client:
        assert actor.user is not None
        if not actor.user.check_password(PASSWORD):
            actor.user.set_password(PASSWORD)
            actor.user.save()
        client = Client()
        answer = client.post("/sign-in", {"username": actor.user.username, "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        return client

    return sign_in


@pytest.fixture
def demanding() -> Iterator[None]:
    """A platform that demands a second factor of union administrators."""
    with override_settings(SECOND_FACTOR_ROLES=["union_admin"]):
        yield
