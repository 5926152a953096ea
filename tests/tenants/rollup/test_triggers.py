"""Each counted table of each union carries the triggers that its declaration asks for."""

from collections import defaultdict
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from django.core.checks import run_checks
from django.db import connection, transaction

from commons.hierarchy.models import TradeUnion
from commons.rollup import triggers
from commons.rollup.fold import fold
from commons.tenancy.door import inside
from tenants.registry.models import ContactLog, SocialOrganization
from tests.factories import organizations as make

Country = dict[str, TradeUnion]


def test_every_union_marks_every_counted_table(country: Country) -> None:
    wanted = triggers.declared()
    assert wanted["registry_ledgerspan"] == ["@organization_id", "freshness", "ledger", "ratings", "staff", "survey"]
    assert wanted["registry_socialorganization"] == ["@id", "ledger", "ratings", "regular", "staff", "survey"]
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


def test_citus_gets_a_trigger_per_row() -> None:
    statements = triggers.create("registry_ledgerspan", "rollup_mark", ["ledger"], per_row=True)
    assert [("FOR EACH ROW" in statement) for statement in statements] == [True, True, True, False]
    assert not any("REFERENCING" in statement for statement in statements)


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
