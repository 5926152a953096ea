"""What features give to a union whose schema has just been made: a register that they fill in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from commons.hierarchy.models import TradeUnion
from commons.tenancy.door import inside

# Called inside the union's schema, in the transaction that makes it: a statement or two, not more. Idempotent.
Gift = Callable[[datetime], object]
_gifts: list[Gift] = []


def register(gift: Gift) -> None:
    """Let every new union have what `gift(at)` writes; registering twice changes nothing."""
    if gift not in _gifts:
        _gifts.append(gift)


def give(union: TradeUnion, *, at: datetime) -> None:
    """Write everything that a new union begins with."""
    with inside(union):
        for gift in _gifts:
            gift(at)
