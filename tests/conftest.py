"""
One database per worker, with the small country built once; each test is rolled back.

A test that needs real commits (threads, processes, crashes) takes `own_database`: a copy of its own, dropped afterwards.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import psycopg2
import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from xdist.scheduler import LoadGroupScheduling

from commons.access.actors import Actor
from commons.boundaries import calendar
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from tests.factories import country as countries
from tests.factories import people

_copies = itertools.count(1)
# Tests that share one running platform: one worker does them all.
TOGETHER = "tests/journeys/"


class Together(LoadGroupScheduling):
    """
    Gives a worker whole groups, and a group is a folder.

    The marks of pytest-xdist 3.8 do not reach the scheduler under pytest 9.2, where a test's id cannot be lengthened.
    """

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return Together(config, log) if config.getvalue("dist") == "loadgroup" else None


def _administer(statement: str) -> None:
    """Run one statement on the server, outside the databases under test."""
    where = connection.settings_dict
    address = {"host": where["HOST"], "port": where["PORT"], "user": where["USER"], "password": where["PASSWORD"]}
    with closing(psycopg2.connect(dbname="postgres", **address)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(statement)


def _drop(name: str) -> None:
    """Drop a database, with whoever is still in it; an autovacuum worker, which is not ours to end, is waited for."""
    for attempt in itertools.count():
        try:
            _administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            return
        except psycopg2.errors.InsufficientPrivilege:
            if attempt == 50:
                raise
            time.sleep(0.2)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any, worker_id: str) -> Iterator[None]:
    from commons.tenancy import upgrade

    name = f"test_platform_{worker_id}"
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        _drop(name)
        _administer(f'CREATE DATABASE "{name}"')
        connection.settings_dict["NAME"] = name
        upgrade.everything(at=countries.FOUNDED_AT)
        countries.build()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        _drop(name)
        connection.settings_dict["NAME"] = before


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A copy of the worker's database in which commits are real; its name."""
    original = connection.settings_dict["NAME"]
    name = f"{original}_copy{next(_copies)}"
    with django_db_blocker.unblock():
        connections.close_all()
        _drop(name)
        _administer(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
        connection.settings_dict["NAME"] = name
        try:
            yield name
        finally:
            connections.close_all()
            connection.set_schema_to_public()  # type: ignore[attr-defined]
            connection.settings_dict["NAME"] = original
            _drop(name)


@pytest.fixture(autouse=True)
def no_change_of_the_tree_is_near() -> None:
    """Otherwise whichever request comes ten seconds after the last look would ask for one statement more."""
    calendar.trust(None, seconds=3600)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """A test's rows are rolled back; what was kept of them in memory is forgotten with them."""
    cache.clear()


@pytest.fixture(autouse=True)
def _in_public() -> Iterator[None]:
    yield
    connection.set_schema_to_public()  # type: ignore[attr-defined]


@pytest.fixture
def at() -> datetime:
    """The moment at which things happen in a test."""
    return datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def country(db: None) -> dict[str, TradeUnion]:
    """The unions of the small country by code."""
    return {union.code: union for union in TradeUnion.objects.all()}


@pytest.fixture
def actor_of(db: None) -> Callable[..., Actor]:
    """`actor_of("430105", Role.UNION_STAFF)`: a new account acting there."""
    return people.actor


@pytest.fixture
def client_of(db: None) -> Callable[..., Client]:
    """`client_of("430105", Role.UNION_STAFF)`: a browser signed in as a new account acting there."""

    def sign_in(code: str, *roles: Role) -> Client:
        acting = people.actor(code, *roles)
        client = Client()
        client.force_login(acting.user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session["acting_union"] = code
        session.save()
        client.actor = acting  # type: ignore[attr-defined]
        return client

    return sign_in
