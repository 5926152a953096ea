"""Questions about changes of the tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from commons.access.actors import Actor, system
from commons.boundaries import policies
from commons.boundaries.enums import ChangeState
from commons.boundaries.models import FormerCode, TreeChange
from commons.hierarchy.models import TradeUnion
from commons.hierarchy.selectors import by_code_or_none, root
from commons.rollup import selectors as rollup
from commons.rollup.selectors import Lens

_AS_RECORDED = Lens(unsettled=True)


@dataclass(frozen=True)
class Before:
    """One figure of one union before and after a change, for the month the change begins with."""

    union: str
    indicator: str
    label: str
    unit: str
    before: Decimal | None
    after: Decimal | None


def by_any_code(code: str) -> TradeUnion | None:
    """The union with this code, or the one that once had it."""
    found = by_code_or_none(code)
    if found is not None:
        return found
    former = FormerCode.objects.select_related("union").filter(code=code).first()
    return former.union if former else None


def changes(actor: Actor) -> QuerySet[TreeChange]:
    """All changes, the planned ones first; nothing for those who may not change the tree."""
    rows = TreeChange.objects.select_related("union", "other")
    if not policies.may_change(actor):
        return rows.none()
    return rows.extra(select={"later": "state <> 'planned'"}, order_by=["later", "-effective_on", "-at"])


def planned(actor: Actor) -> QuerySet[TreeChange]:
    return changes(actor).filter(state=ChangeState.PLANNED)


def figures(unions: Iterable[TradeUnion], month: int, codes: Iterable[str]) -> dict[tuple[str, str], Decimal | None]:
    """{(union, indicator): subtree figure} of a month, for a rehearsal; closed or not."""
    found = rollup.values(system("调整预演", root()), unions=unions, indicators=codes, month=month, lens=_AS_RECORDED)
    return {(value.union_code, value.indicator): value.value for value in found}


class Rehearsed(Exception):
    """Ends a rehearsal: everything it did is rolled back."""


def rehearse(change: object, unions: Iterable[TradeUnion], month: int, codes: list[str]) -> list[Before]:
    """
    What a change does to the figures of these unions, by making it and taking it back.

    `change` is called without arguments and makes it; what it raises is raised.
    """
    watched = list(unions)
    before = figures(watched, month, codes)
    after: dict[tuple[str, str], Decimal | None] = {}
    try:
        with transaction.atomic():
            assert callable(change)
            change()
            after = figures(TradeUnion.objects.filter(pk__in=[one.pk for one in watched]), month, codes)
            raise Rehearsed
    except Rehearsed:
        pass
    named = {found.code: found for found in rollup.catalogue()}
    return [
        Before(union.name_zh, code, named[code].zh, named[code].unit, before[union.code, code], after[union.code, code])
        for union in watched
        for code in codes
    ]
