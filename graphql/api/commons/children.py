"""The same page of each parent's children, for a whole list of parents at once. Source: V1, V7."""

from __future__ import annotations

from collections import defaultdict
from functools import partial

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from api.kit.connections import Edge, Keyset, Page
from api.kit.context import Context
from api.kit.loaders import Row, rows
from commons.access.tree import visible_unions
from commons.hierarchy.models import TradeUnion as Union
from commons.hierarchy.models import TradeUnionQuerySet

BY_CODE: Keyset[Union] = Keyset("code")


def children_of(context: Context, parents: list[Union], size: int, after: str | None) -> dict[int, Page]:
    """The same page of each parent's children, by one query; all of them peers."""
    found = visible_unions(context.acting).filter(parent__in=[union.pk for union in parents])
    counts = _Counts(found)
    if after is not None:
        found = found.filter(BY_CODE.after(Union, after))
    rank = Window(RowNumber(), partition_by=F("parent_id"), order_by=F("code").asc())
    read = rows(found.annotate(rank=rank).filter(rank__lte=size + 1).order_by("parent_id", "code"))
    under: dict[int | None, list[Row[Union]]] = defaultdict(list)
    for one in read:
        under[one.it.parent_id].append(one)
    return {
        union.pk: Page(
            [Edge(one, BY_CODE.cursor(one.it)) for one in under[union.pk][:size]],
            has_next=len(under[union.pk]) > size,
            has_previous=after is not None,
            count=partial(counts.of, union.pk),
        )
        for union in parents
    }


class _Counts:
    """How many of the unions found each parent has: one statement for all parents, when first asked."""

    def __init__(self, found: TradeUnionQuerySet) -> None:
        self._found = found
        self._counts: dict[int | None, int] | None = None

    def of(self, parent_id: int) -> int:
        if self._counts is None:
            grouped = self._found.order_by().values_list("parent_id").annotate(Count("pk"))
            self._counts = dict(grouped)
        return self._counts.get(parent_id, 0)
