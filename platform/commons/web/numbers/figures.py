"""Key figures of one union: the period asked for, what came before it, and the track behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.rollup import selectors as rollup
from commons.rollup.declaration import Indicator
from commons.rollup.enums import PeriodKind, Scope
from commons.rollup.selectors import NOW, Lens, Value
from commons.rollup.spans import Span
from commons.web.numbers import asked, reliability
from commons.web.numbers.reliability import Standing
from commons.web.numbers.writing import HIDDEN, difference, difference_unit, drawn, explained, parts_of, written

A_YEAR_AGO = "较上年同期"


@dataclass(frozen=True)
class Change:
    """A difference as the card shows it."""

    label: str
    value: Decimal | None
    unit: str = ""


@dataclass(frozen=True)
class Figure:
    """One key figure as its card shows it."""

    code: str
    label: str
    unit: str
    value: Decimal | None
    text: str
    changes: tuple[Change, ...]
    trend: tuple[float | int | None, ...]
    definition: str
    definition_url: str
    note: str
    standing: Standing | None
    url: str
    current: bool
    rows_url: str = ""


@dataclass(frozen=True)
class Track:
    """The totals of one union for a period, for those before it that a chart shows, and for a year ago."""

    span: Span
    values: Mapping[tuple[str, Span], Value]

    def at(self, code: str, span: Span) -> Value | None:
        return self.values.get((code, span))

    def latest(self, code: str) -> Value | None:
        return self.at(code, self.span)

    def before(self, code: str) -> Value | None:
        return self.at(code, self.span.before())

    def a_year_ago(self, code: str) -> Value | None:
        return self.at(code, self.span.a_year_ago())

    @property
    def shown(self) -> list[Span]:
        return asked.trend(self.span)

    def trend(self, code: str) -> list[Value | None]:
        return [self.at(code, span) for span in self.shown]

    def changes(self, indicator: Indicator) -> tuple[Change, ...]:
        """Against the period before and, where that is another, against the same of last year."""
        latest, unit = self.latest(indicator.code), difference_unit(indicator)
        before = Change(asked.before_label(self.span.kind), difference(latest, self.before(indicator.code)), unit)
        if self.span.kind is PeriodKind.YEAR:
            return (before,)
        return (before, Change(A_YEAR_AGO, difference(latest, self.a_year_ago(indicator.code)), unit))

    def told(self, totals: Mapping[str, Value]) -> Track:
        """This track with the asked period's figures as told there, quality and all."""
        return replace(self, values={**self.values, **{(code, self.span): value for code, value in totals.items()}})


def track(
    actor: Actor,
    union: TradeUnion,
    indicators: Sequence[Indicator],
    span: Span,
    *,
    scope: Scope = Scope.SUBTREE,
    lens: Lens = NOW,
) -> Track:
    """
    One or two statements for all key figures, their changes and trends; a cumulative period of events costs more.

    Raises: NotFound.
    """
    codes = [indicator.code for indicator in indicators]
    spans = list(dict.fromkeys([*asked.trend(span), span, span.before(), span.a_year_ago()]))
    if span.kind is PeriodKind.MONTH:
        found = rollup.series(
            actor,
            union=union,
            indicators=codes,
            first_month=min(spans).first,
            last_month=span.last,
            scope=scope,
            lens=lens,
        )
    else:
        found = rollup.periods(actor, union=union, indicators=codes, spans=spans, scope=scope, lens=lens)
    return Track(span, {(value.indicator, value.period): value for value in found if value.period})


def cards(
    indicators: Sequence[Indicator], behind: Track, *, urls: dict[str, str], definitions: str, focus: str = ""
) -> list[Figure]:
    """A card per indicator; `urls` leads each to where it is charted, `definitions` to what it counts."""
    usual = reliability.of_all(value for found in indicators if (value := behind.latest(found.code)))
    return [
        _card(
            indicator,
            behind,
            url=urls.get(indicator.code, ""),
            definitions=definitions,
            current=indicator.code == focus,
            usual=usual,
        )
        for indicator in indicators
    ]


def trend_chart(indicator: Indicator, behind: Track) -> dict[str, object]:
    """The periods up to the asked one as a chart takes them."""
    return {
        "categories": [span.label for span in behind.shown],
        "series": [
            {
                "name": indicator.zh,
                "values": [drawn(value.value) if value else None for value in behind.trend(indicator.code)],
            }
        ],
        "unit": indicator.unit,
    }


def trend_title(span: Span) -> str:
    """'近 12 个月', '近 8 个季度', '累计期内各月'."""
    count = len(asked.trend(span))
    return {
        PeriodKind.MONTH: f"近 {count} 个月",
        PeriodKind.QUARTER: f"近 {count} 个季度",
        PeriodKind.HALF: f"近 {count} 个半年",
        PeriodKind.YEAR: f"近 {count} 年",
        PeriodKind.CUMULATIVE: "累计期内各月",
    }[span.kind]


def _card(indicator: Indicator, behind: Track, *, url: str, definitions: str, current: bool, usual: Standing) -> Figure:
    latest = behind.latest(indicator.code)
    standing = reliability.of(latest)
    return Figure(
        code=indicator.code,
        label=indicator.zh,
        unit=indicator.unit,
        value=latest.value if latest else None,
        text=HIDDEN if latest and latest.suppressed else written(indicator, latest.value if latest else None),
        changes=behind.changes(indicator),
        trend=tuple(drawn(value.value) if value else None for value in behind.trend(indicator.code)),
        definition=explained(indicator),
        definition_url=f"{definitions}#{indicator.code}",
        note=parts_of(latest) if latest else "",
        # The page says once what holds for most; a card says it where it stands apart.
        standing=standing if standing and standing.label != usual.label else None,
        url=url,
        current=current,
    )
