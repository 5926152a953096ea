"""
V9: nobody can work out a small cell from all that they may ask.

Random trees with many small counts are stored as the fold stores them; then one viewer asks for everything, and what
is shown is put together.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.hierarchy import lineage
from commons.hierarchy.enums import Level, Line, UnionState
from commons.hierarchy.models import Parentage, TradeUnion
from commons.kit.labels import Code
from commons.rollup import selectors
from commons.rollup.declaration import CATALOGUE, Dimension, Indicator, Measure
from commons.rollup.enums import Aggregation, MeasureKind, Scope
from commons.rollup.models import Cell
from commons.rollup.protection import suppressing
from commons.rollup.protection.pattern import Table, View
from commons.rollup.protection.search import Cell as Hidden
from commons.rollup.selectors import Span
from tenants.registry.measures import STAFF
from tests.commons.rollup.protection.attack import Known


class Kind(Code):
    A = "a", "甲", "A"
    B = "b", "乙", "B"
    C = "c", "丙", "C"


ITEMS = [kind.value for kind in Kind]
EXCLUSIVE = Dimension("TE", "种类", "Kind", Kind)
SEVERAL = Dimension("TS", "各类", "Kinds", Kind, several=True)
WORDS = {"unit": "人", "definition": "试验。", "date_rule": "试验。", "who_counts": "试验。"}
PEOPLE, EVENTS = (
    Measure(code=f"test_{name}", kind=kind, family=STAFF, dims=(EXCLUSIVE, SEVERAL), sql="SELECT NULL")
    for name, kind in (("people", MeasureKind.STOCK), ("events", MeasureKind.SUM))
)
DECLARED = (
    Indicator(
        code="X-01", zh="人数", en="P", aggregation=Aggregation.STOCK, measure=PEOPLE, person_related=True, **WORDS
    ),
    Indicator(code="X-02", zh="人次", en="E", aggregation=Aggregation.SUM, measure=EVENTS, sensitive=True, **WORDS),
)
YEAR = 2024
FIRST = YEAR * 12
numbers = count(1)

# (union, item, month) as an unknown; a reader knows sums of them.
Tree = dict[int, int | None]


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    before = (dict(CATALOGUE.families), dict(CATALOGUE.measures), dict(CATALOGUE.indicators))
    for indicator in DECLARED:
        CATALOGUE.add(indicator)
    yield
    CATALOGUE.families, CATALOGUE.measures, CATALOGUE.indicators = before


class Country:
    """A random tree and what it counts: {(union, item, month): amount} of each union's own."""

    def __init__(
        self,
        dice: random.Random,
        *,
        size: int,
        months: int,
        flow: bool,
        dim: Dimension,
        usual: Sequence[int] = (),
        moves: bool = False,
    ) -> None:
        self.flow, self.dim = flow, dim
        self.measure = EVENTS if flow else PEOPLE
        self.months = [FIRST + month for month in range(months)]
        self.unions: list[TradeUnion] = [union(None)]
        for _ in range(size - 1):
            self.unions.append(union(dice.choice([one for one in self.unions if len(one.path) < 4])))
        self.before = {one.pk: list(one.path) for one in self.unions}
        if moves:
            self.move(dice)
        usual = usual or dice.choice([[0, 0, 0, 3], [0, 1, 2, 3, 4, 7], [0, 0, 2, 6, 9, 12], [1, 5, 6, 20]])
        self.own = {
            (one.pk, item, month): dice.choice(usual) for one in self.unions for item in ITEMS for month in self.months
        }
        self.write()

    def move(self, dice: random.Random) -> None:
        """From the second month on, one union and all under it stand elsewhere."""
        moving = dice.choice(self.unions[1:])
        below = self.below(moving)
        height = max(len(one.path) for one in below) - len(moving.path)
        others = [one for one in self.unions if one not in below and len(one.path) + height < 4]
        target = dice.choice(others or [self.unions[0]])
        day = date(YEAR, 2, 1)
        Parentage.objects.filter(union=moving).update(until_on=day)
        Parentage.objects.create(union=moving, parent=target, line=Line.REGIONAL, from_on=day)
        gone = len(moving.path) - 1
        for one in below:
            one.path = [*target.path, *one.path[gone:]]
            one.save(update_fields=["path"])
        lineage.refresh()

    def path_of(self, one: TradeUnion, month: int) -> list[int]:
        return self.before.get(one.pk, one.path) if month == FIRST else one.path

    def grow(self, children: Sequence[tuple[int, dict[str, int]]]) -> None:
        """Add unions under the named ones, each with what it counts."""
        Cell.objects.filter(union__in=self.unions).delete()
        for parent, own in children:
            self.unions.append(union(self.unions[parent]))
            self.own |= {(self.unions[-1].pk, item, self.months[0]): amount for item, amount in own.items()}
        self.write()

    def below(self, top: TradeUnion) -> list[TradeUnion]:
        return [one for one in self.unions if top.pk in one.path]

    def sum_of(self, where: TradeUnion, scope: Scope, item: str, months: list[int]) -> dict[tuple[int, str, int], int]:
        """The unknowns that a figure is the sum of; '' is the total of exclusive items."""
        items = ITEMS if item == "" else [item]
        return {
            (one.pk, kind, month): 1
            for month in months
            for one in self.unions
            if one == where or (scope is Scope.SUBTREE and where.pk in self.path_of(one, month))
            for kind in items
        }

    def amount(self, where: TradeUnion, scope: Scope, item: str, months: list[int]) -> int:
        return sum(self.own.get(key, 0) for key in self.sum_of(where, scope, item, months))

    def write(self) -> None:
        Cell.objects.bulk_create(
            Cell(
                union=one,
                measure=self.measure.code,
                dim=self.dim.code if item else "",
                item=item,
                month=month,
                own=self.amount(one, Scope.OWN, item, [month]),
                subtree=self.amount(one, Scope.SUBTREE, item, [month]),
            )
            for one in self.unions
            for item in ["", *ITEMS]
            for month in self.months
        )


def union(parent: TradeUnion | None) -> TradeUnion:
    number = next(numbers)
    level = [Level.NATIONAL, Level.PROVINCE, Level.CITY, Level.DISTRICT][len(parent.path) if parent else 0]
    made = TradeUnion.objects.create(
        code=f"T{number:08d}",
        schema_name=f"t{number:08d}",
        name_zh=f"试验{number}总工会",
        short_name_zh=f"试验{number}",
        level=level,
        parent=parent,
        state=UnionState.ACTIVE,
        created_at="2024-01-01T00:00Z",
    )
    made.path = [*(parent.path if parent else []), made.pk]
    made.save(update_fields=["path"])
    Parentage.objects.create(union=made, parent=parent, line=Line.REGIONAL, from_on=date(2024, 1, 1))
    lineage.add(made)
    return made


def officer(top: TradeUnion) -> Actor:
    return Actor(union=top, roles=frozenset(), permissions=frozenset({Permission.NUMBERS_VIEW}))


def partner(top: TradeUnion) -> Actor:
    return Actor(union=top, partner="对账系统", permissions=frozenset({Permission.NUMBERS_VIEW}))


VIEWERS = (officer, partner)


def spans(country: Country) -> list[Span]:
    if not country.flow:
        return [Span.month(month) for month in country.months]
    asked = [Span.month(FIRST + month) for month in range(12)]
    texts = [f"{YEAR}-Q{quarter}" for quarter in (1, 2, 3, 4)]
    texts += [f"{YEAR}-H1", f"{YEAR}-H2", f"{YEAR}", f"{YEAR}-01..{YEAR}-11", f"{YEAR}-02..{YEAR}-12"]
    return [*asked, *(Span.parse(text) for text in (*texts, f"{YEAR - 1}-01..{YEAR}-12"))]


def shown(country: Country, actor: Actor) -> tuple[Known, list[dict[tuple[int, str, int], int]]]:
    """All that the actor is shown put together, and the small cells that are withheld."""
    assert actor.union is not None
    [code] = [found.code for found in DECLARED if found.measure == country.measure]
    known, small = Known(), []
    for span in spans(country):
        months = list(range(span.first, span.last + 1))
        for scope in Scope:
            for one in country.below(actor.union):
                if not country.dim.several:
                    known.add(country.sum_of(one, scope, "", months))
            for value in selectors.values(
                actor, unions=country.below(actor.union), indicators=[code], span=span, scope=scope, by=country.dim.code
            ):
                where = next(one for one in country.unions if one.pk == value.union_id)
                here = country.sum_of(where, scope, value.item, months)
                amount = country.amount(where, scope, value.item, months)
                near = not actor.partner and any(
                    actor.union.pk in country.path_of(where, month)[-2:] for month in (span.last, country.months[-1])
                )
                if value.suppressed:
                    assert value.value is None
                    small += [here] if 0 < amount < 5 and not near else []
                else:
                    assert value.value == amount
                    known.add(here)
                    assert near or not 0 < amount < 5, "a small cell is shown"
    return known, small


@pytest.mark.parametrize("dim", [EXCLUSIVE, SEVERAL], ids=["exclusive", "several"])
@pytest.mark.parametrize("viewer", VIEWERS, ids=["officer", "partner"])
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_no_small_cell_follows_from_what_is_shown(
    country: object, viewer: Callable[[TradeUnion], Actor], dim: Dimension, seed: int
) -> None:
    dice = random.Random(seed)
    made = Country(dice, size=dice.randrange(2, 14), months=2, flow=False, dim=dim)
    known, small = shown(made, viewer(made.unions[0]))
    assert [one for one in small if known.tells(one)] == []


@pytest.mark.parametrize("viewer", VIEWERS, ids=["officer", "partner"])
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_neither_does_it_while_unions_move(country: object, viewer: Callable[[TradeUnion], Actor], seed: int) -> None:
    """Asked by the root and by any other union that has others under it."""
    dice = random.Random(seed)
    made = Country(dice, size=dice.randrange(3, 12), months=2, flow=False, dim=EXCLUSIVE, moves=True)
    for top in (made.unions[0], dice.choice(made.unions)):
        known, small = shown(made, viewer(top))
        assert [one for one in small if known.tells(one)] == []


@pytest.mark.parametrize("viewer", VIEWERS, ids=["officer", "partner"])
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_neither_does_it_from_months_quarters_and_years(
    country: object, viewer: Callable[[TradeUnion], Actor], seed: int
) -> None:
    dice = random.Random(seed)
    made = Country(dice, size=dice.randrange(2, 7), months=dice.randrange(1, 13), flow=True, dim=EXCLUSIVE)
    known, small = shown(made, viewer(made.unions[0]))
    assert [one for one in small if known.tells(one)] == []


def only_small(
    tables: Sequence[Table], items: Sequence[str], view: View, *, hidden: Collection[Hidden] = (), **_: object
) -> set[Hidden]:
    """What hiding the small cells alone would be."""
    return set(hidden) | {
        cell for table in tables for cell, amount in table.amounts.items() if view.hides(cell.union) and 0 < amount < 5
    }


@pytest.mark.parametrize("flow", [False, True], ids=["months", "years"])
@pytest.mark.parametrize("viewer", VIEWERS, ids=["officer", "partner"])
def test_hiding_the_small_cells_alone_is_found_out(
    country: object, monkeypatch: pytest.MonkeyPatch, viewer: Callable[[TradeUnion], Actor], flow: bool
) -> None:
    """The attack works: so that it finds nothing elsewhere means something."""
    monkeypatch.setattr(suppressing, "pattern", only_small)
    made = Country(random.Random(4), size=8, months=2, flow=flow, dim=EXCLUSIVE)
    known, small = shown(made, viewer(made.unions[0]))
    told = [one for one in small if known.tells(one)]
    assert len(told) > len(small) / 2 > 2
