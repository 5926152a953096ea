"""The first half: what is stored of one union's own against its records."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.kit.keys import key
from commons.rollup.declaration import FAR_MONTH, Measure
from commons.rollup.enums import PERIOD_MONTHS, Scope
from commons.rollup.fold.records import whole_tables
from commons.rollup.verify import reading, words
from commons.rollup.verify.differences import Comparison, Difference
from commons.rollup.verify.reading import Figures
from commons.rollup.verify.words import Said


def compare(union: TradeUnion) -> Comparison | None:
    """Inside the union's door and one snapshot; None while there are marks that are not folded."""
    if reading.marked(union):
        return None
    found = Comparison()
    cells = reading.own_cells(union.pk)
    with whole_tables():
        for measure in reading.countable():
            right = _organizations(union, measure, found) if measure.is_distinct else _figures(union, measure)
            for series in sorted(right.keys() | {one for one in cells if one[0].partition("@")[0] == measure.code}):
                code, dim, item = series
                place = (code, Line.REGIONAL.value, Scope.OWN.value, dim, item)
                found.series(union, place, right.get(series, {}), cells.pop(series, {}), flow=measure.is_flow)
    for (code, dim, item), months in cells.items():
        # Nobody declares it any more, or only for unions that have records.
        place = (code, Line.REGIONAL.value, Scope.OWN.value, dim, item)
        found.series(union, place, {}, months, flow=False)
    return found


def _figures(union: TradeUnion, measure: Measure) -> Figures:
    own: Figures = defaultdict(dict)
    for _, items, start, end, amount in reading.rows(union, measure):
        end = FAR_MONTH if end is None else end
        if measure.is_flow or start < end:
            for dim, item in words.series(items):
                words.change(own[(measure.code, dim, item)], start, amount)
                if not measure.is_flow and end < FAR_MONTH:
                    words.change(own[(measure.code, dim, item)], end, -amount)
    return own


def _organizations(union: TradeUnion, measure: Measure, found: Comparison) -> Figures:
    """The union's own figures of a distinct measure; its presences are compared on the way."""
    heard: dict[tuple[bytes, str], list[Said]] = defaultdict(list)
    for record, uscc, items, start, end, amount, stamp in reading.rows(union, measure):
        end = FAR_MONTH if end is None else end
        if start < end:
            one = Said(start, end, Decimal(amount), stamp, items, union.pk, record)
            heard[(key(uscc), record)].append(one)
    # Several claims of one record are one word, as the fold stores them.
    several = words.several(measure)
    own: dict[bytes, list[Said]] = defaultdict(list)
    for (digest, _), claims in heard.items():
        if len(claims) > 1:
            claims = words.added(claims) if measure.is_keyed_sum else words.one_word(claims, several)
        own[digest] += claims
    _presence(union, measure, own, reading.stored_presence(union.pk, measure), found)
    right: Figures = defaultdict(dict)
    for claims in own.values():
        tell(right, measure, claims, several)
    return right


def tell(right: Figures, measure: Measure, claims: list[Said], several: set[str]) -> None:
    """Add one organization to the figures: month by month, and of an event in each kind of period."""
    if measure.is_keyed_sum:
        for one in claims:
            _evaluate(right, measure.code, [one], several)
        return
    _evaluate(right, measure.code, claims, several)
    if not measure.event:
        return
    # One word first: where unions differ, the month decides, not the period.
    said = claims if len(claims) == 1 else words.one_word(claims, several)
    for months in PERIOD_MONTHS:
        wide = [words.widened(one, months) for one in said]
        _evaluate(right, f"{measure.code}@{months}", wide, several)


def _evaluate(right: Figures, code: str, claims: list[Said], several: set[str]) -> None:
    if len(claims) == 1:
        [one] = claims
        for dim, item in words.series(one.items):
            words.change(right[(code, dim, item)], one.start, one.amount)
            if one.end < FAR_MONTH:
                words.change(right[(code, dim, item)], one.end, -one.amount)
        return
    before: dict[tuple[str, str], Decimal] = {}
    for month in sorted({bound for one in claims for bound in (one.start, one.end)}):
        now = words.evaluate(claims, month, several)
        for dim, item in now.keys() | before.keys():
            changed = now.get((dim, item), Decimal(0)) - before.get((dim, item), Decimal(0))
            if changed and month < FAR_MONTH:
                words.change(right[(code, dim, item)], month, changed)
        before = now


def _presence(
    union: TradeUnion,
    measure: Measure,
    right: dict[bytes, list[Said]],
    there: dict[bytes, list[Said]],
    found: Comparison,
) -> None:
    for digest in right.keys() | there.keys():
        mine, stored = right.get(digest, []), there.get(digest, [])
        found.figures += 1
        if mine == stored or sorted(mine) == sorted(stored):
            continue
        bounds = sorted({bound for said in (*mine, *stored) for bound in (said.start, said.end)})
        for record in sorted({said.record for said in (*mine, *stored)}):
            for month in bounds[:-1]:
                expected, kept = words.word_at(mine, month, record), words.word_at(stored, month, record)
                if expected != kept:
                    name = digest.hex()[:12]
                    found.differences.append(
                        Difference(union.code, measure.code, Line.REGIONAL, "presence", "", name, month, kept, expected)
                    )
