"""
Recount what is marked and carry the exact difference to all that stands above, one batch of unions at a time.

The records are the truth: a batch compares what they say now with what was stored of them, so folding twice changes
nothing, and a batch that dies leaves its marks to the next. A change committed while a batch reads leaves its own mark.
Each union is read by itself, then `public` is written in one transaction - the nation's row once, not once per union -
and then the marks are taken away: no transaction writes a union's schema and another one's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import connection, transaction

from commons.hierarchy import lineage
from commons.hierarchy import locks as hierarchy
from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.rollup import trees
from commons.rollup.declaration import CATALOGUE, Measure
from commons.rollup.fold import carry, locks, records, stored
from commons.rollup.fold.points import Points, difference
from commons.rollup.periods import late
from commons.tenancy import door

# Told the unions of a batch before they are read, under the folding lock: what was decided for one of them and not yet
# written everywhere is finished first. What they raise, the batch raises.
BEFORE_FOLD: list[Callable[[Sequence[TradeUnion]], None]] = []


class Outcome(StrEnum):
    FOLDED = "folded"
    # Nothing was marked.
    CLEAN = "clean"
    # Another folder is at work.
    BUSY = "busy"


@dataclass
class Reading:
    """What the records of one union say of what was marked there."""

    union: TradeUnion
    marked: records.Marked
    figures: dict[str, Points] = field(default_factory=dict)
    # {measure: (of which records only, what they say)}
    words: dict[str, tuple[set[str] | None, records.Words]] = field(default_factory=dict)


def fold(union: TradeUnion, *, everything: bool = False) -> Outcome:
    """
    Bring the numbers of `union` and of all above it up to its committed records.

    `everything` recounts all families, marked or not.
    """
    return fold_many([union], everything=everything)


def fold_many(unions: Sequence[TradeUnion], *, everything: bool = False, wait: bool = False) -> Outcome:
    """
    `fold` for some dozens of unions in one batch: one moment, one write of what stands above them.

    Raises what reading or writing raises; then nothing of the batch is written, and all its marks remain.
    """
    with locks.folding(wait=wait) as held:
        if not held:
            return Outcome.BUSY
        for finish in BEFORE_FOLD:
            finish(unions)
        known = records.batch(unions)
        readings = []
        for union in unions:
            reading = _read(union, known, everything=everything)
            if reading.marked.families:
                readings.append(reading)
        if not readings:
            return Outcome.CLEAN
        with transaction.atomic():
            _write(readings)
        _take_marks(readings)
    return Outcome.FOLDED


@contextmanager
def redrawing() -> Iterator[None]:
    """
    Change the tree inside: parents, paths, successors. On leaving, the numbers of all months follow it exactly.

    One transaction, under the folding lock; the records themselves need not be read.
    """
    with locks.folding(wait=True), transaction.atomic():
        hierarchy.tree()
        yield
        drawn = lineage.refresh()
        if drawn.replaced:
            late.settle_before_redrawing()
            _redraw(drawn)


def _read(union: TradeUnion, known: records.Batch, *, everything: bool) -> Reading:
    with door.inside(union):
        marked = records.marked(union, known)
        if everything:
            marked.families = dict.fromkeys(known.families(union))
        reading = Reading(union, marked)
        if not marked.families:
            return reading
        moved = records.tenures() if union.schema_name in known.schemas else {}
        whole = [family for family, only in marked.families.items() if only is None]
        if whole:
            with records.whole_tables():
                _recount(reading, CATALOGUE.measures_of(whole), moved)
        _recount(reading, CATALOGUE.measures_of(set(marked.families).difference(whole)), moved)
    return reading


def _recount(reading: Reading, measures: Collection[Measure], moved: records.Tenures) -> None:
    for measure in measures:
        only = reading.marked.families[measure.family.code]
        if measure.is_distinct:
            said = records.organizations(reading.union, measure, only=only, moved=moved)
            reading.words[measure.code] = (only, said)
        else:
            reading.figures[measure.code] = records.figures(reading.union, measure, moved=moved)


def _write(readings: Sequence[Reading]) -> None:
    changes = stored.Changes()
    ids = [reading.union.pk for reading in readings]
    ways = dict(lineage.of(ids))
    additive = [CATALOGUE.measures[code] for code in {code for reading in readings for code in reading.figures}]
    before = stored.own_points(ids, additive) if additive else {}
    for reading in readings:
        for code, after in reading.figures.items():
            measure, union = CATALOGUE.measures[code], reading.union.pk
            if points := difference(after, before.get((union, code), {})):
                changes.add((Line.REGIONAL, union), code, flow=measure.is_flow, own=points)
                if measure.is_transfer:
                    ways.update(lineage.of(carry.counterparts(points).difference(ways)))
                carry.figures(changes, measure, union, points, ways.get(union, ()), others=ways)
    for code in sorted({code for reading in readings for code in reading.words}):
        _write_organizations(CATALOGUE.measures[code], readings, ways, changes)
    keep(changes)


def _write_organizations(
    measure: Measure, readings: Sequence[Reading], ways: dict[int, list[lineage.Place]], changes: stored.Changes
) -> None:
    whole = [
        reading for reading in readings if measure.code in reading.words and reading.words[measure.code][0] is None
    ]
    partly = [reading for reading in readings if reading.words.get(measure.code, (None,))[0] is not None]
    before = stored.words([reading.union.pk for reading in whole], measure, only=None) if whole else {}
    if partly:
        subjects = {record for reading in partly for record in reading.words[measure.code][0] or ()}
        before |= stored.words([reading.union.pk for reading in partly], measure, only=subjects)
    reworded: carry.Reworded = {}
    for reading in (*whole, *partly):
        only, said = reading.words[measure.code]
        if changed := carry.rewording(before.get(reading.union.pk, {}), said, only=only):
            reworded[reading.union.pk] = changed
    if not reworded:
        return
    keys = {digest for words in reworded.values() for _, digest in words}
    heard = stored.heard(measure, keys)
    unknown = {one.union_id for said in heard.values() for one in said}.difference(ways)
    ways.update(lineage.of(unknown) if unknown else {})
    carry.organizations(measure, reworded, heard, ways, ways).into(changes)
    stored.replace_words(
        measure,
        {union: {place: after for place, (_, after) in words.items()} for union, words in reworded.items()},
        known_at=changes.moment().known_at if measure.keeps_words else None,
    )


def _redraw(drawn: lineage.Redrawn) -> None:
    """
    Carry what the moved unions count from where they stood to where they stand; nothing of the others is read.

    An ancestor that is told apart by today's boundaries from now on begins with what it has by the dated ones, so that its
    other descendants need not be carried there.
    """
    changes = stored.Changes()
    moment = changes.moment().known_at
    trees.keep(drawn.replaced, moment)
    stored.tell_apart(drawn.appeared, moment)
    _redraw_figures(drawn, changes)
    _redraw_organizations(drawn, changes)
    if changes.by_place:
        changes.write(moment)
        late.note(changes, lines=late.DATED)
    stored.tell_as_one(drawn.vanished, moment)


def _redraw_figures(drawn: lineage.Redrawn, changes: stored.Changes) -> None:
    moved = drawn.before.keys() | drawn.after.keys()
    measures = [measure for measure in CATALOGUE.measures.values() if not measure.is_distinct]
    transfers = [measure for measure in measures if measure.is_transfer]
    own = stored.own_points(moved, measures)
    # A transfer concerns two unions: the other one may have been moved as well.
    own |= stored.own_points(stored.naming(moved, transfers).difference(moved), transfers)
    others = {union for union, _ in own} | {one for points in own.values() for one in carry.counterparts(points)}
    standing = drawn.standing(others.difference(moved)) if transfers else {}
    before, after = {**standing, **drawn.before}, {**standing, **drawn.after}
    for (union, code), points in own.items():
        measure, lost, gained = CATALOGUE.measures[code], before.get(union, ()), after.get(union, ())
        if not measure.is_transfer:
            lost, gained = sorted(set(lost).difference(gained)), sorted(set(gained).difference(lost))
        carry.figures(changes, measure, union, points, lost, others=before, sign=-1)
        carry.figures(changes, measure, union, points, gained, others=after)


def _redraw_organizations(drawn: lineage.Redrawn, changes: stored.Changes) -> None:
    """
    One by one only those organizations that several unions tell of, and events of a year that the change cuts in two.

    All others count above their union what they count in its own figures.
    """
    moved = drawn.before.keys() | drawn.after.keys()
    for measure in (measure for measure in CATALOGUE.measures.values() if measure.is_distinct):
        heard = stored.heard(measure, stored.told_by_several(measure, moved))
        if measure.event:
            heard |= stored.heard(measure, stored.told_between(measure, moved, drawn.years_cut()).difference(heard))
        others = {one.union_id for said in heard.values() for one in said}.difference(moved)
        standing = drawn.standing(others) if others else {}
        before, after = {**standing, **drawn.before}, {**standing, **drawn.after}
        carry.organizations(measure, {}, heard, before, after).into(changes)
        for (union, code), points in carry.rest(measure, stored.own_series(moved, carry.codes(measure)), heard).items():
            lost, gained = set(before.get(union, ())), set(after.get(union, ()))
            carry.organizations_as_one(changes, code, points, sorted(lost - gained), sign=-1)
            carry.organizations_as_one(changes, code, points, sorted(gained - lost))


def keep(changes: stored.Changes) -> None:
    """Write what has been gathered, as known from one moment on, and note which closed periods it changes."""
    if changes.by_place:
        changes.write(changes.moment().known_at)
        late.note(changes)


def _take_marks(readings: Sequence[Reading]) -> None:
    public = [mark for reading in readings for mark in reading.marked.public_ids]
    with connection.cursor() as cursor:
        for reading in readings:
            if reading.marked.ids:
                schema = connection.ops.quote_name(reading.union.schema_name)
                cursor.execute(f"DELETE FROM {schema}.marks_mark WHERE id = ANY(%s)", [reading.marked.ids])
        if public:
            cursor.execute("DELETE FROM public.rollup_publicmark WHERE id = ANY(%s)", [public])
        # Should the caller's transaction go on writing after the fold, it has to mark anew: see triggers.FUNCTIONS.
        cursor.execute("SELECT set_config('rollup.marked', '', true)")
