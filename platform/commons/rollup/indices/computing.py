"""The figures of indices, for unions and periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

from django.db import connection

from commons.hierarchy.enums import Line
from commons.kit.clock import month_index, today
from commons.rollup import trees
from commons.rollup.cells import Asked, Table, figures
from commons.rollup.declaration import Indicator, Measure
from commons.rollup.distinct import presence
from commons.rollup.indices.declared import Gap, OverChildren, OverKeys
from commons.rollup.spans import Span
from commons.rollup.trees import ancestry

# (union, indicator, period)
Figures = dict[tuple[int, str, Span], Decimal | None]

_PLACES = Decimal("0.0001")
_POINTS = Decimal("0.01")
_TOTAL, _REST = "", "rest"


def computed(table: Table, unions: Sequence[int], asked: Sequence[Indicator], spans: Sequence[Span]) -> Figures:
    """
    The value of each index, None where there is nothing to compare; of other indicators nothing, and nothing is asked.

    A gap in points has two decimals, every other index four.
    """
    found: Figures = {}
    for indicator in asked:
        match indicator.index:
            case OverKeys() as index:
                amounts = _of_keys(table, unions, index.measure, spans)
                for union in unions:
                    for span in spans:
                        value = index.formula(amounts.get((union, span), ()))
                        found[(union, indicator.code, span)] = _rounded(value, _PLACES)
            case OverChildren() as index:
                compared = _of_children(table, unions, index, spans)
                for union, span in product(unions, spans):
                    value = index.formula(compared.get((union, span), ()))
                    found[(union, indicator.code, span)] = _rounded(value, _PLACES)
            case Gap() as index:
                for (union, span), gap in _gaps(table, unions, index, spans).items():
                    found[(union, indicator.code, span)] = _rounded(gap, _POINTS)
    return found


def _rounded(value: Decimal | None, places: Decimal) -> Decimal | None:
    return None if value is None else value.quantize(places, ROUND_HALF_UP)


def _of_keys(
    table: Table, unions: Sequence[int], measure: Measure, spans: Sequence[Span]
) -> Mapping[tuple[int, Span], list[Decimal]]:
    """What each organization has in each period: one statement, read from single records as they are or were known."""
    found: dict[tuple[int, Span], list[Decimal]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT u.id, s.number, sum(p.amount * held.months)
            FROM unnest(%(unions)s::bigint[], %(lines)s::text[]) u(id, line)
            CROSS JOIN unnest(%(firsts)s::int[], %(lasts)s::int[]) WITH ORDINALITY s(first, last, number)
            JOIN {ancestry(table.as_of)} a ON a.ancestor_id = u.id AND a.line = u.line
            JOIN {presence(table.as_of)} p ON p.union_id = a.union_id AND p.measure = %(measure)s
            CROSS JOIN LATERAL (
                SELECT least(p.until_month, a.until_month, s.last + 1) - greatest(p.from_month, a.from_month, s.first) AS months
            ) held
            WHERE (%(subtree)s OR p.union_id = u.id) AND held.months > 0
            GROUP BY 1, 2, p.key HAVING sum(p.amount) <> 0
            """,
            {
                "unions": list(unions),
                "lines": [table.line_of(union).value for union in unions],
                "firsts": [span.first for span in spans],
                "lasts": [span.last for span in spans],
                "measure": measure.code,
                "subtree": table.column == "subtree",
                "as_of": table.as_of,
            },
        )
        for union, number, amount in cursor.fetchall():
            found.setdefault((union, spans[number - 1]), []).append(amount)
    return found


def _of_children(
    table: Table, unions: Sequence[int], index: OverChildren, spans: Sequence[Span]
) -> Mapping[tuple[int, Span], list[Decimal]]:
    """What each child has in each period, in the same few statements however many periods are asked."""
    if table.column != "subtree":
        return {}
    seen_in = {span: min(span.last, max(span.first, month_index(today()))) for span in spans}
    parents = children_in(table, unions, sorted(set(seen_in.values())))
    children = sorted({child for below in parents.values() for child in below})
    if table.lines is not None:
        # By today's boundaries only the unions that were redrawn stand elsewhere.
        redrawn = trees.redrawn(children, as_of=table.as_of)
        table = replace(table, lines=dict.fromkeys(redrawn, Line.TODAY))
    amounts = amounts_in(table, children, index.measures, spans)
    found: dict[tuple[int, Span], list[Decimal]] = {}
    for union, span in product(unions, spans):
        for child in parents.get((union, seen_in[span]), ()):
            amount = amounts.get((child, span, index.numerator.code, _TOTAL), Decimal(0))
            if index.denominator is not None:
                parts = amounts.get((child, span, index.denominator.code, _TOTAL), Decimal(0))
                if not parts:
                    continue
                amount = amount * index.factor / parts
            found.setdefault((union, span), []).append(amount)
    return found


def children_in(table: Table, unions: Sequence[int], months: Sequence[int]) -> Mapping[tuple[int, int], list[int]]:
    """{(union, month): its children in that month} along the line of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT u.id, w.month, a.union_id FROM unnest(%(unions)s::bigint[], %(lines)s::text[]) u(id, line)
            CROSS JOIN unnest(%(months)s::int[]) w(month)
            JOIN {ancestry(table.as_of)} a ON a.ancestor_id = u.id AND a.line = u.line AND a.union_id <> u.id
              AND a.from_month <= w.month AND a.until_month > w.month
            JOIN public.hierarchy_tradeunion c ON c.id = a.union_id
            WHERE CASE WHEN u.line = %(today)s
                THEN coalesce(c.successor_id, c.parent_id) = u.id
                ELSE NOT EXISTS (
                    SELECT FROM {ancestry(table.as_of)} b
                    JOIN {ancestry(table.as_of)} m ON m.union_id = b.ancestor_id AND m.ancestor_id = u.id
                      AND m.line = u.line AND m.from_month <= w.month AND m.until_month > w.month
                    WHERE b.union_id = a.union_id AND b.line = u.line AND b.ancestor_id NOT IN (u.id, a.union_id)
                      AND b.from_month <= w.month AND b.until_month > w.month
                )
            END
            ORDER BY 1, 2, 3
            """,
            {
                "unions": list(unions),
                "lines": [table.line_of(union).value for union in unions],
                "months": list(months),
                "as_of": table.as_of,
                "today": Line.TODAY.value,
            },
        )
        found: dict[tuple[int, int], list[int]] = {}
        for union, month, child in cursor.fetchall():
            found.setdefault((union, month), []).append(child)
    return found


def _gaps(
    table: Table, unions: Sequence[int], index: Gap, spans: Sequence[Span]
) -> Mapping[tuple[int, Span], Decimal | None]:
    total = amounts_in(table, unions, index.measures, spans)
    items = amounts_in(table, unions, index.measures, spans, dim=index.dim)
    found: dict[tuple[int, Span], Decimal | None] = {}
    for union, span in product(unions, spans):
        parts = []
        for measure in index.measures:
            here = items.get((union, span, measure.code, index.item), Decimal(0))
            parts.append((here, total.get((union, span, measure.code, _TOTAL), Decimal(0)) - here))
        (won, others_won), (bid, others_bid) = parts
        found[(union, span)] = (won / bid - others_won / others_bid) * 100 if bid and others_bid else None
    return found


def amounts_in(
    table: Table, unions: Sequence[int], measures: Sequence[Measure], spans: Sequence[Span], *, dim: str = ""
) -> Mapping[tuple[int, Span, str, str], Decimal]:
    """The measures' figures of each period: a flow's sum, else what stands at its end."""
    asked: list[Asked] = []
    tags: dict[str, tuple[Span, str]] = {}
    for (number, span), measure in product(enumerate(spans), dict.fromkeys(measures)):
        tag = f"{number}/{measure.code}"
        tags[tag] = (span, measure.code)
        last = span.last if measure.is_flow else max(span.first, min(span.last, month_index(today())))
        asked.append(Asked(tag, measure.code, span.first, last, measure.is_flow))
    return {
        (union, *tags[tag], item): amount
        for (union, tag, item), amount in figures(table, unions, asked, dim=dim).items()
    }
