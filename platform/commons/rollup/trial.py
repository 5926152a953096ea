"""Each declared SELECT, tried on the empty template of a union's schema: it must run, and return what its kind asks for."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.checks import CheckMessage, Error
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from commons.hierarchy.models import TradeUnion
from commons.rollup.declaration import Catalogue, Measure
from commons.rollup.enums import Place
from commons.tenancy import door, template

_TEXT, _WHOLE = {"text", "varchar"}, {"int2", "int4", "int8"}
_OF_FIGURES = (
    ("record", {"uuid"}),
    ("dims", {"jsonb", *_TEXT}),
    ("from_month", _WHOLE),
    ("until_month", _WHOLE),
    ("amount", {"numeric", *_WHOLE}),
)
_OF_ORGANIZATIONS = (_OF_FIGURES[0], ("uscc", _TEXT), *_OF_FIGURES[1:], ("stamp", _WHOLE))


def problems(catalogue: Catalogue) -> list[CheckMessage]:
    """What the database says against the SELECTs; nothing where the template is not at the present migrations."""
    found: list[CheckMessage] = []
    with door.inside(TradeUnion(schema_name=template.SCHEMA)):
        if _is_ready():
            for measure in catalogue.measures.values():
                found += (Error(f"measure {measure.code}: {what}", id="rollup.E007") for what in _wrong_with(measure))
    return found


def _is_ready() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{template.SCHEMA}.marks_mark"])
        row = cursor.fetchone()
    if not (row and row[0]):
        return False
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _wrong_with(measure: Measure) -> Iterator[str]:
    wanted = _OF_ORGANIZATIONS if measure.is_distinct else _OF_FIGURES
    try:
        types = _types(measure)
    except (DatabaseError, KeyError, TypeError, ValueError) as refusal:
        yield f"the SELECT does not run: {str(refusal).strip()}"
        return
    if len(types) != len(wanted):
        yield f"the SELECT returns {len(types)} columns instead of {', '.join(name for name, _ in wanted)}"
        return
    for (name, allowed), type_ in zip(wanted, types, strict=True):
        if type_ not in allowed:
            yield f"{name} is {type_} instead of {' or '.join(sorted(allowed))}"


def _types(measure: Measure) -> list[str]:
    """The types of the columns that the SELECT returns."""
    # As the fold asks: with parameters for those in `public`, without for others.
    arguments = {"union": 0} if measure.family.place is Place.PUBLIC else None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({measure.sql}) counted LIMIT 0", arguments)
        oids = [column.type_code for column in cursor.description or ()]
        cursor.execute("SELECT oid::bigint, typname FROM pg_type WHERE oid = ANY(%s::oid[])", [oids])
        names = dict(cursor.fetchall())
        return [names[oid] for oid in oids]
