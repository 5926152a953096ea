"""待办: what waits for somebody in the acting union, told from the states of rows; nothing is stored, so nothing goes stale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from django.db.models import CharField, DateField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Cast, TruncDate

from commons.access.actors import Actor
from commons.kit.clock import BEIJING
from commons.workflow import machines
from commons.workflow.declaration import Machine, Waiting

# Rows that wait for one event.
_Part = tuple[Machine, Waiting, QuerySet[Any]]


@dataclass(frozen=True)
class Todo:
    """One row that waits: for what, since when, until which day. `key`: by which its page is found."""

    machine: Machine
    waiting: Waiting
    id: str
    key: str
    title: str
    since: datetime
    due_on: date | None

    def overdue(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today

    @property
    def url(self) -> str:
        """Below /u/<code>."""
        return self.machine.url(SimpleNamespace(**{self.machine.key: self.key}))


def mine(actor: Actor, *, limit: int = 100) -> list[Todo]:
    """What waits for the actor, most urgent first: by due day, then by how long it waits. One statement."""
    return _first(_asked(actor), limit)


def mine_and_count(actor: Actor, *, limit: int) -> tuple[list[Todo], int]:
    """The same, and how many wait in all. One statement, or two when there are more than `limit`."""
    asked = _asked(actor)
    found = _first(asked, limit + 1)
    return found[:limit], _count(asked) if len(found) > limit else len(found)


def count(actor: Actor) -> int:
    """How many wait. One statement."""
    return _count(_asked(actor))


def _first(asked: list[_Part], limit: int) -> list[Todo]:
    if not asked:
        return []
    union = _union([_told(*part) for part in asked])
    found = union.order_by(F("todo_due").asc(nulls_last=True), "updated_at", "pk")[:limit]
    kinds = {f"{machine.slug}:{waiting.state}:{waiting.event}": (machine, waiting) for machine, waiting, _ in asked}
    return [
        Todo(
            *kinds[row["todo_kind"]],
            str(row["pk"]),
            str(row["todo_key"]),
            row["todo_title"],
            row["updated_at"],
            row["todo_due"],
        )
        for row in found
    ]


def _count(asked: list[_Part]) -> int:
    return _union([rows.values("pk") for _, _, rows in asked]).count() if asked else 0


def _union(parts: list[QuerySet[Any, dict[str, Any]]]) -> QuerySet[Any, dict[str, Any]]:
    first, *more = parts
    return first.union(*more, all=True) if more else first


def _asked(actor: Actor) -> list[_Part]:
    asked = []
    for machine in machines.known():
        visible: QuerySet[Any] | None = None
        for waiting in machine.waiting:
            line = machine.line(str(waiting.state), str(waiting.event))
            if line is None or actor.system:
                continue
            if not any(who.permission is not None and who.permission in actor.permissions for who in line.who):
                continue
            # Once for a machine: to find its rows may take a question of its own.
            visible = machine.visible(actor).order_by() if visible is None else visible
            rows = visible.filter(state=waiting.state)
            if waiting.only is not None:
                rows = waiting.only(actor, rows)
            asked.append((machine, waiting, rows))
    return asked


def _told(machine: Machine, waiting: Waiting, rows: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    kind = f"{machine.slug}:{waiting.state}:{waiting.event}"
    told = rows.annotate(
        todo_kind=Value(kind, output_field=CharField()),
        todo_key=F(machine.key),
        todo_title=Cast(F(machine.title), CharField()),
        todo_due=_due(machine, waiting),
    )
    values: QuerySet[Any, dict[str, Any]] = told.values(
        "pk", "todo_kind", "todo_key", "todo_title", "updated_at", "todo_due"
    )
    return values


def _due(machine: Machine, waiting: Waiting) -> Any:
    if not waiting.due:
        # Typed: two parts with a bare NULL would make a text of it, which a day of the third does not fit.
        return Cast(Value(None), DateField())
    field = machine.table._meta.get_field(waiting.due.split("__")[0])
    if isinstance(field, DateTimeField):
        return TruncDate(waiting.due, tzinfo=BEIJING)
    return F(waiting.due)
