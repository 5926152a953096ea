"""
Triggers that leave a mark beside every counted change: raw SQL and bulk writes count too, rolled-back ones never.

The functions stand once in `public`, so mending them is one statement for the whole country; they write only into the
schema of the table that fired. On PostgreSQL a trigger fires once per statement and looks at its transition table;
Citus lacks those, so there the same declaration makes a trigger per row. Source: DESIGN §3.6, §3.11.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

CHANNEL = "rollup"

FUNCTIONS = """
CREATE OR REPLACE FUNCTION public.rollup_mark() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place text := ';' || TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ';';
    marked text := coalesce(current_setting('rollup.marked', true), '');
BEGIN
    -- One mark per table and transaction: it becomes visible together with all that the transaction changes. The note is
    -- local to the transaction, and a rolled-back savepoint takes it back together with its mark.
    IF position(place IN marked) > 0 THEN
        RETURN NULL;
    END IF;
    IF TG_LEVEL = 'STATEMENT' AND TG_OP <> 'TRUNCATE' THEN
        IF NOT EXISTS (SELECT FROM changed) THEN
            RETURN NULL;
        END IF;
    END IF;
    EXECUTE format('INSERT INTO %I.marks_mark (family) SELECT unnest($1)', TG_TABLE_SCHEMA) USING TG_ARGV;
    PERFORM pg_notify('rollup', TG_TABLE_SCHEMA);
    PERFORM set_config('rollup.marked', marked || place, true);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION public.rollup_mark_union() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_LEVEL = 'ROW' THEN
        INSERT INTO public.rollup_publicmark (family, union_id, at)
        SELECT TG_ARGV[0], (row_of ->> TG_ARGV[1])::bigint, now()
        FROM (VALUES (to_jsonb(OLD)), (to_jsonb(NEW))) rows(row_of) WHERE row_of IS NOT NULL;
    ELSIF TG_OP = 'TRUNCATE' THEN
        INSERT INTO public.rollup_publicmark (family, union_id, at)
        SELECT TG_ARGV[0], id, now() FROM public.hierarchy_tradeunion;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO public.rollup_publicmark (family, union_id, at)
        SELECT TG_ARGV[0], union_id, now()
        FROM (SELECT union_id FROM changed UNION SELECT union_id FROM changed_from) u;
    ELSE
        INSERT INTO public.rollup_publicmark (family, union_id, at)
        SELECT TG_ARGV[0], union_id, now() FROM (SELECT DISTINCT union_id FROM changed) u;
    END IF;
    PERFORM pg_notify('rollup', 'public');
    RETURN NULL;
END $$;
"""

DROP_FUNCTIONS = "DROP FUNCTION public.rollup_mark(); DROP FUNCTION public.rollup_mark_union();"

_NEW_ROWS = "REFERENCING NEW TABLE AS changed"
_TRANSITIONS = {
    "INSERT": _NEW_ROWS,
    "UPDATE": "REFERENCING OLD TABLE AS changed_from NEW TABLE AS changed",
    "DELETE": "REFERENCING OLD TABLE AS changed",
}


def create(table: str, function: str, arguments: Sequence[str], *, per_row: bool = False) -> list[str]:
    """The statements that put the marking triggers on one table, for PostgreSQL or (`per_row`) Citus."""
    # Only the function for `public` asks which union a row belonged to before; elsewhere the old rows need not be kept.
    transitions = {**_TRANSITIONS} if function == "rollup_mark_union" else {**_TRANSITIONS, "UPDATE": _NEW_ROWS}
    quoted = ", ".join(f"'{argument}'" for argument in arguments)
    call = f"EXECUTE FUNCTION public.{function}({quoted})"
    statements = []
    for event, transition in transitions.items():
        each = "FOR EACH ROW" if per_row else f"{transition} FOR EACH STATEMENT"
        statements.append(f'CREATE TRIGGER {_name(event)} AFTER {event} ON "{table}" {each} {call}')
    statements.append(f'CREATE TRIGGER {_name("TRUNCATE")} AFTER TRUNCATE ON "{table}" FOR EACH STATEMENT {call}')
    return statements


def drop(table: str) -> list[str]:
    return [f'DROP TRIGGER {_name(event)} ON "{table}"' for event in (*_TRANSITIONS, "TRUNCATE")]


def _name(event: str) -> str:
    return f"rollup_mark_{event.lower()}"


class MarkChanges(Operation):
    """
    A migration's operation: from now on, changes of these tables leave marks of these families.

    Shape: {"registry_ledgerspan": ["ledger", "freshness"]}. A later migration that adds a family to a table
    names the table again with all its families and `replace=True`.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, tables: Mapping[str, Sequence[str]], *, replace: bool = False) -> None:
        self.tables = dict(tables)
        self.replace = replace

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of Django's state."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        if not self._here(schema_editor, app_label):
            return
        per_row = _is_citus(schema_editor)
        for table, families in self.tables.items():
            for statement in [
                *(drop(table) if self.replace else []),
                *create(table, "rollup_mark", families, per_row=per_row),
            ]:
                schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        if self._here(schema_editor, app_label):
            for table in self.tables:
                for statement in drop(table):
                    schema_editor.execute(statement)

    def describe(self) -> str:
        return f"Mark changes of {', '.join(self.tables)}"

    @staticmethod
    def _here(schema_editor: BaseDatabaseSchemaEditor, app_label: str) -> bool:
        """Tenant apps' tables stand in a union's schema only: the router knows which one this is."""
        from django.db import router

        return router.allow_migrate(schema_editor.connection.alias, app_label)


def _is_citus(schema_editor: BaseDatabaseSchemaEditor) -> bool:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')")
        row = cursor.fetchone()
    return bool(row and row[0])
