"""What a model must not do if its rows are to move between unions; found when the platform starts."""

from __future__ import annotations

from typing import Any

from django.core import checks

from commons.boundaries.transfer import hanging
from commons.boundaries.transfer.subjects import SUBJECTS
from commons.rollup.declaration import CATALOGUE
from commons.rollup.enums import Place


@checks.register(checks.Tags.models)
def rows_that_move(app_configs: Any = None, **_: Any) -> list[checks.CheckMessage]:
    """
    transfer.E001: a foreign key to what stays behind; E002: a counted key that others point to, or by which
    a row that hangs on the subject itself could not be found again; E003: a family that
    counts rows by another record than the one they move with, so that its figures would not follow.
    """
    found: list[checks.CheckMessage] = []
    local = set(hanging.models_of_unions())
    for subject in SUBJECTS.values():
        moving = {table.model: table for table in hanging.tables(subject)}
        for model in moving:
            table = moving[model]
            carrier = table.way[0].column if table.way else table.key
            if len(table.way) == 1 and not table.travels_with_key:
                found.append(
                    checks.Error(f"{model._meta.label} needs a UUID as its key.", obj=model, id="transfer.E002")
                )
            for family in CATALOGUE.families_in(Place.TENANT):
                counted_by = family.tables.get(table.name, "")
                if counted_by and (len(table.way) > 1 or counted_by != carrier):
                    found.append(
                        checks.Error(
                            f"{family.code} counts {table.name} by {counted_by}, but its rows move by {carrier}.",
                            obj=model,
                            id="transfer.E003",
                        )
                    )
            for one in hanging.references(model):
                above = one.remote_field.model
                if above in local and above not in moving:
                    found.append(
                        checks.Error(
                            f"{model._meta.label}.{one.name} points to {above._meta.label}, which does not move.",
                            obj=model,
                            id="transfer.E001",
                        )
                    )
                elif above in moving and not moving[above].travels_with_key:
                    found.append(
                        checks.Error(
                            f"{model._meta.label}.{one.name} points to a counted key, which is another where it arrives.",
                            obj=model,
                            id="transfer.E002",
                        )
                    )
    return found
