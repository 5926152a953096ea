"""
What this floor asks of the feature that buys: the measures in force and the projects of the current union.

Filled once, in `AppConfig.ready()`; both are called inside the union's schema.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from commons.access.actors import Actor

# The job by which a union writes the copies of its subsidised projects anew.
PUBLISH = "subsidies.publish"


@dataclass(frozen=True)
class Listed:
    """A project for which a subsidy may be asked. Units: `amount` in yuan, the part of its budget that is to come from above."""

    id: UUID
    number: str
    title: str
    amount: Decimal


@dataclass(frozen=True)
class Sources:
    """`measures`: the document number and title of the subsidy measures in force on a day, '' without any."""

    measures: Callable[[date], str]
    projects: Callable[[Actor], list[Listed]]


_sources: list[Sources] = []


def register(sources: Sources) -> None:
    """Say who answers."""
    _sources[:] = [sources]


def measures(day: date) -> str:
    return _sources[0].measures(day) if _sources else ""


def projects(actor: Actor) -> list[Listed]:
    return _sources[0].projects(actor) if _sources else []
