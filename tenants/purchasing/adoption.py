"""What a project does to the needs it answers to: adopts, gives back, satisfies them. The single seam to the needs feature. Source: SM-12."""

from __future__ import annotations

from decimal import Decimal

from commons.workflow.declaration import Step
from tenants.needs.actions import needs


def adopt(step: Step) -> None:
    """The needs linked to the project of `step` are adopted by it."""
    if step.row.need_ids:
        needs.adopt(needs=step.row.need_ids, project_id=step.row.pk, after=step)


def release(step: Step) -> None:
    """The needs of a project that was stopped may be adopted by another."""
    needs.release(project_id=step.row.pk, after=step)


def satisfy(step: Step, mark: Decimal) -> None:
    """The needs of a completed project are met, by the mean mark of those served."""
    needs.satisfy(project_id=step.row.pk, satisfaction=mark, after=step)
