"""Everybody on the stage of scenario 4, each with a GraphQL client, and what they have made so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import BEIJING
from commons.rollup.fold import fold_many
from tests.api.purchasing.callers import Caller
from tests.clocks import Clock


@dataclass
class Play:
    """Everybody on the stage, and what they have made so far."""

    clock: Clock
    people: dict[str, Caller]
    codes: dict[str, str]
    experts: list[Caller]
    panel: list[Caller] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Caller:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def pass_to(self, moment: datetime) -> None:
        self.clock.pass_to(moment)
        for one in [*self.people.values(), *self.experts]:
            one.enter()

    @property
    def paid(self) -> Decimal:
        """What the nation reads of all unions' payments of the year."""
        fold_many(list(TradeUnion.objects.all()))
        told = self.nation.ask('{ union(code: "000000") { rollup(indicators: ["PUR-03"], period: "2026") { value } } }')
        ((row,),) = [told["union"]["rollup"]]
        return Decimal(str(row["value"]))


def day(text: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=BEIJING) + timedelta(hours=hour)
