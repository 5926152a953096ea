"""
Reading an uploaded sheet: a workbook's first sheet or a text of values, as rows of text with the numbers that people
see.

Formulas are read as their values. Nothing here judges what a cell says.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import BinaryIO

from openpyxl.utils import get_column_letter

from commons.files import xlsx
from commons.files.cells import plain
from commons.files.enums import FileKind
from tenants.registry.imports.errors import SheetUnreadable, TooManyRows

MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_CELL = 5_000
SAMPLE_ROWS = 5
# How the example row of the template begins.
EXAMPLE = "（示例，请删除本行）"
# A number beyond this has lost digits in the spreadsheet program already.
_EXACT_BELOW = 10**15


@dataclass(frozen=True)
class Row:
    """One row: its number as the spreadsheet program shows it, its cells, and the columns whose digits were lost."""

    number: int
    cells: list[str]
    lost: list[int] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        return not any(self.cells)


@dataclass(frozen=True)
class Sheet:
    """The heading and the rows below it that are not blank."""

    headers: list[str]
    rows: list[Row]


def read(file: BinaryIO, kind: FileKind, *, most: int = MAX_ROWS) -> Sheet:
    """
    The whole sheet.

    Raises: SheetUnreadable, TooManyRows.
    """
    lines = _lines(file, kind)
    header = _header(lines)
    rows: list[Row] = []
    blanks = 0
    for row in lines:
        if row.is_blank:
            blanks += 1
            if blanks > 10 * MAX_ROWS:
                raise TooManyRows(limit=MAX_ROWS)
            continue
        if len(rows) >= most:
            raise TooManyRows(limit=most)
        rows.append(row)
    return Sheet(_even(header, rows), rows)


def begin(file: BinaryIO, kind: FileKind) -> Sheet:
    """
    The heading and the first rows, to choose columns by.

    Raises: SheetUnreadable.
    """
    lines = _lines(file, kind)
    header = _header(lines)
    rows: list[Row] = []
    for looked_at, row in enumerate(lines):
        if not row.is_blank:
            rows.append(row)
        if len(rows) == SAMPLE_ROWS or looked_at > 500:
            break
    if not rows:
        raise SheetUnreadable(problem="标题行下面没有数据。请使用模板，从第2行起填写。")
    return Sheet(_even(header, rows), rows)


def column_name(index: int) -> str:
    """'A' for the first column."""
    return get_column_letter(index + 1)


def _header(lines: Iterator[Row]) -> list[str]:
    for row in lines:
        if not row.is_blank:
            return row.cells
    raise SheetUnreadable(problem="第一个工作表里没有内容。")


def _even(header: list[str], rows: Iterable[Row]) -> list[str]:
    """The heading, as long as the longest row."""
    width = max([len(header), *(len(row.cells) for row in rows)])
    return header + [""] * (width - len(header))


def _lines(file: BinaryIO, kind: FileKind) -> Iterator[Row]:
    file.seek(0)
    return _workbook_lines(file) if kind is FileKind.XLSX else _text_lines(file.read())


def _workbook_lines(file: BinaryIO) -> Iterator[Row]:
    try:
        for number, values in xlsx.lines(file, columns=MAX_COLUMNS):
            yield _row(number, values)
    except xlsx.Unreadable as broken:
        raise SheetUnreadable(problem="工作簿内容已损坏，请用 Excel 或 WPS 打开后另存一份再上传。") from broken


def _row(number: int, values: Sequence[object]) -> Row:
    cells, lost = [], []
    for index, value in enumerate(values[:MAX_COLUMNS]):
        cells.append(_text(value))
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _EXACT_BELOW:
            lost.append(index)
    while cells and not cells[-1]:
        cells.pop()
    return Row(number, cells, lost)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return plain(value.strip())[:MAX_CELL]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)[:MAX_CELL]


def _text_lines(content: bytes) -> Iterator[Row]:
    text = _decoded(content)
    csv.field_size_limit(200_000)
    try:
        for number, values in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)), start=1):
            yield _row(number, tuple(values))
    except csv.Error as broken:
        raise SheetUnreadable(problem="文本的引号或分隔符有误，请另存为 .xlsx 后再上传。") from broken


def _decoded(content: bytes) -> str:
    """The text, in whichever of the encodings that Chinese spreadsheet programs write."""
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise SheetUnreadable(problem="无法识别文字编码，请另存为 UTF-8 编码的 CSV，或 .xlsx 后再上传。")


def _delimiter(text: str) -> str:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",\t;", key=lambda sign: (first.count(sign), sign == ","))
