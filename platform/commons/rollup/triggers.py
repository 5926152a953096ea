"""
Triggers that leave a mark beside every counted change: raw SQL and bulk writes count too, rolled-back ones never.

The functions stand once in `public`, so mending them is one statement for the whole country; they write only into the
schema of the table that fired. On PostgreSQL a trigger fires once per statement and looks at its transition table;
Citus lacks those, so there the same declaration makes a trigger per row. Source: DESIGN §3.6, §3.11.

Which table carries which triggers follows from the declared families: `commons.tenancy.template` asks `Reconciliation`
whenever the template is refreshed, so that declaring an indicator, or changing what one counts, needs no migration.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from commons.rollup.declaration import CATALOGUE, Catalogue, Measure
from commons.rollup.enums import Place

CHANNEL = "rollup"
# A statement that changes more records than this, or a transaction with so many statements, marks the whole family.
SUBJECTS_LIMIT = 200

FUNCTIONS = """
CREATE OR REPLACE FUNCTION public.rollup_mark() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Arguments: '@', the column that names the record, '#' and what the declarations say; then the families.
    place text := ';' || TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME || ';';
    marked text := coalesce(current_setting('rollup.marked', true), '');
    subject text := CASE WHEN TG_ARGV[0] LIKE '@%' THEN split_part(substr(TG_ARGV[0], 2), '#', 1) ELSE '' END;
    families text[] := TG_ARGV;
    source text := 'changed';
    found bigint;
BEGIN
    -- Once the whole family is marked, this transaction needs no other mark of this table: it becomes visible together
    -- with all that the transaction changes. The note is local to the transaction, and a rolled-back savepoint takes it
    -- back together with its mark.
    IF position(place || '*' IN marked) > 0 THEN
        RETURN NULL;
    END IF;
    IF TG_ARGV[0] LIKE '@%' THEN
        families := TG_ARGV[1:];
    END IF;
    IF TG_OP = 'TRUNCATE' OR subject = '' OR length(marked) > 4000 THEN
        IF TG_LEVEL = 'STATEMENT' AND TG_OP <> 'TRUNCATE' THEN
            IF NOT EXISTS (SELECT FROM changed) THEN
                RETURN NULL;
            END IF;
        END IF;
        EXECUTE format('INSERT INTO %I.marks_mark (family) SELECT unnest($1)', TG_TABLE_SCHEMA) USING families;
        place := place || '*';
    ELSIF TG_LEVEL = 'ROW' THEN
        EXECUTE format('INSERT INTO %I.marks_mark (family, subjects) SELECT unnest($1), $2', TG_TABLE_SCHEMA)
        USING families, (
            SELECT array_agg(DISTINCT (row_of ->> subject)::uuid)
            FROM (VALUES (to_jsonb(OLD)), (to_jsonb(NEW))) rows(row_of) WHERE row_of IS NOT NULL
        );
    ELSE
        IF TG_OP = 'UPDATE' AND subject <> 'id' THEN
            source := format('(SELECT %1$I FROM changed UNION ALL SELECT %1$I FROM changed_from)', subject);
        END IF;
        EXECUTE format(
            'INSERT INTO %I.marks_mark (family, subjects) SELECT unnest($1), s FROM (SELECT count(*) AS n, '
            'CASE WHEN count(*) <= 200 THEN array_agg(DISTINCT %I) END AS s FROM %s c) c WHERE n > 0',
            TG_TABLE_SCHEMA, subject, source
        ) USING families;
        GET DIAGNOSTICS found = ROW_COUNT;
        IF found = 0 THEN
            RETURN NULL;
        END IF;
    END IF;
    PERFORM set_config('rollup.marked', marked || place, true);
    PERFORM pg_notify('rollup', TG_TABLE_SCHEMA);
    RETURN NULL;
END $$;
"""

UNION_FUNCTION = """
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
_BOTH = "REFERENCING OLD TABLE AS changed_from NEW TABLE AS changed"
_OLD_ROWS = "REFERENCING OLD TABLE AS changed"
_EVENTS = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")


def create(table: str, function: str, arguments: Sequence[str], *, per_row: bool = False) -> list[str]:
    """The statements that put the marking triggers on one table, for PostgreSQL or (`per_row`) Citus."""
    # A record that goes by its own id has the same before and after; of others both must be known.
    by_own_id = arguments[0].partition("#")[0] == "@id"
    transitions = {"INSERT": _NEW_ROWS, "UPDATE": _NEW_ROWS if by_own_id else _BOTH, "DELETE": _OLD_ROWS}
    quoted = ", ".join(f"'{argument}'" for argument in arguments)
    call = f"EXECUTE FUNCTION public.{function}({quoted})"
    statements = []
    for event in _EVENTS:
        each = "FOR EACH ROW" if per_row else f"{transitions.get(event)} FOR EACH STATEMENT"
        each = "FOR EACH STATEMENT" if event == "TRUNCATE" else each
        statements.append(f'CREATE TRIGGER {_name(event)} AFTER {event} ON "{table}" {each} {call}')
    return statements


def drop(table: str, *, if_exists: bool = False) -> list[str]:
    maybe = "IF EXISTS " if if_exists else ""
    return [f'DROP TRIGGER {maybe}{_name(event)} ON "{table}"' for event in _EVENTS]


def declared(catalogue: Catalogue = CATALOGUE) -> dict[str, list[str]]:
    """
    {table: arguments of its triggers} in each union's schema, as the registered families ask.

    The first argument ends with a digest of what is counted of the table, so that a measure that is new or altered changes
    the triggers, and whoever brings them up to date leaves marks for it.
    """
    families: dict[str, set[str]] = {}
    subjects: dict[str, str] = {}
    for family in catalogue.families_in(Place.TENANT):
        for table, subject in family.tables.items():
            families.setdefault(table, set()).add(family.code)
            subjects[table] = subject
    return {
        table: [f"@{subjects[table]}#{_digest(catalogue.measures_of(codes))}", *sorted(codes)]
        for table, codes in sorted(families.items())
    }


def _digest(measures: Iterable[Measure]) -> str:
    """Changes with whatever of these measures decides what is counted."""
    told = sorted(
        (
            one.family.code,
            one.code,
            one.kind.value,
            one.sql,
            one.event,
            sorted(dim.code for dim in one.dims if dim.several),
        )
        for one in measures
    )
    return sha256(repr(told).encode()).hexdigest()[:8]


class Reconciliation:
    """Makes the triggers of the schema at hand those that are declared; asked by commons.tenancy.template."""

    def __init__(self, catalogue: Catalogue = CATALOGUE) -> None:
        self.catalogue = catalogue

    def statements(self) -> list[str]:
        """What is to be executed here; nothing when all is as declared."""
        per_row = _is_citus()
        wanted = {(table, per_row): arguments for table, arguments in declared(self.catalogue).items()}
        standing = _standing()
        tables = {table for table, _ in wanted} | {table for table, _ in standing}
        changes: list[str] = []
        for table in sorted(tables):
            arguments = wanted.get((table, per_row))
            if standing.get((table, per_row)) == ([arguments] * len(_EVENTS) if arguments else None):
                continue
            changes += drop(table, if_exists=True)
            if arguments:
                changes += create(table, "rollup_mark", arguments, per_row=per_row)
                # What is there already has not been counted by the new declaration.
                families = ", ".join(f"('{family}')" for family in arguments[1:])
                changes.append(f"INSERT INTO marks_mark (family) VALUES {families}")
        return changes


def _standing() -> dict[tuple[str, bool], list[list[str]]]:
    """{(table, per row): arguments of each trigger} in the schema at hand."""
    found: dict[tuple[str, bool], list[list[str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            r"""
            SELECT c.relname, encode(t.tgargs, 'escape'), max(t.tgtype & 1) OVER (PARTITION BY c.oid)
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE t.tgname LIKE 'rollup\_mark\_%' AND c.relnamespace = current_schema()::regnamespace
            ORDER BY c.relname, t.tgname
            """
        )
        for table, arguments, per_row in cursor.fetchall():
            one = arguments.removesuffix("\\000").split("\\000")
            found.setdefault((table, bool(per_row)), []).append(one)
    return found


def _name(event: str) -> str:
    return f"rollup_mark_{event.lower()}"


class MarkChanges(Operation):
    """
    Was a migration's operation that put triggers on tables; they follow from the declaration now (`Reconciliation`).

    Kept because migrations name it; it does nothing.
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
        """Nothing: see `Reconciliation`."""

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Nothing: see `Reconciliation`."""

    def describe(self) -> str:
        return f"Mark changes of {', '.join(self.tables)}"


def _is_citus() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')")
        row = cursor.fetchone()
    return bool(row and row[0])
