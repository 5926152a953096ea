"""Sheets for the tests of an import."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook, load_workbook

from tests.factories.organizations import credit_code

HEADERS = [
    "社会组织名称*",
    "统一社会信用代码",
    "类型",
    "登记证书号",
    "成立日期",
    "组建方式",
    "权益领域",
    "业务领域",
    "活动内容",
    "工作方式",
    "资金来源",
    "从业人员数",
    "行政区划代码",
    "行业",
    "联系人",
    "手机号",
]


def row(number: int, **other: object) -> list[object]:
    """A complete row; `other` by heading."""
    values: dict[str, object] = {
        "社会组织名称*": f"开福区第{number}职工服务社",
        "统一社会信用代码": credit_code(number),
        "类型": "社会团体",
        "登记证书号": f"开民证字第{number}号",
        "成立日期": date(2018, 6, 1),
        "组建方式": "社会自建",
        "权益领域": "劳动就业、技能培训",
        "业务领域": "志愿服务",
        "活动内容": "技能培训",
        "工作方式": "进企业",
        "资金来源": "会费",
        "从业人员数": 12,
        "行政区划代码": "430105",
        "行业": "社会工作",
        "联系人": "李四",
        "手机号": "13800001234",
    }
    values.update(other)
    return [values[header] for header in HEADERS]


def xlsx(rows: Sequence[Sequence[object]], headers: Sequence[object] = HEADERS) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.append(list(headers))
    for one in rows:
        sheet.append(list(one))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def text(
    rows: Sequence[Sequence[object]], headers: Sequence[object] = HEADERS, *, encoding: str, delimiter: str = ","
) -> bytes:
    content = io.StringIO(newline="")
    writer = csv.writer(content, delimiter=delimiter)
    writer.writerow(headers)
    writer.writerows(rows)
    return content.getvalue().encode(encoding)


def cells(content: bytes, sheet: int = 0) -> list[list[object]]:
    """What a workbook holds, row by row."""
    book = load_workbook(io.BytesIO(content))
    return [list(values) for values in book.worksheets[sheet].iter_rows(values_only=True)]
