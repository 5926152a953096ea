"""What a reader asks of the rows behind a figure, read from the address, and where such a page is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import QueryDict

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_index, today
from commons.kit.errors import NotFound
from commons.rollup import selectors as rollup
from commons.rollup.behind import Part, Question, Which, parts_of
from commons.rollup.declaration import Dimension, Indicator
from commons.rollup.enums import Boundaries, Scope
from commons.rollup.spans import Span
from commons.web.numbers.question import LEAD
from commons.web.numbers.question import Question as Page

PAGE_ROWS = 50
_FIRST_MONTH = 2000 * 12


@dataclass(frozen=True)
class Asked:
    """One figure, and from which row on. `dimension` and `item` are None and '' for the total."""

    indicator: Indicator
    span: Span
    scope: Scope
    boundaries: Boundaries
    part: Part
    dimension: Dimension | None
    item: str
    start: int

    @classmethod
    def read(cls, query: QueryDict, at: datetime) -> Asked:
        """
        What the address says; what it leaves out is this month's total of the whole subtree.

        Raises: NotFound for an indicator, item or period that there is not: a figure of something else would mislead.
        """
        current = month_index(today(at))
        indicator = rollup.indicator(query.get("indicator") or LEAD)
        span = _span(query.get("period", ""), current)
        parts = parts_of(indicator, span)
        if not parts:
            raise NotFound()
        part = query.get("part", "")
        by, item = query.get("by", ""), query.get("item", "")
        dimension = next((dim for dim in indicator.dims if dim.code == by), None) if item else None
        if item and (dimension is None or item not in dimension.item_codes):
            raise NotFound()
        boundaries = query.get("boundaries", "")
        return cls(
            indicator=indicator,
            span=span,
            scope=Scope.OWN if query.get("scope") == Scope.OWN else Scope.SUBTREE,
            boundaries=Boundaries(boundaries) if boundaries in set(Boundaries) else Boundaries.DATED,
            part=next((one for which, one in parts.items() if which == part), next(iter(parts.values()))),
            dimension=dimension,
            item=item if dimension else "",
            start=_start(query.get("after") or query.get("before") or ""),
        )

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(parts_of(self.indicator, self.span).values())

    def of(self, union: TradeUnion) -> Question:
        """The same question to the engine."""
        dim = self.dimension.code if self.dimension else ""
        return Question(union, self.indicator, self.part, self.scope, dim, self.item, self.boundaries.line)

    def query(self, **changes: str) -> str:
        """The query string that reads as this, from the first row on, with some parts replaced."""
        said = {
            "indicator": self.indicator.code,
            "period": self.span.text,
            "scope": self.scope.value if self.scope is Scope.OWN else "",
            "boundaries": self.boundaries.value if self.boundaries is not Boundaries.DATED else "",
            "part": self.part.which.value if self.part.which is not Which.TOTAL else "",
            "by": self.dimension.code if self.dimension else "",
            "item": self.item,
            **changes,
        }
        return "?" + urlencode({name: value for name, value in said.items() if value})


def link(
    here: str,
    indicator: Indicator,
    span: Span,
    scope: Scope,
    *,
    boundaries: Boundaries = Boundaries.DATED,
    by: str = "",
    item: str = "",
) -> str:
    """The page of the rows behind a figure of the union whose numbers are at `here`."""
    said = {
        "indicator": indicator.code,
        "period": span.text,
        "scope": scope.value if scope is Scope.OWN else "",
        "boundaries": boundaries.value if boundaries is not Boundaries.DATED else "",
        "by": by if item else "",
        "item": item,
    }
    return f"{here}/rows?" + urlencode({name: value for name, value in said.items() if value})


def rows_url(here: str, indicator: Indicator, asked: Page, *, by: str = "", item: str = "") -> str:
    """
    The rows behind a figure of a page of numbers.

    '' of what was known at an earlier moment, since rows are those of now; and of an index, which has none.
    """
    if asked.as_of is not None or indicator.index is not None:
        return ""
    return link(here, indicator, asked.span, asked.scope, boundaries=asked.boundaries, by=by, item=item)


def _span(text: str, current: int) -> Span:
    try:
        span = Span.parse(text) if text else Span.month(current)
    except ValueError:
        raise NotFound() from None
    if not _FIRST_MONTH <= span.first <= current:
        raise NotFound()
    return span


def _start(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
