"""Moments are aware and stored in UTC; days and months are those of Beijing."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

BEIJING = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    return timezone.now()


def today(at: datetime | None = None) -> date:
    """The day in Beijing at the moment `at`, by default now."""
    return (at or now()).astimezone(BEIJING).date()


def month_index(day: date) -> int:
    """Months since year 0: 2026-11 is 24322. Months are stored and compared as such numbers."""
    return day.year * 12 + day.month - 1


def month_of(index: int) -> tuple[int, int]:
    """(year, month) of a month index."""
    return index // 12, index % 12 + 1


def month_text(index: int) -> str:
    """'2026-11'."""
    year, month = month_of(index)
    return f"{year:04d}-{month:02d}"


def parse_month(text: str) -> int:
    """
    The index of a month written '2026-11'.

    Raises: ValueError when it is not such a month.
    """
    year, _, month = text.partition("-")
    if not (len(year) == 4 and year.isdigit() and month.isdigit() and 1 <= int(month) <= 12):
        raise ValueError(text)
    return int(year) * 12 + int(month) - 1
