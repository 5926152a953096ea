"""
What a declared SELECT says, read from its text: which tables it counts, which codes it compares with, which dimensions it names.

No parser of SQL: it knows the forms that declarations are written in, and passes over what it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

_TEXT = r"'(?:[^']|'')*'"
_COLUMN = r"(?:\b(?P<alias>\w+)\.)?\b(?P<column>[a-z_]\w*)(?:::\w+)?"
_TEXTS = rf"(?P<texts>{_TEXT}(?:::\w+)?(?:\s*,\s*{_TEXT}(?:::\w+)?)*)"
_COMPARED = (
    re.compile(rf"{_COLUMN}\s*(?:=|<>|!=)\s*(?P<texts>{_TEXT})"),
    re.compile(rf"(?P<texts>{_TEXT})\s*(?:=|<>|!=)\s*{_COLUMN}"),
    re.compile(rf"{_COLUMN}\s+(?:NOT\s+)?IN\s*\(\s*{_TEXTS}\s*\)", re.IGNORECASE),
    re.compile(rf"{_COLUMN}\s*(?:=|<>|!=)\s*(?:ANY|ALL)\s*\(\s*ARRAY\s*\[\s*{_TEXTS}\s*\]\s*\)", re.IGNORECASE),
    re.compile(rf"\bCASE\s+{_COLUMN}\s+(?P<texts>WHEN\s.*?)\bEND\b", re.IGNORECASE | re.DOTALL),
)
_WHEN = re.compile(rf"\bWHEN\s+({_TEXT})", re.IGNORECASE)
_STANDS = re.compile(r'\b(?:FROM|JOIN)\s+(?:public\.)?"?(\w+)"?(?:\s+(?:AS\s+)?([a-z_]\w*))?', re.IGNORECASE)
_NO_ALIAS = {
    "WHERE",
    "ON",
    "USING",
    "JOIN",
    "CROSS",
    "LEFT",
    "RIGHT",
    "FULL",
    "INNER",
    "GROUP",
    "ORDER",
    "UNION",
    "WINDOW",
    "LIMIT",
}
_OBJECT = re.compile(r"\bjsonb_build_object\s*\(", re.IGNORECASE)
_KEY = re.compile(r'"(\w+)"\s*:')


class Compared(NamedTuple):
    """A column, by which alias it is named, and a text that it is compared with."""

    alias: str
    column: str
    text: str


def tables(sql: str, known: Collection[str]) -> set[str]:
    """Those of the known tables that the SELECT reads."""
    return {word for word in re.findall(r"\w+", re.sub(_TEXT, "''", sql)) if word in known}


def aliases(sql: str, known: Collection[str]) -> dict[str, str]:
    """{alias: table}; a table is its own alias too."""
    found: dict[str, str] = {}
    for table, alias in _STANDS.findall(sql):
        if table in known:
            found |= {name: table for name in (table, alias) if name and name.upper() not in _NO_ALIAS}
    return found


def compared(sql: str) -> Iterator[Compared]:
    """Each text that a column is compared with."""
    for form in _COMPARED:
        for match in form.finditer(sql):
            texts = match["texts"]
            for text in _WHEN.findall(texts) if texts.upper().startswith("WHEN") else re.findall(_TEXT, texts):
                yield Compared(match["alias"] or "", match["column"], _plain(text))


def dimensions(sql: str) -> set[str]:
    """The codes under which the SELECT gives items."""
    found = set(_KEY.findall(sql))
    for match in _OBJECT.finditer(sql):
        keys = _arguments(sql[match.end() :])[::2]
        found |= {_plain(key) for key in keys if re.fullmatch(_TEXT, key)}
    return found


def _plain(text: str) -> str:
    return text[1:-1].replace("''", "'")


def _arguments(rest: str) -> list[str]:
    """The arguments of a call, of which the opening parenthesis has been read."""
    depth, start, found = 0, 0, []
    for piece in re.finditer(rf"{_TEXT}|[(),]", rest):
        mark = piece.group()
        if mark == "(":
            depth += 1
        elif mark in {",", ")"} and depth == 0:
            found.append(rest[start : piece.start()].strip())
            start = piece.end()
            if mark == ")":
                break
        elif mark == ")":
            depth -= 1
    return found
