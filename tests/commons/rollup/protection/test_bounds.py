"""V9: whoever knows besides that nothing is below zero cannot pin a small cell down either; tried by enumeration."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.rollup import selectors
from commons.rollup.enums import Scope
from tests.commons.rollup.protection.test_derivation import (
    EXCLUSIVE,
    FIRST,
    ITEMS,
    VIEWERS,
    Country,
    declared,
    officer,
    partner,
)

__all__ = ["declared"]

Figures = dict[tuple[int, Scope, str], int]


def splits(total: int) -> Iterator[tuple[int, int, int]]:
    for first in range(total + 1):
        for second in range(total - first + 1):
            yield first, second, total - first - second


def possible(made: Country, shown: Figures) -> Iterator[Figures]:
    """Every country that looks to the reader as this one does."""
    choices = []
    for one in made.unions:
        total = made.amount(one, Scope.OWN, "", [FIRST])
        fitting = [
            split
            for split in splits(total)
            if all(
                shown.get((one.pk, Scope.OWN, item), amount) == amount
                for item, amount in zip(ITEMS, split, strict=True)
            )
        ]
        choices.append(fitting)
    for chosen in product(*choices):
        figures: Figures = {}
        for one, split in zip(made.unions, chosen, strict=True):
            for item, amount in zip(ITEMS, split, strict=True):
                figures[one.pk, Scope.OWN, item] = amount
                for above in one.path:
                    place = (above, Scope.SUBTREE, item)
                    figures[place] = figures.get(place, 0) + amount
        if all(figures[place] == amount for place, amount in shown.items()):
            yield figures


def ask(made: Country, actor: Actor) -> tuple[Figures, set[tuple[int, Scope, str]]]:
    """What is shown, and which small cells are not."""
    shown: Figures = {}
    small = set()
    for scope in Scope:
        for value in selectors.values(
            actor, unions=made.unions, indicators=["X-01"], month=FIRST, scope=scope, by=EXCLUSIVE.code
        ):
            place = (value.union_id, scope, value.item)
            if value.value is not None:
                shown[place] = int(value.value)
            elif 0 < made.amount(by_id(made)[value.union_id], scope, value.item, [FIRST]) < 5:
                small.add(place)
    return shown, small


def by_id(made: Country) -> dict[int, TradeUnion]:
    return {one.pk: one for one in made.unions}


def mixed(made: Country, one: TradeUnion) -> bool:
    """Whether what a union counts is of several kinds and stands in several places."""
    kinds = [item for item in ITEMS if made.amount(one, Scope.SUBTREE, item, [FIRST])]
    places = [made.amount(one, Scope.OWN, "", [FIRST])]
    places += [made.amount(child, Scope.SUBTREE, "", [FIRST]) for child in made.unions if child.parent_id == one.pk]
    return len(kinds) > 1 and sum(map(bool, places)) > 1


@pytest.mark.parametrize("viewer", VIEWERS, ids=["officer", "partner"])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_every_small_cell_may_be_something_else(
    country: object, viewer: Callable[[TradeUnion], Actor], seed: int
) -> None:
    dice = random.Random(seed)
    made = Country(dice, size=dice.randrange(1, 6), months=1, flow=False, dim=EXCLUSIVE, usual=[0, 0, 0, 1, 2, 3, 5])
    top = made.unions[0]
    if viewer is officer:
        assume(all(mixed(made, one) for one in made.unions if one.parent_id == top.pk))
    shown, small = ask(made, viewer(top))
    seen: dict[tuple[int, Scope, str], set[int]] = {place: set() for place in small}
    for figures in possible(made, shown):
        for place in small:
            seen[place].add(figures[place])
        if all(len(values) > 1 for values in seen.values()):
            break
    assert [place for place, values in seen.items() if len(values) < 2] == []


def test_where_all_is_of_one_kind_zeros_are_hidden_too(country: object) -> None:
    """A city of social groups alone: a district's total of three would say that three are social groups."""
    made = Country(random.Random(1), size=1, months=1, flow=False, dim=EXCLUSIVE, usual=[0])
    made.grow([(0, {"b": 30}), (0, {}), (2, {"a": 20}), (2, {"a": 3})])
    shown, small = ask(made, partner(made.unions[0]))
    city, district = made.unions[2], made.unions[4]
    assert (district.pk, Scope.SUBTREE, "a") in small
    assert (city.pk, Scope.SUBTREE, "a") not in shown
    assert len({figures[district.pk, Scope.SUBTREE, "a"] for figures in possible(made, shown)}) > 1
