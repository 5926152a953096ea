"""What verification finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from commons.hierarchy.models import TradeUnion
from commons.rollup.declaration import CATALOGUE


@dataclass(frozen=True)
class Difference:
    """A stored figure that is not what the records give; `stored` or `recounted` is None where one side has nothing."""

    union: str
    measure: str
    line: str
    scope: str
    dim: str
    item: str
    month: int
    stored: str | None
    recounted: str | None

    def order(self) -> tuple[str, str, str, str, int, str, str]:
        return (self.union, self.measure, self.line, self.scope, self.month, self.dim, self.item)

    @property
    def indicators(self) -> list[str]:
        """The codes of the indicators that are wrong because of it."""
        code = self.measure.partition("@")[0]
        return [
            found.code
            for found in CATALOGUE.indicators.values()
            if code in {one.code for one in (*found.measures, *found.weighed)}
        ]


@dataclass
class Comparison:
    """What was compared, and what differed."""

    figures: int = 0
    differences: list[Difference] = field(default_factory=list)

    def series(
        self,
        union: TradeUnion,
        place: tuple[str, str, str, str, str],
        changes: dict[int, Decimal],
        there: dict[int, Decimal],
        *,
        flow: bool,
    ) -> None:
        """
        One series month by month: `changes` as recounted, `there` as stored.

        `place` = (measure, line, scope, dimension, item).
        """
        recounted = stored = Decimal(0)
        for month in sorted(changes.keys() | there.keys()):
            self.figures += 1
            recounted = changes.get(month, Decimal(0)) + (Decimal(0) if flow else recounted)
            stored = there.get(month, Decimal(0) if flow else stored)
            if recounted != stored:
                self.differences.append(Difference(union.code, *place, month, str(stored), str(recounted)))


@dataclass
class Report:
    """`unsettled` unions were written to in every round, so that their own records could not be compared."""

    unions: int = 0
    figures: int = 0
    rounds: int = 0
    differences: list[Difference] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)

    def add(self, found: Comparison) -> None:
        self.figures += found.figures
        self.differences += found.differences
