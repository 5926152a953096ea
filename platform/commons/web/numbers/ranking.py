"""The unions below by rank, and the rankings that the union above has published (V7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.hierarchy.models import TradeUnion
from commons.rankings import selectors as rankings
from commons.rankings.actions import LEAST
from commons.rollup import selectors as rollup
from commons.rollup.declaration import Indicator
from commons.rollup.selectors import Value
from commons.web.numbers.around import Around
from commons.web.numbers.children import UP, Cell, Column, Row, label_of
from commons.web.numbers.frame import Choice, address
from commons.web.numbers.question import Question, shown_indicators
from commons.web.numbers.writing import shown
from commons.web.templatetags.platform_web import NOTHING, date_zh


@dataclass(frozen=True)
class Published:
    """One ranking that those below can see, as the publisher's page lists it."""

    code: str
    label: str
    by: str
    at: datetime
    url: str


@dataclass(frozen=True)
class Table:
    """A ranking that the union above has published."""

    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class RankingPage:
    """Those below by the indicator in focus; what is published to them; what is published to this union."""

    focus: Indicator
    indicators: tuple[Choice, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    may_publish: bool
    is_published: bool
    published: tuple[Published, ...]
    from_above: tuple[Table, ...]
    is_own: bool
    hidden: tuple[tuple[str, str], ...]


def build(actor: Actor, union: TradeUnion, question: Question, near: Around) -> RankingPage:
    """
    Raises: NotFound.
    """
    focus, is_own = question.focus, actor.union is not None and union.pk == actor.union.pk
    published = rankings.published_by(union) if is_own else []
    return RankingPage(
        focus=focus,
        indicators=tuple(Choice(found.code, found.zh, found == focus) for found in shown_indicators(question.group)),
        columns=_columns(focus),
        rows=_rows(actor, union, question, near),
        may_publish=is_own and bool(may(actor, Permission.NUMBERS_PUBLISH)) and len(near.below) >= LEAST,
        is_published=any(row.indicator == focus.code for row in published),
        published=tuple(
            Published(
                row.indicator,
                rollup.indicator(row.indicator).zh,
                row.published_by_name,
                row.published_at,
                question.query(indicator=row.indicator, by=""),
            )
            for row in published
        ),
        from_above=tuple(_table(found) for found in rankings.published_to(actor, question.span)) if is_own else (),
        is_own=is_own,
        hidden=tuple(question.hidden("indicator", "by")),
    )


def _rows(actor: Actor, union: TradeUnion, question: Question, near: Around) -> tuple[Row, ...]:
    focus = question.focus
    if not near.below:
        return ()
    values = rollup.values(
        actor,
        unions=near.below,
        indicators=[focus.code],
        span=question.span,
        scope=question.scope,
        lens=question.lens,
    )
    figures = {value.union_id: value for value in values}
    return tuple(
        _row(
            one.rank,
            Cell(
                label_of(one.union, union),
                url=address(actor, one.union, "ranking") + question.query(**UP),
                left=True,
            ),
            focus,
            one.value,
        )
        for one in rankings.ranked((child, figures[child.pk]) for child in near.below)
    )


def _table(found: rankings.Ranking) -> Table:
    return Table(
        title=f"{found.indicator.zh}（{found.span.label}）",
        note=f"{found.publisher}{date_zh(found.published_at)}公布",
        columns=_columns(found.indicator),
        rows=tuple(
            _row(
                place.rank,
                Cell(place.name, note="本会" if place.own else "", left=True),
                found.indicator,
                place.value,
                place.own,
            )
            for place in found.places
        ),
    )


def _columns(indicator: Indicator) -> tuple[Column, ...]:
    return (Column("名次"), Column("工会"), Column(indicator.zh, True, indicator.unit))


def _row(rank: int | None, name: Cell, indicator: Indicator, value: Value, own: bool = False) -> Row:
    return Row((Cell(NOTHING if rank is None else str(rank)), name, Cell(shown(indicator, value))), marked=own)
