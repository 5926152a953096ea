"""
What a file is, judged by its bytes; and whether it is safe to unpack.

Libraries that name a kind (puremagic, filetype) look at the first bytes only: to them a picture with an archive behind it is
a picture, and a workbook with macros a workbook. The few kinds that are accepted here are looked at from end to end.
"""

import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from commons.files.enums import FileKind
from commons.files.errors import Empty, KindRefused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PNG = b"\x89PNG\r\n\x1a\n"
# An honest sheet of 20,000 rows unpacks to some 40 MB in a few dozen parts; a document with pictures has more parts.
UNPACKED_MAX_BYTES = 120 * 1024 * 1024
UNPACKED_MAX_PARTS = 500
TABLES = "只接收 .xlsx 或 .csv 表格。"
DOCUMENTS = (FileKind.PDF, FileKind.DOCX, FileKind.XLSX, FileKind.OFD, FileKind.PNG, FileKind.JPEG)
ACCEPTED = "只接收 PDF、Word（.docx）、Excel（.xlsx）、OFD 文件和 PNG、JPEG 图片。"
# The part by which a package is told.
_PACKAGES = {
    "word/document.xml": FileKind.DOCX,
    "xl/workbook.xml": FileKind.XLSX,
    "OFD.xml": FileKind.OFD,
}


@dataclass(frozen=True)
class _Words:
    """What is said of a package that is refused: `thing` its name, `program` what opens it, `wanted` what is accepted."""

    thing: str
    program: str
    wanted: str


def sheet_kind(file: BinaryIO) -> FileKind:
    """
    Whether `file` is a workbook or text; it is left at its beginning.

    Raises: Empty, KindRefused.
    """
    head = _head(file)
    if head.startswith(_OLE):
        raise KindRefused(problem="这是旧版 Excel（.xls）或加密的文件，请另存为不加密的 .xlsx 后再上传。")
    if head.startswith(b"PK"):
        words = _Words("工作簿", "Excel 或 WPS", f"这不是 Excel 工作簿，{TABLES}")
        if _package_kind(file, words) is not FileKind.XLSX:
            raise KindRefused(problem=words.wanted)
        return FileKind.XLSX
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"\x1f\x8b", b"7z\xbc\xaf")):
        raise KindRefused(problem=TABLES)
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise KindRefused(problem=TABLES)
    return FileKind.CSV


def document_kind(file: BinaryIO, name: str, *, accepted: Collection[FileKind] = DOCUMENTS) -> FileKind:
    """
    Which kind of document or picture `file` is, all of it and nothing else besides; it is left at its beginning.

    `name` must end as that kind does: another program would open it as something else. What a PDF does when it is
    opened is not judged; it is only ever handed out to be saved.
    Raises: Empty, KindRefused.
    """
    head = _head(file)
    if head.startswith(_OLE):
        raise KindRefused(
            problem="这是旧版 Office（.doc、.xls）或加密的文件，请另存为不加密的 .docx、.xlsx 或 PDF 后再上传。"
        )
    if head.startswith(b"PK\x03\x04"):
        found = _package_kind(file, _Words("文件", "Word、Excel 或 WPS", f"这是压缩包或其他文件，{ACCEPTED}"))
        _require_no_programs(file)
    elif head.startswith(b"%PDF-"):
        found = _pdf(file)
    elif head.startswith(_PNG):
        found = _png(file)
    elif head.startswith(b"\xff\xd8\xff"):
        found = _jpeg(file)
    else:
        raise KindRefused(problem=ACCEPTED)
    if found not in accepted:
        raise KindRefused(problem=f"只接收：{'、'.join(kind.zh for kind in FileKind if kind in accepted)}。")
    if not name.lower().endswith(tuple(f".{ending}" for ending in found.endings)):
        endings = " 或 ".join(f".{ending}" for ending in found.endings)
        raise KindRefused(
            problem=f"内容是“{found.zh}”，文件名却不是以 {endings} 结尾。请核对是否选错了文件，改正文件名后再上传。{ACCEPTED}"
        )
    return found


def _head(file: BinaryIO) -> bytes:
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if not head.strip():
        raise Empty()
    return head


def _package_kind(file: BinaryIO, words: _Words) -> FileKind:
    """
    Which kind of package, looked into part by part.

    Raises: KindRefused for an ordinary archive, and one that is broken, sealed or too large.
    """
    try:
        with zipfile.ZipFile(file) as parts:
            infos = parts.infolist()
            too_large = len(infos) > UNPACKED_MAX_PARTS or sum(info.file_size for info in infos) > UNPACKED_MAX_BYTES
            encrypted = any(info.flag_bits & 0x1 for info in infos)
            # A part that unpacks to more than it declares fails its checksum here, before a reader unpacks it whole.
            broken = not too_large and not encrypted and parts.testzip() is not None
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as damaged:
        raise KindRefused(problem=f"{words.thing}已损坏，请用 {words.program} 打开后另存一份再上传。") from damaged
    finally:
        file.seek(0)
    names = [info.filename for info in infos]
    kinds = [kind for part, kind in _PACKAGES.items() if part in names]
    office = kinds != [FileKind.OFD]
    if len(kinds) != 1 or (office and "[Content_Types].xml" not in names):
        raise KindRefused(problem=words.wanted)
    if encrypted:
        raise KindRefused(problem=f"{words.thing}已加密，请去掉密码后再上传。")
    if too_large:
        raise KindRefused(problem=f"{words.thing}解压后过大，请只保留需要的内容后再上传。")
    # The same name twice: one reader takes the first, another the last.
    if broken or len(set(names)) != len(names):
        raise KindRefused(problem=f"{words.thing}已损坏，请用 {words.program} 打开后另存一份再上传。")
    return kinds[0]


def _require_no_programs(file: BinaryIO) -> None:
    """Neither macros nor controls, nor a template fetched from elsewhere, which may bring some."""
    with zipfile.ZipFile(file) as parts:
        found = any(_brings_program(info.filename.lower(), parts, info) for info in parts.infolist())
    file.seek(0)
    if found:
        raise KindRefused(problem="文件含有宏、控件或外部模板，请另存为不含宏的 .docx 或 .xlsx，或导出 PDF 后再上传。")


def _brings_program(name: str, parts: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    if "vbaproject" in name or "activex/" in name:
        return True
    if name == "[content_types].xml":
        return b"macroenabled" in parts.read(info).lower()
    if name.endswith("settings.xml.rels"):
        told = parts.read(info).lower()
        return b"attachedtemplate" in told and b"external" in told
    return False


def _pdf(file: BinaryIO) -> FileKind:
    """A PDF from its first byte to its end."""
    whole = file.read()
    file.seek(0)
    if b"%%EOF" not in whole[-2048:]:
        raise KindRefused(problem="PDF 不完整，请重新导出或扫描后再上传。")
    _require_alone(file)
    return FileKind.PDF


def _png(file: BinaryIO) -> FileKind:
    """A picture whose chunks lead from the first byte to its end."""
    whole = file.read()
    file.seek(0)
    place, kind = len(_PNG), b""
    while place + 12 <= len(whole) and kind != b"IEND":
        kind = whole[place + 4 : place + 8]
        place += 12 + int.from_bytes(whole[place : place + 4], "big")
    if kind != b"IEND" or place > len(whole):
        raise KindRefused(problem="图片不完整，请重新导出或拍摄后再上传。")
    _require_alone(file)
    return FileKind.PNG


def _jpeg(file: BinaryIO) -> FileKind:
    """A picture that ends. Telephones put more behind it (depth, a short film), which nothing opens; an archive is refused."""
    whole = file.read()
    file.seek(0)
    if b"\xff\xd9" not in whole:
        raise KindRefused(problem="图片不完整，请重新导出或拍摄后再上传。")
    _require_alone(file)
    return FileKind.JPEG


def _require_alone(file: BinaryIO) -> None:
    """
    Nothing else is hidden in the file that another program would find: archives are read from their end, a PDF may begin
    late, and what a browser takes for a page needs a tag near the beginning.
    """
    archive = zipfile.is_zipfile(file)
    file.seek(0)
    head = file.read(1024)
    file.seek(0)
    late = b"%PDF-" in head[1:]
    page = any(tag in head.lower() for tag in (b"<script", b"<html", b"<!doctype", b"<svg", b"<?php"))
    if archive or late or page:
        raise KindRefused(problem=f"文件里还藏有另一种文件，请重新导出后再上传。{ACCEPTED}")
