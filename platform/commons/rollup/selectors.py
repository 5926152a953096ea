"""
Questions about rolled-up numbers, over `public` alone.

Every answer belongs to an actor: a union outside the actor's subtree looks absent. Source: V1, V7; DOMAIN §5.1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import product

from django.db import connection

from commons.access.actors import Actor
from commons.access.policies import may_see_numbers
from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_index, today
from commons.kit.errors import NotFound
from commons.rollup import distinct, trees
from commons.rollup import missing as absences
from commons.rollup.cells import Asked, Place, Table, change_points, figures
from commons.rollup.declaration import CATALOGUE, Indicator, Measure
from commons.rollup.enums import PeriodKind, Scope
from commons.rollup.errors import NotClosedYet, TooManySeries
from commons.rollup.fold.carry import series_code
from commons.rollup.indices.computing import computed
from commons.rollup.periods import reading
from commons.rollup.protection import suppressed
from commons.rollup.spans import Span
from commons.rollup.values import NOW, ZERO, Lens, Quality, Value, compose

__all__ = ["NOW", "Lens", "Quality", "Span", "Value"]

# Ten years of one page's chart.
MONTHS_LIMIT = 120


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
    month: int | None = None,
    span: Span | None = None,
    scope: Scope = Scope.SUBTREE,
    by: str | None = None,
    lens: Lens = NOW,
) -> list[Value]:
    """
    The figures of a period (or one `month`) for each union, indicator and, with `by`, each item of that dimension.

    A union without any record has zeros, not gaps. Order: unions, then indicators as asked, then items as declared.
    A period that is still running is told up to the month that is running, a closed one as of its latest revision. Small
    counts of protected indicators are `suppressed`, and what would tell them (V9).
    Raises: NotFound for a union whose numbers the actor may not see; UnknownIndicator; UnknownDimension.
    """
    asked = [CATALOGUE.indicator(code) for code in indicators]
    dims = [found.dimension(by) for found in asked] if by else [None] * len(asked)
    shown = _visible(actor, unions)
    period = span or Span.month(month if month is not None else month_index(today()))
    look = reading.look(actor, period, lens)
    table = table_of(shown, scope, replace(lens, as_of=look.as_of))
    events = (
        table if look.events_as_of == look.as_of else table_of(shown, scope, replace(lens, as_of=look.events_as_of))
    )
    stored = _stored(table, events, shown, asked, period, by or "", reading.running_month(lens))
    indexed = computed(table, [union.pk for union in shown], asked, [period])
    absent = _missing(shown, scope, look, lens)
    answer = []
    for union in shown:
        for found, dim in zip(asked, dims, strict=True):
            for item in _items(stored, union, found, dim.item_codes) if dim else [""]:
                amounts = _amounts(found, stored, union.pk, item)
                if found.index:
                    amounts = _known(indexed[(union.pk, found.code, period)])
                label = dim.label_of(item) if dim else ""
                value = compose(union, found, period, scope, item, label, amounts)
                value = replace(value, quality=look.quality, revision=look.revision)
                if gone := absent.get(union.pk, 0):
                    value = replace(value, missing_unions=gone, quality=Quality.PARTIAL)
                answer.append(value)
    return suppressed(actor, answer, unions=shown, by=by, span=period, columns=table)


def series(
    actor: Actor,
    *,
    union: TradeUnion,
    indicators: Iterable[str],
    first_month: int,
    last_month: int,
    scope: Scope = Scope.SUBTREE,
    lens: Lens = NOW,
) -> list[Value]:
    """`series_of` one union."""
    return series_of(
        actor,
        unions=[union],
        indicators=indicators,
        first_month=first_month,
        last_month=last_month,
        scope=scope,
        lens=lens,
    )


def series_of(
    actor: Actor,
    *,
    unions: Iterable[TradeUnion],
    indicators: Iterable[str],
    first_month: int,
    last_month: int,
    scope: Scope = Scope.SUBTREE,
    lens: Lens = NOW,
) -> list[Value]:
    """
    The totals of each union for each month from `first_month` to `last_month`, both included, in the same statement.

    Each closed month is told as of its latest revision.
    Raises: NotFound, UnknownIndicator, TooManySeries; NotClosedYet for a partner that reads closed periods alone.
    """
    if last_month - first_month >= MONTHS_LIMIT:
        raise TooManySeries(limit=MONTHS_LIMIT)
    asked = [CATALOGUE.indicator(code) for code in indicators]
    shown = _visible(actor, unions)
    looks = reading.months(first_month, last_month, lens)
    if actor.closed_only and len(looks) <= last_month - first_month:
        raise NotClosedYet(period=Span(PeriodKind.CUMULATIVE, first_month, last_month).label)
    wanted = [Asked(measure.code, measure.code, 0, last_month, measure.is_flow) for measure in _measures(asked)]
    ids = [union.pk for union in shown]
    known = {
        as_of: change_points(table_of(shown, scope, replace(lens, as_of=as_of)), ids, wanted)
        for as_of in {lens.as_of, *(look.as_of for look in looks.values())}
    }
    spans = [Span.month(month) for month in range(first_month, last_month + 1)]
    indices = [found for found in asked if found.index]
    indexed = {
        as_of: computed(table_of(shown, scope, replace(lens, as_of=as_of)), ids, indices, spans)
        for as_of in (known if indices else ())
    }
    answer = []
    for union in shown:
        for found in asked:
            back = found.against_months
            start = first_month - back
            tracked = {
                as_of: [
                    _months(measure, points[union.pk].get(measure.code, {}), start, last_month)
                    for measure in found.measures
                ]
                for as_of, points in known.items()
            }
            for offset, month in enumerate(range(first_month, last_month + 1)):
                look = looks.get(month)
                tracks = tracked[look.as_of if look else lens.as_of]
                amounts = [track[offset + back] for track in tracks]
                if back:
                    amounts = [tracks[0][offset + back] - tracks[1][offset], tracks[1][offset]]
                if found.index:
                    told = indexed[look.as_of if look else lens.as_of]
                    amounts = _known(told[(union.pk, found.code, spans[offset])])
                value = compose(union, found, Span.month(month), scope, "", "", amounts)
                answer.append(replace(value, quality=look.quality, revision=look.revision) if look else value)
    return answer


def periods(
    actor: Actor,
    *,
    union: TradeUnion,
    indicators: Iterable[str],
    spans: Sequence[Span],
    scope: Scope = Scope.SUBTREE,
    lens: Lens = NOW,
) -> list[Value]:
    """
    The totals of one union for several periods of any kind: by indicator as asked, then by period as asked.

    Each closed period is told as of its latest revision. A statement to learn which are closed, two for all that are told
    alike, and one for each cumulative period of a measure of events.
    Raises: NotFound, UnknownIndicator, TooManySeries; NotClosedYet for a partner that reads closed periods alone.
    """
    if len(spans) > MONTHS_LIMIT:
        raise TooManySeries(limit=MONTHS_LIMIT)
    asked = [CATALOGUE.indicator(code) for code in indicators]
    [shown] = _visible(actor, [union])
    looks = reading.looks(actor, spans, lens)
    alike: dict[tuple[datetime | None, datetime | None], dict[str, Span]] = defaultdict(dict)
    for number, (span, look) in enumerate(looks.items()):
        alike[look.as_of, look.events_as_of][f"{number}:"] = span
    found: dict[tuple[str, Span], Value] = {}
    for (as_of, events_as_of), marked in alike.items():
        table, events = (table_of([shown], scope, replace(lens, as_of=moment)) for moment in (as_of, events_as_of))
        stored = _stored_of(table, events, [shown], asked, marked, "", reading.running_month(lens))
        indexed = computed(table, [shown.pk], asked, list(marked.values()))
        for one, (mark, span) in product(asked, marked.items()):
            amounts = (
                _known(indexed[shown.pk, one.code, span]) if one.index else _amounts(one, stored, shown.pk, "", mark)
            )
            value = compose(shown, one, span, scope, "", "", amounts)
            found[one.code, span] = replace(value, quality=looks[span].quality, revision=looks[span].revision)
    return [found[one.code, span] for one in asked for span in looks]


def watermark(union: TradeUnion) -> datetime | None:
    """
    Up to when every committed change under `union` is in its numbers; None before the first fold.

    Held back by any union of the subtree that could not be folded.
    """
    return watermarks([union]).get(union.pk)


def watermarks(unions: Iterable[TradeUnion]) -> dict[int, datetime]:
    """`watermark` of each union by its id, in one statement; none before the first fold."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT t.id, least(w.folded_until, (
                SELECT min(f.since) FROM public.rollup_unfoldedunion f
                JOIN public.hierarchy_tradeunion u ON u.id = f.union_id WHERE u.path @> ARRAY[t.id]
            )) FROM public.rollup_watermark w CROSS JOIN unnest(%s::bigint[]) t(id) WHERE w.folded_until IS NOT NULL
            """,
            [[union.pk for union in unions]],
        )
        return dict(cursor.fetchall())


def known_at() -> datetime | None:
    """
    The moment of the last batch that can be seen: asking for what was known then gives what is shown now, for ever.

    None before the first fold.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT known_at FROM public.rollup_watermark")
        row = cursor.fetchone()
    return row[0] if row else None


def edition(as_of: datetime | None = None) -> tuple[datetime | int | None, ...]:
    """
    Another one after each batch, closing, move, merge, joining and change of a union's state.

    Whoever keeps figures keeps them under it.

    What was known `as_of` a moment has no batch after it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT known_at FROM public.rollup_watermark), (SELECT max(id) FROM public.hierarchy_ancestry),
                   (SELECT max(id) FROM public.hierarchy_unionstatechange),
                   (SELECT max(id) FROM public.rollup_periodrevision)
            """
        )
        known, *others = cursor.fetchone()
    return as_of or known, *others


def missing(unions: Sequence[TradeUnion]) -> dict[int, int]:
    """
    {union: how many unions of its subtree are not in its numbers, or not to their last record}; nothing for none.

    Those that are not (or no longer) at work, and those that could not be folded. Source: R9, SM-01 suspend.
    """
    return absences.now([union.pk for union in unions])


def _missing(unions: Sequence[TradeUnion], scope: Scope, look: reading.Look, lens: Lens) -> Mapping[int, int]:
    """As recorded with the revision that is told, as it was at the moment asked for, or as it is."""
    if scope is Scope.OWN:
        return {}
    if look.missing is not None:
        return look.missing
    return missing(unions) if lens.as_of is None else absences.then([union.pk for union in unions], lens.as_of)


def _visible(actor: Actor, unions: Iterable[TradeUnion]) -> list[TradeUnion]:
    """The same unions; the refusal of one looks like its absence."""
    shown = list(unions)
    if not all(may_see_numbers(actor, union) for union in shown):
        raise NotFound()
    return shown


def table_of(unions: Sequence[TradeUnion], scope: Scope, lens: Lens) -> Table:
    """Own figures stand on the regional line; by today's boundaries only those unions that were once drawn otherwise."""
    if scope is Scope.OWN or lens.line is Line.REGIONAL:
        return Table("own" if scope is Scope.OWN else "subtree", as_of=lens.as_of)
    if lens.line is Line.INDUSTRIAL:
        return Table("subtree", Line.INDUSTRIAL, as_of=lens.as_of)
    redrawn = trees.redrawn([union.pk for union in unions], as_of=lens.as_of)
    return Table("subtree", lines=dict.fromkeys(redrawn, Line.TODAY), as_of=lens.as_of)


def _stored(
    table: Table,
    events: Table,
    unions: Sequence[TradeUnion],
    asked: Sequence[Indicator],
    span: Span,
    dim: str,
    running_month: int,
) -> dict[Place, Decimal]:
    return _stored_of(table, events, unions, asked, {"": span}, dim, running_month)


def _stored_of(
    table: Table,
    events: Table,
    unions: Sequence[TradeUnion],
    asked: Sequence[Indicator],
    spans: Mapping[str, Span],
    dim: str,
    running_month: int,
) -> dict[Place, Decimal]:
    """What is stored of several periods; the tags of each begin with its mark."""
    ids = [union.pk for union in unions]
    wanted: dict[str, Asked] = {}
    answer: dict[Place, Decimal] = {}
    backs = sorted({0, *(found.against_months for found in asked)})
    for (mark, span), back in product(spans.items(), backs):
        then = replace(span, first=span.first - back, last=span.last - back)
        # What is still running counts up to the month that is running: what is dated ahead has not happened.
        last = max(then.first, min(then.last, running_month))
        for measure in _measures([found for found in asked if back in {0, found.against_months}]):
            tag, code = mark + _tag(measure, back), measure.code
            if measure.event and span.kind is PeriodKind.CUMULATIVE:
                for (union, item), count in distinct.events(events, ids, measure, then, dim=dim).items():
                    answer[(union, tag, item)] = count
                continue
            if measure.event:
                code, last = series_code(measure, span.months), then.last
            wanted[tag] = Asked(tag, code, then.first, then.last if measure.is_flow else last, measure.is_flow)
    return answer | figures(table, ids, wanted.values(), dim=dim)


def _tag(measure: Measure, back: int) -> str:
    return f"{measure.code}-{back}" if back else measure.code


def _amounts(found: Indicator, stored: Mapping[Place, Decimal], union: int, item: str, mark: str = "") -> list[Decimal]:
    amounts = [stored.get((union, mark + measure.code, item), ZERO) for measure in found.measures]
    if found.against_months:
        before = stored.get((union, mark + _tag(found.measures[1], found.against_months), item), ZERO)
        return [amounts[0] - before, before]
    return amounts


def _measures(asked: Collection[Indicator]) -> list[Measure]:
    plain = [found for found in asked if not found.index]
    return list({measure.code: measure for found in plain for measure in found.measures}.values())


def _known(amount: Decimal | None) -> list[Decimal]:
    return [] if amount is None else [amount]


def _items(stored: Mapping[Place, Decimal], union: TradeUnion, found: Indicator, declared: list[str]) -> list[str]:
    """The declared items, and after them any that records still carry though the code list has dropped them."""
    codes = {measure.code for measure in found.measures}
    carried = {item for (pk, code, item), amount in stored.items() if pk == union.pk and code in codes and amount}
    return [*declared, *sorted(carried.difference(declared))]


def _months(measure: Measure, points: Mapping[int, Decimal], first: int, last: int) -> list[Decimal]:
    if measure.is_flow:
        return [points.get(month, ZERO) for month in range(first, last + 1)]
    held = max((month for month in points if month <= first), default=None)
    amount = points[held] if held is not None else ZERO
    track = []
    for month in range(first, last + 1):
        amount = points.get(month, amount)
        track.append(amount)
    return track
