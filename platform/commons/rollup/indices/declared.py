"""What an indicator of `Aggregation.INDEX` says it is computed over: `Indicator.index`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from commons.rollup.declaration import Measure

Formula = Callable[[Iterable[Decimal]], Decimal | None]


@dataclass(frozen=True)
class OverKeys:
    """
    Over what each organization has in a period, added up over all unions of the subtree: a KEYED_SUM measure.

    Organizations without any amount are not compared. What was known earlier of single organizations is kept.
    """

    measure: Measure
    formula: Formula

    @property
    def measures(self) -> tuple[Measure, ...]:
        return (self.measure,)


@dataclass(frozen=True)
class OverChildren:
    """
    Over the subtrees of the child unions: a measure, or `factor` times one divided by another ("per 10,000 members").

    Children with nothing in the denominator are not compared. A union without children has no figure, nor has `own`.
    """

    formula: Formula
    numerator: Measure
    denominator: Measure | None = None
    factor: int = 1

    @property
    def measures(self) -> tuple[Measure, ...]:
        return (self.numerator, self.denominator) if self.denominator else (self.numerator,)


@dataclass(frozen=True)
class Gap:
    """
    The share of one item less the share of all others, in percentage points: of a win rate, wins and bids.

    Both measures know the dimension, of whose items an organization has one.
    """

    numerator: Measure
    denominator: Measure
    dim: str
    item: str

    @property
    def measures(self) -> tuple[Measure, ...]:
        return (self.numerator, self.denominator)


Index = OverKeys | OverChildren | Gap
