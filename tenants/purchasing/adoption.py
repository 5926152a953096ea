"""What a project does to the needs it answers to: adopts, gives back, satisfies them. The single seam to the needs feature. Source: SM-12."""

from __future__ import annotations

import importlib
from decimal import Decimal
from typing import Any

from commons.workflow.declaration import Step


def _needs() -> Any:
    try:
        return importlib.import_module("tenants.needs.actions.needs")
    except ModuleNotFoundError:
        return None


def adopt(step: Step) -> None:
    """The needs linked to the project of `step` are adopted by it."""
    if step.row.need_ids and (needs := _needs()) is not None:
        needs.adopt(needs=step.row.need_ids, project_id=step.row.pk, after=step)


def release(step: Step) -> None:
    """The needs of a project that was stopped may be adopted by another."""
    if (needs := _needs()) is not None:
        needs.release(project_id=step.row.pk, after=step)


def satisfy(step: Step, mark: Decimal) -> None:
    """The needs of a completed project are met, by the mean mark of those served."""
    if (needs := _needs()) is not None:
        needs.satisfy(project_id=step.row.pk, satisfaction=mark, after=step)
