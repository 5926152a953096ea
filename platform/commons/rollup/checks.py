"""
A declaration that cannot be right is refused before the first request.

rollup.E001  a family counts a table that no app has
rollup.E002  an indicator shows a dimension that its measures lack
rollup.E003  a table's column that names the record is not there, is no such id, or two families name different ones
rollup.E004  a SELECT names a dimension that is not declared, or the other way round, or its items are no codes
rollup.E005  a SELECT compares a column with a code that the column cannot hold: a misspelt state
rollup.E006  a SELECT reads a table whose changes would leave no mark
rollup.E007  a SELECT does not run, or returns other columns than its kind asks for (`check --database default`)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection, models

from commons.kit.fields import CodeField
from commons.kit.labels import Code
from commons.rollup import reading
from commons.rollup.declaration import CATALOGUE, COUNTERPART, Catalogue, Family, Measure
from commons.rollup.enums import Place

_Models = dict[str, type[models.Model]]


@register()
def declarations_hold(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """What can be told from the text alone."""
    return problems(CATALOGUE)


@register(Tags.database)
def selects_run(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """What only the database can tell; nothing while migrations are to come."""
    from commons.rollup import trial

    return trial.problems(CATALOGUE) if "default" in (databases or ()) else []


def problems(catalogue: Catalogue) -> list[CheckMessage]:
    """Everything wrong with the declarations of `catalogue`, as far as their text shows it."""
    known = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    found: list[CheckMessage] = []
    for family in catalogue.families.values():
        found += _of_family(family, known)
    found += _of_subjects(catalogue)
    for measure in catalogue.measures.values():
        found += _of_measure(measure, known)
    for indicator in catalogue.indicators.values():
        dims = {dim.code for measure in indicator.measures for dim in measure.dims}
        for code in indicator.shown_dims or ():
            if code not in dims:
                found.append(Error(f"{indicator.code} shows the unknown dimension {code}", id="rollup.E002"))
    return found


def _of_family(family: Family, known: _Models) -> Iterator[CheckMessage]:
    for table, column in family.tables.items():
        if table not in known:
            yield Error(f"family {family.code} counts the unknown table {table}", id="rollup.E001")
            continue
        columns = {field.column: field for field in known[table]._meta.concrete_fields}
        if column and column not in columns:
            yield Error(f"family {family.code}: {table} has no column {column}", id="rollup.E003")
        elif column and family.place is Place.TENANT and columns[column].db_type(connection) != "uuid":
            yield Error(f"family {family.code}: {table}.{column} names no record, it is no uuid", id="rollup.E003")


def _of_subjects(catalogue: Catalogue) -> Iterator[CheckMessage]:
    """A table has one trigger, so all families name its record by one column."""
    columns: dict[str, set[str]] = defaultdict(set)
    for family in catalogue.families_in(Place.TENANT):
        for table, column in family.tables.items():
            columns[table].add(column)
    for table, named in columns.items():
        if len(named) > 1:
            yield Error(f"families name the record of {table} differently: {sorted(named)}", id="rollup.E003")


def _of_measure(measure: Measure, known: _Models) -> Iterator[CheckMessage]:
    for dim in measure.dims:
        if not (isinstance(dim.items, type) and issubclass(dim.items, Code) and list(dim.items)):
            yield Error(f"measure {measure.code}: the items of {dim.code} are no codes", id="rollup.E004")
    named = reading.dimensions(measure.sql)
    declared = {COUNTERPART} if measure.is_transfer else {dim.code for dim in measure.dims}
    for code in sorted(named ^ declared):
        where = "is named by the SELECT but not declared" if code in named else "is declared but not in the SELECT"
        yield Error(f"measure {measure.code}: the dimension {code} {where}", id="rollup.E004")
    read = reading.tables(measure.sql, known)
    for table in sorted(read - set(measure.family.tables)):
        hint = f"name it in the tables of family {measure.family.code}"
        yield Error(f"measure {measure.code} reads {table}, whose changes leave no mark", hint=hint, id="rollup.E006")
    aliases = reading.aliases(measure.sql, known)
    for alias, column, text in reading.compared(measure.sql):
        tables = {aliases[alias]} if alias in aliases else read
        fields = [field for table in sorted(tables) if (field := _code_field(known[table], column))]
        if fields and not any(text in field.codes or (field.blank and not text) for field in fields):
            codes = "、".join(sorted({code for field in fields for code in field.codes}))
            yield Error(f"measure {measure.code}: {column} is never “{text}”", hint=f"one of {codes}", id="rollup.E005")


def _code_field(model: type[models.Model], column: str) -> CodeField | None:
    found = (field for field in model._meta.concrete_fields if field.column == column)
    return next((field for field in found if isinstance(field, CodeField)), None)
