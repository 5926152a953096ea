"""One period's figures split by one dimension: type, domain, rating, kind of contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.rollup import selectors as rollup
from commons.rollup.declaration import Dimension, Indicator
from commons.rollup.selectors import Value
from commons.web.numbers.children import Cell, Column, Row
from commons.web.numbers.drill import rows_url
from commons.web.numbers.frame import Tab
from commons.web.numbers.question import Question
from commons.web.numbers.writing import HIDDEN_NOTE, drawn, shown


@dataclass(frozen=True)
class Breakdown:
    """The split of the indicator in focus, and of every other indicator that knows the dimension."""

    dimension: str
    note: str
    hidden_note: str
    tabs: tuple[Tab, ...]
    chart: dict[str, object]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def build(
    actor: Actor, union: TradeUnion, indicators: Sequence[Indicator], *, question: Question, here: str
) -> Breakdown | None:
    """
    One statement; None when the indicator in focus cannot be split. `here`: where the union's numbers are.

    Raises: NotFound.
    """
    focus = question.focus
    if not question.by:
        return None
    dimension = focus.dimension(question.by)
    knowing = [focus, *(found for found in indicators if found != focus and dimension in found.dims)]
    by_item = split(actor, union, knowing, dimension, question=question)
    return Breakdown(
        dimension=dimension.zh,
        note="一条记录可以同时属于多项，各项之和可能大于总数。" if dimension.several else "",
        hidden_note=HIDDEN_NOTE if any(value.suppressed for items in by_item.values() for value in items) else "",
        tabs=tuple(
            Tab(f"按{dim.zh}", question.query(by=dim.code) + "#breakdown", dim == dimension) for dim in focus.dims
        ),
        chart={
            "categories": [item.item_label for item in by_item[focus.code]],
            "series": [{"name": focus.zh, "values": [drawn(item.value) for item in by_item[focus.code]]}],
            "unit": focus.unit,
        },
        columns=(Column(dimension.zh), *(Column(found.zh, True, found.unit) for found in knowing)),
        rows=tuple(
            Row(
                (
                    Cell(lead.item_label),
                    *(
                        _figure(
                            found,
                            _value(by_item[found.code], lead.item),
                            rows_url(here, found, question, by=dimension.code, item=lead.item),
                        )
                        for found in knowing
                    ),
                )
            )
            for lead in by_item[focus.code]
        ),
    )


def split(
    actor: Actor, union: TradeUnion, knowing: Sequence[Indicator], dimension: Dimension, *, question: Question
) -> dict[str, list[Value]]:
    """The items of each indicator, as declared."""
    found: dict[str, list[Value]] = {indicator.code: [] for indicator in knowing}
    for value in rollup.values(
        actor,
        unions=[union],
        indicators=list(found),
        span=question.span,
        scope=question.scope,
        by=dimension.code,
        lens=question.lens,
    ):
        found[value.indicator].append(value)
    return found


def _value(items: Sequence[Value], item: str) -> Value | None:
    return next((value for value in items if value.item == item), None)


def _figure(found: Indicator, value: Value | None, url: str) -> Cell:
    """Nothing stands behind a figure that is withheld."""
    return Cell(shown(found, value), url="" if value and value.suppressed else url)
