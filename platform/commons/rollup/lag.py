"""How far the numbers are behind: for operators, health pages and metrics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commons.rollup import marks
from commons.rollup.models import UnfoldedUnion, Watermark


@dataclass(frozen=True)
class Lag:
    """Ages in seconds by the database's clock. `folded_until` is None before the first fold."""

    marks: int
    unions: int
    oldest_age_s: float
    folded_until: datetime | None
    behind_s: float | None
    unfolded: list[UnfoldedUnion]

    def as_json(self) -> dict[str, Any]:
        return {
            "marks": self.marks,
            "unions": self.unions,
            "oldest_age_s": round(self.oldest_age_s, 3),
            "folded_until": self.folded_until.isoformat() if self.folded_until else None,
            "behind_s": None if self.behind_s is None else round(self.behind_s, 3),
            "unfolded": [
                {"union": one.union.code, "since": one.since.isoformat(), "attempts": one.attempts, "error": one.error}
                for one in self.unfolded
            ],
        }


def measure() -> Lag:
    """Ask every union's mark table now."""
    found = marks.survey()
    watermark = Watermark.objects.first()
    oldest = min((one.oldest for one in found.pending), default=None)
    return Lag(
        marks=sum(one.marks for one in found.pending),
        unions=len(found.pending),
        oldest_age_s=(found.asked_at - oldest).total_seconds() if oldest else 0.0,
        folded_until=watermark.folded_until if watermark else None,
        behind_s=(found.asked_at - watermark.folded_until).total_seconds()
        if watermark and watermark.folded_until
        else None,
        unfolded=list(UnfoldedUnion.objects.select_related("union").order_by("since")),
    )
