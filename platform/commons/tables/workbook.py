"""A list as a sheet: written row by row, with text that no spreadsheet program runs as a formula."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from commons.files import cells as sheets
from commons.tables import cells
from commons.tables.asked import Asked
from commons.tables.declaration import Column
from commons.tables.listing import around
from commons.tables.paging import ordered

CHUNK = 1000


def written(
    asked: Asked[Any], columns: Sequence[Column], *, progress: Callable[[int], None] = lambda done: None
) -> tuple[bytes, int]:
    """The workbook in the list's order, and how many rows it holds; `progress` is told after each thousand."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(asked.table.title[:31])
    sheet.freeze_panes = "B2"
    for index, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = max(12, 2 * len(column.label) + 4)
    heading = [WriteOnlyCell(sheet, value=column.label) for column in columns]
    for one in heading:
        one.font = Font(bold=True)
    sheet.append(heading)
    done = 0
    for part in _parts(ordered(asked.taken, asked.order).iterator(chunk_size=CHUNK)):
        stands = around(asked.table, asked.actor, part, columns)
        for row in part:
            sheet.append([sheets.cell(sheet, cells.written(row, column, stands)) for column in columns])
        done += len(part)
        progress(done)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue(), done


def _parts(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while part := list(islice(rows, CHUNK)):
        yield part
