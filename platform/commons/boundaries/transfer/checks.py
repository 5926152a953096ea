"""What a model must not do if its rows are to move between unions; found when the platform starts."""

from __future__ import annotations

from typing import Any

from django.core import checks

from commons.boundaries.transfer import hanging
from commons.boundaries.transfer.subjects import SUBJECTS


@checks.register(checks.Tags.models)
def rows_that_move(app_configs: Any = None, **_: Any) -> list[checks.CheckMessage]:
    """transfer.E001: a foreign key to what stays behind; E002: a counted key that others point to."""
    found: list[checks.CheckMessage] = []
    local = set(hanging.models_of_unions())
    for subject in SUBJECTS.values():
        moving = {table.model: table for table in hanging.tables(subject)}
        for model in moving:
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
