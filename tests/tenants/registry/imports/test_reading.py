"""Sheets as they come: workbooks and texts in the encodings of Chinese spreadsheet programs."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from commons.files.enums import FileKind
from commons.files.errors import Empty, KindRefused
from commons.files.kinds import sheet_kind
from commons.kit.errors import DomainError
from tenants.registry.imports import mapping
from tenants.registry.imports.errors import SheetUnreadable, TooManyRows
from tenants.registry.imports.sheets import Row, Sheet, begin, read
from tests.tenants.registry.imports import sheets


def reading(content: bytes) -> Sheet:
    file = io.BytesIO(content)
    return read(file, sheet_kind(file))


def test_a_workbook_is_text_with_the_numbers_that_people_see() -> None:
    midnight = datetime.fromisoformat("2020-01-02")
    content = sheets.xlsx(
        [["甲", 12, 12.0, 1.5, True, date(2020, 1, 2), midnight, None], [], [" 乙 "]],
        ["名称", "a", "b", "c", "d", "e", "f", "g"],
    )

    assert reading(content) == Sheet(
        ["名称", "a", "b", "c", "d", "e", "f", "g"],
        [Row(2, ["甲", "12", "12", "1.5", "是", "2020-01-02", "2020-01-02"]), Row(4, ["乙"])],
    )


def test_a_code_that_became_a_number_has_lost_its_end() -> None:
    found = reading(sheets.xlsx([["甲", 914403001922038000]], ["名称", "代码"]))

    assert found.rows[0].lost == [1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_texts_are_read_in_the_usual_encodings(encoding: str, delimiter: str) -> None:
    content = sheets.text([["甲，乙", "第一行\n第二行"]], ["名称", "活动内容"], encoding=encoding, delimiter=delimiter)

    assert reading(content) == Sheet(["名称", "活动内容"], [Row(2, ["甲，乙", "第一行\n第二行"])])


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [
        (b"", Empty, "这个文件是空的，请重新选择文件。"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1abc",
            KindRefused,
            "无法接收这个文件：这是旧版 Excel（.xls）或加密的文件，请另存为不加密的 .xlsx 后再上传。",
        ),
        (b"%PDF-1.7", KindRefused, "无法接收这个文件：只接收 .xlsx 或 .csv 表格。"),
        (b"PK\x03\x04 no zip", KindRefused, "无法接收这个文件：工作簿已损坏，请用 Excel 或 WPS 打开后另存一份再上传。"),
        (
            b"abc\xff\xff\xff,1",
            SheetUnreadable,
            "无法读取这个表格：无法识别文字编码，请另存为 UTF-8 编码的 CSV，或 .xlsx 后再上传。",
        ),
        (b"\r\n,,\r\n", SheetUnreadable, "无法读取这个表格：第一个工作表里没有内容。"),
    ],
)
def test_what_is_no_sheet_is_told_so(content: bytes, error: type[DomainError], sentence: str) -> None:
    with pytest.raises(error) as refused:
        reading(content)

    assert refused.value.message == sentence


def test_a_zip_that_unpacks_into_too_much_is_refused_unopened() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", "")
        parts.writestr("xl/workbook.xml", b"0" * (130 * 1024 * 1024))

    with pytest.raises(KindRefused) as refused:
        reading(bomb.getvalue())

    assert "解压后过大" in refused.value.message


def test_entities_in_the_xml_are_refused() -> None:
    """The billion laughs, in the part that names the sheets."""
    laughs = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">&b;</workbook>'
    )
    original, spoilt = io.BytesIO(sheets.xlsx([["甲"]], ["名称"])), io.BytesIO()
    with zipfile.ZipFile(original) as old, zipfile.ZipFile(spoilt, "w") as new:
        for name in old.namelist():
            new.writestr(name, laughs if name == "xl/workbook.xml" else old.read(name))

    with pytest.raises(SheetUnreadable):
        reading(spoilt.getvalue())


def test_too_many_rows_are_refused() -> None:
    file = io.BytesIO(sheets.text([["甲"]] * 6, ["名称"], encoding="utf-8"))

    with pytest.raises(TooManyRows):
        read(file, FileKind.CSV, most=5)


def test_a_far_away_cell_costs_nothing() -> None:
    book = Workbook()
    assert book.active is not None
    book.active["A1"] = "名称"
    book.active["A1000000"] = "甲"
    content = io.BytesIO()
    book.save(content)

    assert reading(content.getvalue()).rows == [Row(1_000_000, ["甲"])]


def test_two_cells_in_opposite_corners_are_two_cells() -> None:
    """A reader that lays out the rectangle between them takes 500 GB and its process with it."""
    book = Workbook()
    assert book.active is not None
    book.active["A1"] = "名称"
    book.active["A2"] = "甲"
    book.active["XFD1048576"] = "乙"
    content = io.BytesIO()
    book.save(content)

    assert reading(content.getvalue()).rows == [Row(2, ["甲"])]


def test_a_heading_alone_is_no_sheet() -> None:
    with pytest.raises(SheetUnreadable):
        begin(io.BytesIO("名称,代码\n".encode()), FileKind.CSV)


def test_columns_are_guessed_by_label_and_alias() -> None:
    assert mapping.guessed(["社会组织名称*", "统一社会信用代码（18位）", "电话", "无关", "联系电话", "名称"]) == {
        "name": 0,
        "uscc": 1,
        "contact_phone": 2,
    }


def test_a_choice_of_columns_is_checked() -> None:
    assert mapping.chosen({0: "name", 1: "name", 2: "nonsense", 3: ""}, 4) == (
        {"name": 0},
        ["“名称”被选择了两次，一项只能对应一列。", "选择的列或项目不存在，请重新选择。"],
    )
    assert mapping.missing({"name": 0}, default_region="") == [
        "请选择“统一社会信用代码”或“组织类型”所在的列。",
        "请选择“所在地区”所在的列。",
    ]
