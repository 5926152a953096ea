"""What a handler is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion


def unwatched(done: int, total: int, note: str) -> None:
    """Where progress goes when nobody watches: a handler called by hand."""


@dataclass(frozen=True)
class JobContext:
    """
    One attempt at one job, inside its union's schema and inside the transaction that will mark it done.

    `by` is a system actor that bears the name of whoever asked. What a handler returns becomes the job's result,
    so it must be JSON-able and must not hold the content of a union's records.
    """

    id: UUID
    kind: str
    payload: dict[str, Any]
    union: TradeUnion | None
    by: Actor
    at: datetime
    asked_by_id: UUID | None = None
    attempt: int = 1
    report: Callable[[int, int, str], None] = field(default=unwatched, repr=False, compare=False)

    def progress(self, done: int, total: int, note: str = "") -> None:
        """
        Tell how far it has come, visible to others at once, and hold the lease longer.

        Raises: LeaseLost when another worker has taken the job over; let it pass through.
        """
        self.report(done, total, note)

    def require_union(self) -> TradeUnion:
        """The union of a job that cannot be without one."""
        if self.union is None:
            raise ValueError(f"Job {self.kind} {self.id} needs a union.")
        return self.union
