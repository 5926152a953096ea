"""What a transfer would do, found by looking alone: how many rows of what, which clashes, which figures before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models

from commons.access.actors import Actor
from commons.boundaries.transfer import carrying, conservation, hanging, policies, tenure
from commons.boundaries.transfer.errors import BelongedBefore, NothingToMove, SameUnion, ShapesDiffer, TooEarly
from commons.boundaries.transfer.subjects import SUBJECTS, Subject
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_index, month_of, today
from commons.rollup.declaration import CATALOGUE, FAR_MONTH, Indicator, Measure
from commons.rollup.enums import Place
from commons.rollup.fold import records
from commons.rollup.fold.pieces import Claim, clipped, merged
from commons.rollup.fold.points import TOTAL
from commons.tenancy import door


@dataclass(frozen=True, order=True)
class Clash:
    """Both unions have an entry of this code: the giver's `number` will be joined to the receiver's `other`."""

    code: str
    number: str
    other: str


@dataclass(frozen=True)
class Figure:
    """One indicator of this month, of the two unions' own records, before and after."""

    indicator: Indicator
    source_before: Decimal
    source_after: Decimal
    target_before: Decimal
    target_after: Decimal

    @property
    def difference(self) -> Decimal:
        """By how much the two together change: zero, or what joining entries of one organization changes."""
        return self.source_after + self.target_after - self.source_before - self.target_before


@dataclass
class Rehearsal:
    """`tables` = what moves, {name: rows}; `left` = what stays in the giver's archive, {name: rows}."""

    records: int = 0
    tables: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    renumbered: int = 0
    figures: list[Figure] = field(default_factory=list)


def rehearse(
    *,
    actor: Actor,
    source: TradeUnion,
    target: TradeUnion,
    month: int,
    at: datetime,
    rule: Mapping[str, Any] | None = None,
) -> Rehearsal:
    """
    Only SELECTs. Entries are named by their code, which is public, and by their numbers: an administrator of the nation
    reads no records (V11).

    Raises: NotFound, SameUnion.
    """
    policies.require(actor)
    if source.pk == target.pk:
        raise SameUnion()
    told = Rehearsal()
    ids: list[str] = []
    joined: dict[str, str] = {}
    moving: set[type[models.Model]] = set()
    for subject in SUBJECTS.values():
        tables = hanging.tables(subject)
        moving |= {table.model for table in tables}
        with door.inside(source):
            roots = {
                str(pk): (str(code), int(number))
                for pk, code, number in carrying.departing(subject, rule or {}).values_list(
                    "pk", subject.code, subject.number
                )
            }
            for table in tables:
                told.tables[subject.label_of(table.model)] = hanging.count(table, list(roots))
        with door.inside(target):
            twins = carrying.twins(subject, {record: code for record, (code, _) in roots.items()})
            taken, others = _taken(subject, [number for _, number in roots.values()], list(twins.values()))
        told.records += len(roots)
        told.renumbered += sum(number in taken for record, (_, number) in roots.items() if record not in twins)
        told.clashes += sorted(
            Clash(roots[record][0], subject.number_text(roots[record][1]), subject.number_text(others[mine]))
            for record, mine in twins.items()
        )
        ids += roots
        joined |= twins
    told.left = _left(source, moving)
    told.figures = _figures(source, target, ids, joined, max(month, month_index(today(at))), month)
    return told


def require_possible(
    *, source: TradeUnion, target: TradeUnion, month: int, rule: Mapping[str, Any], at: datetime
) -> None:
    """
    Raises: SameUnion, TooEarly, ShapesDiffer, NothingToMove, BelongedBefore.
    """
    if source.pk == target.pk:
        raise SameUnion()
    if month > month_index(today(at)):
        year, number = month_of(month)
        raise TooEarly(month=f"{year}年{number}月", target=target.name_zh)
    if source.schema_fingerprint != target.schema_fingerprint:
        raise ShapesDiffer(source=source.name_zh, target=target.name_zh)
    chosen: set[str] = set()
    with door.inside(source):
        for subject in SUBJECTS.values():
            chosen |= {str(pk) for pk in carrying.departing(subject, rule).values_list("pk", flat=True)}
    if not chosen:
        raise NothingToMove(union=source.name_zh)
    with door.inside(target):
        if known := chosen.intersection(tenure.departed()):
            raise BelongedBefore(count=len(known), target=target.name_zh)


def _taken(subject: Subject, numbers: list[int], twins: list[str]) -> tuple[set[int], dict[str, int]]:
    """Numbers that are given already in the schema at hand, and those of the entries that others would be joined to."""
    rows = subject.root._default_manager
    taken = set(rows.filter(**{f"{subject.number}__in": numbers}).values_list(subject.number, flat=True))
    others = rows.filter(pk__in=twins).values_list("pk", subject.number)
    return taken, {str(pk): number for pk, number in others}


def _left(source: TradeUnion, moving: set[type[models.Model]]) -> dict[str, int]:
    """Rows of the giver that hang on no record: they stay where they are."""
    counted: dict[str, int] = {}
    own_rooms = {"history", "marks", "guardian"}
    with door.inside(source):
        for model in hanging.models_of_unions():
            if model in moving or model._meta.app_label in own_rooms:
                continue
            if rows := model._default_manager.count():
                counted[_label(model)] = rows
    return counted


def _label(model: type[models.Model]) -> str:
    for subject in SUBJECTS.values():
        if model._meta.label in subject.tables:
            return subject.tables[model._meta.label]
    return str(model._meta.verbose_name)


def _figures(
    source: TradeUnion, target: TradeUnion, ids: list[str], joined: Mapping[str, str], shown: int, month: int
) -> list[Figure]:
    """The figures of month `shown`, counted from the records; nothing changes in months before `month`."""
    figures = []
    carried = set(ids).difference(joined)
    for indicator in CATALOGUE.indicators.values():
        measure = indicator.measure
        if measure is None or measure.family.place is not Place.TENANT:
            continue
        if measure.is_distinct:
            giver, taker = _words(source, measure), _words(target, measure)
            staying = {place: pieces for place, pieces in giver.items() if place[0] not in set(ids)}
            coming = {
                place: clipped(pieces, month, FAR_MONTH) for place, pieces in giver.items() if place[0] in carried
            }
            values = [_organizations(words, measure, shown) for words in (giver, staying, taker, taker | coming)]
        else:
            with door.inside(source):
                gone = conservation.from_month(conservation.amounts(ids), month).get(measure.code, {})
                moved = conservation.from_month(conservation.amounts(carried), month).get(measure.code, {})
            own = [_own(union, measure, shown) for union in (source, target)]
            left = own[0] - conservation.at_month(gone, shown, flow=measure.is_flow)
            came = own[1] + conservation.at_month(moved, shown, flow=measure.is_flow)
            values = [own[0], left, own[1], came]
        figures.append(Figure(indicator, *values))
    return figures


def _words(union: TradeUnion, measure: Measure) -> records.Words:
    with door.inside(union):
        return records.organizations(union, measure, only=None, moved=records.tenures())


def _organizations(words: records.Words, measure: Measure, month: int) -> Decimal:
    """How many (or how much) in a month, each organization once."""
    claims: dict[bytes, list[Claim]] = {}
    for (record, digest), pieces in words.items():
        here = [piece for piece in pieces if piece.from_month <= month < piece.until_month]
        claims.setdefault(digest, []).extend(Claim(piece, 0, record) for piece in here)
    several = records.several_of(measure)
    return sum((Decimal(merged(some, several)[0].amount) for some in claims.values() if some), Decimal(0))


def _own(union: TradeUnion, measure: Measure, month: int) -> Decimal:
    with door.inside(union):
        points = records.figures(union, measure, moved=records.tenures()).get(TOTAL, {})
    return conservation.at_month({at: Decimal(one) for at, one in points.items()}, month, flow=measure.is_flow)
