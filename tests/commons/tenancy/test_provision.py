"""Making and upgrading schemas. Source: DESIGN §3.8."""

import pytest
from django.db import DatabaseError, connection, transaction

from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.tenancy import ddl, provision, readiness, template, upgrade
from commons.tenancy.errors import NoWayUp
from commons.tenancy.models import Template, UpgradeStep
from tests.factories import country as countries


def relations(schema: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = %s", [schema]
        )
        return int(cursor.fetchone()[0])


@pytest.fixture
def newcomer(country: dict[str, TradeUnion]) -> TradeUnion:
    return countries.union("430102", "长沙市芙蓉区总工会", Level.DISTRICT, country["430100"])


def test_a_replayed_schema_is_the_template_to_the_letter(newcomer: TradeUnion) -> None:
    assert provision.create_schema(newcomer) is True

    shape = template.current()
    assert ddl.of_schema("d430102") == shape.ddl
    assert ddl.fingerprint_of_schema("d430102") == newcomer.schema_fingerprint == shape.fingerprint
    assert relations("d430102") == relations(template.SCHEMA)
    newcomer.refresh_from_db()
    assert newcomer.schema_fingerprint == shape.fingerprint


def test_making_it_twice_changes_nothing(newcomer: TradeUnion) -> None:
    provision.create_schema(newcomer)
    before = relations("d430102")
    assert provision.create_schema(newcomer) is False
    assert relations("d430102") == before


def test_a_failure_leaves_no_schema(newcomer: TradeUnion) -> None:
    broken = Template(fingerprint="x", ddl='CREATE TABLE "a" (id int);\nCREATE TABLE "a" (id int);', migrations=[])
    with pytest.raises(DatabaseError), transaction.atomic():
        provision.create_schema(newcomer, shape=broken)
    assert relations("d430102") == 0
    newcomer.refresh_from_db()
    assert newcomer.schema_fingerprint == ""


def test_a_schema_of_unknown_origin_is_not_touched(newcomer: TradeUnion) -> None:
    with connection.cursor() as cursor:
        cursor.execute('CREATE SCHEMA "d430102"')
    with pytest.raises(NoWayUp):
        provision.create_schema(newcomer)


def test_no_key_leads_from_a_union_to_public(country: dict[str, TradeUnion]) -> None:
    """DESIGN §3.5: real keys from 3,339 schemas on one table are what made deleting one user take 341 ms."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT k.conname FROM pg_constraint k
               JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
               JOIN pg_class t ON t.oid = k.confrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
               WHERE n.nspname = 'd430105' AND tn.nspname <> 'd430105'"""
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'd430105'")
        assert cursor.fetchone()[0] <= 60


def test_no_table_has_one_name_in_both_layers(country: dict[str, TradeUnion]) -> None:
    """A tenant's table of the same name would hide a shared one behind it. Django's own book of migrations is meant to be in both."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'd430105' INTERSECT SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        assert cursor.fetchall() == [("django_migrations",)]


def add_a_column() -> Template:
    """The template with one more column, and the recorded step that leads there."""
    old = template.current()
    statement = "ALTER TABLE registry_savedview ADD COLUMN colour varchar(10) DEFAULT '' NOT NULL"
    with ddl.at_schema(template.SCHEMA) as cursor:
        cursor.execute(statement)
    text = ddl.of_schema(template.SCHEMA)
    Template.objects.update(is_current=False)
    new = Template.objects.create(
        fingerprint=ddl.fingerprint(text),
        ddl=text,
        migrations=[*old.migrations, ["registry", "9999_colour"]],
        recorded_at=countries.FOUNDED_AT,
        is_current=True,
    )
    UpgradeStep.objects.create(
        from_fingerprint=old.fingerprint,
        to_fingerprint=new.fingerprint,
        sql=[statement],
        migrations=[["registry", "9999_colour"]],
        recorded_at=countries.FOUNDED_AT,
    )
    return new


def test_only_stale_unions_are_visited(country: dict[str, TradeUnion]) -> None:
    one_column_more = add_a_column()
    assert len(upgrade.stale()) == len(country)
    assert [(s.unions, s.steps) for s in upgrade.plan()] == [(len(country), 1)]

    upgrade.one(country["430105"], goal=one_column_more.fingerprint)

    assert ddl.of_schema("d430105") == one_column_more.ddl
    assert len(upgrade.stale()) == len(country) - 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM d430105.django_migrations WHERE name = '9999_colour'")
        assert cursor.fetchone()[0] == 1
        cursor.execute("SELECT count(*) FROM d430111.django_migrations WHERE name = '9999_colour'")
        assert cursor.fetchone()[0] == 0


def test_a_failed_union_is_named_and_the_rest_go_on(own_database: str) -> None:
    """The step meets a table that is not as recorded in one union; the others are brought up, and a second run visits only that one."""
    with ddl.at_schema("d430105") as cursor:
        cursor.execute("ALTER TABLE registry_savedview ADD COLUMN colour int")
    add_a_column()

    first = upgrade.everything(at=countries.FOUNDED_AT)
    assert first.upgraded == len(countries.UNIONS) - 1
    assert [code for code, _ in first.failed] == ["430105"]
    assert "colour" in first.failed[0][1]

    with ddl.at_schema("d430105") as cursor:
        cursor.execute("ALTER TABLE registry_savedview DROP COLUMN colour")
    second = upgrade.everything(at=countries.FOUNDED_AT)
    assert (second.upgraded, second.failed) == (1, [])
    assert upgrade.stale() == []


def test_a_union_of_unknown_shape_is_named(country: dict[str, TradeUnion]) -> None:
    union = country["430105"]
    union.schema_fingerprint = "0" * 64
    union.save(update_fields=["schema_fingerprint"])
    with pytest.raises(NoWayUp):
        upgrade.one(union, goal=template.current().fingerprint)
    assert [(s.unions, s.steps) for s in upgrade.plan()] == [(len(country) - 1, 0), (1, None)]


def test_ready_when_migrated_and_recorded(country: dict[str, TradeUnion]) -> None:
    assert readiness.problems() == []
    Template.objects.update(is_current=False)
    assert readiness.problems() == ["no template of a union's schema is recorded; run manage.py migrate_unions"]
