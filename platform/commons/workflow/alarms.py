"""
What the clock causes: an event that happens to a row at a moment, as a job written in the transaction that sets it.

A worker that was dead at the moment rings it when it is back; one whose clock is ahead of the database's tries again where a
guard goes by that clock, since what was refused for good would be rung no more. Ringing is harmless where the row has moved on.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from commons.access.actors import Actor
from commons.jobs import actions as jobs
from commons.jobs import register
from commons.jobs.context import JobContext
from commons.tenancy import door
from commons.workflow import machines
from commons.workflow.declaration import Machine
from commons.workflow.errors import GuardRefused, StateRefused
from commons.workflow.transitions import transition

KIND = "workflow.alarm"


class RungEarly(Exception):
    """The moment has not come by the clock that all machines share; the job is done again."""


def ring_at(moment: datetime, machine: Machine, row: Any, event: str, *, by: Actor, at: datetime) -> None:
    """Let `event` happen to `row` at `moment`, if its state then allows. The same moment twice is once."""
    jobs.enqueue(
        kind=KIND,
        union=door.current(),
        payload={"machine": machine.slug, "id": str(row.pk), "event": str(event), "moment": moment.isoformat()},
        key=f"{machine.slug}:{row.pk}:{event}:{moment.isoformat()}",
        by=by,
        at=at,
        run_after=moment,
    )


@register.handler(KIND, label="到期办理")
def ring(job: JobContext) -> dict[str, object]:
    """
    Cause the event; a row that is gone, has moved on, or whose guards say no is left as it is, and the result says so.

    Raises: RungEarly.
    """
    machine = machines.of(job.payload["machine"])
    row = machine.table._base_manager.filter(pk=job.payload["id"]).first()
    if row is None:
        return {"rung": False, "why": "NOT_FOUND"}
    try:
        transition(machine, row, job.payload["event"], by=job.by, at=job.at)
    except StateRefused as moved:
        return {"rung": False, "why": moved.code}
    except GuardRefused as refusal:
        moment = job.payload.get("moment")
        if moment and _shared_now() < datetime.fromisoformat(moment) <= job.at:
            raise RungEarly(moment) from refusal
        return {"rung": False, "why": refusal.code}
    return {"rung": True}


def _shared_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
