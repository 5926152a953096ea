"""待办: what waits for somebody in the acting union, told from the states of rows; nothing is stored, so nothing goes stale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, DateField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Cast, TruncDate

from commons.access.actors import Actor
from commons.kit.clock import BEIJING
from commons.workflow import machines
from commons.workflow.declaration import Machine, Waiting


@dataclass(frozen=True)
class Todo:
    """One row that waits: for what, since when, until which day."""

    machine: Machine
    waiting: Waiting
    id: str
    title: str
    since: datetime
    due_on: date | None

    def overdue(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today

    @property
    def url(self) -> str:
        """Below /u/<code>."""
        row = self.machine.table(pk=self.id)
        return self.machine.url(row)


def mine(actor: Actor, *, limit: int = 100) -> list[Todo]:
    """What waits for the actor, most urgent first: by due day, then by how long it waits. One statement."""
    asked = _asked(actor)
    if not asked:
        return []
    union = _union([rows for _, _, rows in asked])
    found = union.order_by(F("todo_due").asc(nulls_last=True), "updated_at", "pk")[:limit]
    kinds = {f"{machine.slug}:{waiting.state}:{waiting.event}": (machine, waiting) for machine, waiting, _ in asked}
    return [
        Todo(*kinds[row["todo_kind"]], str(row["pk"]), row["todo_title"], row["updated_at"], row["todo_due"])
        for row in found
    ]


def count(actor: Actor) -> int:
    """How many wait. One statement."""
    asked = _asked(actor)
    return _union([rows for _, _, rows in asked]).count() if asked else 0


def _union(parts: list[QuerySet[Any, dict[str, Any]]]) -> QuerySet[Any, dict[str, Any]]:
    first, *more = parts
    return first.union(*more, all=True) if more else first


def _asked(actor: Actor) -> list[tuple[Machine, Waiting, QuerySet[Any, dict[str, Any]]]]:
    asked = []
    for machine in machines.known():
        for waiting in machine.waiting:
            line = machine.line(str(waiting.state), str(waiting.event))
            if line is None or actor.system:
                continue
            if not any(who.permission is not None and who.permission in actor.permissions for who in line.who):
                continue
            rows = machine.visible(actor).filter(state=waiting.state).order_by()
            if waiting.only is not None:
                rows = waiting.only(actor, rows)
            asked.append((machine, waiting, _told(machine, waiting, rows)))
    return asked


def _told(machine: Machine, waiting: Waiting, rows: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    kind = f"{machine.slug}:{waiting.state}:{waiting.event}"
    told = rows.annotate(
        todo_kind=Value(kind, output_field=CharField()),
        todo_title=Cast(F(machine.title), CharField()),
        todo_due=_due(machine, waiting),
    )
    values: QuerySet[Any, dict[str, Any]] = told.values("pk", "todo_kind", "todo_title", "updated_at", "todo_due")
    return values


def _due(machine: Machine, waiting: Waiting) -> Any:
    if not waiting.due:
        # Typed: two parts with a bare NULL would make a text of it, which a day of the third does not fit.
        return Cast(Value(None), DateField())
    field = machine.table._meta.get_field(waiting.due.split("__")[0])
    if isinstance(field, DateTimeField):
        return TruncDate(waiting.due, tzinfo=BEIJING)
    return F(waiting.due)
