"""
Snapshots while everything runs: each stored value against a recount that is right for that moment.

Five looks, and what each would find:

- *at once*: in one repeatable-read snapshot, a union without marks. A mark is committed with its change and taken away only
  after the numbers that hold the change were committed, so without marks the stored figures must be those of the records in
  the same snapshot. Finds figures that are wrong although nothing is known to be unfolded: a lost mark, a mark taken too
  early, a difference carried wrongly.
- *at its watermark*: the union's writers are kept out for a moment, and once the watermark has passed the moment from which
  they were, the same must hold and no mark may be left. Finds a watermark that promises too much. Only records that a transfer
  moves meanwhile may leave marks: such a look is given up.
- *of the levels*: in one snapshot, some measures at every node of every line against the own figures below, whatever is
  marked: own figures and all that stands above them are written in one transaction, and so are moves of the tree. Finds a
  batch that was written in part, or a union that stands under two parents, or none.
- *back then*: what the nation and a province said at a moment is remembered, and asked again later as it was known then. Finds
  versions that were lost, or changed.
- *of closed months*: a revision of a closed month says what it said when it was first looked at, whatever came late and however
  the tree was redrawn, and the month is shown as its latest revision says. Finds a closed figure that was overwritten.

A recount is that of `verify_rollup`, which shares with the fold only the declared SELECTs.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db import connection
from django.db.models import Q

from commons.access.actors import system
from commons.boundaries.transfer.enums import RUNNING
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.enums import Line
from commons.hierarchy.models import TradeUnion
from commons.hierarchy.selectors import root
from commons.kit.clock import month_index, month_text, today
from commons.rollup import selectors
from commons.rollup.declaration import CATALOGUE
from commons.rollup.enums import PeriodKind
from commons.rollup.models import PeriodRevision, UnfoldedUnion, Watermark
from commons.rollup.selectors import Lens
from commons.rollup.verify import own, reading
from commons.rollup.verify.differences import Comparison, Difference
from commons.rollup.verify.rounds import snapshot
from commons.rollup.verify.subtrees import Subtrees
from commons.tenancy import door
from config.torture import holding
from config.torture.players import Part, with_patience

_PATIENCE_S = 15.0
_MEASURES = 5
_REMEMBERED = 200

# {(union, indicator, month): value, numerator, denominator}
Answers = Mapping[tuple[str, str, int], tuple[Decimal | None, ...]]


@dataclass(frozen=True)
class Remembered:
    """What was shown when the numbers stood as of `known_at`."""

    known_at: datetime
    answers: Answers


@dataclass
class Memory:
    seen: deque[Remembered] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    # {(month, revision): what it said}
    closed: dict[tuple[int, int], Answers] = field(default_factory=dict)


def check(part: Part) -> None:
    """One look after another."""
    memory = Memory()
    looks: list[Callable[[Part, Memory], str | None]] = [
        at_once,
        at_once,
        at_watermark,
        of_levels,
        back_then,
        of_closed,
    ]
    while True:
        found = with_patience(part, "核对", partial(part.dice.choice(looks), part, memory))
        if found:
            part.tell("snapshots", found)
        time.sleep(part.dice.uniform(0.0, 0.1))


def at_once(part: Part, memory: Memory) -> str | None:
    """The first union in a random order that has no marks."""
    unions = list(TradeUnion.objects.order_by("pk"))
    for union in part.dice.sample(unions, len(unions)):
        with door.inside(union), snapshot():
            found = own.compare(union)
        if found is not None:
            _tell(part, "即时", found)
            return "即时：本级与台账"
    return None


def at_watermark(part: Part, memory: Memory) -> str | None:
    union = part.dice.choice(list(TradeUnion.objects.order_by("pk")))
    with holding.alone(union):
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (moment,) = cursor.fetchone()
        end = time.monotonic() + _PATIENCE_S
        while (reached := _watermark(union)) is None or reached < moment:
            if time.monotonic() > end:
                return None
            time.sleep(0.02)
        with door.inside(union), snapshot():
            found = own.compare(union)
            moving = Transfer.objects.filter(state__in=RUNNING).filter(Q(source=union) | Q(target=union))
            # One that has just ended may have left marks as well.
            if found is None and (moving.exists() or Transfer.objects.filter(finished_at__gt=moment).exists()):
                return None
            marked = reading.marked(union)
    if found is None:
        part.tell(
            "differences", f"水位：{union.code} 的水位已过 {moment:%H:%M:%S.%f}，仍有未折叠的变更 {sorted(marked)}"
        )
        return "水位：本级与台账"
    _tell(part, "水位", found)
    return "水位：本级与台账"


def of_levels(part: Part, memory: Memory) -> str | None:
    nodes = {union.pk: union for union in TradeUnion.objects.all()}
    for code in part.dice.sample(sorted(CATALOGUE.measures), _MEASURES):
        with snapshot():
            found = Subtrees(CATALOGUE.measures[code], nodes, reading.ways(list(nodes))).compare()
        _tell(part, "各级", found)
    return "各级：汇总与下级"


def back_then(part: Part, memory: Memory) -> str | None:
    with snapshot():
        known_at = Watermark.objects.values_list("known_at", flat=True).first()
        if known_at is None:
            return None
        memory.seen.append(Remembered(known_at, _answers(_recent(), Lens())))
        then = part.dice.choice(memory.seen)
        again = _answers(_recent(), Lens(as_of=then.known_at))
    _told_otherwise(part, f"追溯：{then.known_at.isoformat()}", then.answers, again)
    return "追溯：当时所见"


def of_closed(part: Part, memory: Memory) -> str | None:
    """One revision of one closed month by the boundaries of that month."""
    with snapshot():
        months = PeriodRevision.objects.filter(period__kind=PeriodKind.MONTH)
        revisions = list(months.order_by("period__first_month", "number").values_list("period__first_month", "number"))
        if not revisions:
            return None
        month, number = part.dice.choice(revisions)
        said = _answers([month], Lens(Line.REGIONAL, revision=number))
        latest = number == max(other for one, other in revisions if one == month)
        shown = _answers([month], Lens(Line.REGIONAL)) if latest else said
    _told_otherwise(part, f"关账：第 {number} 版", memory.closed.setdefault((month, number), said), said)
    _told_otherwise(part, f"关账：第 {number} 版与所示", said, shown)
    return "关账：各版不变"


def _told_otherwise(part: Part, look: str, then: Answers, now: Answers) -> None:
    for place, said in then.items():
        if now[place] != said:
            union, indicator, month = place
            part.tell("differences", f"{look} {union} {indicator} {month_text(month)} 为 {said}，现在为 {now[place]}")


def _recent() -> list[int]:
    return [month_index(today()) - back for back in (0, 5)]


def _answers(months: Iterable[int], lens: Lens) -> Answers:
    unions = [root(), *TradeUnion.objects.filter(parent=root()).order_by("code")[:1]]
    answers: dict[tuple[str, str, int], tuple[Decimal | None, ...]] = {}
    for month in months:
        for value in selectors.values(
            system("汇总压力检验", root()),
            unions=unions,
            indicators=sorted(CATALOGUE.indicators),
            month=month,
            lens=lens,
        ):
            place = (value.union_code, value.indicator, month)
            answers[place] = (value.value, value.numerator, value.denominator)
    return answers


def _watermark(union: TradeUnion) -> datetime | None:
    if UnfoldedUnion.objects.filter(pk=union.pk).exists():
        return None
    return Watermark.objects.values_list("folded_until", flat=True).first()


def _tell(part: Part, look: str, found: Comparison) -> None:
    for one in found.differences:
        part.tell("differences", f"{look}：{described(one)}")


def described(one: Difference) -> str:
    """A difference in one line, as verify_rollup prints it."""
    split = f" {one.dim}={one.item}" if one.dim or one.item else ""
    return (
        f"{one.union} {'/'.join(one.indicators)} ({one.measure}) {one.line} {one.scope}{split} {month_text(one.month)}："
        f"存 {one.stored}，重算 {one.recounted}"
    )
