"""One declaration as Word and as PDF: both say the same, neither needs anything of the machine."""

import io
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import docx as word
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from commons import documents
from commons.documents import Document, Paragraph, fonts
from commons.files.enums import FileKind
from commons.files.kinds import document_kind
from tests.commons.documents.samples import CONTRACT, REPORT, SAMPLES

PAGES = {"contract": 3, "notice": 1, "report": 4, "minutes": 1}
each = pytest.mark.parametrize("name", SAMPLES)


def bare(text: str) -> str:
    """Without spaces and line ends: where lines are broken is for the eye."""
    return "".join(text.split())


def word_text(content: bytes) -> str:
    """Paragraphs and tables in the order of the file."""
    file = word.Document(io.BytesIO(content))
    return bare("".join(node.text or "" for node in file.element.body.iter(qn("w:t"))))


def pdf_pages(content: bytes) -> list[str]:
    return [bare(page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]


def texts(document: Document) -> Iterator[str]:
    """What was declared, in order; of clauses with their numbers."""
    yield document.title
    yield document.number
    for block in document.blocks:
        match block:
            case documents.Paragraph() | documents.Heading():
                yield block.text
            case documents.Clauses():
                yield from (block.numbering.of(number) + item for number, item in enumerate(block.items, block.first))
            case documents.Facts():
                yield from (text for pair in block.pairs for text in pair)
            case documents.Table():
                yield block.caption
                yield from (text for row in (block.headings, *block.rows) for text in row)
            case documents.Signatures():
                yield from (text for party in block.parties for text in (party.heading, *party.lines))
            case documents.Closing():
                yield from block.lines


def fonts_of(content: bytes) -> dict[str, Any]:
    """Every font that a page names, by its name in the file."""
    found = {}
    for page in PdfReader(io.BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            found[str(font.get_object()["/BaseFont"])] = font.get_object()
    return found


@each
def test_word_holds_all_that_was_declared_in_order(name: str) -> None:
    assert word_text(documents.docx(SAMPLES[name])) == bare("".join(texts(SAMPLES[name])))


@each
def test_pdf_holds_all_that_was_declared_and_counts_its_pages(name: str) -> None:
    pages = pdf_pages(documents.pdf(SAMPLES[name]))

    assert len(pages) == PAGES[name]
    for number, page in enumerate(pages, start=1):
        assert page.endswith(f"第{number}页共{len(pages)}页")
    body = "".join(page.removesuffix(f"第{number}页共{len(pages)}页") for number, page in enumerate(pages, start=1))
    place = 0
    # Two parties beside one another are read line by line.
    told = {text for party in _parties(SAMPLES[name]) for text in (party.heading, *party.lines)}
    for text in map(bare, texts(SAMPLES[name])):
        if text in map(bare, told):
            assert text in body
            continue
        place = body.find(text, place)
        assert place >= 0, text
        place += len(text)


def _parties(document: Document) -> list[documents.Party]:
    return [party for block in document.blocks if isinstance(block, documents.Signatures) for party in block.parties]


def test_the_heading_of_a_long_table_is_on_each_page() -> None:
    pages = pdf_pages(documents.pdf(REPORT))

    assert ["指标得分" in page for page in pages] == [False, True, True, True]
    assert pages[1].startswith("附：评分表")


@each
def test_every_font_of_a_pdf_is_inside_it_and_only_what_is_used(name: str) -> None:
    content = documents.pdf(SAMPLES[name])
    found = fonts_of(content)

    assert {font.split("+")[1] for font in found} == {"NotoSerifSC-Regular", "NotoSerifSC-Bold"}
    for font in found.values():
        assert len(font["/FontDescriptor"]["/FontFile2"].get_data()) < 150_000
        assert "/ToUnicode" in font
    assert len(content) < 300_000


@each
@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_the_same_document_is_the_same_bytes(name: str, kind: str) -> None:
    write = getattr(documents, kind)
    first = write(SAMPLES[name])
    write(CONTRACT if name != "contract" else REPORT)

    assert write(SAMPLES[name]) == first
    assert document_kind(io.BytesIO(first), f"文书.{kind}") is FileKind(kind)


def test_one_document_waits_for_another() -> None:
    """A subset is cut out of a font by moving about in it, so two at once could read one another's place."""
    alone = documents.pdf(CONTRACT)

    with ThreadPoolExecutor(max_workers=1) as pool:
        with fonts.held([]):
            made = pool.submit(documents.pdf, CONTRACT)
            with pytest.raises(TimeoutError):
                made.result(timeout=1)
        assert made.result(timeout=30) == alone


def test_word_is_laid_out_as_the_standard_has_it() -> None:
    """GB/T 9704-2012 5.2."""
    content = documents.docx(CONTRACT)
    file = word.Document(io.BytesIO(content))
    section = file.sections[0]

    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]  # type: ignore[union-attr]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side.mm) for side in margins] == [37, 35, 28, 26]  # type: ignore[union-attr]
    title = file.paragraphs[0].runs[0]
    assert (title.text, title.font.bold, title.font.size.pt) == (CONTRACT.title, True, 22)  # type: ignore[union-attr]
    assert title._element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"  # type: ignore[union-attr]
    fields = [node.text for node in section.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert bare(section.footer.paragraphs[0].text) == "第1页共1页"
    assert (file.core_properties.title, file.core_properties.author) == (CONTRACT.title, "长沙市开福区总工会")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_marks_of_the_writers_own_are_only_text() -> None:
    hostile = "甲<b>乙</b>&amp;<br/>丙\x00\x0b\u202e\ufffe${x}"
    document = Document(title="<i>标题</i>", blocks=[Paragraph(hostile), Paragraph("第一行\n第二行")])

    assert "甲<b>乙</b>&amp;<br/>丙" in word_text(documents.docx(document))
    (page,) = pdf_pages(documents.pdf(document))
    assert page == "<i>标题</i>甲<b>乙</b>&amp;<br/>丙${x}第一行第二行第1页共1页"


def test_what_the_font_cannot_show_is_told_instead_of_drawn_as_boxes() -> None:
    document = Document(title="名单", blocks=[Paragraph("张\U000319f5、李\U000319f6")])

    with pytest.raises(documents.GlyphsMissing) as refused:
        documents.pdf(document)

    assert refused.value.message == (
        "PDF 字体中没有这些字：“\U000319f5”（U+319F5）、“\U000319f6”（U+319F6）。请改用 Word 文档，或换成规范字后再生成。"
    )
    assert "张" in word_text(documents.docx(document))


def test_the_common_characters_are_all_there() -> None:
    """GB/T 2312: 6,763 characters and 682 signs."""
    pairs = (bytes([row, cell]).decode("gb2312", "ignore") for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    common = "".join(char for char in pairs if char)
    assert len(common) == 7445

    content = documents.pdf(Document(title="字", blocks=[Paragraph(common)]))

    assert content.startswith(b"%PDF-")


def test_without_fonts_it_says_what_to_do_and_word_goes_on(settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENT_FONTS = tmp_path

    with pytest.raises(documents.FontsMissing) as refused:
        documents.pdf(CONTRACT)

    assert refused.value.message == (
        "本机没有安装公文字体，暂不能生成 PDF，请先使用 Word 文档。管理员运行 make assets 后即可恢复。"
    )
    assert CONTRACT.title in word_text(documents.docx(CONTRACT))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (35, "三十五"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (999, "九百九十九"),
    ],
)
def test_numbers_in_chinese(number: int, text: str) -> None:
    assert documents.chinese_number(number) == text


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_numbers_beyond_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        documents.chinese_number(number)


def test_a_day_as_documents_write_it() -> None:
    assert documents.chinese_date(date(2026, 3, 5)) == "2026年3月5日"
