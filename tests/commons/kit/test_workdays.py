"""Working days as the State Council arranged them, and an honest guess where it has not yet."""

from datetime import date, timedelta

import pytest

from commons.kit.workdays import caveat, is_announced, is_workday, workdays_after, workdays_between

# Source: 国办发明电〔2023〕7号, 〔2024〕12号, 〔2025〕7号: first and last day off, both included.
DAYS_OFF = [
    (date(2024, 2, 10), date(2024, 2, 17)),
    (date(2024, 10, 1), date(2024, 10, 7)),
    (date(2025, 1, 1), date(2025, 1, 1)),
    (date(2025, 1, 28), date(2025, 2, 4)),
    (date(2025, 4, 4), date(2025, 4, 6)),
    (date(2025, 5, 1), date(2025, 5, 5)),
    (date(2025, 5, 31), date(2025, 6, 2)),
    (date(2025, 10, 1), date(2025, 10, 8)),
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
]
WORKED_WEEKENDS = {
    2024: {"02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"},
    2025: {"01-26", "02-08", "04-27", "09-28", "10-11"},
    2026: {"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"},
}


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=passed) for passed in range((last - first).days + 1)]


@pytest.mark.parametrize(("first", "last"), DAYS_OFF)
def test_a_holiday_is_off_from_its_first_day_to_its_last(first: date, last: date) -> None:
    assert [day for day in days(first, last) if is_workday(day)] == []


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_other_day_of_the_year_is_as_its_weekday_says(year: int) -> None:
    off = {day for first, last in DAYS_OFF for day in days(first, last) if first.year == year}

    for day in days(date(year, 1, 1), date(year, 12, 31)):
        worked = (day.weekday() < 5 or f"{day:%m-%d}" in WORKED_WEEKENDS[year]) and day not in off
        assert is_workday(day) is worked, day


@pytest.mark.parametrize("year", WORKED_WEEKENDS)
def test_exactly_the_exchanged_weekends_are_worked(year: int) -> None:
    weekends = [day for day in days(date(year, 1, 1), date(year, 12, 31)) if day.weekday() >= 5]

    assert {f"{day:%m-%d}" for day in weekends if is_workday(day)} == WORKED_WEEKENDS[year]
    assert is_announced(year)


def test_days_are_counted_after_the_day_and_over_exchanged_weekends() -> None:
    # Friday 30 January 2026, an ordinary week ahead.
    assert workdays_after(date(2026, 1, 30), 5) == date(2026, 2, 6)
    # The Saturday before Spring Festival is worked, the nine days after it are not.
    assert workdays_after(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert workdays_after(date(2026, 2, 13), 2) == date(2026, 2, 24)
    # From within the National Day holiday of 2025; Saturday 11 October is worked.
    assert workdays_after(date(2025, 10, 3), 1) == date(2025, 10, 9)
    assert workdays_after(date(2025, 10, 3), 5) == date(2025, 10, 14)


@pytest.mark.parametrize("n", [0, -1])
def test_a_working_day_that_is_not_after_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="no working day"):
        workdays_after(date(2026, 1, 30), n)


def test_between_counts_the_first_day_and_not_the_last() -> None:
    assert workdays_between(date(2026, 2, 9), date(2026, 2, 9)) == 0
    assert workdays_between(date(2026, 2, 10), date(2026, 2, 9)) == 0
    assert workdays_between(date(2026, 2, 9), date(2026, 2, 10)) == 1
    assert workdays_between(date(2026, 2, 9), date(2026, 2, 28)) == 10
    assert workdays_between(date(2026, 2, 9), date(2026, 3, 1)) == 11
    # Source: 2025 has 248 working days (250 of an ordinary year, less the two that Order 795 added).
    assert workdays_between(date(2025, 1, 1), date(2026, 1, 1)) == 248


def test_after_and_between_agree() -> None:
    for start in days(date(2025, 12, 20), date(2026, 3, 10)):
        for n in (1, 5, 20):
            end = workdays_after(start, n)
            assert is_workday(end)
            assert workdays_between(start + timedelta(days=1), end + timedelta(days=1)) == n


def test_a_year_that_is_not_announced_is_counted_by_the_law_and_says_so() -> None:
    # 2060 will not be announced while this test is read. National Day is a Friday there, so its weekend days move to Monday and Tuesday.
    assert not is_announced(2060)
    assert [is_workday(day) for day in days(date(2060, 9, 30), date(2060, 10, 6))] == [True, *[False] * 5, True]
    assert not any(is_workday(day) for day in days(date(2060, 1, 1), date(2060, 12, 31)) if day.weekday() >= 5)
    assert caveat(date(2060, 3, 1), date(2060, 3, 9)) == (
        "2060年的节假日安排尚未收录，暂按周末和法定节假日推算工作日，正式安排公布后可能有变化。"
    )
    assert caveat(date(2059, 12, 31), date(2060, 1, 2)).startswith("2059年、2060年的节假日安排")
    assert caveat(date(2025, 1, 1), date(2027, 1, 1)) == ""


@pytest.mark.parametrize("year", [2, 1949, 1950, 2000, 2099, 2100, 2101, 2500, 9997])
def test_no_year_makes_it_fail(year: int) -> None:
    assert workdays_between(date(year, 1, 1), date(year, 12, 31)) > 230
    assert not is_announced(year)
