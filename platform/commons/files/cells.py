"""Cells of a workbook that is handed out: text stays text, whatever it begins with."""

from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(sheet: Any, value: str | int | Decimal | date | None) -> Cell | int | Decimal | date | None:
    """
    `value` for a row of a write-only sheet.

    Text that begins like a formula gets an apostrophe before it, so that it is never run: not here, and not after the
    sheet was saved as csv and opened again. `plain` takes it away.
    """
    return text(sheet, value) if isinstance(value, str) else value


def text(sheet: Any, value: str) -> Cell:
    """A cell of text."""
    made = WriteOnlyCell(sheet)
    shown = ILLEGAL_CHARACTERS_RE.sub("", value)
    made.value = f"'{shown}" if shown.startswith(_STARTS_FORMULA) else shown
    made.data_type = "s"
    return made


def plain(value: str) -> str:
    """The text of a cell without the apostrophe that `text` put before it."""
    return value[1:] if value[:1] == "'" and value[1:].startswith(_STARTS_FORMULA) else value
