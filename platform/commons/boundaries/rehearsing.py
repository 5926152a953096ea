"""What a change would do, found by making it and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from commons.access.actors import Actor, system
from commons.boundaries import calendar, policies
from commons.boundaries.enums import ChangeKind
from commons.boundaries.plans import Plan
from commons.boundaries.transfer import rehearsal
from commons.boundaries.transfer.rehearsal import Rehearsal
from commons.hierarchy import selectors as hierarchy
from commons.hierarchy.enums import Line
from commons.hierarchy.models import Parentage, TradeUnion
from commons.kit.clock import month_index, today
from commons.rollup import selectors as rollup
from commons.rollup.declaration import Indicator
from commons.rollup.selectors import Lens


@dataclass(frozen=True)
class Before:
    """One figure of one union's subtree before and after a change."""

    union: str
    indicator: str
    label: str
    unit: str
    before: Decimal | None
    after: Decimal | None

    @property
    def changes(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Rehearsed:
    """
    `way_before`, `way_after`: the names from the nation down to the union; equal where it stays. `affected`: it and all below it.

    `figures` of month `month`, of those that stood or will stand above the union, the nation last; `records` what a merger or a
    split would move.
    """

    plan: Plan
    month: int
    way_before: tuple[str, ...]
    way_after: tuple[str, ...]
    affected: tuple[TradeUnion, ...]
    figures: tuple[Before, ...] = ()
    records: Rehearsal | None = None

    @property
    def nation_stays(self) -> bool:
        nation = hierarchy.root().name_zh
        return not any(one.changes for one in self.figures if one.union == nation)


class _TakenBack(Exception):
    """Ends a rehearsal: everything it did is rolled back."""


def rehearse(plan: Plan, *, by: Actor, at: datetime) -> Rehearsed:
    """
    Everything that `plan` would do, and nothing done.

    Raises: NotFound; what making the plan raises.
    """
    policies.require(by)
    affected = tuple(TradeUnion.objects.under(plan.union).order_by("code"))
    month = max(month_index(plan.on), month_index(today(at)))
    line = Line.INDUSTRIAL if plan.kind is ChangeKind.INDUSTRIAL else Line.REGIONAL
    watched = list(_above(plan, line))
    codes = [indicator.code for indicator in rollup.catalogue()] if watched else []
    way_before = tuple(union.name_zh for union in hierarchy.by_path(plan.union.path))
    figures = compared(lambda: plan.make(by=by, at=at), watched, month, codes, line=line)
    return Rehearsed(
        plan=plan,
        month=month,
        way_before=way_before,
        way_after=_way_after(plan, way_before),
        affected=affected,
        figures=tuple(figures),
        records=_records(plan, by=by, at=at),
    )


def compared(
    change: Callable[[], object],
    unions: Iterable[TradeUnion],
    month: int,
    codes: list[str],
    *,
    line: Line = Line.REGIONAL,
) -> list[Before]:
    """
    What a change does to the figures of these unions, by making it and taking it back.

    What `change` raises is raised.
    """
    watched = list(unions)
    before = _figures(watched, month, codes, line)
    after: dict[tuple[int, str], Decimal | None] = {}
    try:
        with transaction.atomic():
            change()
            after = _figures(TradeUnion.objects.filter(pk__in=[one.pk for one in watched]), month, codes, line)
            raise _TakenBack
    except _TakenBack:
        pass
    finally:
        # The process may have learned of a day that is none.
        calendar.forget()
    named: dict[str, Indicator] = {found.code: found for found in rollup.catalogue()}
    return [
        Before(one.name_zh, code, named[code].zh, named[code].unit, before[one.pk, code], after[one.pk, code])
        for one in watched
        for code in codes
    ]


def _figures(
    unions: Iterable[TradeUnion], month: int, codes: list[str], line: Line
) -> dict[tuple[int, str], Decimal | None]:
    shown = list(unions)
    keys = {union.code: union.pk for union in shown}
    if not codes:
        return {}
    found = rollup.values(
        system("调整预演", hierarchy.root()),
        unions=shown,
        indicators=codes,
        month=month,
        lens=Lens(line=line, unsettled=True),
    )
    return {(keys[value.union_code], value.indicator): value.value for value in found}


def _above(plan: Plan, line: Line) -> list[TradeUnion]:
    """Whose figures may change, the nearest first, the nation last."""
    if plan.kind is ChangeKind.REDEFINE:
        return []
    if line is Line.INDUSTRIAL:
        heads = Parentage.objects.filter(union=plan.union, line=line, until_on=None, parent__isnull=False)
        found = [*heads.values_list("parent_id", flat=True), *([plan.other.pk] if plan.other else [])]
        return [union for pk in dict.fromkeys(found) for union in [TradeUnion.objects.get(pk=pk)]]
    ids: list[int] = [plan.union.path[-2]] if len(plan.union.path) > 1 else []
    if plan.other is not None:
        ids.append(plan.other.pk)
    ids = [pk for pk in dict.fromkeys(ids) if pk != plan.union.path[0]]
    known = hierarchy.by_ids([*ids, plan.union.path[0]])
    return [known[pk] for pk in ids] + [known[plan.union.path[0]]]


def _way_after(plan: Plan, before: tuple[str, ...]) -> tuple[str, ...]:
    own = plan.name_zh or plan.union.name_zh
    if plan.kind is ChangeKind.MOVE and plan.other is not None:
        return (*(union.name_zh for union in hierarchy.by_path(plan.other.path)), own)
    if plan.kind is ChangeKind.MERGE and plan.other is not None:
        return tuple(union.name_zh for union in hierarchy.by_path(plan.other.path))
    if plan.kind is ChangeKind.CLOSE:
        return ()
    return (*before[:-1], own)


def _records(plan: Plan, *, by: Actor, at: datetime) -> Rehearsal | None:
    if plan.kind not in {ChangeKind.MERGE, ChangeKind.SPLIT} or plan.other is None:
        return None
    month = month_index(plan.on)
    return rehearsal.rehearse(
        actor=by, source=plan.union, target=plan.other, month=month, rule=plan.rule or None, at=at
    )
