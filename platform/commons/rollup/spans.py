"""The periods a figure is asked for: months, quarters, half-years, years, and any months added up (R7)."""

from __future__ import annotations

from dataclasses import dataclass

from commons.kit.clock import month_of, month_text, parse_month
from commons.rollup.enums import PeriodKind

_LENGTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}
_QUARTERS = "一二三四"
_HALVES = "上下"


@dataclass(frozen=True, order=True)
class Span:
    """Months `first` to `last`, both included. All kinds but `cumulative` are the calendar's."""

    kind: PeriodKind
    first: int
    last: int

    @classmethod
    def month(cls, index: int) -> Span:
        return cls(PeriodKind.MONTH, index, index)

    @classmethod
    def holding(cls, kind: PeriodKind, month: int) -> Span:
        """The period of this kind that a month lies in. Not for `cumulative`, which has no calendar."""
        length = _LENGTHS[kind]
        first = month // length * length
        return cls(kind, first, first + length - 1)

    @classmethod
    def parse(cls, text: str) -> Span:
        """
        Read '2026-11', '2026-Q3', '2026-H1', '2026' or '2020-01..2024-12'.

        Raises: ValueError when it is none of them.
        """
        if ".." in text:
            start, _, end = text.partition("..")
            first, last = parse_month(start), parse_month(end)
            if first > last:
                raise ValueError(text)
            return cls(PeriodKind.CUMULATIVE, first, last)
        year, _, part = text.partition("-")
        if len(year) == 4 and year.isdigit() and text in {year, f"{year}-{part}"}:
            if text == year:
                return cls.holding(PeriodKind.YEAR, int(year) * 12)
            if part[:1] == "Q" and part[1:] in {"1", "2", "3", "4"}:
                return cls.holding(PeriodKind.QUARTER, int(year) * 12 + (int(part[1:]) - 1) * 3)
            if part in {"H1", "H2"}:
                return cls.holding(PeriodKind.HALF, int(year) * 12 + (int(part[1:]) - 1) * 6)
        return cls.month(parse_month(text))

    @property
    def months(self) -> int:
        return self.last - self.first + 1

    @property
    def text(self) -> str:
        """What `parse` reads."""
        year = f"{self.first // 12:04d}"
        match self.kind:
            case PeriodKind.MONTH:
                return month_text(self.first)
            case PeriodKind.QUARTER:
                return f"{year}-Q{self.first % 12 // 3 + 1}"
            case PeriodKind.HALF:
                return f"{year}-H{self.first % 12 // 6 + 1}"
            case PeriodKind.YEAR:
                return year
            case PeriodKind.CUMULATIVE:
                return f"{month_text(self.first)}..{month_text(self.last)}"

    @property
    def label(self) -> str:
        """'2026年11月', '2026年第三季度', '2026年上半年', '2026年', '2020年1月—2024年12月'."""
        year = self.first // 12
        match self.kind:
            case PeriodKind.MONTH:
                return _month_label(self.first)
            case PeriodKind.QUARTER:
                return f"{year}年第{_QUARTERS[self.first % 12 // 3]}季度"
            case PeriodKind.HALF:
                return f"{year}年{_HALVES[self.first % 12 // 6]}半年"
            case PeriodKind.YEAR:
                return f"{year}年"
            case PeriodKind.CUMULATIVE:
                return f"{_month_label(self.first)}—{_month_label(self.last)}"

    def before(self) -> Span:
        """The period just before, as long as this one."""
        return Span(self.kind, self.first - self.months, self.first - 1)

    def a_year_ago(self) -> Span:
        return Span(self.kind, self.first - 12, self.last - 12)


def _month_label(index: int) -> str:
    year, month = month_of(index)
    return f"{year}年{month}月"
