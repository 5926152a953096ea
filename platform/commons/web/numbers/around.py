"""The unions around one: the line above it, and those directly below by the tree that belongs to the question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from commons.access.actors import Actor
from commons.access.policies import may_see_numbers
from commons.hierarchy.enums import Line
from commons.hierarchy.models import Ancestry, Parentage, TradeUnion
from commons.kit.clock import month_of
from commons.rollup.enums import Boundaries
from commons.web.numbers.question import Question


@dataclass(frozen=True)
class Around:
    """
    `above` from the nation down, `below` by code.

    `out_of_sight`: how many stood below in that period and have since gone to another parent; their numbers went along.
    `has_industry`: whether a line of industrial unions begins here.
    """

    above: tuple[TradeUnion, ...]
    below: tuple[TradeUnion, ...]
    out_of_sight: int = 0
    has_industry: bool = False


def of(actor: Actor, union: TradeUnion, question: Question) -> Around:
    """By old boundaries whoever stood below in the period, by today's whoever does now, or along the industrial line."""
    below = Q(pk__in=_below(union, question))
    industry = Ancestry.objects.filter(line=Line.INDUSTRIAL, ancestor=OuterRef("pk")).exclude(union=OuterRef("pk"))
    found: list[Any] = list(
        TradeUnion.objects.filter(Q(pk__in=[*union.ancestor_ids, union.pk]) | below)
        .annotate(is_below=below, has_industry=Exists(industry))
        .order_by("code")
    )
    by_id = {row.pk: row for row in found}
    under = [row for row in found if row.is_below and row.pk != union.pk]
    seen = [row for row in under if may_see_numbers(actor, row)]
    return Around(
        above=tuple(by_id[pk] for pk in union.ancestor_ids if pk in by_id),
        below=tuple(seen),
        out_of_sight=len(under) - len(seen),
        has_industry=by_id[union.pk].has_industry,
    )


def _below(union: TradeUnion, question: Question) -> QuerySet[Any, Any]:
    if question.boundaries is Boundaries.TODAY:
        return TradeUnion.objects.filter(parent=union).values("pk")
    line = question.boundaries.line
    first, last = date(*month_of(question.span.first), 1), date(*month_of(question.month), 1)
    earlier = Parentage.objects.filter(union=OuterRef("union"), line=line, from_on__lt=OuterRef("from_on"))
    stood = Parentage.objects.filter(parent=union, line=line).filter(Q(until_on=None) | Q(until_on__gt=first))
    # The first parent a union had counts since ever.
    return stood.filter(Q(from_on__lte=last) | ~Exists(earlier)).values(pk=F("union"))
