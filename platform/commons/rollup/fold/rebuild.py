"""Make anew what is stored of nodes that were found wrong, from the records below them up. A fold alone never needs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db import connection, transaction

from commons.hierarchy import lineage
from commons.hierarchy.enums import Line
from commons.hierarchy.models import Ancestry, TradeUnion
from commons.rollup.declaration import CATALOGUE, Measure
from commons.rollup.enums import PERIOD_MONTHS
from commons.rollup.fold import carry, engine, locks, stored
from commons.rollup.fold.points import Points, difference, jumps, without_zeros


def rebuild(unions: Collection[TradeUnion], *, measures: Collection[str] | None = None) -> None:
    """
    Recount these unions from their records, and what stands above them on every line from what is stored below.

    For numbers that were tampered with: what is right already is not written again.
    """
    wanted = [CATALOGUE.measures[code] for code in measures or CATALOGUE.measures]
    ids = {union.pk for union in unions}
    with locks.folding(wait=True):
        engine.fold_many(list(unions), everything=True, wait=True)
        with transaction.atomic():
            changes = stored.Changes()
            above = Ancestry.objects.filter(union__in=ids).values_list("ancestor_id", flat=True)
            for node in sorted(ids.union(above)):
                for measure in wanted:
                    _node(node, measure, changes)
            engine.keep(changes)


def _node(node: int, measure: Measure, changes: stored.Changes) -> None:
    ways: dict[int, list[lineage.Place]] = defaultdict(list)
    for row in Ancestry.objects.filter(ancestor=node):
        ways[row.union_id].append(lineage.Place(row.line, node, row.from_month, row.until_month))
    right = stored.Changes()
    if measure.is_distinct:
        heard: dict[bytes, list[stored.Heard]] = defaultdict(list)
        for union, words in stored.words(ways.keys() | {node}, measure, only=None).items():
            for (record, digest), pieces in words.items():
                heard[digest] += [stored.Heard(union, record, piece) for piece in pieces]
        tallied = carry.Organizations(measure, {}, ways)
        for said in heard.values():
            tallied.appear(said, own=node)
        tallied.into(right)
    else:
        for (union, _), points in stored.own_points(ways.keys(), [measure]).items():
            carry.figures(right, measure, union, points, ways[union], others=ways)
    codes = [measure.code, *(carry.series_code(measure, months) for months in PERIOD_MONTHS if measure.event)]
    for line in Line:
        for code in codes:
            _mend(node, line, code, measure, right, changes)


def _mend(node: int, line: Line, code: str, measure: Measure, right: stored.Changes, changes: stored.Changes) -> None:
    own, subtree = _stored(node, line, code, flow=measure.is_flow)
    wanted: tuple[Points, Points] = ({}, {})
    for (at, union, series, dim, item), columns in right.by_place.items():
        if (at, union, series) == (line, node, code):
            for column, months in enumerate(columns):
                wanted[column][(dim, item)] = months
    mine = difference(without_zeros(wanted[0]), own) if measure.is_distinct and line == Line.REGIONAL else {}
    changes.add(
        (line, node), code, flow=measure.is_flow, own=mine, subtree=difference(without_zeros(wanted[1]), subtree)
    )


def _stored(node: int, line: Line, code: str, *, flow: bool) -> tuple[Points, Points]:
    found: tuple[Points, Points] = ({}, {})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT dim, item, month, own, subtree FROM public.rollup_cell "
            "WHERE union_id = %s AND line = %s AND measure = %s",
            [node, line, code],
        )
        for dim, item, month, own, subtree in cursor.fetchall():
            found[0].setdefault((dim, item), {})[month] = own
            found[1].setdefault((dim, item), {})[month] = subtree
    jumped = tuple({series: jumps(months, flow=flow) for series, months in column.items()} for column in found)
    return without_zeros(jumped[0]), without_zeros(jumped[1])
