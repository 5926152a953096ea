"""Key figures of one union: this month, the change against the month before, and the year behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.rollup import selectors as rollup
from commons.rollup.declaration import Indicator
from commons.rollup.enums import Scope
from commons.rollup.selectors import Value
from commons.web.numbers.question import month_label
from commons.web.numbers.writing import drawn, explained, parts_of

TREND_MONTHS = 12


@dataclass(frozen=True)
class Figure:
    """One key figure as its card shows it."""

    code: str
    label: str
    unit: str
    value: Decimal | None
    change: Decimal | None
    change_label: str
    trend: tuple[float | int | None, ...]
    definition: str
    note: str
    url: str
    current: bool
    rows_url: str = ""


@dataclass(frozen=True)
class Year:
    """The months up to the asked one, per indicator: thirteen values, so that the first has one before it."""

    first_month: int
    values: dict[str, list[Value]]

    def latest(self, code: str) -> Value:
        return self.values[code][-1]

    def before(self, code: str) -> Value:
        return self.values[code][-2]

    def trend(self, code: str) -> list[Value]:
        return self.values[code][-TREND_MONTHS:]


def year(actor: Actor, union: TradeUnion, indicators: Sequence[Indicator], *, month: int, scope: Scope) -> Year:
    """
    One statement for all key figures, their changes and trends.

    Raises: NotFound.
    """
    first = month - TREND_MONTHS
    found: dict[str, list[Value]] = {indicator.code: [] for indicator in indicators}
    for value in rollup.series(
        actor, union=union, indicators=list(found), first_month=first, last_month=month, scope=scope
    ):
        found[value.indicator].append(value)
    return Year(first, found)


def cards(indicators: Sequence[Indicator], behind: Year, *, urls: dict[str, str], focus: str = "") -> list[Figure]:
    """A card per indicator; `urls` leads each to where it is charted."""
    return [
        _card(indicator, behind, url=urls.get(indicator.code, ""), current=indicator.code == focus)
        for indicator in indicators
    ]


def change(latest: Value, before: Value) -> Decimal | None:
    """The difference between two months; None when either has no figure."""
    if latest.value is None or before.value is None:
        return None
    return latest.value - before.value


def trend_chart(indicator: Indicator, behind: Year) -> dict[str, object]:
    """The last twelve months of one indicator as a chart takes them."""
    months = behind.trend(indicator.code)
    return {
        "categories": [month_label(value.month) for value in months],
        "series": [{"name": indicator.zh, "values": [drawn(value.value) for value in months]}],
        "unit": indicator.unit,
    }


def _card(indicator: Indicator, behind: Year, *, url: str, current: bool) -> Figure:
    latest = behind.latest(indicator.code)
    return Figure(
        code=indicator.code,
        label=indicator.zh,
        unit=indicator.unit,
        value=latest.value,
        change=change(latest, behind.before(indicator.code)),
        change_label="较上月",
        trend=tuple(drawn(value.value) for value in behind.trend(indicator.code)),
        definition=explained(indicator),
        note=parts_of(latest),
        url=url,
        current=current,
    )
