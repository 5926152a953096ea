"""The columns of a file of unions, declared once: for reading, for the template, for naming what is wrong."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TypeVar

from commons.hierarchy.actions import Answerable
from commons.hierarchy.enums import Kind, Level
from commons.kit.labels import Code

C = TypeVar("C", bound=Code)


@dataclass(frozen=True)
class Column:
    """One column: its name in the header, its Chinese name (also accepted in the header), what it means."""

    name: str
    label: str
    meaning: str
    required: bool = False
    limit: int = 0


COLUMNS = (
    Column("code", "代码", "六位行政区划代码；开发区写 430100_01，产业工会写 430000_i01", required=True, limit=12),
    Column("name", "名称", "工会全称；不填则按行政区划生成，如“长沙市开福区总工会”", limit=120),
    Column("level", "层级", "national、province、city、district，或全国、省级、市级、区县级；不填则按行政区划"),
    Column("parent_code", "上级代码", "上级工会的代码；不填则按行政区划"),
    Column("kind", "类型", "regional 地方工会（默认）、zone 开发区工会、industrial 产业（系统）工会"),
    Column("leader_in_charge", "分管领导", "姓名", required=True, limit=60),
    Column("responsible_department", "负责部门", "如“基层工作部”", required=True, limit=80),
    Column("dedicated_person", "专人", "姓名", required=True, limit=60),
    Column("contact_phone", "联系电话", "加密保存", limit=40),
    Column("admin_name", "管理员姓名", "填写后可用 --links 生成首位管理员的一次性链接", limit=60),
    Column("admin_phone", "管理员电话", "加密保存", limit=40),
    Column("admin_email", "管理员邮箱", "", limit=254),
)
LABELS = {column.name: column.label for column in COLUMNS}
_BY_HEADER = {**{column.name: column.name for column in COLUMNS}, **{c.label: c.name for c in COLUMNS}}


@dataclass(frozen=True)
class Fault:
    """What is wrong in the file: line, column (may be empty), why."""

    line: int
    column: str
    why: str

    def __str__(self) -> str:
        where = f"，{LABELS.get(self.column, self.column)}（{self.column}）" if self.column else ""
        return f"第 {self.line} 行{where}：{self.why}"


@dataclass(frozen=True)
class Row:
    """A union that the file asks for. `line` counts from 1 with the header as line 1."""

    line: int
    code: str
    name: str = ""
    level: Level | None = None
    parent_code: str = ""
    kind: Kind = Kind.REGIONAL
    answerable: Answerable = field(default_factory=Answerable)
    admin_name: str = ""
    admin_phone: str = ""
    admin_email: str = ""


def template() -> str:
    """An empty file with its header and one example."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in COLUMNS])
    example = "430105,长沙市开福区总工会,district,430100,regional,周建国,基层工作部,李敏,,王芳,,"
    writer.writerow(example.split(","))
    return out.getvalue()


def read(content: bytes) -> tuple[list[Row], list[Fault]]:
    """
    The rows of a CSV file (UTF-8, or GB 18030 as a Chinese Excel writes it) and what is wrong in it.

    A faulty row is named and left out; the rest stay.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    lines = csv.reader(io.StringIO(text))
    header = [_BY_HEADER.get(cell.strip(), cell.strip()) for cell in next(lines, [])]
    missing = [column for column in COLUMNS if column.required and column.name not in header]
    if missing:
        return [], [Fault(1, column.name, "表头缺少这一列。") for column in missing]
    unknown = [Fault(1, name, "不认识这一列，请核对表头。") for name in header if name and name not in LABELS]
    if unknown:
        return [], unknown
    rows: list[Row] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for cells in lines:
        line = lines.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            faults.append(Fault(line, "", "这一行的列数多于表头，请检查多余的逗号。"))
            continue
        values = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        row, wrong = _row(line, values)
        faults += wrong
        if row is None:
            continue
        if row.code in seen:
            faults.append(Fault(line, "code", f"与第 {seen[row.code]} 行的代码重复。"))
            continue
        seen[row.code] = line
        rows.append(row)
    return rows, faults


def _row(line: int, values: dict[str, str]) -> tuple[Row | None, list[Fault]]:
    faults: list[Fault] = []
    for column in COLUMNS:
        value = values.get(column.name, "")
        if column.required and not value:
            faults.append(Fault(line, column.name, "必填，不能为空。"))
        if column.limit and len(value) > column.limit:
            faults.append(Fault(line, column.name, f"最多 {column.limit} 个字。"))
    level, kind = _member(Level, values.get("level", "")), _member(Kind, values.get("kind", "") or Kind.REGIONAL)
    if values.get("level") and level is None:
        faults.append(Fault(line, "level", f"“{values['level']}”不是层级，请写全国、省级、市级或区县级。"))
    if kind is None:
        faults.append(Fault(line, "kind", f"“{values.get('kind')}”不是工会类型。"))
    if faults or kind is None:
        return None, faults
    answerable = Answerable(
        values["leader_in_charge"],
        values["responsible_department"],
        values["dedicated_person"],
        values.get("contact_phone", ""),
    )
    texts = {name: values.get(name, "") for name in ("name", "parent_code", "admin_name", "admin_phone", "admin_email")}
    return Row(line=line, code=values["code"], level=level, kind=kind, answerable=answerable, **texts), []


def _member(enum: type[C], text: str) -> C | None:
    return next((member for member in enum if text in {member.value, member.zh}), None)
