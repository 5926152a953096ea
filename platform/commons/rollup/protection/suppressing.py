"""The figures of a question, without the value of those that are hidden from who asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from commons.access.actors import Actor
from commons.access.policies import SMALL_CELLS_BELOW, may_see_small_cells
from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_index, today
from commons.rollup.cells import Table as Columns
from commons.rollup.declaration import CATALOGUE, Dimension, Indicator
from commons.rollup.enums import Scope
from commons.rollup.fold.carry import series_code
from commons.rollup.protection import reading
from commons.rollup.protection.pattern import Table, View, pattern
from commons.rollup.protection.reading import Points, Surroundings
from commons.rollup.protection.search import Cell
from commons.rollup.spans import Span
from commons.rollup.values import Value

_YEAR = 12


def suppressed(
    actor: Actor, values: Sequence[Value], *, unions: Sequence[TradeUnion], by: str | None, span: Span, columns: Columns
) -> list[Value]:
    """
    The same values; those hidden from the actor carry no figures. Of unprotected indicators, and of totals, none.

    Two statements for all protected indicators together (three when asked what was known earlier), none for others.
    Source: V9; DOMAIN Q22.
    """
    protected = [
        CATALOGUE.indicators[code]
        for code in dict.fromkeys(value.indicator for value in values)
        if CATALOGUE.indicators[code].protected
    ]
    if not by or not protected or actor.system or actor.union is None:
        return list(values)
    hidden = _Question(actor, actor.union, unions, by, span, columns).hidden(protected)
    return [
        replace(value, value=None, numerator=None, denominator=None, suppressed=True)
        if Cell(value.union_id, value.scope, value.item) in hidden.get(value.indicator, ())
        or (value.indicator in hidden and _elsewhere(columns, value))
        else value
        for value in values
    ]


def _elsewhere(columns: Columns, value: Value) -> bool:
    """
    Whether a figure stands along another line than where its union stands: held against it, it would tell who moved.

    The industrial line is another tree over the same unions, so it is split for nobody either.
    """
    return value.scope is Scope.SUBTREE and columns.line_of(value.union_id) is not Line.REGIONAL


@dataclass(frozen=True)
class _Question:
    """Who asks for which cells of which period."""

    actor: Actor
    top: TradeUnion
    unions: Sequence[TradeUnion]
    by: str
    span: Span
    columns: Columns

    def hidden(self, protected: Sequence[Indicator]) -> dict[str, set[Cell]]:
        """{indicator: hidden cells} of these unions and of those around them."""
        own = self.columns.column == Scope.OWN.value
        # All that stands above the columns in which anything can be hidden: of the own children that is their own column.
        wanted = {
            union.pk
            for union in self.unions
            if not may_see_small_cells(self.actor, union) or (own and union.pk != self.top.pk)
        }
        if not wanted:
            return {found.code: set() for found in protected}
        first, last = min(self.years) * _YEAR, max(self.years) * _YEAR + _YEAR - 1
        around = reading.surroundings(
            wanted, top=self.top.pk, own=own, officer=not self.actor.partner, first=first, last=last
        )
        codes = sorted({code for found in protected for code in _codes(found)})
        told = [
            reading.points(around.unions, codes, self.by, last=last, as_of=moment)
            for moment in dict.fromkeys((None, self.columns.as_of))
        ]
        view = self._view(around)
        answer: dict[str, set[Cell]] = {}
        for found in protected:
            answer[found.code] = set()
            # What is hidden now is hidden in what was known earlier, and what was hidden then.
            for points in told:
                answer[found.code] |= self._cells(found, points, around, view)
        return answer

    @property
    def years(self) -> list[int]:
        return list(range(self.span.first // _YEAR, self.span.last // _YEAR + 1))

    def _view(self, around: Surroundings) -> View:
        hides = {pk: not may_see_small_cells(self.actor, union) for pk, union in around.unions.items()}
        return View(self.top.pk, hides.__getitem__, lambda amount: amount < SMALL_CELLS_BELOW)

    def _cells(self, found: Indicator, points: Mapping[str, Points], around: Surroundings, view: View) -> set[Cell]:
        dimension = found.dimension(self.by)
        this = month_index(today())
        if not found.adds_up_over_time:
            last = max(self.span.first, min(self.span.last, this))
            return _months(found, dimension, points, around, view, last // _YEAR)
        hidden: set[Cell] = set()
        for year in self.years:
            first, last = year * _YEAR, year * _YEAR + _YEAR - 1
            finished = last < this
            whole = _year(found, dimension, points, around, view, year) if finished else set()
            if finished and self.span.first <= first and self.span.last >= last:
                hidden |= whole
            else:
                hidden |= _months(found, dimension, points, around, view, year, before=whole, unfinished=not finished)
        return hidden


def _codes(found: Indicator) -> Iterable[str]:
    for measure in found.weighed:
        yield measure.code
        if measure.event:
            yield series_code(measure, _YEAR)


def _year(
    found: Indicator,
    dimension: Dimension,
    points: Mapping[str, Points],
    around: Surroundings,
    view: View,
    year: int,
) -> set[Cell]:
    """Hidden in the sum of a finished year."""
    last = year * _YEAR + _YEAR - 1
    tables = []
    for start in sorted({year * _YEAR, *around.turns(year * _YEAR, last)}):
        for measure in found.weighed:
            if measure.is_flow:
                amounts = {
                    cell: sum((amount for month, amount in months.items() if last - _YEAR < month <= last), Decimal(0))
                    for cell, months in points[measure.code].items()
                }
            else:
                code = series_code(measure, _YEAR) if measure.event else measure.code
                amounts = _standing(points[code], last)
            tables.append(Table(amounts, around.parents(start), around.bearing))
    return pattern(tables, dimension.item_codes, view, blocks=around.blocks, several=dimension.several)


def _months(
    found: Indicator,
    dimension: Dimension,
    points: Mapping[str, Points],
    around: Surroundings,
    view: View,
    year: int,
    *,
    before: Collection[Cell] = (),
    unfinished: bool = False,
) -> set[Cell]:
    """Hidden in any month of a year: small in one of them, so that neighbouring months do not tell of one another."""
    first, last = year * _YEAR, year * _YEAR + _YEAR - 1
    turns = {first, *around.turns(first, last)}
    tables = []
    for measure in found.weighed:
        there = points[measure.code]
        starts = turns | {month for months in there.values() for month in months if first <= month <= last}
        for month in sorted(starts):
            amounts = _of_month(there, month) if measure.is_flow else _standing(there, month)
            tables.append(Table(amounts, around.parents(month), around.bearing, unfinished=unfinished))
    return pattern(tables, dimension.item_codes, view, blocks=around.blocks, several=dimension.several, hidden=before)


def _standing(points: Points, month: int) -> dict[Cell, Decimal]:
    amounts = {}
    for cell, months in points.items():
        since = max((start for start in months if start <= month), default=None)
        if since is not None:
            amounts[cell] = months[since]
    return amounts


def _of_month(points: Points, month: int) -> dict[Cell, Decimal]:
    return {cell: months[month] for cell, months in points.items() if month in months}
