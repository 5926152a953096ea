"""
What a document is made of, said once for both kinds of file. Layout: GB/T 9704-2012.

Everything is text: amounts, days and names are written by whoever declares the document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from unicodedata import category

# Controls, marks of direction and width, halves of characters.
_UNSHOWN = frozenset({"Cc", "Cf", "Cs"})
_DIGITS = "零一二三四五六七八九"


class Align(Enum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Size(Enum):
    """The size of the body: 三号 as GB/T 9704 has it, 四号 for contracts and reports, in points with the line's height."""

    THREE = (16.0, 28.9)
    FOUR = (14.0, 26.0)

    @property
    def points(self) -> float:
        return self.value[0]

    @property
    def leading(self) -> float:
        return self.value[1]


class Numbering(Enum):
    """How clauses are counted; `%s` is the number, in Chinese but for the last."""

    ARTICLE = "第%s条　"
    CHINESE = "%s、"
    BRACKET = "（%s）"
    ARABIC = "%s."

    def of(self, number: int) -> str:
        return self.value % (number if self is Numbering.ARABIC else chinese_number(number))


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, its first line moved in by two characters unless it is centred, set right or `indent` is off."""

    text: str
    align: Align = Align.LEFT
    indent: bool = True
    bold: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading within the text: level 1 stands bold, level 2 like the text around it."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Clauses:
    """Numbered clauses. `first` goes on where earlier ones ended, so that the articles of a contract count through."""

    items: Sequence[str]
    numbering: Numbering = Numbering.ARTICLE
    first: int = 1


@dataclass(frozen=True)
class Facts:
    """Names and what they are, in a ruled table of two columns."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """
    A ruled table whose heading is repeated on each page.

    `widths` are proportions, equal ones if empty; columns in `numeric` are set right.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    numeric: frozenset[int] = frozenset()
    caption: str = ""


@dataclass(frozen=True)
class Party:
    """One side of a contract: `heading` as 甲方（盖章）：某某, then lines to sign on."""

    heading: str
    lines: Sequence[str] = ("法定代表人（签字）：", "日期：　　　年　　月　　日")


@dataclass(frozen=True)
class Signatures:
    """Where the parties sign, two beside one another, never torn between pages."""

    parties: Sequence[Party]


@dataclass(frozen=True)
class Closing:
    """Who issues the document and when, at the right under the text. Source: GB/T 9704-2012 7.3.5."""

    lines: Sequence[str]


@dataclass(frozen=True)
class PageBreak:
    """What follows begins a page."""


Block = Paragraph | Heading | Clauses | Facts | Table | Signatures | Closing | PageBreak


@dataclass(frozen=True)
class Document:
    """A document. `number` is its 文号, `author` stands in the file's properties only."""

    title: str
    blocks: Sequence[Block]
    number: str = ""
    size: Size = Size.FOUR
    author: str = ""


def chinese_number(number: int) -> str:
    """
    1 → 一, 10 → 十, 21 → 二十一, 105 → 一百零五.

    Raises: ValueError below 1 and above 999.
    """
    if not 1 <= number <= 999:
        raise ValueError(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def chinese_date(day: date) -> str:
    """2026年11月5日, as documents write it. Source: GB/T 9704-2012 7.3.5.4."""
    return f"{day.year}年{day.month}月{day.day}日"


def plain(text: str) -> str:
    """
    Text without characters that neither kind of file can hold, and without those that turn or hide what stands around them.

    Line ends are kept.
    """
    kept = text.replace("\r\n", "\n").replace("\t", " ")
    return "".join(
        char for char in kept if char == "\n" or (category(char) not in _UNSHOWN and char not in "\ufffe\uffff")
    )
