"""A value of a row as a cell of the list and as a cell of a sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from commons.kit import clock
from commons.kit.labels import Code
from commons.tables.declaration import Around, Column
from commons.web.templatetags.platform_web import date_zh, intcomma_zh, percent, wan, when_zh


@dataclass(frozen=True)
class Cell:
    """One cell of the list, finished. `state` or `tone` colours a badge."""

    label: str
    text: str
    url: str = ""
    numeric: bool = False
    badge: bool = False
    state: str = ""
    tone: str = ""
    note: str = ""
    nowrap: bool = False


def value_of(row: Any, column: Column, around: Around) -> object:
    """What the column holds for this row."""
    if callable(column.value):
        return column.value(row, around)
    value = row
    for part in (column.value or column.name).split("."):
        value = getattr(value, part, None)
    return value


def shown(row: Any, column: Column, around: Around) -> Cell:
    """The cell of the list."""
    value = value_of(row, column, around)
    text = _text(value, column)
    return Cell(
        label=column.label,
        text=f"{text[: column.limit - 1]}…" if 0 < column.limit < len(text) else text,
        url=column.link(row, around) if column.link is not None and text else "",
        numeric=column.numeric,
        badge=column.kind == "badge" and bool(text),
        state=str(value) if isinstance(value, Code) else "",
        tone=column.tones.get(str(value), ""),
        note=str(column.note(row, around) or "") if column.note is not None else "",
        nowrap=column.kind in {"day", "moment"},
    )


def written(row: Any, column: Column, around: Around) -> str | int | date | Decimal | None:
    """What a sheet holds: figures and days as such, all else as text."""
    value = column.sheet(row, around) if column.sheet is not None else value_of(row, column, around)
    match value:
        case None | "":
            return None
        case bool() | Code():
            return _text(value, column)
        case int() | Decimal():
            return Decimal(value) / 10_000 if column.kind == "wan" else value
        case datetime():
            return clock.today(value) if column.kind == "day" else when_zh(value)
        case date():
            return value
        case _:
            return _text(value, column)


def _text(value: object, column: Column) -> str:
    match value:
        case None | "":
            return ""
        case bool():
            return "是" if value else "否"
        case Code():
            return value.label
        case str():
            return value
        case int() | float() | Decimal():
            return _number(value, column)
        case datetime():
            return date_zh(value) if column.kind == "day" else when_zh(value)
        case date():
            return date_zh(value)
        case Iterable():
            return "、".join(_text(one, column) for one in value)
        case _:
            return str(value)


def _number(value: float | Decimal, column: Column) -> str:
    match column.kind:
        case "money":
            return intcomma_zh(value, 2)
        case "wan":
            return wan(value)
        case "percent":
            return percent(value)
        case "number":
            return intcomma_zh(value)
        case _:
            return str(value)
