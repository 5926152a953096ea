"""Each counted table of each union carries the triggers that its declaration asks for."""

from collections import defaultdict

import pytest
from django.core.checks import run_checks
from django.db import connection

from commons.hierarchy.models import TradeUnion
from commons.rollup import triggers
from commons.rollup.declaration import CATALOGUE
from commons.rollup.enums import Place

Country = dict[str, TradeUnion]


def test_every_union_marks_every_counted_table(country: Country) -> None:
    wanted: dict[str, set[str]] = defaultdict(set)
    for family in CATALOGUE.families_in(Place.TENANT):
        for table in family.tables:
            wanted[table].add(family.code)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT n.nspname, c.relname, t.tgname, encode(t.tgargs, 'escape')
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE t.tgname LIKE 'rollup_mark_%' AND n.nspname <> 'public'
            """
        )
        found: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(dict)
        for schema, table, trigger, arguments in cursor.fetchall():
            found[(schema, table)][trigger] = set(arguments.removesuffix("\\000").split("\\000"))
    events = {"rollup_mark_insert", "rollup_mark_update", "rollup_mark_delete", "rollup_mark_truncate"}
    schemas = [union.schema_name for union in country.values()]
    for schema in [*schemas, "template_union"]:
        for table, families in wanted.items():
            assert found[(schema, table)] == dict.fromkeys(events, families), (schema, table)
    assert {table for _, table in found} == set(wanted)


def test_the_declaration_passes_its_own_check() -> None:
    assert [problem for problem in run_checks() if (problem.id or "").startswith("rollup.")] == []


def test_citus_gets_a_trigger_per_row() -> None:
    statements = triggers.create("registry_ledgerspan", "rollup_mark", ["ledger"], per_row=True)
    assert [("FOR EACH ROW" in statement) for statement in statements] == [True, True, True, False]
    assert not any("REFERENCING" in statement for statement in statements)


@pytest.mark.parametrize("per_row", [False, True])
def test_either_kind_of_trigger_marks_once_per_change(country: Country, per_row: bool) -> None:
    """What is generated for Citus is run on PostgreSQL, where it must leave marks as well."""
    schema = country["430105"].schema_name
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path = {schema}, public")
        cursor.execute("CREATE TABLE counted_things (id int)")
        for statement in triggers.create("counted_things", "rollup_mark", ["one", "two"], per_row=per_row):
            cursor.execute(statement)

        def marks() -> list[str]:
            cursor.execute("DELETE FROM marks_mark RETURNING family")
            return sorted(family for (family,) in cursor.fetchall())

        marks()
        cursor.execute("INSERT INTO counted_things SELECT 1 WHERE false")
        assert marks() == []
        rows = 3 if per_row else 1
        for statement in (
            "INSERT INTO counted_things VALUES (1), (2), (3)",
            "UPDATE counted_things SET id = id + 1",
            "DELETE FROM counted_things",
        ):
            cursor.execute(statement)
            assert marks() == ["one"] * rows + ["two"] * rows
        cursor.execute("TRUNCATE counted_things")
        assert marks() == ["one", "two"]
        for statement in triggers.drop("counted_things"):
            cursor.execute(statement)
        cursor.execute("INSERT INTO counted_things VALUES (1)")
        assert marks() == []
