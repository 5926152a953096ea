"""What changed since a day's end: which figures moved and which unions moved them, told from what was known then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.rollup import selectors as rollup
from commons.rollup.declaration import Indicator
from commons.rollup.enums import Scope
from commons.rollup.selectors import Value
from commons.web.numbers import asked
from commons.web.numbers.around import Around
from commons.web.numbers.children import UP, Cell, Column, Row, label_of
from commons.web.numbers.frame import address
from commons.web.numbers.question import Question, shown_indicators
from commons.web.numbers.writing import difference, difference_unit, shown, signed

OWN = "本级"


@dataclass(frozen=True)
class Moved:
    """One figure that is not what it was; `union` is None for the union's own rows."""

    union: TradeUnion | None
    indicator: Indicator
    before: Value
    after: Value

    @property
    def by(self) -> Decimal:
        return difference(self.after, self.before) or Decimal(0)


@dataclass(frozen=True)
class Changes:
    """The page: the figures that moved, and union by union who moved them."""

    since: datetime
    since_day: str
    totals: tuple[Row, ...]
    movers: tuple[Row, ...]
    total_columns: tuple[Column, ...]
    mover_columns: tuple[Column, ...]
    hidden: tuple[tuple[str, str], ...]

    @property
    def is_empty(self) -> bool:
        return not self.totals and not self.movers


def build(actor: Actor, union: TradeUnion, question: Question, near: Around) -> Changes:
    """
    Two reads of the union and those directly below, and two of its own rows.

    Raises: NotFound.
    """
    since = asked.end_of(question.changed_since)
    indicators = shown_indicators(question.group)
    own = replace(question, scope=Scope.OWN)
    unions = [union, *near.below] if question.scope is Scope.SUBTREE else [union]
    moved = list(_moved(actor, unions, indicators, question, since))
    totals = [one for one in moved if one.union is not None and one.union.pk == union.pk]
    movers = [one for one in moved if one.union is not None and one.union.pk != union.pk]
    if question.scope is Scope.SUBTREE and near.below:
        movers += [replace(one, union=None) for one in _moved(actor, [union], indicators, own, since)]
    order = {found.code: place for place, found in enumerate(indicators)}
    movers.sort(key=lambda one: (order[one.indicator.code], -abs(one.by), one.union.code if one.union else ""))
    return Changes(
        since=since,
        since_day=question.changed_since.isoformat(),
        totals=tuple(_total(one, movers, union) for one in totals),
        movers=tuple(_mover(one, actor, union, question) for one in movers),
        total_columns=_columns("指标", "由谁变动"),
        mover_columns=_columns("指标", "工会"),
        hidden=tuple(question.hidden("since")),
    )


def _moved(
    actor: Actor, unions: Sequence[TradeUnion], indicators: Sequence[Indicator], question: Question, since: datetime
) -> Iterator[Moved]:
    """The figures that differ between then and the moment of the question."""
    by_id = {union.pk: union for union in unions}
    by_code = {found.code: found for found in indicators}
    pair = [
        rollup.values(
            actor,
            unions=unions,
            indicators=list(by_code),
            span=question.span,
            scope=question.scope,
            lens=replace(question.lens, as_of=moment),
        )
        for moment in (since, question.as_of)
    ]
    for before, after in zip(*pair, strict=True):
        if before.value != after.value and not (before.suppressed or after.suppressed):
            yield Moved(by_id[after.union_id], by_code[after.indicator], before, after)


def _columns(first: str, second: str) -> tuple[Column, ...]:
    return (Column(first), Column(second), Column("之前", True), Column("现在", True), Column("增减", True))


def _total(one: Moved, movers: Sequence[Moved], union: TradeUnion) -> Row:
    """The figure, and the three that moved it most."""
    mine = [mover for mover in movers if mover.indicator == one.indicator]
    named = [label_of(mover.union, union) if mover.union else OWN for mover in mine[:3]]
    who = "、".join(named) + (f"等 {len(mine)} 家" if len(mine) > len(named) else "")
    return Row((Cell(one.indicator.zh), Cell(who or OWN, left=True), *_amounts(one)))


def _mover(one: Moved, actor: Actor, union: TradeUnion, question: Question) -> Row:
    who = Cell(OWN, left=True)
    if one.union is not None:
        url = address(actor, one.union, "changes") + question.query(indicator=one.indicator.code, by="", **UP)
        who = Cell(label_of(one.union, union), url=url, left=True)
    return Row((Cell(one.indicator.zh), who, *_amounts(one)))


def _amounts(one: Moved) -> tuple[Cell, ...]:
    unit = difference_unit(one.indicator)
    by = difference(one.after, one.before)
    return (
        Cell(shown(one.indicator, one.before)),
        Cell(shown(one.indicator, one.after)),
        Cell(f"{signed(by)}{unit if by and unit == '个百分点' else ''}"),
    )
