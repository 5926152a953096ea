"""V8: the average of the parent's children, of five or more that have something."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.hierarchy.enums import Level, UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound
from commons.people.enums import Role
from commons.rollup.averages import Average, parent_average
from commons.rollup.errors import UnknownIndicator
from commons.rollup.models import Cell
from commons.rollup.selectors import Span
from tests.commons.rollup.test_selectors import asked
from tests.factories import country as countries

Country = dict[str, TradeUnion]
SPAN = Span.parse("2026-11")


def cell(union: TradeUnion, measure: str, amount: int) -> None:
    Cell.objects.create(union=union, measure=measure, month=SPAN.first, own=amount, subtree=amount)


@pytest.fixture
def city(country: Country) -> Country:
    """长沙 with five districts, of which 望城 has nothing, and its own 1,000, which are nobody's average."""
    for code, name in (("430102", "芙蓉区"), ("430103", "天心区"), ("430112", "望城区")):
        country[code] = countries.union(code, f"长沙市{name}总工会", Level.DISTRICT, country["430100"])
    for code, ledger, fresh, entries in (
        ("430102", 10, 1, 10),
        ("430103", 20, 10, 20),
        ("430105", 40, 30, 40),
        ("430111", 7, 0, 20),
        ("430100", 1077, 900, 1000),
        ("440304", 5000, 1, 1),
    ):
        for measure, amount in (("org_ledger", ledger), ("org_fresh", fresh), ("org_entries", entries)):
            cell(country[code], measure, amount)
    return country


def average(actor: Actor, *codes: str) -> list[Average]:
    return parent_average(actor, indicators=codes, span=SPAN)


def test_below_five_contributors_nothing_is_told(city: Country, actor_of: Callable[..., Actor]) -> None:
    leader = actor_of("430105", Role.LEADER)
    assert average(leader, "ORG-01", "ORG-08") == [
        Average("ORG-01", SPAN, None, None),
        Average("ORG-08", SPAN, None, None),
    ]


def test_five_children_have_an_average_of_their_own(city: Country, actor_of: Callable[..., Actor]) -> None:
    cell(city["430112"], "org_ledger", 5)
    cell(city["430112"], "org_entries", 10)
    leader = actor_of("430105", Role.LEADER)
    # (10 + 20 + 40 + 7 + 5) / 5; 41 fresh of 100 entries.
    assert average(leader, "ORG-01", "ORG-08", "ORG-10") == [
        Average("ORG-01", SPAN, Decimal("16.4"), 5),
        Average("ORG-08", SPAN, Decimal(41), 5),
        Average("ORG-10", SPAN, None, None),
    ]
    assert average(actor_of("430112", Role.LEADER), "ORG-01") == [Average("ORG-01", SPAN, Decimal("16.4"), 5)]
    # Suspended unions do not contribute.
    TradeUnion.objects.filter(pk=city["430111"].pk).update(state=UnionState.SUSPENDED)
    assert average(leader, "ORG-01") == [Average("ORG-01", SPAN, None, None)]


def test_who_may_not(city: Country, actor_of: Callable[..., Actor]) -> None:
    cell(city["430112"], "org_ledger", 5)
    partner = Actor(union=city["430105"], partner="对账系统", permissions=frozenset({Permission.NUMBERS_VIEW}))
    for actor in (partner, actor_of("000000", Role.LEADER), actor_of("430105", Role.REVIEWER)):
        with pytest.raises(NotFound):
            average(actor, "ORG-01")
    # The provinces are not told of the city's children.
    assert average(actor_of("430000", Role.LEADER), "ORG-01") == [Average("ORG-01", SPAN, None, None)]
    with pytest.raises(UnknownIndicator):
        average(actor_of("430105", Role.LEADER), "ORG-99")


def test_it_costs_three_statements(city: Country, actor_of: Callable[..., Actor]) -> None:
    leader = actor_of("430105", Role.LEADER)
    with CaptureQueriesContext(connection) as queries:
        average(leader, "ORG-01", "ORG-08", "ORG-14", "CTC-01")
    assert len(asked(queries)) == 3
