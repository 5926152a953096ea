"""The unions around one: the line above it and those directly below, in one statement."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from commons.hierarchy.models import TradeUnion


@dataclass(frozen=True)
class Around:
    """`above` from the nation down, `below` by code."""

    above: tuple[TradeUnion, ...]
    below: tuple[TradeUnion, ...]


def of(union: TradeUnion) -> Around:
    found = list(TradeUnion.objects.filter(Q(parent=union) | Q(pk__in=union.ancestor_ids)).order_by("code"))
    by_id = {row.pk: row for row in found}
    return Around(
        above=tuple(by_id[pk] for pk in union.ancestor_ids if pk in by_id),
        below=tuple(row for row in found if row.parent_id == union.pk),
    )
