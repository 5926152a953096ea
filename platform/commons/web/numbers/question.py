"""
What a reader of the numbers asks for: the only place that reads these addresses, and the only one that writes them.

What makes no sense falls back to the usual, and a sentence says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from django.http import QueryDict

from commons.kit.clock import month_index, today
from commons.rollup import selectors as rollup
from commons.rollup.declaration import Indicator
from commons.rollup.enums import Boundaries, PeriodKind, Scope
from commons.rollup.selectors import Lens
from commons.rollup.spans import Span
from commons.web.numbers import asked
from commons.web.numbers.asked import Unreadable
from commons.web.numbers.asked import month_label as month_label

# The indicator that stands first and is charted unless the reader picks another.
LEAD = "ORG-01"

T = TypeVar("T")
# What the code of a union may look like.
_CODE = re.compile(r"[-\w]{0,12}")


@dataclass(frozen=True)
class Group:
    """Indicators that stand on one page together: those of some families, in their order. `value` is what the address says."""

    value: str
    zh: str
    families: tuple[str, ...]
    # Also here, though their family stands elsewhere.
    besides: frozenset[str] = frozenset()

    def holds(self, indicator: Indicator) -> bool:
        return indicator.code.partition("-")[0] in self.families or indicator.code in self.besides


_OTHERS = (
    Group("purchase", "购买服务", ("PUR", "ENT")),
    Group("needs", "职工需求", ("NED",)),
    Group("fairness", "公平性", ("FAIR",)),
)
_ELSEWHERE = frozenset().union(*(group.families for group in _OTHERS))
# The dependence on union money is told of the ledger's organizations, and is a matter of fairness as well.
GROUPS = {group.value: group for group in (Group("", "社会组织", (), frozenset({"FAIR-06"})), *_OTHERS)}


def all_indicators() -> list[Indicator]:
    """Every indicator in the order of the pages: the leading one's family first, the others by code."""
    family = LEAD.partition("-")[0]
    return sorted(rollup.catalogue(), key=lambda found: (found.code.partition("-")[0] != family, found.code))


def shown_indicators(group: str = "") -> list[Indicator]:
    """Those of one group; the usual one has all that stand in no other."""
    one = GROUPS[group]
    if not one.value:
        return [
            found for found in all_indicators() if one.holds(found) or found.code.partition("-")[0] not in _ELSEWHERE
        ]
    held = (found for found in all_indicators() if one.holds(found))
    return sorted(held, key=lambda found: one.families.index(found.code.partition("-")[0]))


def group_of(indicator: Indicator) -> str:
    """The first group in which an indicator stands."""
    return next(value for value in GROUPS if indicator in shown_indicators(value))


@dataclass(frozen=True)
class Question:
    """
    A period, a scope, the group of indicators and the one in focus, how to split it, how to sort; under which boundaries, as
    known when.

    `against` and `beside` are the period and the union it is compared with, `since` the day after which changes count.
    """

    span: Span
    current_month: int
    scope: Scope
    focus: Indicator
    by: str
    sort: str
    boundaries: Boundaries = Boundaries.DATED
    as_of: datetime | None = None
    against: Span | None = None
    beside: str = ""
    since: date | None = None
    group: str = ""
    misread: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def read(cls, query: QueryDict, at: datetime) -> Question:
        current = month_index(today(at))
        given = {name: str(value) for name, value in query.items()}
        misread: list[str] = []

        def part(name: str, read: Callable[[str], T]) -> T | None:
            """The part as read; None when it is not there or says nothing, of which the reader is told."""
            try:
                return read(given[name]) if given.get(name) else None
            except Unreadable as told:
                misread.append(str(told))
                return None

        as_of = part("as_of", lambda text: asked.moment(text, at))
        if as_of:
            current = month_index(today(as_of))
        if "from" in given:
            span = part("from", lambda text: asked.months(text, given.get("to", ""), current))
        else:
            span = part("period", lambda text: asked.period(text, current))
        everything = {found.code: found for found in all_indicators()}
        asked_for = part("indicator", partial(_one_of, everything, "指标"))
        chosen = part("group", partial(_one_of, GROUPS, "指标类别"))
        group = chosen.value if chosen else group_of(asked_for) if asked_for else ""
        indicators = {found.code: found for found in shown_indicators(group)}
        focus = asked_for if asked_for and asked_for.code in indicators else next(iter(indicators.values()))
        dims = {dimension.code: dimension.code for dimension in focus.dims}
        sorts = {
            **dict.fromkeys(["code", "-code"]),
            **dict.fromkeys(indicators),
            **{f"-{code}": None for code in indicators},
        }
        return cls(
            span=span or Span.month(current),
            current_month=current,
            scope=part("scope", partial(_one_of, {one.value: one for one in Scope}, "统计范围")) or Scope.SUBTREE,
            focus=focus,
            by=dims.get(given.get("by", "")) or next(iter(dims), ""),
            sort=given["sort"] if given.get("sort") in sorts else "code",
            boundaries=part("boundaries", partial(_one_of, {one.value: one for one in Boundaries}, "区划口径"))
            or Boundaries.DATED,
            as_of=as_of,
            against=part("against", lambda text: asked.period(text, current)),
            beside=given.get("beside", "") if _CODE.fullmatch(given.get("beside", "")) else "",
            since=part("since", lambda text: asked.day(text, as_of or at)),
            group=group,
            misread=tuple(misread),
        )

    def query(self, **changes: str) -> str:
        """
        The query string of this question with some parts replaced; parts at their usual value are left out.

        A question about what was known at a moment always names its period.
        """
        parts = {**self._parts(), **changes}
        usual = {
            "period": "" if parts["as_of"] or self.as_of else Span.month(self.current_month).text,
            "scope": Scope.SUBTREE.value,
            "indicator": shown_indicators(parts["group"])[0].code,
            "by": next((dimension.code for dimension in self.focus.dims), ""),
            "sort": "code",
            "boundaries": Boundaries.DATED.value,
        }
        if parts["indicator"] != self.focus.code:
            del usual["by"]
        return _written({name: value for name, value in parts.items() if value and value != usual.get(name)})

    @property
    def link(self) -> str:
        """The query string that asks the same for ever: it names the period, also when it is the current one."""
        return _written({**dict(self.hidden()), "period": self.span.text})

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """What a form of this page carries along unseen, but for the parts it asks for itself."""
        written = QueryDict(self.query()[1:])
        return [(name, str(value)) for name, value in written.items() if name not in without]

    def _parts(self) -> dict[str, str]:
        return {
            "period": self.span.text,
            "scope": self.scope.value,
            "indicator": self.focus.code,
            "by": self.by,
            "sort": self.sort,
            "boundaries": self.boundaries.value,
            "as_of": asked.moment_text(self.as_of) if self.as_of else "",
            "against": self.against.text if self.against else "",
            "beside": self.beside,
            "since": self.since.isoformat() if self.since else "",
            "group": self.group,
        }

    @property
    def month(self) -> int:
        """The last month that is counted: of a period still running, the current one."""
        return max(self.span.first, min(self.span.last, self.current_month))

    @property
    def lens(self) -> Lens:
        return Lens(line=self.boundaries.line, as_of=self.as_of)

    @property
    def period_label(self) -> str:
        return self.span.label

    @property
    def is_running(self) -> bool:
        """Whether the period is not over."""
        return self.span.last >= self.current_month and self.span.kind is not PeriodKind.CUMULATIVE

    @property
    def is_current(self) -> bool:
        """Whether the figures may still move before the reader's eyes."""
        return self.as_of is None and self.span.last >= self.current_month

    @property
    def before_label(self) -> str:
        return asked.before_label(self.span.kind)

    @property
    def changed_since(self) -> date:
        """The day after which changes are told: the asked one, or yesterday."""
        return self.since or today(self.as_of) - timedelta(days=1)

    def without(self, sentence: str, **parts: object) -> Question:
        """This question with parts put back to the usual, for the reason that the sentence tells."""
        return replace(self, **parts, misread=(*self.misread, sentence))  # type: ignore[arg-type]


def _one_of(known: dict[str, T], what: str, text: str) -> T:
    if text not in known:
        raise Unreadable(f"没有“{text[:20]}”这个{what}，已按通常的显示。")
    return known[text]


def _written(parts: dict[str, str]) -> str:
    asked_for = QueryDict(mutable=True)
    asked_for.update(parts)
    return f"?{asked_for.urlencode()}" if parts else "?"
