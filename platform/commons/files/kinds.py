"""What a file is, judged by its bytes; and whether it is safe to unpack."""

import zipfile
from typing import BinaryIO

from commons.files.enums import FileKind
from commons.files.errors import Empty, KindRefused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# An honest sheet of 20,000 rows unpacks to some 40 MB in a few dozen parts.
UNPACKED_MAX_BYTES = 120 * 1024 * 1024
UNPACKED_MAX_PARTS = 500


def sheet_kind(file: BinaryIO) -> FileKind:
    """
    Whether `file` is a workbook or text; it is left at its beginning.

    Raises: Empty, KindRefused.
    """
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if not head.strip():
        raise Empty()
    if head.startswith(_OLE):
        raise KindRefused(problem="这是旧版 Excel（.xls）或加密的文件，请另存为不加密的 .xlsx 后再上传。")
    if head.startswith(b"PK"):
        _check_workbook(file)
        return FileKind.XLSX
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"\x1f\x8b", b"7z\xbc\xaf")):
        raise KindRefused(problem="只接收 .xlsx 或 .csv 表格。")
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise KindRefused(problem="只接收 .xlsx 或 .csv 表格。")
    return FileKind.CSV


def _check_workbook(file: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(file) as parts:
            infos = parts.infolist()
            too_large = len(infos) > UNPACKED_MAX_PARTS or sum(info.file_size for info in infos) > UNPACKED_MAX_BYTES
            encrypted = any(info.flag_bits & 0x1 for info in infos)
            # A part that unpacks to more than it declares fails its checksum here, before a reader unpacks it whole.
            broken_part = None if too_large or encrypted else parts.testzip()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as broken:
        raise KindRefused(problem="工作簿已损坏，请用 Excel 或 WPS 打开后另存一份再上传。") from broken
    finally:
        file.seek(0)
    names = {info.filename for info in infos}
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise KindRefused(problem="这不是 Excel 工作簿，只接收 .xlsx 或 .csv 表格。")
    if encrypted:
        raise KindRefused(problem="工作簿已加密，请去掉密码后再上传。")
    if too_large:
        raise KindRefused(problem="工作簿解压后过大，请只保留需要导入的数据后再上传。")
    if broken_part is not None:
        raise KindRefused(problem="工作簿已损坏，请用 Excel 或 WPS 打开后另存一份再上传。")
