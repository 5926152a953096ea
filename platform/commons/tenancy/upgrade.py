"""Bring every union's schema to the current template: only the stale are visited, each in its own transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import DatabaseError, connection, transaction
from django.db.models import Count

from commons.hierarchy.models import TradeUnion
from commons.tenancy import door, provision, template
from commons.tenancy.ddl import at_schema
from commons.tenancy.errors import NoWayUp
from commons.tenancy.models import UpgradeStep


@dataclass
class Outcome:
    """What an upgrade did: how many were brought up, and who failed with which error."""

    upgraded: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Standing:
    """How many unions have one shape, and how many steps lead from it to the current one (None: no way)."""

    fingerprint: str
    unions: int
    steps: int | None


def plan() -> list[Standing]:
    """Who is where, the current shape first."""
    goal = template.current().fingerprint
    counts = TradeUnion.objects.exclude(schema_fingerprint="").values("schema_fingerprint").annotate(n=Count("id"))
    rows = []
    for row in counts:
        way = _way(row["schema_fingerprint"], goal)
        rows.append(Standing(row["schema_fingerprint"], row["n"], None if way is None else len(way)))
    return sorted(rows, key=lambda standing: (standing.steps is None, standing.steps or 0))


def stale() -> list[TradeUnion]:
    """The unions whose schema has another shape than the current one."""
    goal = template.current().fingerprint
    return list(TradeUnion.objects.exclude(schema_fingerprint__in=["", goal]).order_by("path"))


def everything(*, at: datetime, on_progress: Callable[[int, int], None] = lambda done, total: None) -> Outcome:
    """
    Migrate `public`, refresh the template, upgrade each stale union; a failed one is named and the rest go on.

    Restartable at any point: what is done is known by fingerprint.
    """
    template.migrate_public()
    goal = template.refresh(at=at).fingerprint
    outcome = Outcome()
    waiting = stale()
    for done, union in enumerate(waiting):
        on_progress(done, len(waiting))
        try:
            with door.inside(union):
                one(union, goal=goal)
            outcome.upgraded += 1
        except (DatabaseError, NoWayUp) as problem:
            outcome.failed.append((union.code, str(problem).strip()))
    on_progress(len(waiting), len(waiting))
    return outcome


def one(union: TradeUnion, *, goal: str) -> None:
    """
    Bring one union's schema to `goal`, all steps or none.

    Raises: NoWayUp; DatabaseError when a statement fails or a lock is not had within five seconds.
    """
    steps = _way(union.schema_fingerprint, goal)
    if steps is None:
        raise NoWayUp(union=union.code, fingerprint=union.schema_fingerprint[:12])
    with transaction.atomic():
        with at_schema(union.schema_name) as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            cursor.execute(
                "SELECT schema_fingerprint FROM public.hierarchy_tradeunion WHERE id = %s FOR UPDATE", [union.pk]
            )
            if cursor.fetchone() != (union.schema_fingerprint,):
                return
            if not any(step.needs_django for step in steps):
                for step in steps:
                    cursor.execute(";\n".join(step.sql))
                    provision.note_migrations(cursor, step.migrations)
        if any(step.needs_django for step in steps):
            with door.inside(union):
                call_command(Migrate(), interactive=False, verbosity=0)
                template.shape_up()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE public.hierarchy_tradeunion SET schema_fingerprint = %s WHERE id = %s", [goal, union.pk]
            )
    union.schema_fingerprint = goal


def _way(start: str, goal: str) -> list[UpgradeStep] | None:
    """The recorded steps from one shape to another, or None."""
    steps = {step.from_fingerprint: step for step in UpgradeStep.objects.all()}
    way: list[UpgradeStep] = []
    while start != goal:
        step = steps.get(start)
        if step is None or step in way:
            return None
        way.append(step)
        start = step.to_fingerprint
    return way
