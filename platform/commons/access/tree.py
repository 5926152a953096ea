"""Which unions a viewer may know of at all. Source: V1, V7, V10."""

from __future__ import annotations

from django.db.models import Q

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion, TradeUnionQuerySet


def visible_unions(actor: Actor) -> TradeUnionQuerySet:
    """
    The subtree of the acting union and, for its own people, the line of its ancestors; no sibling, no cousin.

    A partner sees nothing above its root.
    """
    if actor.union is None:
        return TradeUnion.objects.all() if actor.system else TradeUnion.objects.none()
    if actor.partner:
        return TradeUnion.objects.under(actor.union)
    return TradeUnion.objects.filter(Q(path__contains=[actor.union.pk]) | Q(pk__in=actor.union.ancestor_ids))


def may_know(actor: Actor, union: TradeUnion) -> bool:
    """The same rule for one union in hand, without a query."""
    if actor.union is None:
        return bool(actor.system)
    return union.is_under(actor.union) or (not actor.partner and union.pk in actor.union.ancestor_ids)
