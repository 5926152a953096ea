"""The leader's dashboard of one union: everything the page shows, read in a fixed number of statements."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from commons.access.actors import Actor
from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.rollup.declaration import Indicator
from commons.rollup.selectors import Value
from commons.web.numbers import beside, breakdown, children, figures, freshness, history, reliability
from commons.web.numbers.around import Around
from commons.web.numbers.breakdown import Breakdown
from commons.web.numbers.children import Children, Counted
from commons.web.numbers.drill import rows_url
from commons.web.numbers.figures import Figure, Track
from commons.web.numbers.frame import acting_of, address
from commons.web.numbers.freshness import Freshness
from commons.web.numbers.history import Historical
from commons.web.numbers.question import Question, shown_indicators
from commons.web.numbers.reliability import Standing


@dataclass(frozen=True)
class Dashboard:
    """What of one union's page a fold can move."""

    question: Question
    figures: tuple[Figure, ...]
    standing: Standing
    focus_label: str
    children: Children
    children_label: str
    trend: Mapping[str, object]
    trend_title: str
    breakdown: Breakdown | None
    historical: tuple[Historical, ...]
    missing_text: str
    waiting_text: str
    changes_url: str
    is_empty: bool
    digest: str


@dataclass(frozen=True)
class Read:
    """The figures that the page and the workbook show."""

    indicators: tuple[Indicator, ...]
    behind: Track
    below: Counted

    @property
    def total(self) -> Mapping[str, Value]:
        return self.below.total

    @property
    def digest(self) -> str:
        """Changes exactly when a figure of the page's tables does, or how far one may be relied on."""
        own = [f"{code}={_told(value)}" for code, value in self.total.items()]
        below = [f"{key}={_told(value)}" for key, value in self.below.figures.items()]
        text = "\n".join(own + below)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def read(actor: Actor, union: TradeUnion, question: Question, near: Around) -> Read:
    """
    Raises: NotFound.
    """
    indicators = shown_indicators(question.group)
    below = children.counted(actor, union, near.below, indicators, question=question)
    behind = figures.track(actor, union, indicators, question.span, scope=question.scope, lens=question.lens)
    return Read(tuple(indicators), behind.told(below.total), below)


def build(actor: Actor, union: TradeUnion, question: Question, near: Around, fresh: Freshness) -> Dashboard:
    """
    Raises: NotFound.
    """
    found = read(actor, union, question, near)
    here, base = address(actor, union), f"/u/{acting_of(actor).code}/numbers/"
    indicators, below = found.indicators, found.below
    urls = {one.code: here + question.query(indicator=one.code, by="") for one in indicators}
    averages = beside.averages(actor, union, indicators, question)
    amounts = [*found.total.values(), *below.figures.values()]
    return Dashboard(
        question=question,
        figures=tuple(
            replace(
                card,
                rows_url=rows_url(here, one, question),
                note="；".join(filter(None, (card.note, averages.get(one.code, "")))),
            )
            for card, one in zip(
                figures.cards(
                    indicators, found.behind, urls=urls, definitions=f"{base}definitions", focus=question.focus.code
                ),
                indicators,
                strict=True,
            )
        ),
        standing=reliability.of_all(found.total.values()),
        focus_label=question.focus.zh,
        children=children.build(
            union,
            below,
            indicators,
            question=question,
            freshness=fresh,
            base=base,
            out_of_sight=near.out_of_sight,
        ),
        children_label=children_label(union),
        trend=figures.trend_chart(question.focus, found.behind),
        trend_title=figures.trend_title(question.span),
        breakdown=breakdown.build(actor, union, indicators, question=question, here=here),
        historical=tuple(history.of(union)),
        missing_text=freshness.not_joined_text(union),
        waiting_text=beside.waiting(question),
        changes_url=address(actor, union, "changes") + question.query(),
        is_empty=not any(value.value for value in amounts),
        digest=found.digest,
    )


def children_label(union: TradeUnion) -> str:
    return {Level.NATIONAL: "各省级工会", Level.PROVINCE: "各下级工会", Level.CITY: "各区县工会"}.get(
        Level(union.level), "下级工会"
    )


def _told(value: Value) -> str:
    return f"{value.value} {value.quality} {value.revision} {value.missing_unions} {value.suppressed}"
