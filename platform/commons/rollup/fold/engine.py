"""
Recount what is marked and carry the exact difference to each ancestor, in one transaction.

The records are the truth: a fold compares what they say now with what was stored of them, so folding twice changes
nothing, and a fold that dies leaves its marks to the next. A change committed while a fold reads leaves its own mark.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from django.db import connection, transaction

from commons.hierarchy.models import TradeUnion
from commons.rollup.declaration import CATALOGUE, Measure
from commons.rollup.enums import Place
from commons.rollup.fold import locks, records, stored
from commons.rollup.fold.pieces import Claim, Piece, merged
from commons.rollup.fold.points import Points, Tally, difference, total
from commons.tenancy import door

Changed = dict[bytes, tuple[list[Piece], list[Piece]]]


class Outcome(StrEnum):
    FOLDED = "folded"
    # Nothing was marked.
    CLEAN = "clean"
    # Another folder has this union in hand.
    BUSY = "busy"


def fold(union: TradeUnion, *, everything: bool = False) -> Outcome:
    """
    Bring the numbers of `union` and of all above it up to its committed records.

    `everything` recounts all families, marked or not. Safe beside other folders: one at a time has a union in hand.
    """
    with door.inside(union), transaction.atomic():
        if not locks.try_union(union.pk):
            return Outcome.BUSY
        families = _take_marks(union)
        if everything:
            families = _countable()
        if not families:
            return Outcome.CLEAN
        _recount(union, CATALOGUE.measures_of(families))
    return Outcome.FOLDED


def rebuild(union: TradeUnion) -> None:
    """
    Recount `union` from its records, and the subtree of it and of each ancestor from what is stored of their unions.

    For a tree that has changed, or numbers that were tampered with; a fold alone never needs it.
    """
    with transaction.atomic():
        locks.union(union.pk)
        fold(union, everything=True)
        locks.tree()
        changes = stored.Changes()
        for node in reversed(_path(union)):
            for measure in CATALOGUE.measures.values():
                _rebuild_node(node, measure, changes)
        changes.write()


def _countable() -> set[str]:
    """All families, or while the union has no schema yet, those that lie in `public`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('marks_mark') IS NOT NULL")
        (has_schema,) = cursor.fetchone()
    if has_schema:
        return set(CATALOGUE.families)
    return {family.code for family in CATALOGUE.families_in(Place.PUBLIC)}


def _take_marks(union: TradeUnion) -> set[str]:
    """
    Delete the marks that are visible now, and return their families.

    The records are read by later statements, so they are at least as new as the marks. Marks of a family that this code
    does not know are left: during an upgrade they belong to a newer folder.
    """
    known = _countable()
    families: set[str] = set()
    with connection.cursor() as cursor:
        if known >= {family.code for family in CATALOGUE.families_in(Place.TENANT)}:
            cursor.execute("DELETE FROM marks_mark WHERE family = ANY(%s) RETURNING family", [list(known)])
            families = {family for (family,) in cursor.fetchall()}
        cursor.execute(
            "DELETE FROM public.rollup_publicmark WHERE union_id = %s AND family = ANY(%s) RETURNING family",
            [union.pk, list(known)],
        )
        families |= {family for (family,) in cursor.fetchall()}
        # Should this transaction go on writing after the fold, it has to mark anew: see triggers.FUNCTIONS.
        cursor.execute("SELECT set_config('rollup.marked', '', true)")
    return families


def _recount(union: TradeUnion, measures: Collection[Measure]) -> None:
    figures: list[tuple[Measure, Points]] = []
    organizations: list[tuple[Measure, Changed]] = []
    with records.whole_tables():
        for measure in measures:
            if measure.is_distinct:
                changed = _changed_organizations(union, measure)
                if changed:
                    organizations.append((measure, changed))
            else:
                before = total(stored.own_points([union.pk], measure))
                if points := difference(records.figures(union, measure), before):
                    figures.append((measure, points))
    if not figures and not organizations:
        return
    locks.tree()
    path = _path(union)
    changes = stored.Changes()
    for measure, points in figures:
        changes.add(union.pk, measure, own=points)
        for node in path:
            changes.add(node, measure, subtree=points)
    for measure, changed in organizations:
        _carry(union, path, measure, changed, changes)
        stored.replace_organizations(union.pk, measure, {digest: after for digest, (_, after) in changed.items()})
    changes.write()


def _changed_organizations(union: TradeUnion, measure: Measure) -> Changed:
    """{key: (before, after)} of the organizations of which the records say something else than before."""
    before = stored.organizations(union.pk, measure)
    after = records.organizations(union, measure)
    changed = {
        digest: (before.get(digest, []), pieces) for digest, pieces in after.items() if before.get(digest) != pieces
    }
    changed.update({digest: (pieces, []) for digest, pieces in before.items() if digest not in after})
    return changed


def _carry(union: TradeUnion, path: list[int], measure: Measure, changed: Changed, changes: stored.Changes) -> None:
    """Add to own and subtree what these organizations change, given what other unions say of them."""
    several = records.several_of(measure)
    own, unshared = Tally(), Tally()
    shared = {node: Tally() for node in path}
    elsewhere = stored.heard_elsewhere(union.pk, measure, list(changed))
    for digest, (before, after) in changed.items():
        own.add(before, -1)
        own.add(after)
        heard = elsewhere.get(digest)
        if not heard:
            unshared.add(before, -1)
            unshared.add(after)
            continue
        for node, tally in shared.items():
            others = [Claim(said.piece, said.union_id) for said in heard if node in said.path]
            tally.add(_merged_with(others, before, union.pk, several), -1)
            tally.add(_merged_with(others, after, union.pk, several))
    changes.add(union.pk, measure, own=own.points())
    everywhere = unshared.points()
    for node, tally in shared.items():
        changes.add(node, measure, subtree=everywhere)
        changes.add(node, measure, subtree=tally.points())


def _merged_with(others: list[Claim], pieces: list[Piece], union_id: int, several: frozenset[str]) -> list[Piece]:
    claims = [*others, *(Claim(piece, union_id) for piece in pieces)]
    return merged(claims, several) if claims else []


def _path(union: TradeUnion) -> list[int]:
    """From the root to the union, read under the tree's lock: a move may have changed it since the row was loaded."""
    path = TradeUnion.objects.filter(pk=union.pk).values_list("path", flat=True).get()
    return list(path)


def _rebuild_node(node: int, measure: Measure, changes: stored.Changes) -> None:
    if measure.is_distinct:
        several = records.several_of(measure)
        tally = Tally()
        own = Tally()
        for heard in stored.heard_under(node, measure).values():
            tally.add(merged([Claim(said.piece, said.union_id) for said in heard], several))
            own.add(said.piece for said in heard if said.union_id == node)
        right = tally.points()
        mine = difference(own.points(), total(stored.own_points([node], measure)))
    else:
        under = list(TradeUnion.objects.filter(path__contains=[node]).values_list("pk", flat=True))
        right = total(stored.own_points(under, measure))
        mine = {}
    changes.add(node, measure, own=mine, subtree=difference(right, stored.subtree_points(node, measure)))
