"""
The rule by which somebody is told of a step: those for whom the row now waits, who created it, and the organization concerned.

Never who took the step, and nobody who may not see the row: a sealed bid is seen by nobody, so nobody is told of it. Source: DOMAIN V6, V13.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from commons.access import actors
from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.people import organizations
from commons.people.models import User
from commons.workflow.declaration import Step, Waiting
from tenants.notices import telling

# In a large union a row waits for a department, not for everybody who holds the permission.
MOST_WAITING = 20


def of(step: Step, before: str, union: TradeUnion) -> tuple[list[tuple[Actor, Waiting]], list[Actor]]:
    """(for whom the row waits now, and for what; who else learns how it goes on), each of them once."""
    told = telling.of(step)
    members = actors.members(union, on=None)
    if told.recipients is not None:
        named = _acting(told.recipients(step), members, union)
        return [], [actor for actor in named if _learns(actor, step)]
    waiting: dict[UUID, tuple[Actor, Waiting]] = {}
    if str(step.row.state) != before:
        for one in step.machine.waiting:
            if str(one.state) == str(step.row.state):
                for actor in members:
                    if actor.user is not None and len(waiting) < MOST_WAITING and _waits(one, actor, step):
                        waiting.setdefault(actor.user.pk, (actor, one))
    creator = getattr(step.row, "created_by_id", None)
    others = _acting([creator] if creator else [], members, union)
    if uscc := telling.organization_of(step):
        others += _acting(organizations.speakers(uscc), members, union)
    learning = {actor.user_id: actor for actor in others if actor.user_id not in waiting and _learns(actor, step)}
    return list(waiting.values()), list(learning.values())


def _waits(waiting: Waiting, actor: Actor, step: Step) -> bool:
    machine, row = step.machine, step.row
    line = machine.line(str(waiting.state), str(waiting.event))
    if line is None or actor.user_id == step.by.user_id:
        return False
    if not any(who.permission is not None and who.may(actor, row) for who in line.who):
        return False
    seen = machine.visible(actor).filter(pk=row.pk)
    return bool((seen if waiting.only is None else waiting.only(actor, seen)).exists())


def _learns(actor: Actor, step: Step) -> bool:
    return actor.user_id != step.by.user_id and bool(step.machine.visible(actor).filter(pk=step.row.pk).exists())


def _acting(keys: Iterable[UUID], members: list[Actor], union: TradeUnion) -> list[Actor]:
    """These accounts acting in the union; an account without a part in it is passed over."""
    known = {actor.user_id: actor for actor in members}
    found = []
    for key in dict.fromkeys(keys):
        actor = known.get(key)
        if actor is None and (user := User.objects.filter(pk=key).first()) is not None:
            actor = actors.acting(user, union)
        if actor is not None:
            found.append(actor)
    return found
