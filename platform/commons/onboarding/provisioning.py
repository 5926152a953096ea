"""The job that makes a union usable: schema, a look into it, active. Source: SM-01 provision, ready; DESIGN §3.8."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from commons.audit.recording import record
from commons.hierarchy import states
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.hierarchy.states import Author
from commons.jobs import register
from commons.jobs.context import JobContext
from commons.onboarding import newborn
from commons.onboarding.actions.applications import PROVISION
from commons.onboarding.errors import ProvisionIncomplete
from commons.tenancy import provision, template
from commons.tenancy.models import Template

UNFINISHED = frozenset({UnionState.PROVISIONING, UnionState.PROVISION_FAILED})

_TABLES = """
SELECT n.nspname, count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN (%s, %s) AND c.relkind = 'r' GROUP BY n.nspname
"""


def make_usable(union: TradeUnion, *, by: Author, at: datetime, shape: Template | None = None) -> bool:
    """
    Make the schema of `union` if it has none, look into it, give it what it begins with, and set the union active; False when it was already.

    Idempotent; inside one transaction, which the caller opens.
    Raises: ProvisionIncomplete.
    """
    if union.state not in UNFINISHED:
        return False
    provision.create_schema(union, shape=shape)
    look(union)
    newborn.give(union, at=at)
    states.change(union=union, event="ready", by=by, at=at)
    return True


def look(union: TradeUnion) -> int:
    """
    The smoke query: the schema answers and holds as many tables as the template.

    Raises: ProvisionIncomplete.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [union.schema_name, template.SCHEMA])
        counts = dict(cursor.fetchall())
    expected, found = counts.get(template.SCHEMA, 0), counts.get(union.schema_name, 0)
    if not found or found != expected:
        raise ProvisionIncomplete(expected=expected, found=found)
    return int(found)


def park(job: JobContext) -> None:
    """After the last attempt: say so on the union, for a national administrator to look at."""
    union = job.require_union()
    if union.state == UnionState.PROVISIONING:
        states.change(union=union, event="fail", by=job.by, at=job.at)


@register.handler(
    PROVISION, label="开通工会", retry_s=2.0, while_union=UNFINISHED | {UnionState.ACTIVE}, when_parked=park
)
def provision_union(job: JobContext) -> dict[str, Any]:
    """Named in the outbox by the approval."""
    union = job.require_union()
    made = make_usable(union, by=job.by, at=job.at)
    if made:
        record("union.created", by=job.by, at=job.at, on=union, union=union)
    return {"made": made}
