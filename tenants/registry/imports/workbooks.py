"""Workbooks that an import hands out: the template, and the sheet of errors to be corrected and uploaded again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from commons.files import cells
from tenants.registry.fields import FIELDS, EntryField, Kind
from tenants.registry.imports.checking import Problem
from tenants.registry.imports.sheets import EXAMPLE, MAX_ROWS, Row

_BOLD = Font(bold=True)
_REQUIRED = PatternFill("solid", fgColor="FDE9E7")
_GREY = Font(color="808080", italic=True)
_BAD = PatternFill("solid", fgColor="FFF2CC")
ERRORS_HEADING = "错误说明"


def template() -> bytes:
    """The sheet to fill in: heading, one example row, the permitted values on a second sheet and in drop-down lists."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "社会组织台账"
    values = book.create_sheet("可填内容")
    values.append(["项目", "是否必填", "可填内容", "说明"])
    for index, field in enumerate(FIELDS, start=1):
        _column(book, index, field)
    sheet.freeze_panes = "B2"
    for row in values.iter_rows(min_row=1, max_row=1):
        for cell in row:
            cell.font = _BOLD
    for letter, width in zip("ABCD", (22, 14, 60, 60), strict=True):
        values.column_dimensions[letter].width = width
    return _saved(book)


def errors(headers: Sequence[str], rows: Iterable[Row], problems: Iterable[Problem], mapping: dict[str, int]) -> bytes:
    """The bad rows as they were uploaded, the bad cells marked, with a column that says what is wrong."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("需要改正的行")
    by_row: dict[int, list[Problem]] = {}
    for problem in problems:
        by_row.setdefault(problem.row, []).append(problem)
    # A sheet that comes back a second time already has the column: it is written anew, not twice.
    kept = [index for index, header in enumerate(headers) if header != ERRORS_HEADING]
    sheet.column_dimensions["A"].width = 60
    heading = [WriteOnlyCell(sheet, value=text) for text in [ERRORS_HEADING, *(headers[index] for index in kept)]]
    for cell in heading:
        cell.font = _BOLD
    sheet.append(heading)
    for row in rows:
        found = by_row.get(row.number)
        if not found:
            continue
        bad = {mapping.get(problem.field) for problem in found}
        line = [cells.text(sheet, "\n".join(str(problem) for problem in found))]
        line[0].alignment = Alignment(wrap_text=True, vertical="top")
        for index in kept:
            cell = cells.text(sheet, row.cells[index] if index < len(row.cells) else "")
            if index in bad:
                cell.fill = _BAD
            line.append(cell)
        sheet.append(line)
    return _saved(book)


def _column(book: Workbook, index: int, field: EntryField) -> None:
    sheet, values = book.worksheets
    letter = get_column_letter(index)
    head = sheet.cell(row=1, column=index, value=field.label)
    head.font = _BOLD
    if field.required:
        head.fill = _REQUIRED
    if field.help:
        head.comment = Comment(field.help, "平台")
    example = sheet.cell(row=2, column=index, value=f"{EXAMPLE}{field.example}" if index == 1 else field.example)
    example.font = _GREY
    sheet.column_dimensions[letter].width = max(14, 2 * len(field.label) + 4)
    for row in range(1, 3):
        sheet.cell(row=row, column=index).number_format = "@"
    # Codes, telephone numbers and dates stay as typed only in a column of text.
    sheet.column_dimensions[letter].number_format = "@"
    permitted = (
        [member.zh for member in field.choices] if field.choices else (["是", "否"] if field.kind is Kind.BOOL else [])
    )
    needed = "必填" if field.required else ("列入在册时必填" if field.required_for_ledger else "")
    several = "（可填多项，用顿号隔开）" if field.kind is Kind.CHOICES else ""
    values.append([field.label, needed, "、".join(permitted) + several, field.help])
    if permitted and field.kind is not Kind.CHOICES:
        listed = DataValidation(type="list", formula1=f'"{",".join(permitted)}"', allow_blank=True)
        listed.error, listed.errorTitle = "请从下拉列表中选择。", field.label
        listed.add(f"{letter}2:{letter}{MAX_ROWS + 1}")
        sheet.add_data_validation(listed)


def _saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
