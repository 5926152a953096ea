"""A clock that can be moved, for this process and for the test's own copy of a database on the embedded server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg2
import time_machine
from django.db import connection

from config import env
from config.embedded.paths import State


@dataclass(frozen=True)
class Clock:
    """What time it is, here and in the database."""

    traveller: time_machine.Traveller

    def pass_to(self, moment: datetime) -> None:
        self.traveller.move_to(moment)
        move_database(moment)


@contextmanager
def from_day(begun: datetime) -> Iterator[Clock]:
    """It is `begun`, and time goes on from there. Wants `own_database`."""
    with time_machine.travel(begun, tick=True) as traveller:
        move_database(begun)
        yield Clock(traveller)


def move_database(moment: datetime) -> None:
    """The clock by which the database opens what is sealed shows `moment` and goes on: only in a test's own copy on the embedded server."""
    where = connection.settings_dict
    password = (State(env.STATE_DIR).secrets / "postgres-password").read_text(encoding="ascii").strip()
    address = {"dbname": where["NAME"], "host": where["HOST"], "port": where["PORT"]}
    with closing(psycopg2.connect(user="postgres", password=password, **address)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM %s - statement_timestamp())", [moment])
            (ahead,) = cursor.fetchone() or (0,)
            cursor.execute("SET allow_system_table_mods = on")
            cursor.execute(
                "CREATE OR REPLACE FUNCTION pg_catalog.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE"
                f" AS $$ SELECT statement_timestamp() + interval '{ahead} seconds' $$"
            )
