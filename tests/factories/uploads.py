"""Small files of each kind that is accepted, and uploads of them."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xda\x00\x02\x12\x34\xff\xd9"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    + _chunk(b"IEND", b"")
)


def package(*parts: str | dict[str, bytes]) -> bytes:
    """An archive with these parts; a mapping says what is in them."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for part in parts:
            for name, body in ({part: b"<x/>"} if isinstance(part, str) else part).items():
                # Of no particular day: the same bytes whenever it is made.
                archive.writestr(zipfile.ZipInfo(name), body)
    return made.getvalue()


TYPES = "[Content_Types].xml"
DOCX = package(TYPES, "word/document.xml")
XLSX = package(TYPES, "xl/workbook.xml")
OFD = package("OFD.xml", "Doc_0/Document.xml")


def upload(content: bytes = PDF, name: str = "合同.pdf") -> SimpleUploadedFile:
    """What a browser sends; the type that it names is not to be believed."""
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")
