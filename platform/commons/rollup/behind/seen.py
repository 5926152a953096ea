"""What is found of a union's own rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from commons.rollup.values import ZERO


@dataclass(frozen=True)
class Seen:
    """
    A readable row: what it adds to the figure, of a transfer what stays inside the subtree, and what the row itself says.

    It may add nothing though it says something: where another union has the later word on an organization, or another row counts it.
    """

    key: str
    amount: Decimal
    inside: Decimal = ZERO
    says: Decimal = ZERO


@dataclass
class Found:
    """The union's own rows; `newer` is what its records add to what is stored of them."""

    newer: Decimal = ZERO
    shown: list[Seen] = field(default_factory=list)
    hidden: Decimal = ZERO
    hidden_rows: int = 0

    def hide(self, amount: Decimal, rows: int = 1) -> None:
        if amount:
            self.hidden += amount
            self.hidden_rows += rows
