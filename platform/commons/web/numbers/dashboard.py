"""The leader's dashboard of one union: everything the page shows, read in a fixed number of statements."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.access.permissions import Permission
from commons.access.policies import may, may_see_numbers
from commons.boundaries import selectors as boundaries
from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound
from commons.rollup.declaration import Indicator
from commons.rollup.enums import Scope
from commons.rollup.spans import Span
from commons.web.numbers import around, breakdown, children, drill, figures, freshness, history
from commons.web.numbers.around import Around
from commons.web.numbers.breakdown import Breakdown, Tab
from commons.web.numbers.children import Children, Counted
from commons.web.numbers.figures import Figure, Year
from commons.web.numbers.freshness import Freshness
from commons.web.numbers.history import Historical
from commons.web.numbers.question import Question, shown_indicators

# How often an open page asks whether its numbers moved.
POLL_S = 1


@dataclass(frozen=True)
class Crumb:
    label: str
    url: str = ""


@dataclass(frozen=True)
class Dashboard:
    """One union's page of numbers."""

    title: str
    subtitle: str
    breadcrumbs: tuple[Crumb, ...]
    question: Question
    scopes: tuple[Tab, ...]
    figures: tuple[Figure, ...]
    focus_label: str
    children: Children
    children_label: str
    trend: Mapping[str, object]
    breakdown: Breakdown | None
    historical: tuple[Historical, ...]
    freshness: Freshness
    missing_text: str
    here: str
    why: Decision
    export_url: str
    poll_url: str
    seen: str
    is_empty: bool
    can_export: bool


@dataclass(frozen=True)
class Glance:
    """The figures that a page shows and how fresh they are."""

    indicators: tuple[Indicator, ...]
    near: Around
    freshness: Freshness
    behind: Year
    below: Counted

    @property
    def total(self) -> dict[str, Decimal | None]:
        return {found.code: self.behind.latest(found.code).value for found in self.indicators}

    @property
    def digest(self) -> str:
        """Changes exactly when a figure of the page's tables does."""
        own = [f"{code}={value}" for code, value in self.total.items()]
        below = [f"{key}={value}" for key, value in self.below.figures.items()]
        text = "\n".join(own + below)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def text(self) -> str:
        """What an open page tells us it already shows."""
        return f"{self.digest}.{self.freshness.minute}"


def union_asked_for(actor: Actor, code: str) -> tuple[TradeUnion, Decision]:
    """
    The union with this code, and the rule that lets the actor see its numbers.

    Raises: Refused when the role has no numbers at all; NotFound outside the subtree, as for an absent code.
    """
    may(actor, Permission.NUMBERS_VIEW).require()
    union = actor.union if actor.union and actor.union.code == code else boundaries.by_any_code(code)
    if union is None or not (decision := may_see_numbers(actor, union)):
        raise NotFound()
    return union, decision


def glance(actor: Actor, union: TradeUnion, question: Question) -> Glance:
    """
    What may have moved since a page was made, and nothing else: an open page asks for it every second.

    Raises: NotFound.
    """
    indicators = shown_indicators()
    near = around.of(union)
    return Glance(
        indicators=tuple(indicators),
        near=near,
        freshness=freshness.of(union),
        behind=figures.year(actor, union, indicators, month=question.month, scope=question.scope),
        below=children.counted(actor, near.below, indicators, month=question.month, scope=question.scope),
    )


def build(actor: Actor, union: TradeUnion, question: Question, *, seen: Glance, why: Decision) -> Dashboard:
    """
    Raises: NotFound.
    """
    indicators, near, fresh, behind, below = seen.indicators, seen.near, seen.freshness, seen.behind, seen.below
    acting = _acting(actor)
    total = seen.total
    base = f"/u/{acting.code}/numbers/"
    here = address(actor, union)
    shown = children.build(union, below, total, indicators, question=question, freshness=fresh, base=base)
    urls = {found.code: here + question.query(indicator=found.code, by="") for found in indicators}
    return Dashboard(
        title=f"{union.short_name_zh}统计数据" if union.level != Level.NATIONAL else "全国统计数据",
        subtitle=f"{union.name_zh} · {question.month_label}{'（当月，数据实时变动）' if question.is_current else ''}",
        breadcrumbs=_crumbs(acting, union, near.above, question),
        question=question,
        scopes=tuple(
            Tab(scope.zh, here + question.query(scope=scope.value), scope is question.scope)
            for scope in (Scope.SUBTREE, Scope.OWN)
        ),
        figures=tuple(
            replace(card, rows_url=drill.link(here, found, Span.month(question.month), question.scope))
            for card, found in zip(
                figures.cards(indicators, behind, urls=urls, focus=question.focus.code), indicators, strict=True
            )
        ),
        focus_label=question.focus.zh,
        children=shown,
        children_label=_children_label(union),
        trend=figures.trend_chart(question.focus, behind),
        breakdown=breakdown.build(actor, union, indicators, question=question, here=here),
        historical=tuple(history.of(union)),
        freshness=fresh,
        missing_text=freshness.not_joined_text(union),
        here=here,
        why=why,
        export_url=f"{here}.xlsx{question.query()}",
        poll_url=f"{here}{question.query()}",
        seen=seen.text,
        is_empty=not any(total.values()) and not any(below.figures.values()),
        can_export=bool(may(actor, Permission.NUMBERS_EXPORT)),
    )


def address(actor: Actor, union: TradeUnion) -> str:
    """Where the acting union's people find the numbers of `union`."""
    acting = _acting(actor)
    own = f"/u/{acting.code}/numbers"
    return own if union.pk == acting.pk else f"{own}/{union.code}"


def _acting(actor: Actor) -> TradeUnion:
    if actor.union is None:
        raise NotFound()
    return actor.union


def _crumbs(
    acting: TradeUnion, union: TradeUnion, above: Sequence[TradeUnion], question: Question
) -> tuple[Crumb, ...]:
    """From the acting union down to the one shown; what lies above the acting union is not for them to walk."""
    if union.pk == acting.pk:
        return ()
    line = [row for row in above if row.is_under(acting)]
    base, query = f"/u/{acting.code}/numbers", question.query(sort="code")
    crumbs = [
        Crumb(row.short_name_zh, f"{base}{query}" if row.pk == acting.pk else f"{base}/{row.code}{query}")
        for row in line
    ]
    return (*crumbs, Crumb(union.short_name_zh))


def _children_label(union: TradeUnion) -> str:
    return {Level.NATIONAL: "各省级工会", Level.PROVINCE: "各下级工会", Level.CITY: "各区县工会"}.get(
        Level(union.level), "下级工会"
    )
