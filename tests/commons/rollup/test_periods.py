"""Many periods in few statements: each the same as asked for by itself, and no neighbour's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.kit.errors import NotFound
from commons.people.enums import Role
from commons.rollup import selectors
from commons.rollup.enums import Scope
from commons.rollup.errors import TooManySeries
from commons.rollup.fold import fold
from commons.rollup.selectors import Lens, Span
from commons.tenancy.door import inside
from tests.commons.rollup.periods.asking import close, enter, months
from tests.factories import organizations as make

ActorOf = Callable[..., Actor]
Country = dict[str, TradeUnion]

SPANS = [Span.parse(text) for text in ("2026-01", "2026-Q1", "2025-Q1", "2026-H1", "2026", "2025", "2025-11..2026-04")]
CODES = [found.code for found in selectors.catalogue()]


@pytest.fixture
def counted(country: Country) -> Country:
    for code, day in (("430105", date(2025, 2, 10)), ("430105", date(2026, 2, 3)), ("430111", date(2026, 1, 20))):
        with inside(country[code]):
            make.organization(active_on=day)
        fold(country[code])
    return country


@pytest.mark.parametrize("scope", list(Scope))
def test_each_period_is_what_it_is_alone(counted: Country, actor_of: ActorOf, scope: Scope) -> None:
    actor, union = actor_of("430000", Role.LEADER), counted["430100"]
    for lens in (Lens(), Lens(as_of=now())):
        together = selectors.periods(actor, union=union, indicators=CODES, spans=SPANS, scope=scope, lens=lens)
        alone = [
            value
            for span in SPANS
            for value in selectors.values(actor, unions=[union], indicators=CODES, span=span, scope=scope, lens=lens)
        ]
        assert [(value.indicator, value.period) for value in together] == [
            (code, span) for code in CODES for span in SPANS
        ]
        assert sorted(together, key=repr) == sorted((replace(value) for value in alone), key=repr)
    figures = {value.period: value.value for value in together if value.indicator == "ORG-01"}
    if scope is Scope.SUBTREE:
        assert [figures[span] for span in SPANS] == [2, 3, 1, 3, 3, 1, 3]


def test_a_neighbour_has_none(counted: Country, actor_of: ActorOf) -> None:
    for code in ("430105", "430100", "440304"):
        with pytest.raises(NotFound):
            selectors.periods(actor_of("430111", Role.LEADER), union=counted[code], indicators=["ORG-01"], spans=SPANS)


def test_few_statements_and_not_too_many_periods(counted: Country, actor_of: ActorOf) -> None:
    actor, union = actor_of("430100", Role.LEADER), counted["430100"]
    calendar = [Span.parse(text) for text in ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q4")]
    with CaptureQueriesContext(connection) as asked:
        selectors.periods(actor, union=union, indicators=CODES, spans=calendar)
    # Three for all but the indices, which ask for themselves whatever the number of periods.
    assert len(asked) == 12
    with pytest.raises(TooManySeries):
        selectors.periods(actor, union=union, indicators=CODES, spans=SPANS * 20)


def test_a_running_period_as_of_then_counts_to_the_month_of_then(counted: Country, actor_of: ActorOf) -> None:
    """What ends in a later month was still there when the page of then was looked at."""
    actor, union = actor_of("430100", Role.LEADER), counted["430100"]
    [value] = selectors.values(
        actor, unions=[union], indicators=["ORG-01"], span=Span.parse("2026"), lens=Lens(as_of=now())
    )
    assert value.value == 3


def test_the_edition_changes_with_each_fold_and_each_change_of_the_tree(counted: Country) -> None:
    before = selectors.edition()
    assert selectors.edition() == before
    with inside(counted["440304"]):
        make.organization(active_on=date(2026, 2, 10))
    fold(counted["440304"])
    after = selectors.edition()
    assert after[0] != before[0]
    assert after[1:] == before[1:]
    moment = now()
    assert selectors.edition(moment)[0] == moment


def test_a_closed_period_is_told_as_of_its_revision_among_open_ones(counted: Country, actor_of: ActorOf) -> None:
    close(*months(2025, 1, 3), "2025-Q1")
    enter(counted["430105"], date(2025, 2, 20))
    spans = [Span.parse(text) for text in ("2025-Q1", "2025-Q2", "2026-Q1", "2026-Q4")]
    found = selectors.periods(
        actor_of("430100", Role.LEADER), union=counted["430100"], indicators=["ORG-01"], spans=spans
    )
    assert [(value.value, value.quality.value, value.revision) for value in found] == [
        (1, "final", 0),
        (2, "provisional", None),
        (4, "provisional", None),
        (4, "provisional", None),
    ]
