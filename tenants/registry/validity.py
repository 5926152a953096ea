"""Days and how long things hold."""

from datetime import date


def years_after(day: date, years: int) -> date:
    """The same day `years` later; 28 February for a leap day."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap else day.day)
