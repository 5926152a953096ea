"""
Every row that hangs on a subject, found by the foreign keys, and carried as it is stored; attachments and comments by what they name.

Rows travel as PostgreSQL writes and reads them itself: sealed values stay sealed, amounts keep every digit.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from commons.boundaries.transfer.errors import NotConserved
from commons.boundaries.transfer.subjects import Subject


class Row(NamedTuple):
    """A stored row: its key, the subject it hangs on, and itself as JSON text."""

    key: str
    subject: str
    body: str

    def values(self) -> dict[str, Any]:
        """By column. For looking at, not for writing: amounts lose digits as floats."""
        found: dict[str, Any] = json.loads(self.body)
        return found


class Step(NamedTuple):
    """One foreign key on the way up: the column, and the table and key it points to."""

    column: str
    table: str
    key: str


@dataclass(frozen=True)
class Table:
    """A table whose rows hang on a subject; `way` leads from it up to the subject, () for the subject's own."""

    model: type[models.Model]
    way: tuple[Step, ...] = ()

    @cached_property
    def name(self) -> str:
        return str(self.model._meta.db_table)

    @cached_property
    def key(self) -> str:
        return str(self.model._meta.pk.column)

    @cached_property
    def travels_with_key(self) -> bool:
        """Whether keys are unique in the country; counted ones are given anew where the row arrives."""
        return not isinstance(self.model._meta.pk, models.AutoField)

    @cached_property
    def columns(self) -> list[str]:
        """What is written on arrival."""
        fields = [one for one in self.model._meta.concrete_fields if not getattr(one, "generated", False)]
        return [str(one.column) for one in fields if self.travels_with_key or not one.primary_key]

    @cached_property
    def origin(self) -> tuple[str, str]:
        """The SQL after FROM in which the rows are t0, and the expression of their subject."""
        quote = connection.ops.quote_name
        text, subject = f"{quote(self.name)} t0", f"t0.{quote(self.key)}"
        for depth, step in enumerate(self.way):
            subject = f"t{depth}.{quote(step.column)}"
            if depth + 1 < len(self.way):
                text += f" JOIN {quote(step.table)} t{depth + 1} ON t{depth + 1}.{quote(step.key)} = {subject}"
        return text, subject

    def direct(self, row: Row) -> bool:
        """Whether the row hangs on the subject itself."""
        return len(self.way) == 1

    def hangs_on(self, row: Row, keys: Mapping[str, Collection[str]]) -> bool:
        """Whether what the row hangs on is among `keys` = {table: keys}."""
        return str(row.values()[self.way[0].column]) in keys.get(self.way[0].table, ())


@dataclass(frozen=True)
class Loose(Table):
    """A table whose rows hang, by a bare key and no foreign one, on rows of any of `others`: attachments, comments."""

    others: tuple[Table, ...] = ()

    @cached_property
    def origin(self) -> tuple[str, str]:
        quote = connection.ops.quote_name
        parts = []
        for table in self.others:
            text, subject = table.origin
            parts.append(f"SELECT t0.{quote(table.key)} AS key, {subject} AS subject FROM {text}")
        held = quote(self.way[0].column)
        return f"{quote(self.name)} t0 JOIN ({' UNION ALL '.join(parts)}) held ON held.key = t0.{held}", "held.subject"

    def direct(self, row: Row) -> bool:
        return str(row.values()[self.way[0].column]) == row.subject

    def hangs_on(self, row: Row, keys: Mapping[str, Collection[str]]) -> bool:
        return any(str(row.values()[self.way[0].column]) in some for some in keys.values())


def models_of_unions() -> Iterator[type[models.Model]]:
    """The models that lie in each union's schema."""
    for config in apps.get_app_configs():
        if config.name in settings.TENANT_APPS:
            yield from (one for one in config.get_models(include_auto_created=True) if not one._meta.proxy)


def references(model: type[models.Model]) -> Iterator[models.ForeignKey[Any, Any]]:
    """The foreign keys of a model, one-to-one ones included."""
    for one in model._meta.concrete_fields:
        if isinstance(one, models.ForeignKey):
            yield one


def tables(subject: Subject) -> list[Table]:
    """The subject's own table first, then what hangs on it, each after what it hangs on; attachments and comments last."""
    found = {subject.root: Table(subject.root)}
    missing = [model for model in models_of_unions() if model is not subject.root]
    grew = True
    while grew:
        grew = False
        for model in list(missing):
            ways = [one for one in references(model) if one.remote_field.model in found]
            if not ways:
                continue
            # The shortest way up is the plainest.
            up = min(ways, key=lambda one: len(found[one.remote_field.model].way))
            above = found[up.remote_field.model]
            step = Step(str(up.column), above.name, above.key)
            found[model] = Table(model, (step, *above.way))
            missing.remove(model)
            grew = True
    carried = tuple(table for table in found.values() if table.travels_with_key)
    way = (Step("object_id", carried[0].name, carried[0].key),)
    loose = [Loose(apps.get_model(label), way, carried) for label in ("attachments.Attachment", "discussion.Comment")]
    return [*found.values(), *loose]


def read(table: Table, subjects: Collection[str]) -> list[Row]:
    """What hangs on these subjects in the schema at hand."""
    origin, subject = table.origin
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t0.{connection.ops.quote_name(table.key)}::text, {subject}::text, to_jsonb(t0)::text "
            f"FROM {origin} WHERE {subject} = ANY(%s::uuid[]) ORDER BY 1",
            [list(subjects)],
        )
        return [Row(*row) for row in cursor.fetchall()]


def count(table: Table, subjects: Collection[str]) -> int:
    """How many rows hang on these subjects in the schema at hand."""
    origin, subject = table.origin
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {origin} WHERE {subject} = ANY(%s::uuid[])", [list(subjects)])
        return int(cursor.fetchone()[0])


def write(table: Table, rows: Sequence[Row], overrides: Mapping[str, Mapping[str, object]] | None = None) -> int:
    """
    Insert rows as they are, but for `overrides` = {key: {column: value}}; how many.

    Raises: NotConserved when what arrived is not what was sent.
    """
    if not rows:
        return 0
    quote, changed = connection.ops.quote_name, overrides or {}
    listed = ", ".join(quote(column) for column in table.columns)
    taken = ", ".join(f"x.{quote(column)}" for column in table.columns)
    sent = [[row.body for row in rows], [json.dumps(dict(changed.get(row.key, {})), default=str) for row in rows]]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(table.name)} ({listed}) SELECT {taken} "
            "FROM unnest(%s::text[], %s::text[]) r(body, changed) "
            f"CROSS JOIN LATERAL jsonb_populate_record(NULL::{quote(table.name)}, r.body::jsonb || r.changed::jsonb) x",
            sent,
        )
        if table.travels_with_key:
            cursor.execute(
                f"SELECT count(*) FROM unnest(%s::text[], %s::text[]) r(body, changed) JOIN {quote(table.name)} t "
                f"ON t.{quote(table.key)}::text = r.body::jsonb ->> %s "
                "WHERE to_jsonb(t) = r.body::jsonb || r.changed::jsonb",
                [*sent, table.key],
            )
            (arrived,) = cursor.fetchone()
            if arrived != len(rows):
                raise NotConserved(f"{table.name}: {len(rows) - arrived} of {len(rows)} rows arrived changed")
    return len(rows)


def delete(table: Table, subjects: Collection[str]) -> int:
    """Remove what hangs on these subjects in the schema at hand; how many."""
    origin, subject = table.origin
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {quote(table.name)} WHERE {quote(table.key)} IN "
            f"(SELECT t0.{quote(table.key)} FROM {origin} WHERE {subject} = ANY(%s::uuid[]))",
            [list(subjects)],
        )
        return int(cursor.rowcount)


def delete_rows(table: Table, keys: Collection[str]) -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        key_type = "uuid" if table.travels_with_key else "bigint"
        cursor.execute(
            f"DELETE FROM {quote(table.name)} WHERE {quote(table.key)} = ANY(%s::{key_type}[])", [list(keys)]
        )


def read_history(objects: Iterable[str]) -> list[Row]:
    """The histories of these rows; a history is found by the id of its row, so it hangs on no foreign key."""
    table = Table(apps.get_model("history", "Change"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id::text, object_id::text, to_jsonb(t)::text FROM {connection.ops.quote_name(table.name)} t "
            "WHERE object_id = ANY(%s::uuid[]) ORDER BY 1",
            [list(objects)],
        )
        return [Row(*row) for row in cursor.fetchall()]


def write_history(rows: Sequence[Row]) -> int:
    """Add to the histories what is not there yet: they are only ever added to, so those of an undone transfer stay."""
    table = Table(apps.get_model("history", "Change"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id::text FROM {connection.ops.quote_name(table.name)} WHERE id = ANY(%s::uuid[])",
            [[row.key for row in rows]],
        )
        known = {key for (key,) in cursor.fetchall()}
    return write(table, [row for row in rows if row.key not in known])
