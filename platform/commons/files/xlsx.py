"""
Reading the first sheet of a workbook, row by row, in constant memory and with nothing but its cells.

openpyxl writes our workbooks; for reading, its safe XML parser runs in Python and takes ten times as long. Compiled
readers (calamine) lay the sheet out as a rectangle first: two cells, one of them in XFD1048576, and the process aborts for
want of 500 GB. Here expat calls back cell by cell, and a document type or entity declaration ends the reading.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import BinaryIO
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

Value = str | int | float | bool | datetime | time | timedelta | None
PIECE_BYTES = 64 * 1024
_PLACE = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")


class Unreadable(ValueError):
    """The workbook is not as a workbook should be."""


def lines(file: BinaryIO, *, columns: int) -> Iterator[tuple[int, list[Value]]]:
    """
    The number and the first `columns` cells of each row that the first sheet holds; rows without any cell are left out.

    Formulas are their last value, dates are dates. Raises: Unreadable.
    """
    try:
        with zipfile.ZipFile(file) as parts:
            book = _Book(parts)
            yield from book.lines(columns)
    except (zipfile.BadZipFile, expat.ExpatError, KeyError, ValueError, OverflowError, EOFError, OSError) as broken:
        raise Unreadable(str(broken)) from broken


class _Book:
    """The parts of a workbook that say what its cells mean."""

    def __init__(self, parts: zipfile.ZipFile) -> None:
        self._parts = parts
        self._names = set(parts.namelist())
        self._epoch = CALENDAR_WINDOWS_1900
        self._sheet = self._first_sheet()
        self._strings = self._shared_strings()
        self._dates = self._date_styles()

    def lines(self, columns: int) -> Iterator[tuple[int, list[Value]]]:
        reading = _Rows(self._strings, self._dates, self._epoch, columns)
        parser = _parser(reading.start, reading.end, reading.text)
        with self._parts.open(self._sheet) as part:
            while piece := part.read(PIECE_BYTES):
                parser.Parse(piece, False)
                yield from reading.taken()
            parser.Parse(b"", True)
        yield from reading.taken()

    def _first_sheet(self) -> str:
        found: list[str] = []

        def book(name: str, attributes: dict[str, str]) -> None:
            if name == "sheet" and not found:
                found.append(next(value for key, value in attributes.items() if key.endswith(":id")))
            elif name == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
                self._epoch = CALENDAR_MAC_1904

        targets: dict[str, str] = {}

        def relations(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
                targets[attributes["Id"]] = attributes["Target"]

        self._read("xl/workbook.xml", book)
        self._read("xl/_rels/workbook.xml.rels", relations)
        if not found:
            raise Unreadable("no sheet")
        target = targets[found[0]]
        return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")

    def _shared_strings(self) -> list[str]:
        strings: list[str] = []
        # Readings of characters (rPh) are beside the text, not in it.
        inside = {"t": False, "rPh": False}

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "si":
                strings.append("")
            elif name in inside:
                inside[name] = True

        def end(name: str) -> None:
            if name in inside:
                inside[name] = False

        def text(data: str) -> None:
            if inside["t"] and not inside["rPh"]:
                strings[-1] += data

        if "xl/sharedStrings.xml" in self._names:
            self._read("xl/sharedStrings.xml", start, end, text)
        return strings

    def _date_styles(self) -> frozenset[str]:
        """The styles by which a number is shown as a date."""
        formats: dict[int, str] = {}
        styles: list[int] = []
        place: list[str] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            place.append(name)
            if name == "numFmt":
                formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
            elif name == "xf" and place[-2:-1] == ["cellXfs"]:
                styles.append(int(attributes.get("numFmtId", 0)))

        def end(name: str) -> None:
            place.pop()

        if "xl/styles.xml" in self._names:
            self._read("xl/styles.xml", start, end)
        shown = (formats.get(number) or BUILTIN_FORMATS.get(number) for number in styles)
        return frozenset(str(index) for index, code in enumerate(shown) if code and is_date_format(code))

    def _read(
        self,
        name: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        with self._parts.open(name) as part:
            _parser(start, end, text).ParseFile(part)


class _Rows:
    """Gathers cells into rows as the parser calls back."""

    def __init__(self, strings: list[str], dates: frozenset[str], epoch: datetime, columns: int) -> None:
        self._strings, self._dates, self._epoch, self._columns = strings, dates, epoch, columns
        self._done: list[tuple[int, list[Value]]] = []
        self._number, self._next = 0, 0
        self._row: list[Value] = []
        self._column, self._type, self._style = 0, "n", ""
        self._words: list[str] = []
        self._reading = False
        self._aside = False

    def taken(self) -> list[tuple[int, list[Value]]]:
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._column = self._place(attributes.get("r"))
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._words.clear()
        elif name in {"v", "t"}:
            self._reading = not self._aside
        elif name == "row":
            self._number = int(attributes.get("r") or self._number + 1)
            self._row, self._next = [], 0
        elif name == "rPh":
            self._aside = True

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._reading = False
        elif name == "c":
            self._next = self._column + 1
            if self._words and self._column < self._columns:
                self._row.extend([None] * (self._column - len(self._row)))
                self._row[self._column :] = [self._value("".join(self._words))]
        elif name == "row":
            if self._row:
                self._done.append((self._number, self._row))
        elif name == "rPh":
            self._aside = False

    def text(self, data: str) -> None:
        if self._reading:
            self._words.append(data)

    def _place(self, place: str | None) -> int:
        if place is None:
            return self._next
        found = _PLACE.match(place)
        if found is None:
            raise Unreadable(place)
        column = 0
        for letter in found[1]:
            column = column * 26 + ord(letter) - 64
        if column - 1 < self._next:
            raise Unreadable("cells out of order")
        return column - 1

    def _value(self, text: str) -> Value:
        match self._type:
            case "s":
                return self._strings[int(text)]
            case "b":
                return text == "1"
            case "n":
                return self._figure(text)
            case "d":
                return datetime.fromisoformat(text)
        return text

    def _figure(self, text: str) -> Value:
        number = float(text) if "." in text or "E" in text or "e" in text else int(text)
        if self._style in self._dates:
            try:
                moment: Value = from_excel(number, self._epoch)
                return moment
            except (ValueError, OverflowError):
                return number
        return number


def _parser(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartElementHandler = _unprefixed(start)
    if end is not None:
        parser.EndElementHandler = _unprefixed_end(end)
    if text is not None:
        parser.CharacterDataHandler = text
        parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    return parser


def _unprefixed(start: Callable[[str, dict[str, str]], None]) -> Callable[[str, dict[str, str]], None]:
    """Some programs write `x:row` for `row`."""

    def handler(name: str, attributes: dict[str, str]) -> None:
        start(name.rpartition(":")[2] if ":" in name else name, attributes)

    return handler


def _unprefixed_end(end: Callable[[str], None]) -> Callable[[str], None]:
    def handler(name: str) -> None:
        end(name.rpartition(":")[2] if ":" in name else name)

    return handler


def _refuse(*_: object) -> None:
    raise Unreadable("a document type or entity declaration")
