"""The latest imports and other jobs of a union, as its own people see them: never their content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.jobs import register
from commons.jobs.enums import JobState
from commons.jobs.models import Job

SHOWN = 5
_ASKERS = (Permission.LEDGER_IMPORT, Permission.LEDGER_EXPORT, Permission.UNION_ONBOARD)


@dataclass(frozen=True)
class Recent:
    """One job of the union."""

    kind: str
    state: str
    state_label: str
    asked_by: str
    asked_at: datetime


def recent(actor: Actor) -> list[Recent]:
    """The latest jobs of the acting union, for those whose role starts any."""
    if actor.union is None or not any(may(actor, permission) for permission in _ASKERS):
        return []
    rows = Job.objects.filter(union=actor.union).order_by("-asked_at")[:SHOWN]
    return [
        Recent(
            register.label_of(row.kind),
            row.state,
            JobState.label_of(row.state),
            row.asked_by_name or "平台",
            row.asked_at,
        )
        for row in rows
    ]
