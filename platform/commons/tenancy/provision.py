"""A union's schema, made by replaying the template in one transaction."""

from django.db import transaction
from django.db.backends.utils import CursorWrapper
from django_tenants.utils import quote_schema_name

from commons.hierarchy.models import TradeUnion
from commons.tenancy import template
from commons.tenancy.ddl import at_schema
from commons.tenancy.errors import NoWayUp
from commons.tenancy.models import Template


@transaction.atomic
def create_schema(union: TradeUnion, *, shape: Template | None = None) -> bool:
    """
    Make the schema of `union` from the current template; False when it is already there.

    Idempotent, and safe beside another process doing the same. `shape` saves the look-up when thousands are made.
    """
    shape = shape or template.current()
    with at_schema(union.schema_name) as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [union.schema_name])
        cursor.execute(
            "SELECT schema_fingerprint FROM public.hierarchy_tradeunion WHERE id = %s FOR UPDATE", [union.pk]
        )
        (known,) = cursor.fetchone()
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = %s)", [union.schema_name])
        (exists,) = cursor.fetchone()
        if exists and known:
            union.schema_fingerprint = known
            return False
        if exists:
            raise NoWayUp(union=union.code, fingerprint="未登记")
        cursor.execute(f"CREATE SCHEMA {quote_schema_name(union.schema_name)}")
        cursor.execute(shape.ddl)
        note_migrations(cursor, shape.migrations)
        cursor.execute(
            "UPDATE public.hierarchy_tradeunion SET schema_fingerprint = %s WHERE id = %s",
            [shape.fingerprint, union.pk],
        )
    union.schema_fingerprint = shape.fingerprint
    return True


def note_migrations(cursor: CursorWrapper, migrations: list[list[str]]) -> None:
    """Write Django's own book of migrations in the schema on the path."""
    cursor.execute(
        "INSERT INTO django_migrations (app, name, applied) SELECT app, name, now() FROM unnest(%s::text[], %s::text[]) AS m (app, name)",
        [[app for app, _ in migrations], [name for _, name in migrations]],
    )
