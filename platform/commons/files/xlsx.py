"""
Reading the first sheet of a workbook, row by row, in constant memory.

openpyxl parses with expat, which from 2.4.1 on refuses entities that multiply and never fetches one. How much a workbook may hold
unpacked is asked before it is opened (see kinds). Compiled readers lay the sheet out as a rectangle first: two cells in opposite
corners, and the process asks for 500 GB.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from openpyxl import load_workbook

if expat.version_info < (2, 4, 1):
    raise RuntimeError(f"{expat.EXPAT_VERSION} expands hostile entities; a Python with expat 2.4.1 or newer is needed.")


class Unreadable(ValueError):
    """The workbook is not as a workbook should be."""


def lines(file: BinaryIO, *, columns: int) -> Iterator[tuple[int, list[object]]]:
    """
    The number and the first `columns` cells of each row of the first sheet that holds something.

    Formulas are their last value, dates are dates, an empty cell is None. Raises: Unreadable.
    """
    try:
        book = load_workbook(file, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # Programs write wrong dimensions; without them every row is read.
        sheet.reset_dimensions()
        for number, values in enumerate(sheet.iter_rows(max_col=columns, values_only=True), start=1):
            if any(value is not None for value in values):
                yield number, list(values)
        book.close()
    except (
        zipfile.BadZipFile,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        OSError,
    ) as broken:
        raise Unreadable(str(broken)) from broken
