"""The parts of a question as they stand in an address: periods, moments, days. What cannot be read is said, not guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from commons.kit.clock import BEIJING, month_index, today
from commons.rollup.enums import PeriodKind
from commons.rollup.spans import Span
from commons.web.templatetags.platform_web import date_zh, when_zh

FIRST_DAY = date(2000, 1, 1)
FIRST_MONTH = month_index(FIRST_DAY)
# How many periods of each kind the list offers, the latest first.
_OFFERED = {PeriodKind.MONTH: 36, PeriodKind.QUARTER: 12, PeriodKind.HALF: 8, PeriodKind.YEAR: 6}
# How many periods of each kind the trend shows; of cumulative ones, their months.
_TREND = {
    PeriodKind.MONTH: 12,
    PeriodKind.QUARTER: 8,
    PeriodKind.HALF: 6,
    PeriodKind.YEAR: 5,
    PeriodKind.CUMULATIVE: 24,
}
_BEFORE = {
    PeriodKind.MONTH: "较上月",
    PeriodKind.QUARTER: "较上季度",
    PeriodKind.HALF: "较上个半年",
    PeriodKind.YEAR: "较上年",
    PeriodKind.CUMULATIVE: "较上期",
}


class Unreadable(ValueError):
    """A part of the address that says nothing; the text is the sentence for the reader."""


def period(text: str, current: int) -> Span:
    """
    A period that has begun, from 2000 on; one that is still running may be asked for.

    Raises: Unreadable.
    """
    try:
        span = Span.parse(text)
    except ValueError:
        raise Unreadable(
            f"看不懂统计期“{text[:20]}”。月写作 2026-11，季度 2026-Q3，半年 2026-H1，年 2026，累计 2024-01..2026-06。"
        ) from None
    if span.first < FIRST_MONTH or span.first > current:
        raise Unreadable(f"没有{span.label}的数据：可以查询 2000 年 1 月起、已经开始的统计期。")
    if span.kind is PeriodKind.CUMULATIVE and span.last > current:
        raise Unreadable(f"累计到{span.label.partition('—')[2]}的数据还没有：截止月不能晚于本月。")
    return span


def months(start: str, end: str, current: int) -> Span:
    """
    The cumulative period that a form's two months make.

    Raises: Unreadable.
    """
    if not start or not end:
        raise Unreadable("累计需要起、止两个月份，请都填上。")
    try:
        return period(f"{start}..{end}", current)
    except Unreadable:
        if start > end:
            raise Unreadable("累计的起始月份不能晚于截止月份。") from None
        raise


def moment(text: str, now: datetime) -> datetime:
    """
    A moment that has passed: '2026-11-24T16:00' of Beijing, with an offset of that, or a day: its end.

    Raises: Unreadable.
    """
    try:
        is_day = len(text) == len("2026-11-24")
        found = end_of(date.fromisoformat(text)) if is_day else datetime.fromisoformat(text)
        if not FIRST_DAY.year <= found.year < 9999:
            raise ValueError(text)
    except (ValueError, OverflowError):
        raise Unreadable(f"看不懂时点“{text[:30]}”。请写作 2026-11-24 或 2026-11-24T16:00（北京时间）。") from None
    found = found.replace(tzinfo=BEIJING) if found.tzinfo is None else found
    if found > now:
        raise Unreadable(f"{when_zh(found)} 还没有到，没有“当时数据”。")
    return found.astimezone(UTC)


def moment_text(at: datetime) -> str:
    """What `moment` reads, in Beijing time: '2026-11-24T16:00', with seconds where there are any."""
    local = at.astimezone(BEIJING).replace(tzinfo=None)
    return local.isoformat(timespec="auto" if local.second or local.microsecond else "minutes")


def day(text: str, at: datetime) -> date:
    """
    A day that has ended.

    Raises: Unreadable.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Unreadable(f"看不懂日期“{text[:20]}”。请写作 2026-11-24。") from None
    if not FIRST_DAY <= found < today(at):
        raise Unreadable(f"{date_zh(found)}还没有结束或太早，请选择 2000 年以来、今天以前的一天。")
    return found


def end_of(on: date) -> datetime:
    """24:00 of that day in Beijing."""
    return datetime.combine(on + timedelta(days=1), time(), BEIJING)


def of_kind(kind: PeriodKind, span: Span, current: int) -> Span:
    """The period of another kind in which this one ends; a cumulative one begins with its year."""
    month = max(span.first, min(span.last, current))
    if kind is PeriodKind.CUMULATIVE:
        return Span(kind, min(span.first, month // 12 * 12), month)
    return Span.holding(kind, month)


def offered(span: Span, current: int) -> list[tuple[str, str]]:
    """The periods of the same kind as (value, label), the latest first, the asked one among them; none for cumulative."""
    if span.kind is PeriodKind.CUMULATIVE:
        return []
    found = [Span.holding(span.kind, current)]
    while len(found) < _OFFERED[span.kind]:
        found.append(found[-1].before())
    if span not in found:
        found.append(span)
    return [(one.text, one.label) for one in found]


def trend(span: Span) -> list[Span]:
    """The periods up to this one that a chart shows, the earliest first; of a cumulative period its latest months."""
    count = _TREND[span.kind]
    if span.kind is PeriodKind.CUMULATIVE:
        return [Span.month(month) for month in range(max(span.first, span.last - count + 1), span.last + 1)]
    found = [span]
    while len(found) < count:
        found.append(found[-1].before())
    return found[::-1]


def before_label(kind: PeriodKind) -> str:
    """What the period before is called: '较上季度'."""
    return _BEFORE[kind]


def month_label(index: int) -> str:
    """'2026年11月'."""
    return Span.month(index).label
