"""Questions about the tree."""

from collections.abc import Iterable

from commons.hierarchy.models import Responsibility, TradeUnion, TradeUnionQuerySet
from commons.kit.errors import NotFound


def by_code(code: str) -> TradeUnion:
    """
    The union with this code.

    Raises: NotFound.
    """
    union = by_code_or_none(code)
    if union is None:
        raise NotFound()
    return union


def by_code_or_none(code: str) -> TradeUnion | None:
    return TradeUnion.objects.filter(code=code).first()


def root() -> TradeUnion:
    return TradeUnion.objects.get(parent__isnull=True)


def ancestors(union: TradeUnion) -> list[TradeUnion]:
    """From the nation down, without the union itself."""
    found = {row.pk: row for row in TradeUnion.objects.filter(pk__in=union.ancestor_ids)}
    return [found[pk] for pk in union.ancestor_ids if pk in found]


def children(union: TradeUnion) -> TradeUnionQuerySet:
    """The unions directly below, by code."""
    return TradeUnion.objects.filter(parent=union).order_by("code")


def under(union: TradeUnion) -> TradeUnionQuerySet:
    """The subtree, the union itself included, by code."""
    return TradeUnion.objects.under(union).order_by("code")


def by_ids(ids: Iterable[int]) -> dict[int, TradeUnion]:
    return {union.pk: union for union in TradeUnion.objects.filter(pk__in=list(ids))}


def by_path(path: Iterable[int]) -> list[TradeUnion]:
    """The unions of a path, in its order."""
    ids = list(path)
    found = by_ids(ids)
    return [found[pk] for pk in ids if pk in found]


def responsibility(union: TradeUnion) -> Responsibility | None:
    """Who answers for the work now."""
    return Responsibility.objects.filter(union=union, until_on__isnull=True).first()
