"""
Questions about rolled-up numbers: one statement each, over `public` alone.

Every answer belongs to an actor: a union outside the actor's subtree looks absent. Source: V1, V7; DOMAIN §5.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection

from commons.access.actors import Actor
from commons.access.policies import may_see_numbers
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound
from commons.rollup.declaration import CATALOGUE, Indicator, Measure
from commons.rollup.enums import Scope
from commons.rollup.errors import TooManySeries

# Ten years of one page's chart.
MONTHS_LIMIT = 120

_ZERO = Decimal(0)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Value:
    """
    One figure of one union. `item` is '' for the total. `month` is a month index.

    A ratio's `value` is a percentage with two decimals, None when nothing is in the denominator.
    """

    union_id: int
    union_code: str
    indicator: str
    month: int
    scope: Scope
    item: str
    item_label: str
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def catalogue() -> list[Indicator]:
    """Every indicator, by code."""
    return sorted(CATALOGUE.indicators.values(), key=lambda indicator: indicator.code)


def indicator(code: str) -> Indicator:
    """Raises: UnknownIndicator."""
    return CATALOGUE.indicator(code)


def values(
    actor: Actor,
    *,
    unions: Iterable[TradeUnion],
    indicators: Iterable[str],
    month: int,
    scope: Scope = Scope.SUBTREE,
    by: str | None = None,
) -> list[Value]:
    """
    The figures of `month` for each union, indicator and, with `by`, each item of that dimension.

    A union without any record has zeros, not gaps. Order: unions, then indicators as asked, then items as declared.
    Raises: NotFound for a union whose numbers the actor may not see; UnknownIndicator; UnknownDimension.
    """
    asked = [CATALOGUE.indicator(code) for code in indicators]
    dims = [found.dimension(by) for found in asked] if by else [None] * len(asked)
    shown = _visible(actor, unions)
    stored = _at_month(shown, asked, month=month, scope=scope, dim=by or "")
    answer = []
    for union in shown:
        for found, dim in zip(asked, dims, strict=True):
            items = _items(stored, union, found, dim.item_codes) if dim else [""]
            for item in items:
                answer.append(
                    _value(
                        union,
                        found,
                        month,
                        scope,
                        item,
                        dim.label_of(item) if dim else "",
                        [stored.get((union.pk, measure.code, item), _ZERO) for measure in found.measures],
                    )
                )
    return answer


def series(
    actor: Actor,
    *,
    union: TradeUnion,
    indicators: Iterable[str],
    first_month: int,
    last_month: int,
    scope: Scope = Scope.SUBTREE,
) -> list[Value]:
    """
    The totals of one union for each month from `first_month` to `last_month`, both included.

    Raises: NotFound, UnknownIndicator, TooManySeries.
    """
    if last_month - first_month >= MONTHS_LIMIT:
        raise TooManySeries(limit=MONTHS_LIMIT)
    asked = [CATALOGUE.indicator(code) for code in indicators]
    [shown] = _visible(actor, [union])
    points = _change_points(shown, _measures(asked), first=first_month, last=last_month, scope=scope)
    answer = []
    for found in asked:
        tracks = [_months(measure, points.get(measure.code, {}), first_month, last_month) for measure in found.measures]
        for offset, month in enumerate(range(first_month, last_month + 1)):
            answer.append(_value(shown, found, month, scope, "", "", [track[offset] for track in tracks]))
    return answer


def watermark(union: TradeUnion) -> datetime | None:
    """
    Up to when every committed change under `union` is in its numbers; None before the first fold.

    Held back by any union of the subtree that could not be folded.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT least(w.folded_until, (
                SELECT min(f.since) FROM public.rollup_unfoldedunion f
                JOIN public.hierarchy_tradeunion u ON u.id = f.union_id WHERE u.path @> ARRAY[%s]::bigint[]
            )) FROM public.rollup_watermark w
            """,
            [union.pk],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def watermarks(unions: Iterable[TradeUnion]) -> dict[int, datetime]:
    """`watermark` of each union by its id, in one statement; none before the first fold."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.id, least(w.folded_until, (
                SELECT min(f.since) FROM public.rollup_unfoldedunion f
                JOIN public.hierarchy_tradeunion u ON u.id = f.union_id WHERE u.path @> ARRAY[t.id]
            )) FROM public.rollup_watermark w CROSS JOIN unnest(%s::bigint[]) t(id)
            """,
            [[union.pk for union in unions]],
        )
        return dict(cursor.fetchall())


def _visible(actor: Actor, unions: Iterable[TradeUnion]) -> list[TradeUnion]:
    """The same unions; the refusal of one looks like its absence."""
    shown = list(unions)
    if not all(may_see_numbers(actor, union) for union in shown):
        raise NotFound()
    return shown


def _measures(asked: Sequence[Indicator]) -> list[Measure]:
    return list({measure.code: measure for found in asked for measure in found.measures}.values())


def _at_month(
    unions: Sequence[TradeUnion], asked: Sequence[Indicator], *, month: int, scope: Scope, dim: str
) -> dict[tuple[int, str, str], Decimal]:
    """{(union, measure, item): amount}: for each series its last change point up to the month."""
    measures = _measures(asked)
    column = "own" if scope is Scope.OWN else "subtree"
    # One series ends at its last row; several are thinned to the last row of each.
    which = "DISTINCT ON (item)" if dim else ""
    order = "ORDER BY item, month DESC" if dim else "ORDER BY month DESC LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT u.id, m.code, c.item, c.amount
            FROM unnest(%(unions)s::bigint[]) u(id)
            CROSS JOIN unnest(%(measures)s::text[], %(earliest)s::int[]) m(code, earliest)
            CROSS JOIN LATERAL (
                SELECT {which} item, {column} AS amount FROM public.rollup_cell
                WHERE union_id = u.id AND measure = m.code AND dim = %(dim)s {"" if dim else "AND item = ''"}
                  AND month BETWEEN m.earliest AND %(month)s
                {order}
            ) c
            """,
            {
                "unions": [union.pk for union in unions],
                "measures": [measure.code for measure in measures],
                # A flow's figure is that of the month itself, a stock's holds until the next change point.
                "earliest": [month if measure.is_flow else 0 for measure in measures],
                "month": month,
                "dim": dim,
            },
        )
        return {(union, measure, item): amount for union, measure, item, amount in cursor.fetchall()}


def _items(
    stored: Mapping[tuple[int, str, str], Decimal], union: TradeUnion, found: Indicator, declared: list[str]
) -> list[str]:
    """The declared items, and after them any that records still carry though the code list has dropped them."""
    codes = {measure.code for measure in found.measures}
    carried = {item for (pk, code, item), amount in stored.items() if pk == union.pk and code in codes and amount}
    return [*declared, *sorted(carried.difference(declared))]


def _change_points(
    union: TradeUnion, measures: Sequence[Measure], *, first: int, last: int, scope: Scope
) -> dict[str, dict[int, Decimal]]:
    """{measure: {month: amount}} with the point that holds at `first` and those after it."""
    column = "own" if scope is Scope.OWN else "subtree"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT measure, month, {column} FROM public.rollup_cell
            WHERE union_id = %s AND measure = ANY(%s) AND dim = '' AND item = '' AND month <= %s
            ORDER BY measure, month
            """,
            [union.pk, [measure.code for measure in measures], last],
        )
        points: dict[str, dict[int, Decimal]] = {}
        for measure, month, amount in cursor.fetchall():
            points.setdefault(measure, {})[month] = amount
    return points


def _months(measure: Measure, points: Mapping[int, Decimal], first: int, last: int) -> list[Decimal]:
    if measure.is_flow:
        return [points.get(month, _ZERO) for month in range(first, last + 1)]
    held = max((month for month in points if month <= first), default=None)
    amount = points[held] if held is not None else _ZERO
    track = []
    for month in range(first, last + 1):
        amount = points.get(month, amount)
        track.append(amount)
    return track


def _value(
    union: TradeUnion,
    found: Indicator,
    month: int,
    scope: Scope,
    item: str,
    item_label: str,
    amounts: Sequence[Decimal],
) -> Value:
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    amount: Decimal | None
    if found.is_ratio:
        numerator, denominator = (_plain(part) for part in amounts)
        amount = (numerator * 100 / denominator).quantize(_CENT, ROUND_HALF_UP) if denominator else None
    else:
        amount = _plain(amounts[0])
    return Value(
        union_id=union.pk,
        union_code=union.code,
        indicator=found.code,
        month=month,
        scope=scope,
        item=item,
        item_label=item_label,
        value=amount,
        numerator=numerator,
        denominator=denominator,
    )


def _plain(amount: Decimal) -> Decimal:
    """Counts without decimals: 353, not 353.00; money keeps its cents."""
    whole = amount.to_integral_value()
    return whole if whole == amount else amount
