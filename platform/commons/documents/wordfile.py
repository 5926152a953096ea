"""
A document as Word, to be corrected and signed.

Fonts are named, not embedded: 仿宋, 黑体, 楷体 and 宋体 are on every Chinese office machine. Numbers of clauses are text, so
that both kinds of file say the same whatever program opens them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import docx as word
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as Line
from docx.text.run import Run

from commons.documents import layout
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

BODY, SONG, HEI, KAI, LATIN = "仿宋", "宋体", "黑体", "楷体", "Times New Roman"
_ALIGN = {
    Align.LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    Align.CENTER: WD_ALIGN_PARAGRAPH.CENTER,
    Align.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}
_NEVER = datetime(2000, 1, 1)  # noqa: DTZ001  python-docx writes it as it stands


def docx(document: Document) -> bytes:
    """The document as Word (docx); the same bytes for the same document."""
    file = word.Document()
    _page(file)
    _properties(file, document)
    title = _line(file, document.title, points=layout.TITLE_POINTS, leading=layout.TITLE_LEADING, font=SONG, bold=True)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(document.size.leading / 2)
    if document.number:
        number = _text(file, document.number, document.size)
        number.alignment = WD_ALIGN_PARAGRAPH.CENTER
        number.paragraph_format.space_after = Pt(document.size.leading / 2)
    for block in document.blocks:
        _put(file, block, document.size)
    _foot(file)
    written = io.BytesIO()
    file.save(written)
    return _without_moments(written.getvalue())


def _put(file: Any, block: Block, size: Size) -> None:
    match block:
        case Paragraph():
            line = _text(file, block.text, size, bold=block.bold)
            line.alignment = _ALIGN[block.align]
            if block.indent and block.align is Align.LEFT:
                line.paragraph_format.first_line_indent = Pt(size.points * 2)
        case Heading():
            line = _text(file, block.text, size, font=HEI if block.level == 1 else KAI)
            line.paragraph_format.first_line_indent = Pt(size.points * 2)
            line.paragraph_format.keep_with_next = True
        case Clauses():
            for number, item in enumerate(block.items, start=block.first):
                line = _text(file, block.numbering.of(number) + item, size)
                line.paragraph_format.first_line_indent = Pt(size.points * 2)
        case Facts():
            grid = _grid(file, len(block.pairs), (3, 7))
            for row, (name, value) in zip(grid.rows, block.pairs, strict=True):
                _fill(row.cells[0], name, bold=True)
                _fill(row.cells[1], value)
        case Table():
            _table(file, block, size)
        case Signatures():
            _signatures(file, block, size)
        case Closing():
            for at, text in enumerate(block.lines):
                line = _text(file, text, size)
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                line.paragraph_format.right_indent = Pt(size.points * layout.CLOSING_INDENT)
                line.paragraph_format.space_before = Pt(0 if at else size.leading * 2)
                line.paragraph_format.keep_with_next = at + 1 < len(block.lines)
        case PageBreak():
            file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _table(file: Any, block: Table, size: Size) -> None:
    if block.caption:
        caption = _text(file, block.caption, size, font=HEI)
        caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
        caption.paragraph_format.keep_with_next = True
    grid = _grid(file, len(block.rows) + 1, block.widths or [1] * len(block.headings))
    for cell, text in zip(grid.rows[0].cells, block.headings, strict=True):
        _fill(cell, text, bold=True, align=Align.CENTER)
    repeated = OxmlElement("w:tblHeader")
    grid.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row, texts in zip(grid.rows[1:], block.rows, strict=True):
        for at, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            _fill(cell, text, align=Align.RIGHT if at in block.numeric else Align.LEFT)


def _signatures(file: Any, block: Signatures, size: Size) -> None:
    _text(file, "", size)
    rows = (len(block.parties) + 1) // 2
    grid = _grid(file, rows, (1, 1), ruled=False)
    for at, party in enumerate(block.parties):
        cell = grid.rows[at // 2].cells[at % 2]
        lines = [party.heading, *party.lines]
        for place, text in enumerate(lines):
            line = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
            _write(line, text, points=size.points, leading=size.leading)
            line.paragraph_format.space_after = Pt(0 if place else size.leading)
            line.paragraph_format.keep_with_next = place + 1 < len(lines)
    for row in grid.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _grid(file: Any, rows: int, widths: Sequence[float], *, ruled: bool = True) -> Any:
    grid = file.add_table(rows=rows, cols=len(widths), style="Table Grid" if ruled else None)
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    whole = layout.PAGE[0] - layout.LEFT - layout.RIGHT
    for row in grid.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(whole * width / sum(widths))
    return grid


def _fill(cell: Any, text: str, *, bold: bool = False, align: Align = Align.LEFT) -> None:
    line = cell.paragraphs[0]
    _write(line, text, points=layout.TABLE_POINTS, leading=layout.TABLE_LEADING, font=SONG, bold=bold)
    line.alignment = _ALIGN[align]


def _text(file: Any, text: str, size: Size, *, font: str = BODY, bold: bool = False) -> Line:
    return _line(file, text, points=size.points, leading=size.leading, font=font, bold=bold)


def _line(file: Any, text: str, **style: Any) -> Line:
    line: Line = file.add_paragraph()
    _write(line, text, **style)
    return line


def _write(line: Line, text: str, *, points: float, leading: float, font: str = BODY, bold: bool = False) -> None:
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    line.paragraph_format.line_spacing = Pt(leading)
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(0)
    _dress(line.add_run(plain(text)), points, font, bold)


def _dress(run: Run, points: float, font: str, bold: bool = False) -> None:
    run.font.size, run.font.bold, run.font.name = Pt(points), bold, LATIN
    # The font of Chinese characters has a place of its own, of which python-docx knows nothing.
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _page(file: Any) -> None:
    section = file.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(layout.PAGE[0]), Mm(layout.PAGE[1])
    section.top_margin, section.bottom_margin = Mm(layout.TOP), Mm(layout.BOTTOM)
    section.left_margin, section.right_margin = Mm(layout.LEFT), Mm(layout.RIGHT)
    section.footer_distance = Mm(layout.BOTTOM - 12)


def _properties(file: Any, document: Document) -> None:
    about = file.core_properties
    about.title, about.author, about.language = plain(document.title)[:255], plain(document.author)[:255], "zh-CN"
    about.comments = about.last_modified_by = ""
    about.created = about.modified = _NEVER


def _foot(file: Any) -> None:
    line = file.sections[0].footer.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, between, after = layout.page_text("\x00", "\x00").split("\x00")
    for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        _dress(line.add_run(text), layout.FOOT_POINTS, SONG)
        if field:
            _field(line, field)


def _field(line: Line, name: str) -> None:
    """A number that Word counts itself."""
    for kind, text in (("begin", ""), ("", name), ("separate", ""), ("1", ""), ("end", "")):
        run = line.add_run("1" if kind == "1" else "")
        _dress(run, layout.FOOT_POINTS, SONG)
        if text:
            told = OxmlElement("w:instrText")
            told.text = text
            run._element.append(told)
        elif kind != "1":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._element.append(mark)


def _without_moments(content: bytes) -> bytes:
    """The same package, its parts without the moment at which they were packed."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as kept:
        for info in made.infolist():
            part = zipfile.ZipInfo(info.filename)
            part.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(part, made.read(info))
    return written.getvalue()
