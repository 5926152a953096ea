"""Rows on their way into a table by COPY: formatted once per model, then only what differs from row to row."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from django.db import connection, models

# COPY's text format: what must not stand in a field as it is.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def field(value: object) -> str:
    """A value as COPY's text format writes it."""
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (list, tuple)):
        quoted = ",".join('"' + str(one).replace("\\", "\\\\").replace('"', '\\"') + '"' for one in value)
        return ("{" + quoted + "}").translate(_ESCAPES)
    return str(value).translate(_ESCAPES)


class Pattern:
    """One model's row with the usual values in place; `varying` are the columns that each row brings, in this order."""

    def __init__(self, usual: models.Model, varying: tuple[str, ...]) -> None:
        columns = [column for column in usual._meta.concrete_fields if not column.generated]
        self.table = usual._meta.db_table
        self.columns = [str(column.column) for column in columns]
        unknown = set(varying).difference(self.columns)
        if unknown:
            raise ValueError(f"{self.table} has no {sorted(unknown)}")
        values = {
            str(column.column): column.get_db_prep_save(getattr(usual, column.attname), connection)
            for column in columns
        }
        places = {name: number for number, name in enumerate(varying)}
        # "%s" where a row brings its own, the value itself elsewhere.
        parts = ["%s" if name in places else field(values[name]).replace("%", "%%") for name in self.columns]
        self.order = [places[name] for name in self.columns if name in places]
        self.text = "\t".join(parts) + "\n"

    def line(self, values: tuple[object, ...]) -> str:
        return self.text % tuple(field(values[place]) for place in self.order)

    def copy(self, rows: Iterable[tuple[object, ...]]) -> int:
        """Send the rows into the table of the schema at hand, as they come; how many."""
        source = _Lines(self.line(row) for row in rows)
        names = ", ".join(f'"{name}"' for name in self.columns)
        with connection.cursor() as cursor:
            cursor.copy_expert(f'COPY "{self.table}" ({names}) FROM STDIN', source)
        return source.lines


class _Lines(io.TextIOBase):
    """A file that is read while it is being made, so that memory stays bounded."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.source = lines
        self.rest = ""
        self.lines = 0

    def read(self, size: int | None = -1) -> str:
        wanted = size if size is not None and size > 0 else 1 << 16
        parts, length = [self.rest], len(self.rest)
        for line in self.source:
            self.lines += 1
            parts.append(line)
            length += len(line)
            if length >= wanted:
                break
        text = "".join(parts)
        self.rest = text[wanted:]
        return text[:wanted]
