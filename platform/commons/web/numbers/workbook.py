"""The numbers of one union as a workbook: figures, children, splits, twelve months, and what each figure means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from commons.access.actors import Actor
from commons.files import cells
from commons.hierarchy.models import TradeUnion
from commons.rollup.declaration import Indicator
from commons.rollup.enums import Scope
from commons.web.numbers import around, children, figures, freshness
from commons.web.numbers.breakdown import split
from commons.web.numbers.question import Question, month_label, shown_indicators
from commons.web.numbers.writing import WITHHELD_WHY, parts_of, put
from commons.web.templatetags.platform_web import when_zh

Plain = str | int | Decimal | None

_HEAD = PatternFill("solid", fgColor="F3E3E0")


def build(actor: Actor, union: TradeUnion, question: Question, *, at: datetime) -> bytes:
    """
    Raises: NotFound.
    """
    indicators = shown_indicators()
    fresh = freshness.of(union)
    behind = figures.year(actor, union, indicators, month=question.month, scope=question.scope)
    below = children.counted(actor, around.of(union).below, indicators, month=question.month, scope=question.scope)
    book = Workbook(write_only=True)
    about = [
        ["工会", union.name_zh],
        ["编号", union.code],
        ["月份", question.month_label],
        ["范围", question.scope.zh],
        ["数据截至", when_zh(fresh.at) if fresh.at else "还没有汇总数据"],
        ["说明", fresh.text or "全部变动均已汇总"],
        ["导出人", actor.name],
        ["导出时间", when_zh(at)],
    ]
    _figures(book, about, indicators, behind)
    if below.unions:
        _children(book, below, behind, indicators, question)
    _splits(book, actor, union, indicators, question)
    _months(book, indicators, behind)
    _definitions(book, indicators)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _figures(
    book: Workbook, about: Sequence[Sequence[Plain]], indicators: Sequence[Indicator], behind: figures.Year
) -> None:
    sheet = _sheet(book, "关键数据", [24, 14, 14, 8, 34])
    for line in about:
        _append(sheet, line)
    _append(sheet, [])
    _head(sheet, ["指标", "本月", "较上月", "单位", "构成"])
    for found in indicators:
        latest, before = behind.latest(found.code), behind.before(found.code)
        _append(sheet, [found.zh, latest.value, figures.change(latest, before), found.unit, parts_of(latest)])


def _children(
    book: Workbook,
    below: children.Counted,
    behind: figures.Year,
    indicators: Sequence[Indicator],
    question: Question,
) -> None:
    sheet = _sheet(book, "下级工会", [12, 30, *[18] * len(indicators)])
    _head(sheet, ["编号", "工会", *(f"{found.zh}（{found.unit}）" for found in indicators)])
    total = "全辖合计（含本级，去重）" if question.scope is Scope.SUBTREE else "本级"
    _append(sheet, ["", total, *(behind.latest(found.code).value for found in indicators)])
    for child in below.unions:
        _append(
            sheet, [child.code, child.name_zh, *(below.figures.get((child.pk, found.code)) for found in indicators)]
        )


def _splits(
    book: Workbook, actor: Actor, union: TradeUnion, indicators: Sequence[Indicator], question: Question
) -> None:
    sheet = _sheet(book, "分类", [16, 24, 24, 14, 8])
    _head(sheet, ["分类方式", "类别", "指标", "本月", "单位"])
    withheld = False
    for dimension in dict.fromkeys(dimension for found in indicators for dimension in found.dims):
        knowing = [found for found in indicators if dimension in found.dims]
        by_indicator = split(actor, union, knowing, dimension, question=question)
        for found in knowing:
            for item in by_indicator[found.code]:
                _append(sheet, [dimension.zh, item.item_label, found.zh, put(item), found.unit])
                withheld = withheld or item.suppressed
    if withheld:
        _append(sheet, [WITHHELD_WHY])


def _months(book: Workbook, indicators: Sequence[Indicator], behind: figures.Year) -> None:
    sheet = _sheet(book, "近12个月", [14, *[18] * len(indicators)])
    _head(sheet, ["月份", *(f"{found.zh}（{found.unit}）" for found in indicators)])
    tracks = [behind.trend(found.code) for found in indicators]
    for offset in range(figures.TREND_MONTHS):
        month = tracks[0][offset].month
        _append(sheet, [month_label(month), *(track[offset].value for track in tracks)])


def _definitions(book: Workbook, indicators: Sequence[Indicator]) -> None:
    sheet = _sheet(book, "口径说明", [10, 24, 8, 60, 44, 60, 36])
    _head(sheet, ["编号", "指标", "单位", "统计口径", "时间口径", "谁计数", "汇总方式"])
    for found in indicators:
        _append(
            sheet,
            [
                found.code,
                found.zh,
                found.unit,
                found.definition,
                found.date_rule,
                found.who_counts,
                found.aggregation.zh,
            ],
        )


def _sheet(book: Workbook, title: str, widths: Sequence[int]) -> WriteOnlyWorksheet:
    sheet: WriteOnlyWorksheet = book.create_sheet(title)
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width  # type: ignore[attr-defined]  # unknown to stubs
    return sheet


def _head(sheet: WriteOnlyWorksheet, titles: Iterable[str]) -> None:
    row = []
    for title in titles:
        cell = WriteOnlyCell(sheet, title)
        cell.font, cell.fill, cell.alignment = Font(bold=True), _HEAD, Alignment(wrap_text=True, vertical="center")
        row.append(cell)
    sheet.append(row)


def _append(sheet: WriteOnlyWorksheet, values: Sequence[Plain]) -> None:
    sheet.append([_cell(sheet, value) for value in values])


def _cell(sheet: WriteOnlyWorksheet, value: Plain) -> Cell:
    """A number as a number; a text as a text, also when it begins like a formula."""
    if isinstance(value, str):
        return cells.text(sheet, value)
    cell: Cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # the stubs know no Decimal
    if value is not None:
        cell.number_format = "#,##0" if Decimal(value) == Decimal(value).to_integral_value() else "#,##0.00"
    return cell
