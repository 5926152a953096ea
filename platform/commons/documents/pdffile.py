"""A document as PDF, with the part of the fonts that it uses inside it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Literal
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Spacer
from reportlab.platypus import PageBreak as NewPage
from reportlab.platypus import Paragraph as Broken
from reportlab.platypus import Table as Grid

from commons.documents import breaking, fonts, layout
from commons.documents.declaration import (
    Align,
    Block,
    Clauses,
    Closing,
    Document,
    Facts,
    Heading,
    PageBreak,
    Paragraph,
    Signatures,
    Size,
    Table,
    plain,
)

_ALIGN: dict[Align, Literal[0, 1, 2]] = {Align.LEFT: TA_LEFT, Align.CENTER: TA_CENTER, Align.RIGHT: TA_RIGHT}
_WIDTH = (layout.PAGE[0] - layout.LEFT - layout.RIGHT) * mm
# Cells name the font themselves; the table would name one besides that is not inside the file.
_BARE: list[Any] = [("FONTNAME", (0, 0), (-1, -1), fonts.REGULAR)]
_RULED: list[Any] = [
    *_BARE,
    ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
]

_OPEN: list[Any] = [
    *_BARE,
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
]


def pdf(document: Document) -> bytes:
    """
    The document as PDF; the same bytes for the same document.

    Raises: FontsMissing, GlyphsMissing.
    """
    written = io.BytesIO()
    frame = Frame(
        layout.LEFT * mm,
        layout.BOTTOM * mm,
        _WIDTH,
        (layout.PAGE[1] - layout.TOP - layout.BOTTOM) * mm,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    file = BaseDocTemplate(
        written,
        pagesize=(layout.PAGE[0] * mm, layout.PAGE[1] * mm),
        title=plain(document.title),
        author=plain(document.author),
        subject="",
        creator="",
        lang="zh-CN",
        # No moment and no random mark of the making in the file.
        invariant=1,
    )
    file.addPageTemplates([PageTemplate(frames=[frame])])
    with fonts.held(_texts(document)):
        file.build(list(_story(document)), canvasmaker=_Counting)
    return written.getvalue()


class _Set(Broken):
    """A paragraph of one font, its lines broken by our rules: the writer's own know half of the Chinese punctuation."""

    def breakLinesCJK(self, maxWidths: Any) -> Any:
        if len(self.frags) != 1 or (hasattr(self, "blPara") and getattr(self, "_splitpara", False)):
            return super().breakLinesCJK(maxWidths)
        self.height = 0
        one = self.frags[0]
        text = one.text if hasattr(one, "text") else "".join(one.words)

        @cache
        def width_of(char: str) -> float:
            return stringWidth(char, one.fontName, one.fontSize)

        found = breaking.lines(text, maxWidths if isinstance(maxWidths, list | tuple) else [maxWidths], width_of)
        set_lines = [(left, [line]) for left, line in found]
        return one.clone(kind=0, lines=set_lines, ascent=one.fontSize, descent=-0.2 * one.fontSize)


class _Counting(Canvas):
    """Holds pages back until their number is known, which stands at the foot of each."""

    def __init__(self, *args: Any, **options: Any) -> None:
        # Otherwise each page names a font that is not inside the file.
        super().__init__(*args, **{**options, "initialFontName": fonts.REGULAR})
        self._held: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._held.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        for number, page in enumerate(self._held, start=1):
            self.__dict__.update(page)
            self.setFont(fonts.REGULAR, layout.FOOT_POINTS)
            foot = layout.page_text(str(number), str(len(self._held)))
            self.drawCentredString(layout.PAGE[0] * mm / 2, (layout.BOTTOM - 10) * mm, foot)
            super().showPage()
        super().save()


def _story(document: Document) -> Iterator[Flowable]:
    title = ParagraphStyle(
        "title",
        fontName=fonts.BOLD,
        fontSize=layout.TITLE_POINTS,
        leading=layout.TITLE_LEADING,
        alignment=TA_CENTER,
        wordWrap="CJK",
        spaceAfter=document.size.leading / 2,
    )
    yield from _lines(document.title, title)
    if document.number:
        centred = _style(document.size, align=Align.CENTER, after=document.size.leading / 2)
        yield from _lines(document.number, centred)
    for block in document.blocks:
        yield from _set(block, document.size)


def _set(block: Block, size: Size) -> Iterator[Flowable]:
    match block:
        case Paragraph():
            moved = 2 if block.indent and block.align is Align.LEFT else 0
            yield from _lines(block.text, _style(size, align=block.align, bold=block.bold, first=moved))
        case Heading():
            # A heading never stays behind at the foot of a page.
            yield from _lines(block.text, _style(size, bold=block.level == 1, first=2, keep=True))
        case Clauses():
            for number, item in enumerate(block.items, start=block.first):
                yield from _lines(block.numbering.of(number) + item, _style(size, first=2))
        case Facts():
            rows = [[_cell(name, bold=True), _cell(value)] for name, value in block.pairs]
            yield from _grid(rows, (3, 7))
        case Table():
            yield from _table(block, size)
        case Signatures():
            yield from _signatures(block, size)
        case Closing():
            style = _style(size, align=Align.RIGHT, right=layout.CLOSING_INDENT)
            lines = [one for line in block.lines for one in _lines(line, style)]
            yield KeepTogether([Spacer(1, size.leading * 2), *lines])
        case PageBreak():
            yield NewPage()


def _table(block: Table, size: Size) -> Iterator[Flowable]:
    if block.caption:
        yield from _lines(block.caption, _style(size, align=Align.CENTER, bold=True, keep=True))
    heading = [_cell(text, bold=True, align=Align.CENTER) for text in block.headings]
    rows = [
        [_cell(text, align=Align.RIGHT if at in block.numeric else Align.LEFT) for at, text in enumerate(row)]
        for row in block.rows
    ]
    yield from _grid([heading, *rows], block.widths or [1] * len(block.headings), repeated=1)


def _grid(rows: Sequence[Sequence[list[Flowable]]], widths: Sequence[float], repeated: int = 0) -> Iterator[Flowable]:
    shares = [_WIDTH * width / sum(widths) for width in widths]
    yield Spacer(1, 4)
    yield Grid([list(row) for row in rows], colWidths=shares, repeatRows=repeated, style=_RULED)
    yield Spacer(1, 8)


def _signatures(block: Signatures, size: Size) -> Iterator[Flowable]:
    style = _style(size)
    sides = [
        [
            *_lines(party.heading, _style(size, after=size.leading)),
            *(one for line in party.lines for one in _lines(line, style)),
        ]
        for party in block.parties
    ]
    pairs = [sides[at : at + 2] for at in range(0, len(sides), 2)]
    for pair in pairs:
        row = [*pair, *([[]] * (2 - len(pair)))]
        grid = Grid([row], colWidths=[_WIDTH / 2] * 2, style=_OPEN)
        yield KeepTogether([Spacer(1, size.leading), grid])


def _cell(text: str, *, bold: bool = False, align: Align = Align.LEFT) -> list[Flowable]:
    style = ParagraphStyle(
        "cell",
        fontName=fonts.BOLD if bold else fonts.REGULAR,
        fontSize=layout.TABLE_POINTS,
        leading=layout.TABLE_LEADING,
        alignment=_ALIGN[align],
        wordWrap="CJK",
    )
    return _lines(text, style)


def _style(
    size: Size,
    *,
    align: Align = Align.LEFT,
    bold: bool = False,
    first: int = 0,
    right: int = 0,
    after: float = 0,
    keep: bool = False,
) -> ParagraphStyle:
    """`first` and `right` are counted in characters."""
    return ParagraphStyle(
        "text",
        fontName=fonts.BOLD if bold else fonts.REGULAR,
        fontSize=size.points,
        leading=size.leading,
        alignment=_ALIGN[align],
        firstLineIndent=first * size.points,
        rightIndent=right * size.points,
        spaceAfter=after,
        wordWrap="CJK",
        keepWithNext=keep,
        allowWidows=0,
        allowOrphans=0,
    )


def _lines(text: str, style: ParagraphStyle) -> list[Flowable]:
    """
    A paragraph for each line of `text`.

    The writer takes a run of spaces for one, wide ones too; four that do not break are as wide as one of those.
    """
    marked = escape(plain(text)).replace("\u3000", "\xa0" * 4)
    return [_Set(line, style) for line in marked.split("\n")]


def _texts(document: Document) -> Iterator[str]:
    """Everything that will be shown, for the question whether the font has it."""
    yield from map(plain, (document.title, document.number, layout.page_text("0123456789", "")))
    for block in document.blocks:
        match block:
            case Paragraph() | Heading():
                yield plain(block.text)
            case Clauses():
                yield from map(plain, block.items)
            case Facts():
                yield from (plain(text) for pair in block.pairs for text in pair)
            case Table():
                yield from (plain(text) for row in (block.headings, *block.rows, (block.caption,)) for text in row)
            case Signatures():
                yield from (plain(text) for party in block.parties for text in (party.heading, *party.lines))
            case Closing():
                yield from map(plain, block.lines)
            case PageBreak():
                pass
