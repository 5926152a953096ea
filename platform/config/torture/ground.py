"""
Where the torture takes place: a state directory and a database of their own, both gone afterwards.

Without DATABASE_URL a second embedded server is started for it, so that a server killed with -9 is nobody else's. With one, a new
database is made on that server, whose role must be allowed to.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

from config.embedded import client, control, processes
from config.embedded.paths import State

# What the surroundings have set for themselves must not reach the torture.
_HIDDEN = ("CELERY_BROKER_URL", "CACHE_URL", "EMAIL_URL")


@dataclass(frozen=True)
class Ground:
    """One throw-away place. `url` is the address of its database."""

    state: State
    url: str
    embedded: bool

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process finds that works there; its secrets are made anew too."""
        found = {name: value for name, value in processes.environment(self.state).items() if name not in _HIDDEN}
        return found | {"DATABASE_URL": self.url, "PLATFORM_STATE_DIR": os.fspath(self.state.directory)}

    @property
    def database(self) -> str:
        return urlsplit(self.url).path.strip("/")


def here() -> Ground:
    """The ground that this process was started on."""
    state = State.of()
    embedded = client.keeper_is_alive(state)
    return Ground(state, os.environ["DATABASE_URL"], embedded)


@contextmanager
def ground(name: str = "") -> Iterator[Ground]:
    """
    Make a place with a database of this name, by default a random one, and remove it whatever happens.

    Raises: psycopg2.Error when there is such a database already, or none may be made; EmbeddedServerError.
    """
    server = os.environ.get("DATABASE_URL", "")
    state = State(Path(tempfile.mkdtemp(prefix="union-platform-torture-")))
    name = name or f"torture_{secrets.token_hex(4)}"
    try:
        address = server or client.ensure(state).url()
        _administer(address, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield Ground(state, urlunsplit(urlsplit(address)._replace(path=f"/{name}")), embedded=not server)
        finally:
            if server:
                _drop(address, name)
    finally:
        # Of the embedded server all goes: its processes, its data, its secrets.
        control.reset(state)
        shutil.rmtree(state.directory, ignore_errors=True)


def _drop(address: str, name: str) -> None:
    """With whoever is still in it; an autovacuum worker, which is not ours to end, is waited for."""
    for attempt in range(50):
        try:
            _administer(address, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            return
        except psycopg2.errors.InsufficientPrivilege:
            if attempt == 49:
                raise
            time.sleep(0.2)


def _administer(address: str, statement: sql.Composed) -> None:
    with closing(psycopg2.connect(address)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(statement)
