"""Somebody who moves, merges, renames unions and their records all the time, by the ordinary actions."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from functools import partial

from commons.access.actors import Actor, system
from commons.boundaries import actions as boundaries
from commons.boundaries.enums import ChangeState
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer import actions as transfers
from commons.boundaries.transfer import tenure
from commons.boundaries.transfer.enums import RUNNING, Mode, TransferState
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.enums import Kind, Level, Line
from commons.hierarchy.models import Parentage, TradeUnion
from commons.hierarchy.selectors import root
from commons.kit.clock import month_index, month_of, now, today
from commons.tenancy import door
from config.torture.players import Part, active, with_patience
from tenants.registry.models import SocialOrganization

_FIRST = date(2022, 1, 1)
# So many districts stay, however long it lasts.
_LEFT = 6
_SPLIT = 60


def move(part: Part) -> None:
    """One change of the tree or transfer of records after another."""
    changes: list[tuple[str, Callable[[Part, Actor], bool]]] = [
        *[("迁移隶属", _reparent)] * 4,
        *[("拆分记录", _split)] * 3,
        ("更名", _rename),
        ("产业工会", _join_industry),
        ("撤并", _merge),
        ("撤销拆分", _undo),
        ("取消调整", _cancel),
    ]
    while True:
        time.sleep(part.dice.uniform(0.1, 0.8))
        name, change = part.dice.choice(changes)
        if with_patience(part, name, partial(_once, part, change)):
            part.tell("operations", name)


def _once(part: Part, change: Callable[[Part, Actor], bool]) -> bool:
    return change(part, system("汇总压力检验", root()))


def _reparent(part: Part, by: Actor) -> bool:
    union = part.dice.choice([*_of(Level.DISTRICT), *_of(Level.CITY)])
    above = Level.CITY if union.level == Level.DISTRICT else Level.PROVINCE
    parents = [one for one in _of(above) if one.pk != union.parent_id]
    boundaries.move(
        union=union,
        parent=part.dice.choice(parents),
        on=_next_day(part, union, Line.REGIONAL),
        by=by,
        at=now(),
        reason="检验",
    )
    return True


def _rename(part: Part, by: Actor) -> bool:
    union = part.dice.choice(_of(Level.DISTRICT))
    name = f"{union.short_name_zh.split('·')[0]}·{part.dice.randrange(1000)}"
    boundaries.redefine(union=union, on=today().replace(day=1), by=by, at=now(), reason="检验", short_name_zh=name)
    return True


def _join_industry(part: Part, by: Actor) -> bool:
    union = part.dice.choice(_of(Level.DISTRICT))
    stands = Parentage.objects.filter(union=union, line=Line.INDUSTRIAL, until_on=None).exists()
    head = None if stands else TradeUnion.objects.get(kind=Kind.INDUSTRIAL)
    boundaries.join_industry(
        union=union, head=head, on=_next_day(part, union, Line.INDUSTRIAL), by=by, at=now(), reason="检验"
    )
    return True


def _merge(part: Part, by: Actor) -> bool:
    districts = _of(Level.DISTRICT)
    if len(districts) <= _LEFT:
        return False
    union, successor = part.dice.sample(districts, 2)
    on = _next_day(part, union, Line.REGIONAL)
    if on > today() or _came_from(successor, union):
        return False
    boundaries.merge(union=union, successor=successor, on=on, by=by, at=now(), reason="检验")
    return True


def _came_from(successor: TradeUnion, union: TradeUnion) -> bool:
    """Whether records of the one stand in the other, or are coming: that split must be undone first, as the platform says."""
    if Transfer.objects.filter(target=union, state__in=RUNNING).exists():
        return True
    with door.inside(successor):
        gone = tenure.departed()
    with door.inside(union):
        return SocialOrganization.objects.filter(pk__in=list(gone)).exclude(pk__in=list(tenure.departed())).exists()


def _split(part: Part, by: Actor) -> bool:
    source, target = part.dice.sample(_of(Level.DISTRICT), 2)
    with door.inside(source):
        gone = tenure.departed()
        ids = [str(pk) for pk in SocialOrganization.objects.values_list("pk", flat=True) if str(pk) not in gone]
    if not ids:
        return False
    chosen = part.dice.sample(sorted(ids), min(len(ids), part.dice.randrange(1, _SPLIT)))
    month = month_index(today()) - part.dice.randrange(6)
    transfers.start(source=source, target=target, month=month, mode=Mode.SPLIT, rule={"ids": chosen}, by=by, at=now())
    return True


def _undo(part: Part, by: Actor) -> bool:
    found = list(Transfer.objects.filter(mode=Mode.SPLIT, state__in=[TransferState.DONE, TransferState.COPYING]))
    if not found:
        return False
    transfers.undo(transfer=part.dice.choice(found), by=by, at=now(), reason="检验")
    return True


def _cancel(part: Part, by: Actor) -> bool:
    planned = list(TreeChange.objects.filter(state=ChangeState.PLANNED))
    if not planned:
        return False
    boundaries.cancel(change=part.dice.choice(planned), by=by, at=now(), reason="检验")
    return True


def _of(level: Level) -> list[TradeUnion]:
    return [union for union in active() if union.level == level and union.kind == Kind.REGIONAL]


def _next_day(part: Part, union: TradeUnion, line: Line) -> date:
    """The first of a month after the union's last change on that line: past, or coming."""
    rows = list(Parentage.objects.filter(union=union, line=line))
    # The first parent counts since ever, whatever its day.
    changed = [day for row in rows if len(rows) > 1 for day in (row.from_on, row.until_on) if day]
    month = max([month_index(day) for day in changed] + [month_index(_FIRST)]) + part.dice.randrange(1, 5)
    year, number = month_of(month)
    return date(year, number, 1)
