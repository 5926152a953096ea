"""The numbers of one union as a workbook: the same question, lens and comparison as the page, and what each figure means."""

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
from commons.rollup.selectors import Value
from commons.web.numbers import compare, dashboard, figures, frame, freshness, reliability
from commons.web.numbers.breakdown import split
from commons.web.numbers.question import Question
from commons.web.numbers.writing import HIDDEN, HIDDEN_NOTE, difference, difference_unit, growth, parts_of
from commons.web.templatetags.platform_web import when_zh

Plain = str | int | Decimal | None

_HEAD = PatternFill("solid", fgColor="F3E3E0")


def build(actor: Actor, union: TradeUnion, question: Question, *, at: datetime) -> bytes:
    """
    Raises: NotFound.
    """
    near, question = frame.surroundings(actor, union, question)
    fresh = freshness.of(union)
    found = dashboard.read(actor, union, question, near)
    book = Workbook(write_only=True)
    _figures(book, _about(actor, union, question, fresh, at=at), found, question)
    if found.below.unions:
        _children(book, found, question)
    _splits(book, actor, union, found.indicators, question)
    _periods(book, found)
    if question.against or question.beside:
        _comparison(book, actor, union, question)
    _definitions(book, found.indicators)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _about(
    actor: Actor, union: TradeUnion, question: Question, fresh: freshness.Freshness, *, at: datetime
) -> list[list[Plain]]:
    then = f"{when_zh(question.as_of)}（平台当时已经掌握的数据）" if question.as_of else "否，现在的数据"
    return [
        ["工会", union.name_zh],
        ["编号", union.code],
        ["统计期", question.period_label],
        ["范围", question.scope.zh],
        ["区划口径", question.boundaries.zh],
        ["按当时数据", then],
        ["数据截至", when_zh(fresh.at) if fresh.at else "还没有汇总数据"],
        ["说明", fresh.text or "全部变动均已汇总"],
        *_told(question),
        ["导出人", actor.name],
        ["导出时间", when_zh(at)],
    ]


def _told(question: Question) -> list[list[Plain]]:
    return [["注意", sentence] for sentence in question.misread]


def _figures(book: Workbook, about: Sequence[Sequence[Plain]], found: dashboard.Read, question: Question) -> None:
    sheet = _sheet(book, "关键数据", [24, 14, 14, 14, 8, 18, 34])
    for line in about:
        _append(sheet, line)
    _append(sheet, [])
    _head(sheet, ["指标", "本期", question.before_label, figures.A_YEAR_AGO, "单位", "数据质量", "构成"])
    for one in found.indicators:
        latest = found.behind.latest(one.code)
        _append(
            sheet,
            [
                one.zh,
                _amount(latest),
                difference(latest, found.behind.before(one.code)),
                difference(latest, found.behind.a_year_ago(one.code)),
                one.unit,
                reliability.label(latest) if latest else "",
                parts_of(latest) if latest else "",
            ],
        )


def _children(book: Workbook, found: dashboard.Read, question: Question) -> None:
    sheet = _sheet(book, "下级工会", [12, 30, *[18] * len(found.indicators), 18])
    _head(sheet, ["编号", "工会", *(f"{one.zh}（{one.unit}）" for one in found.indicators), "数据质量"])
    total = "全辖合计（含本级，去重）" if question.scope is Scope.SUBTREE else "本级"
    amounts = [found.total.get(one.code) for one in found.indicators]
    _append(sheet, ["", total, *(_amount(value) for value in amounts), _standing(amounts)])
    for child in found.below.unions:
        amounts = [found.below.figures.get((child.pk, one.code)) for one in found.indicators]
        _append(sheet, [child.code, child.name_zh, *(_amount(value) for value in amounts), _standing(amounts)])


def _splits(
    book: Workbook, actor: Actor, union: TradeUnion, indicators: Sequence[Indicator], question: Question
) -> None:
    sheet = _sheet(book, "分类", [16, 24, 24, 14, 8])
    _head(sheet, ["分类方式", "类别", "指标", "本期", "单位"])
    hidden = False
    for dimension in dict.fromkeys(dimension for found in indicators for dimension in found.dims):
        knowing = [found for found in indicators if dimension in found.dims]
        by_indicator = split(actor, union, knowing, dimension, question=question)
        for found in knowing:
            for item in by_indicator[found.code]:
                _append(sheet, [dimension.zh, item.item_label, found.zh, _amount(item), found.unit])
                hidden = hidden or item.suppressed
    if hidden:
        _append(sheet, [HIDDEN_NOTE])


def _periods(book: Workbook, found: dashboard.Read) -> None:
    sheet = _sheet(book, "趋势", [18, *[18] * len(found.indicators)])
    _head(sheet, ["统计期", *(f"{one.zh}（{one.unit}）" for one in found.indicators)])
    for span in found.behind.shown:
        _append(sheet, [span.label, *(_amount(found.behind.at(one.code, span)) for one in found.indicators)])


def _comparison(book: Workbook, actor: Actor, union: TradeUnion, question: Question) -> None:
    question, other = compare.settled(actor, union, question)
    a, b = compare.sides(actor, union, other, question)
    sheet = _sheet(book, "对比", [24, 24, 24, 14, 12, 10])
    _head(sheet, ["指标", a.label, b.label, "差", "增减（%）", "差的单位"])
    for line in compare.lines(a, b):
        _append(
            sheet,
            [
                line.indicator.zh,
                _amount(line.a),
                _amount(line.b),
                difference(line.a, line.b),
                growth(line.indicator, line.a, line.b),
                difference_unit(line.indicator),
            ],
        )
    _append(sheet, ["数据质量", a.standing.label, b.standing.label])


def _amount(value: Value | None) -> Plain:
    """The figure; 不显示 where it is hidden, nothing where there is none."""
    if value is None:
        return None
    return HIDDEN if value.suppressed else value.value


def _standing(values: Sequence[Value | None]) -> str:
    return reliability.of_all(value for value in values if value).label


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
