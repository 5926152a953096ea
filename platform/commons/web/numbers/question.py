"""What a reader of the dashboard asks for, read from the address; what makes no sense falls back to the usual."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.http import QueryDict

from commons.kit.clock import month_index, month_of, month_text, parse_month, today
from commons.rollup import selectors as rollup
from commons.rollup.declaration import Indicator
from commons.rollup.enums import Scope

# The indicator that stands first and is charted unless the reader picks another.
LEAD = "ORG-01"
# How far back the list of months reaches.
MONTHS_OFFERED = 36
FIRST_MONTH = 2000 * 12


def shown_indicators() -> list[Indicator]:
    """Every indicator in the order of the pages: the leading one's family first, the others by code."""
    family = LEAD.partition("-")[0]
    return sorted(rollup.catalogue(), key=lambda found: (found.code.partition("-")[0] != family, found.code))


@dataclass(frozen=True)
class Question:
    """A month, a scope, the indicator in focus, how to split it, how to sort the children."""

    month: int
    current_month: int
    scope: Scope
    focus: Indicator
    by: str
    sort: str
    misread: str = ""

    @classmethod
    def read(cls, query: QueryDict, at: datetime) -> Question:
        current = month_index(today(at))
        month, misread = _month(query.get("period", ""), current)
        indicators = {found.code: found for found in shown_indicators()}
        focus = indicators.get(query.get("indicator", "")) or next(iter(indicators.values()))
        dims = [dimension.code for dimension in focus.dims]
        by = query.get("by", "")
        sort = query.get("sort", "")
        return cls(
            month=month,
            current_month=current,
            scope=Scope.OWN if query.get("scope") == Scope.OWN else Scope.SUBTREE,
            focus=focus,
            by=by if by in dims else (dims[0] if dims else ""),
            sort=sort if sort.removeprefix("-") in {*indicators, "code"} else "code",
            misread=misread,
        )

    def query(self, **changes: str) -> str:
        """The query string of this question with some parts replaced; parts at their usual value are left out."""
        asked = QueryDict(mutable=True)
        usual_by = next((dimension.code for dimension in self.focus.dims), "")
        usual = replace(self, month=self.current_month, scope=Scope.SUBTREE, sort="code", by=usual_by)._parts()
        for name, value in {**self._parts(), **changes}.items():
            if value and (name == "indicator" or value != usual.get(name)):
                asked[name] = value
        if asked.get("indicator") == shown_indicators()[0].code:
            del asked["indicator"]
        text = asked.urlencode()
        return f"?{text}" if text else "?"

    def _parts(self) -> dict[str, str]:
        return {
            "period": month_text(self.month),
            "scope": self.scope.value,
            "indicator": self.focus.code,
            "by": self.by,
            "sort": self.sort,
        }

    @property
    def month_label(self) -> str:
        return month_label(self.month)

    @property
    def is_current(self) -> bool:
        return self.month == self.current_month

    @property
    def months(self) -> list[tuple[str, str]]:
        """The months on offer as (value, label), the latest first; the asked one always among them."""
        offered = list(range(self.current_month, self.current_month - MONTHS_OFFERED, -1))
        if self.month not in offered:
            offered.append(self.month)
        return [(month_text(month), month_label(month)) for month in offered]


def month_label(index: int) -> str:
    """'2026年11月'."""
    year, month = month_of(index)
    return f"{year}年{month}月"


def _month(text: str, current: int) -> tuple[int, str]:
    """(month, '') or the current month and what could not be read."""
    if not text:
        return current, ""
    try:
        month = parse_month(text)
    except ValueError:
        return current, text[:20]
    return (month, "") if FIRST_MONTH <= month <= current else (current, text[:20])
