"""
What departed is an archive: a trigger of the database refuses to change it, whoever writes. A merged union gets no new
records either.

The triggers stand only in the schemas of unions that took part in a transfer, so they cost nobody else anything. They
stay there: while nothing has departed, each looks into a small table and lets the row pass.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import IntegrityError, connection

from commons.boundaries.transfer import hanging
from commons.boundaries.transfer.errors import Departed
from commons.boundaries.transfer.hanging import Table
from commons.boundaries.transfer.subjects import SUBJECTS

NAME = "transfer_departed"
# How long the locks of all tables together may take; below the database's deadlock_timeout.
PATIENCE_S = 0.8

FUNCTION = """
CREATE OR REPLACE FUNCTION public.transfer_refuse_departed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Arguments: the column that leads upwards, then (table, key, column) for each table between here and the subject.
    place jsonb;
    subject text;
    heir bigint;
BEGIN
    IF coalesce(current_setting('transfer.carrying', true), '') <> 'on' THEN
        IF TG_OP = 'INSERT' AND TG_NARGS = 1 THEN
            -- A request that began before the merger must not leave a new record behind.
            SELECT successor_id INTO heir FROM public.hierarchy_tradeunion
            WHERE schema_name = TG_TABLE_SCHEMA AND state = 'merged';
            IF heir IS NOT NULL THEN
                RAISE EXCEPTION 'union % is merged into union %', TG_TABLE_SCHEMA, heir
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'transfer_departed', TABLE = TG_TABLE_NAME,
                      DETAIL = (SELECT name_zh FROM public.hierarchy_tradeunion WHERE id = heir);
            END IF;
        END IF;
        FOREACH place IN ARRAY ARRAY[
            CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END, CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END
        ] LOOP
            subject := place ->> TG_ARGV[0];
            FOR step IN 0 .. (TG_NARGS - 1) / 3 - 1 LOOP
                EXECUTE format(
                    'SELECT %I::text FROM %I.%I WHERE %I = %L',
                    TG_ARGV[step * 3 + 3], TG_TABLE_SCHEMA, TG_ARGV[step * 3 + 1], TG_ARGV[step * 3 + 2], subject
                ) INTO subject;
            END LOOP;
            EXECUTE format('SELECT heir_id FROM %I.marks_tenure WHERE record = $1 AND heir_id IS NOT NULL', TG_TABLE_SCHEMA)
            INTO heir USING subject::uuid;
            IF heir IS NOT NULL THEN
                RAISE EXCEPTION 'record % has gone to union %', subject, heir
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'transfer_departed', TABLE = TG_TABLE_NAME,
                      DETAIL = (SELECT name_zh FROM public.hierarchy_tradeunion WHERE id = heir);
            END IF;
        END LOOP;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""

DROP_FUNCTION = "DROP FUNCTION public.transfer_refuse_departed();"


def stand(tables: Sequence[Table]) -> None:
    """Put the triggers on those tables of the schema at hand that have none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname = %s AND c.relnamespace = current_schema()::regnamespace",
            [NAME],
        )
        standing = {name for (name,) in cursor.fetchall()}
        # Attachments and comments hang on every subject, and get one trigger.
        missing = list({table.name: table for table in tables if table.name not in standing}.values())
        if missing:
            _take(missing)
            for table in missing:
                arguments = ", ".join(f"'{one}'" for one in _way(table))
                cursor.execute(
                    f'CREATE TRIGGER {NAME} BEFORE INSERT OR UPDATE OR DELETE ON "{table.name}" FOR EACH ROW '
                    f"EXECUTE FUNCTION public.transfer_refuse_departed({arguments})"
                )


def close_all() -> None:
    """
    Let whoever is writing finish, and nobody begin, until the transaction ends; afterwards the triggers decide.

    Without this, a change that began before the records departed could be committed after they were copied.
    """
    tables = every_table()
    _take(tables)
    stand(tables)


def every_table() -> list[Table]:
    """All tables of records that may move, in the order in which they are closed."""
    return [table for subject in SUBJECTS.values() for table in hanging.tables(subject)]


def _take(tables: Sequence[Table]) -> None:
    """
    Lock these tables, all within `PATIENCE_S` of the first.

    Whoever waits for one of them began to wait after that, so before the database would look for a deadlock among us
    (`deadlock_timeout`, one second) this has all, or has given up and comes again: an officer's change never fails for it.
    Raises: OperationalError (55P03).
    """
    began: float | None = None
    with connection.cursor() as cursor:
        for table in tables:
            left_s = PATIENCE_S if began is None else PATIENCE_S - (time.monotonic() - began)
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{max(int(left_s * 1000), 1)}ms"])
            cursor.execute(f'LOCK TABLE "{table.name}" IN SHARE ROW EXCLUSIVE MODE')
            began = began or time.monotonic()
        cursor.execute("SET LOCAL lock_timeout = DEFAULT")


@contextmanager
def carrying() -> Iterator[None]:
    """The transfer itself writes what is closed to all others; inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('transfer.carrying', 'on', true)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('transfer.carrying', '', true)")


def departed(problem: BaseException | None) -> Departed | None:
    """What to tell of an error of the database, if the trigger raised it."""
    diagnosis = getattr(problem.__cause__, "diag", None) if isinstance(problem, IntegrityError) else None
    if getattr(diagnosis, "constraint_name", None) != NAME:
        return None
    return Departed(heir=getattr(diagnosis, "message_detail", None) or "")


def _way(table: Table) -> list[str]:
    if not table.way:
        return [table.key]
    first, *above = table.way
    columns = [first.column]
    at = first
    for step in above:
        columns += [at.table, at.key, step.column]
        at = step
    return columns
