"""
Working days of mainland China: weekends, statutory holidays, and the weekends worked in exchange (调休).

Source: 全国年节及纪念日放假办法 (国务院令第795号), and the State Council's yearly arrangement (国务院办公厅关于部分节假日安排的通知),
as the package `holidays` carries them. The arrangement of a year is published in October or November of the year before;
until the package has it, the year is counted by weekends and statutory holidays, with days off for those that fall on a weekend.
Such a count may change: ask `is_announced`, and show `caveat` beside it.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from holidays import HolidayBase, country_holidays

_DAY = timedelta(days=1)


def is_workday(day: date) -> bool:
    """Whether offices work on that day."""
    return bool(_calendar(day.year).is_working_day(day))


def is_announced(year: int) -> bool:
    """
    Whether the arrangement of that year is known, exchanged weekends included.

    Its last days may still be touched by the arrangement of the next.
    """
    arranged: Mapping[int, object] = getattr(_calendar(year), "special_public_holidays", {})
    return year in arranged


def workdays_after(day: date, n: int) -> date:
    """
    The n-th working day after `day`, which is not counted itself, be it a working day or not.

    Raises: ValueError when `n` is not positive.
    """
    if n < 1:
        raise ValueError(f"there is no working day number {n} after {day}")
    while n:
        day += _DAY
        n -= is_workday(day)
    return day


def workdays_between(first: date, until: date) -> int:
    """How many working days lie from `first` on, `until` not included; 0 when it is not later."""
    return sum(is_workday(first + _DAY * passed) for passed in range((until - first).days))


def caveat(first: date, until: date) -> str:
    """The sentence for a page that counts from `first` to before `until`; empty when every year in it is announced."""
    open_years = [year for year in range(first.year, (until - _DAY).year + 1) if not is_announced(year)]
    if not open_years:
        return ""
    named = "、".join(f"{year}年" for year in open_years)
    return f"{named}的节假日安排尚未收录，暂按周末和法定节假日推算工作日，正式安排公布后可能有变化。"


@lru_cache(maxsize=64)
def _calendar(year: int) -> HolidayBase:
    # With its neighbours: a weekend in December may be worked for a holiday in January.
    return country_holidays("CN", years=(year - 1, year, year + 1), expand=False)
