"""What a union has still to finish before it may end: told by the features that keep it, which fill this register in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from commons.hierarchy.models import TradeUnion
from commons.tenancy.door import inside
from commons.tenancy.errors import Unfinished


@dataclass(frozen=True)
class Left:
    """'合同' 2 '份': so many of a kind are not finished."""

    what: str
    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.what}{self.count}{self.unit}"


# Called inside the union's schema; counts alone leave it, since who ends a union reads none of its records (V11).
Look = Callable[[], Sequence[Left]]
_looks: list[Look] = []


def register(look: Look) -> None:
    """Let a union end only when `look()` finds nothing; registering twice changes nothing."""
    if look not in _looks:
        _looks.append(look)


def require_finished(union: TradeUnion) -> None:
    """
    Whether a union may be merged, closed or archived.

    Raises: Unfinished naming what is left, and how much of it. Source: SM-01 archive, no open contracts.
    """
    with inside(union):
        left = [one for look in _looks for one in look() if one.count]
    if left:
        raise Unfinished(path=("union",), union=union.name_zh, left="、".join(str(one) for one in left))
