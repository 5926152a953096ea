"""How the tests of figures ask."""

from __future__ import annotations

from decimal import Decimal

from commons.access import actors
from commons.hierarchy.models import TradeUnion
from commons.rollup import selectors
from commons.rollup.enums import Scope
from commons.rollup.fold import fold_many
from commons.rollup.selectors import Span
from commons.rollup.verify import verify

Country = dict[str, TradeUnion]


def figure(
    country: Country, code: str, indicator: str, period: str, *, by: str = "", item: str = "", own: bool = False
) -> Decimal | None:
    found = selectors.values(
        actors.system("test", country["000000"]),
        unions=[country[code]],
        indicators=[indicator],
        span=Span.parse(period),
        scope=Scope.OWN if own else Scope.SUBTREE,
        by=by or None,
    )
    return next(value.value for value in found if value.item == item)


def figures(country: Country, code: str, period: str, *indicators: str) -> dict[str, Decimal | None]:
    return {indicator: figure(country, code, indicator, period) for indicator in indicators}


def items(country: Country, code: str, indicator: str, period: str, by: str) -> dict[str, Decimal]:
    """What is not nothing, by item."""
    found = selectors.values(
        actors.system("test", country["000000"]),
        unions=[country[code]],
        indicators=[indicator],
        span=Span.parse(period),
        by=by,
    )
    return {value.item: value.value for value in found if value.value}


def fold_all(country: Country) -> None:
    fold_many(list(country.values()))


def exact() -> None:
    """A recount of everything finds what is stored."""
    assert verify().differences == []
