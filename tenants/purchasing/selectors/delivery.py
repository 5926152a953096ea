"""What a project has delivered, told from its service records and from nothing else. Source: F06, H01, E23."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db.models import Sum

from tenants.purchasing.models import ServiceRecord


@dataclass(frozen=True)
class Delivery:
    """Sums of the records that were not voided. `marks` is the sum of `sample` marks from one to five."""

    sessions: int
    person_times: int
    persons: int
    union_staff: int
    social_workers: int
    volunteers: int
    marks: int
    sample: int

    @property
    def satisfaction(self) -> Decimal | None:
        """The mean mark, to a hundredth; None when nobody gave one."""
        if not self.sample:
            return None
        return (Decimal(self.marks) / self.sample).quantize(Decimal("0.01"), ROUND_HALF_UP)


_SUMS = {
    "sessions": "sessions",
    "person_times": "person_times",
    "persons": "persons_new",
    "union_staff": "union_staff",
    "social_workers": "social_workers",
    "volunteers": "volunteers",
    "marks": "satisfaction_sum",
    "sample": "satisfaction_count",
}


def delivered(project_id: UUID) -> Delivery:
    """What the project has delivered so far; one statement. The caller has decided that the project may be seen."""
    # In a statement of its own names: a sum may not be called as a column is that another sum reads.
    found = ServiceRecord.objects.filter(project=project_id, is_void=False).aggregate(
        **{f"all_{name}": Sum(column) for name, column in _SUMS.items()}
    )
    return Delivery(**{name: found[f"all_{name}"] or 0 for name in _SUMS})
