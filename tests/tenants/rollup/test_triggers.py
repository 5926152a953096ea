"""Each counted table of each union carries the triggers that its declaration asks for."""

import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.core.checks import run_checks
from django.db import connection, transaction

from commons.hierarchy.models import TradeUnion
from commons.rollup import triggers
from commons.rollup.declaration import CATALOGUE, Catalogue
from commons.rollup.fold import fold
from commons.rollup.fold.records import Marked
from commons.tenancy.door import inside
from tenants.registry.models import ContactLog, SocialOrganization
from tests.factories import organizations as make

Country = dict[str, TradeUnion]


def test_every_union_marks_every_counted_table(country: Country) -> None:
    wanted = triggers.declared()
    column, *families = wanted["registry_ledgerspan"]
    assert re.fullmatch("@organization_id#[0-9a-f]{8}", column)
    assert families == ["freshness", "ledger", "ratings", "staff", "survey"]
    column, *families = wanted["registry_socialorganization"]
    assert re.fullmatch("@id#[0-9a-f]{8}", column)
    assert families == ["ledger", "ratings", "regular", "staff", "survey"]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT n.nspname, c.relname, t.tgname, encode(t.tgargs, 'escape')
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE t.tgname LIKE 'rollup_mark_%' AND n.nspname <> 'public'
            """
        )
        found: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(dict)
        for schema, table, trigger, arguments in cursor.fetchall():
            found[(schema, table)][trigger] = arguments.removesuffix("\\000").split("\\000")
    events = {"rollup_mark_insert", "rollup_mark_update", "rollup_mark_delete", "rollup_mark_truncate"}
    schemas = [union.schema_name for union in country.values()]
    for schema in [*schemas, "template_union"]:
        for table, arguments in wanted.items():
            assert found[(schema, table)] == dict.fromkeys(events, arguments), (schema, table)
    assert {table for _, table in found} == set(wanted)


def test_the_declaration_passes_its_own_check() -> None:
    assert [problem for problem in run_checks() if (problem.id or "").startswith("rollup.")] == []


DECLARED = triggers.declared()
EVENTS = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")


@pytest.mark.parametrize("table", DECLARED)
def test_one_declaration_gives_both_texts(table: str) -> None:
    """PostgreSQL gets triggers per statement; Citus, which has no transition tables, gets them per row."""
    arguments = DECLARED[table]
    call = "EXECUTE FUNCTION public.rollup_mark(" + ", ".join(f"'{argument}'" for argument in arguments) + ")"
    old, new = "OLD TABLE AS changed", "NEW TABLE AS changed"
    both = f"REFERENCING {new}" if arguments[0].startswith("@id#") else f"REFERENCING OLD TABLE AS changed_from {new}"
    transitions = {
        "INSERT": f"REFERENCING {new} ",
        "UPDATE": f"{both} ",
        "DELETE": f"REFERENCING {old} ",
        "TRUNCATE": "",
    }
    assert triggers.create(table, "rollup_mark", arguments) == [
        f'CREATE TRIGGER rollup_mark_{event.lower()} AFTER {event} ON "{table}" {transitions[event]}FOR EACH STATEMENT {call}'
        for event in EVENTS
    ]
    each = {**dict.fromkeys(EVENTS, "FOR EACH ROW"), "TRUNCATE": "FOR EACH STATEMENT"}
    assert triggers.create(table, "rollup_mark", arguments, per_row=True) == [
        f'CREATE TRIGGER rollup_mark_{event.lower()} AFTER {event} ON "{table}" {each[event]} {call}'
        for event in EVENTS
    ]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("table", DECLARED)
def test_either_text_tells_the_fold_the_same(table: str) -> None:
    """Both are run on PostgreSQL, in a schema of their own, over the same changes."""
    arguments = DECLARED[table]
    record = arguments[0].partition("#")[0].removeprefix("@")
    families = arguments[1:]
    # A table whose changes concern the family as a whole names no record.
    by_own_id = record in {"id", ""}
    columns = "id" if by_own_id else f"id, {record}"
    named = f"('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid{'' if by_own_id else ', $%s$::uuid'}"
    first, second = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"
    insert = f"INSERT INTO {table} ({columns}) SELECT {named.replace('%s', first)} FROM generate_series"
    changes = {
        "nothing": f"{insert}(1, 0) n",
        "insert": f"{insert}(1, 3) n",
        "update": f"UPDATE {table} SET id = id",
        "another record": f"UPDATE {table} SET " + ("id = id" if by_own_id else f"{record} = '{second}'"),
        "update of nothing": f"UPDATE {table} SET id = id WHERE false",
        "delete one": f"DELETE FROM {table} WHERE id = (SELECT id FROM {table} ORDER BY id LIMIT 1)",
        "delete": f"DELETE FROM {table}",
        "bulk": f"{insert}(1, 300) n",
        "bulk update": f"UPDATE {table} SET id = id",
        "bulk delete": f"DELETE FROM {table}",
        "truncate": f"TRUNCATE {table}",
    }
    told: dict[bool, dict[str, dict[str, set[str] | None]]] = {False: {}, True: {}}
    for per_row in (False, True):
        with connection.cursor() as cursor:
            cursor.execute(
                "DROP SCHEMA IF EXISTS trial CASCADE; CREATE SCHEMA trial; SET LOCAL search_path = trial, public"
            )
            cursor.execute("CREATE TABLE marks_mark (LIKE template_union.marks_mark INCLUDING ALL)")
            cursor.execute(f"CREATE TABLE {table} AS SELECT * FROM template_union.{table}")
            for statement in triggers.create(table, "rollup_mark", arguments, per_row=per_row):
                cursor.execute(statement)
            for name, statement in changes.items():
                # As at the start of a transaction.
                cursor.execute("SELECT set_config('rollup.marked', '', true)")
                cursor.execute(statement.replace("$" + first + "$", f"'{first}'"))
                cursor.execute("DELETE FROM marks_mark RETURNING family, subjects::text[]")
                marked = Marked()
                for family, subjects in cursor.fetchall():
                    marked.add(family, subjects)
                told[per_row][name] = marked.families
    assert told[False] == told[True]
    quiet = {name for name, found in told[True].items() if found == {}}
    assert quiet == {"nothing", "update of nothing"}
    whole = {name for name, found in told[True].items() if found and set(map(type, found.values())) == {type(None)}}
    assert "truncate" in whole
    assert all(set(found) == set(families) for name, found in told[True].items() if name not in quiet)
    if not record:
        assert whole == set(changes) - quiet
    elif record != "id":
        assert told[True]["insert"] == {family: {first} for family in families}
        assert told[True]["another record"] == {family: {first, second} for family in families}
        assert told[True]["delete"] == {family: {second} for family in families}


@pytest.mark.parametrize("per_row", [False, True])
def test_either_kind_of_trigger_marks_each_change(country: Country, per_row: bool) -> None:
    """What is generated for Citus is run on PostgreSQL, where it must leave marks as well."""
    schema = country["430105"].schema_name
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path = {schema}, public")
        cursor.execute("CREATE TABLE counted_things (id int)")
        for statement in triggers.create("counted_things", "rollup_mark", ["one", "two"], per_row=per_row):
            cursor.execute(statement)

        def marks() -> list[str]:
            cursor.execute("DELETE FROM marks_mark RETURNING family")
            families = sorted(family for (family,) in cursor.fetchall())
            # As at the start of a transaction.
            cursor.execute("SELECT set_config('rollup.marked', '', true)")
            return families

        marks()
        cursor.execute("INSERT INTO counted_things SELECT 1 WHERE false")
        assert marks() == []
        for statement in (
            "INSERT INTO counted_things VALUES (1), (2), (3)",
            "UPDATE counted_things SET id = id + 1",
            "DELETE FROM counted_things",
        ):
            cursor.execute(statement)
            assert marks() == ["one", "two"]
        cursor.execute("TRUNCATE counted_things")
        assert marks() == ["one", "two"]
        for statement in triggers.drop("counted_things"):
            cursor.execute(statement)
        cursor.execute("INSERT INTO counted_things VALUES (1)")
        assert marks() == []


def test_a_measure_that_is_new_or_altered_marks_its_families_in_the_next_shape(country: Country) -> None:
    """Declaring one more of a family that is counted already, or another SELECT for one, is no change of a record."""
    contacts = CATALOGUE.measures["contacts"]
    before = triggers.declared()
    changed = []
    for measure in (
        replace(contacts, code="more"),
        replace(contacts, sql=contacts.sql.replace("NULL::int", "NULL::bigint")),
    ):
        other = Catalogue(dict(CATALOGUE.families), {**CATALOGUE.measures, measure.code: measure})
        after = triggers.declared(other)
        changed.append({table for table, arguments in after.items() if arguments != before[table]})
    assert changed == [{"registry_contactlog"}] * 2
    with inside(country["430105"]):
        assert triggers.Reconciliation().statements() == []
        statements = triggers.Reconciliation(other).statements()
        assert len(statements) == 9
        assert all("registry_contactlog" in statement for statement in statements[:8])
        assert statements[8] == "INSERT INTO marks_mark (family) VALUES ('contact'), ('plans_kept'), ('regular')"


def test_a_mark_names_what_changed_and_a_savepoint_takes_it_back(country: Country) -> None:
    with inside(country["430105"]), connection.cursor() as cursor:

        def marks() -> list[list[str] | None]:
            cursor.execute("SELECT subjects::text[] FROM marks_mark WHERE family = 'contact' ORDER BY id")
            return [subjects for (subjects,) in cursor.fetchall()]

        entry = make.organization()
        cursor.execute("DELETE FROM marks_mark")
        with suppress(ZeroDivisionError), transaction.atomic():
            contact(entry)
            assert marks() == [[str(entry.pk)]]
            raise ZeroDivisionError
        assert marks() == []
        contact(entry)
        with suppress(ZeroDivisionError), transaction.atomic():
            contact(entry)
            raise ZeroDivisionError
        contact(entry)
        assert marks() == [[str(entry.pk)]] * 2
        fold(country["430105"])
        assert marks() == []


def test_very_many_changes_mark_the_whole_family_once(country: Country) -> None:
    with inside(country["430105"]), connection.cursor() as cursor:
        entry = make.organization()
        cursor.execute("DELETE FROM marks_mark")
        cursor.execute("SELECT set_config('rollup.marked', '', true)")
        for _ in range(200):
            contact(entry)
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE subjects IS NULL) FROM marks_mark WHERE family = 'contact'"
        )
        count, whole = cursor.fetchone()
        assert whole == 1
        assert count < 150
        cursor.execute("DELETE FROM marks_mark")
        cursor.execute("SELECT set_config('rollup.marked', '', true)")
        cursor.execute(
            "INSERT INTO registry_confirmation (id, organization_id, confirmed_on, by_name) "
            "SELECT gen_random_uuid(), %s, DATE '2020-01-01' + n, '' FROM generate_series(1, 300) n",
            [entry.pk],
        )
        cursor.execute("SELECT family, subjects FROM marks_mark")
        assert cursor.fetchall() == [("freshness", None)]


def test_a_row_that_goes_to_another_record_marks_both(country: Country) -> None:
    with inside(country["430105"]), connection.cursor() as cursor:
        first, second = make.organization(), make.organization()
        contact(first)
        cursor.execute("DELETE FROM marks_mark")
        cursor.execute("UPDATE registry_contactlog SET organization_id = %s", [second.pk])
        cursor.execute("SELECT subjects FROM marks_mark WHERE family = 'contact'")
        assert [set(subjects) for (subjects,) in cursor.fetchall()] == [{first.pk, second.pk}]


def contact(entry: SocialOrganization) -> None:
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    ContactLog.objects.create(
        organization=entry,
        contacted_on=date(2026, 11, 1),
        kind="visit",
        topics="走访",
        created_at=moment,
        updated_at=moment,
        created_by_name="李敏",
    )
