"""How the tree will stand on a day that may lie ahead, with all that is planned until then."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.models import TreeChange
from commons.hierarchy.enums import Level, Line
from commons.hierarchy.models import Parentage, TradeUnion

ENDS = (ChangeKind.MERGE, ChangeKind.CLOSE)


def parent_on(union: TradeUnion, day: date) -> TradeUnion | None:
    """The parent on that day; none for the nation and for a union that has ended by then."""
    parent = _parents_on([union.pk], day).get(union.pk)
    return TradeUnion.objects.get(pk=parent) if parent else None


def children_on(union: TradeUnion, day: date) -> list[TradeUnion]:
    """The unions that stand directly below on that day, and those that will come later, by code."""
    rows = Parentage.objects.filter(_lasting(day), parent=union, line=Line.REGIONAL)
    open_ones = set(rows.filter(until_on=None).values_list("union_id", flat=True))
    ids = set(rows.values_list("union_id", flat=True))
    on_the_day = {child for child, parent in _parents_on(ids, day).items() if parent == union.pk}
    return list(TradeUnion.objects.filter(pk__in=on_the_day | open_ones).order_by("code"))


def levels_on(unions: Collection[TradeUnion], day: date) -> dict[int, Level]:
    """{union: its level on that day}."""
    found = {union.pk: Level(union.level) for union in unions}
    planned = TreeChange.objects.filter(
        union__in=found, kind=ChangeKind.REDEFINE, state=ChangeState.PLANNED, effective_on__lte=day
    )
    return found | {pk: Level(level) for pk, level in planned.exclude(level="").values_list("union_id", "level")}


def level_on(union: TradeUnion, day: date) -> Level:
    return levels_on([union], day)[union.pk]


def end_of(union: TradeUnion) -> TreeChange | None:
    """The planned change with which this union ends, if there is one."""
    return TreeChange.objects.filter(union=union, kind__in=ENDS, state=ChangeState.PLANNED).first()


def _lasting(day: date) -> Q:
    return Q(until_on=None) | Q(until_on__gt=day)


def _parents_on(unions: Collection[int], day: date) -> dict[int, int | None]:
    # The first parent counts since ever, so the earliest row that has not ended by then is the one.
    rows = Parentage.objects.filter(_lasting(day), union__in=unions, line=Line.REGIONAL).order_by("union_id", "from_on")
    found: dict[int, int | None] = {}
    for union, parent in rows.values_list("union_id", "parent_id"):
        found.setdefault(union, parent)
    return found
