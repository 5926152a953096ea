"""Two periods or two unions side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from commons.access.actors import Actor
from commons.access.tree import visible_unions
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound
from commons.rollup import selectors as rollup
from commons.rollup.declaration import Indicator
from commons.rollup.enums import PeriodKind
from commons.rollup.selectors import Value
from commons.rollup.spans import Span
from commons.web.numbers import asked, breakdown, reliability
from commons.web.numbers.around import Around
from commons.web.numbers.children import Cell, Column, Row
from commons.web.numbers.frame import Choice, union_asked_for
from commons.web.numbers.question import Question, all_indicators, shown_indicators
from commons.web.numbers.reliability import Standing
from commons.web.numbers.writing import difference, difference_unit, drawn, growth, shown, signed
from commons.web.templatetags.platform_web import NOTHING, percent


@dataclass(frozen=True)
class Side:
    """One of the two: whose figures, of which period."""

    union: TradeUnion
    span: Span
    label: str
    values: Mapping[str, Value]
    standing: Standing


@dataclass(frozen=True)
class Line:
    """One indicator on both sides."""

    indicator: Indicator
    a: Value | None
    b: Value | None


@dataclass(frozen=True)
class Comparison:
    """The page: A is what was asked for, B what it is held against; differences are A less B."""

    a: Side
    b: Side
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    growth_chart: dict[str, object]
    items_chart: dict[str, object] | None
    items_title: str
    periods: tuple[Choice, ...]
    against: str
    unions: tuple[Choice, ...]
    hidden: tuple[tuple[str, str], ...]


def settled(actor: Actor, union: TradeUnion, question: Question) -> tuple[Question, TradeUnion]:
    """
    The question with something to compare with, and the union of side B.

    By default the period before, and of another kind of period none is left over from the last question; a union out
    of sight is told like one that does not exist (V7).
    """
    other = union
    if question.against and question.against.kind is not question.span.kind:
        question = replace(question, against=None)
    if question.beside and question.beside != union.code:
        try:
            other, _ = union_asked_for(actor, question.beside)
        except NotFound:
            question = question.without(
                "没有找到要对比的工会，它可能不存在，也可能您无权查看；已改为与上一期对比。", beside=""
            )
    if other.pk == union.pk:
        question = replace(question, beside="")
        if question.against in {None, question.span}:
            question = replace(question, against=question.span.before())
    return question, other


def lines(a: Side, b: Side) -> list[Line]:
    return [
        Line(found, a.values.get(found.code), b.values.get(found.code))
        for found in all_indicators()
        if found.code in a.values
    ]


def sides(actor: Actor, union: TradeUnion, other: TradeUnion, question: Question) -> tuple[Side, Side]:
    """
    Both sides' figures. Expects a settled question.

    Raises: NotFound.
    """
    against = question.against or question.span

    def side(one: TradeUnion, span: Span) -> Side:
        known = [found.code for found in shown_indicators(question.group)]
        found = rollup.values(
            actor, unions=[one], indicators=known, span=span, scope=question.scope, lens=question.lens
        )
        label = f"{one.short_name_zh} {span.label}" if other.pk != union.pk else span.label
        return Side(one, span, label, {value.indicator: value for value in found}, reliability.of_all(found))

    return side(union, question.span), side(other, against)


def build(
    actor: Actor, union: TradeUnion, other: TradeUnion, question: Question, near: Around, base: str
) -> Comparison:
    """
    Raises: NotFound.
    """
    a, b = sides(actor, union, other, question)
    both = lines(a, b)
    grown = [(line.indicator.zh, growth(line.indicator, line.a, line.b)) for line in both]
    return Comparison(
        a=a,
        b=b,
        columns=(
            Column("指标"),
            Column(a.label, True),
            Column(b.label, True),
            Column("差", True),
            Column("增减（%）", True),
        ),
        rows=tuple(_row(line, base) for line in both),
        growth_chart={
            "categories": [name for name, amount in grown if amount is not None],
            "series": [{"name": "增减", "values": [drawn(amount) for _, amount in grown if amount is not None]}],
            "unit": "%",
        },
        items_chart=_items(actor, a, b, question),
        items_title=f"{question.focus.zh}（{question.focus.dimension(question.by).zh}）" if question.by else "",
        periods=_periods(question, against=b.span),
        against=b.span.text,
        unions=_unions(actor, union, other, near),
        hidden=tuple(question.hidden("against", "beside")),
    )


def _row(line: Line, base: str) -> Row:
    indicator = line.indicator
    grown = growth(indicator, line.a, line.b)
    change = difference(line.a, line.b)
    unit = difference_unit(indicator) if change else ""
    return Row(
        (
            Cell(indicator.zh, url=f"{base}definitions#{indicator.code}", note=f"单位：{indicator.unit}"),
            Cell(shown(indicator, line.a)),
            Cell(shown(indicator, line.b)),
            Cell(f"{signed(change)}{unit if unit == '个百分点' else ''}"),
            Cell(NOTHING if grown is None else f"{'+' if grown > 0 else ''}{percent(grown, 2)}".replace("-", "−")),
        )
    )


def _items(actor: Actor, a: Side, b: Side, question: Question) -> dict[str, object] | None:
    """The indicator in focus split on both sides."""
    focus = question.focus
    if not question.by:
        return None
    dimension = focus.dimension(question.by)
    series = []
    for side in (a, b):
        asked_for = replace(question, span=side.span)
        [values] = breakdown.split(actor, side.union, [focus], dimension, question=asked_for).values()
        series.append((side.label, {value.item: value for value in values}))
    items = list({value.item: value.item_label for _, found in series for value in found.values()}.items())
    return {
        "categories": [label for _, label in items],
        "series": [
            {"name": name, "values": [drawn(found[item].value) if item in found else None for item, _ in items]}
            for name, found in series
        ],
        "unit": focus.unit,
    }


def _periods(question: Question, *, against: Span) -> tuple[Choice, ...]:
    """Periods to compare with: those of the same kind; of cumulative ones the one before and that of last year."""
    span = question.span
    if span.kind is PeriodKind.CUMULATIVE:
        found = [(one.text, one.label) for one in dict.fromkeys([span, span.before(), span.a_year_ago(), against])]
    else:
        found = asked.offered(span, question.current_month)
        if against.text not in dict(found):
            found.append((against.text, against.label))
    return tuple(Choice(value, label, value == against.text) for value, label in found)


def _unions(actor: Actor, union: TradeUnion, other: TradeUnion, near: Around) -> tuple[Choice, ...]:
    """The union itself, then its siblings and its children as far as they are in sight; the chosen one always."""
    siblings = visible_unions(actor).filter(path__contains=[actor.union.pk] if actor.union else [0])
    beside: Sequence[TradeUnion] = (
        list(siblings.filter(parent=union.parent_id).exclude(pk=union.pk).order_by("code")) if union.parent_id else ()
    )
    found = {one.pk: one for one in (*beside, *near.below, other) if one.pk != union.pk}
    return (
        Choice("", f"{union.short_name_zh}（本身）", other.pk == union.pk),
        *(Choice(one.code, one.short_name_zh, one.pk == other.pk) for one in found.values()),
    )
