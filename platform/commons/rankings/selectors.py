"""Questions about rankings: of one's own children always (V1), among one's siblings what the parent has published (V7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from commons.access.actors import Actor, system
from commons.access.policies import may_see_numbers
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_index, today
from commons.rankings.models import PublishedRanking
from commons.rollup import selectors as rollup
from commons.rollup.declaration import CATALOGUE, Indicator
from commons.rollup.selectors import Span, Value

# What may be known of a sibling: that it is at work.
_RANKED = (UnionState.ACTIVE, UnionState.SUSPENDED)


@dataclass(frozen=True)
class Ranked:
    """Where one union stands; None without a figure, which comes last. Equal figures share a rank."""

    rank: int | None
    union: TradeUnion
    value: Value


@dataclass(frozen=True)
class Place:
    """A line of a published ranking: nothing of a sibling but its name, its figure and its rank."""

    rank: int | None
    name: str
    value: Value
    own: bool


@dataclass(frozen=True)
class Ranking:
    """A ranking as the parent `publisher` has published it."""

    indicator: Indicator
    span: Span
    publisher: str
    published_at: datetime
    places: tuple[Place, ...]


def ranked(figures: Iterable[tuple[TradeUnion, Value]]) -> list[Ranked]:
    """From the greatest figure down, ties by code."""
    known = sorted(
        ((union, value) for union, value in figures),
        key=lambda pair: (pair[1].value is None, -(pair[1].value or 0), pair[0].code),
    )
    standings: list[Ranked] = []
    for place, (union, value) in enumerate(known, start=1):
        last = standings[-1] if standings else None
        rank = last.rank if last and last.value.value == value.value else place
        standings.append(Ranked(None if value.value is None else rank, union, value))
    return standings


def published_by(union: TradeUnion) -> list[PublishedRanking]:
    """What a union lets those below it see now, by indicator."""
    rows = PublishedRanking.objects.filter(union=union, withdrawn_at=None).order_by("indicator")
    return [row for row in rows if row.indicator in CATALOGUE.indicators]


def published_to(actor: Actor, span: Span) -> list[Ranking]:
    """
    The rankings of the acting union among its siblings that the common parent has published; nothing for partners.

    None of a period that was over before the publication: nobody was told then that it would be seen.
    """
    if actor.partner or actor.union is None or actor.union.parent_id is None:
        return []
    if not may_see_numbers(actor, actor.union):
        return []
    rows = PublishedRanking.objects.filter(union=actor.union.parent_id, withdrawn_at=None).select_related("union")
    shown = [
        row
        for row in rows.order_by("indicator")
        if row.indicator in CATALOGUE.indicators and month_index(today(row.published_at)) <= span.last
    ]
    if not shown:
        return []
    siblings = list(TradeUnion.objects.filter(parent=actor.union.parent_id, state__in=_RANKED).order_by("code"))
    # The parent lends its sight: what it has published, and no more, is read on its behalf.
    values = rollup.values(
        system("公布的排名", shown[0].union), unions=siblings, indicators=[row.indicator for row in shown], span=span
    )
    return [_table(actor.union, row, siblings, values, span) for row in shown]


def _table(
    own: TradeUnion, row: PublishedRanking, siblings: Sequence[TradeUnion], values: Sequence[Value], span: Span
) -> Ranking:
    figures = {value.union_id: value for value in values if value.indicator == row.indicator}
    return Ranking(
        indicator=CATALOGUE.indicators[row.indicator],
        span=span,
        publisher=row.union.name_zh,
        published_at=row.published_at,
        places=tuple(
            Place(one.rank, one.union.short_name_zh, one.value, one.union.pk == own.pk)
            for one in ranked((union, figures[union.pk]) for union in siblings)
        ),
    )
