"""Formulas against what others have published, their limits, and a decomposition whose parts add up."""

import random
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from commons.rollup.indices.formulas import (
    Group,
    Split,
    coefficient_of_variation,
    decomposed,
    gini,
    highest_to_lowest,
    theil,
)

# R package ineq, help page "ineq": income distribution of the USA in 1968, means of ten classes.
USA_1968 = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]
# Inequality.jl, documentation of `gini` and `theil`.
NINE = [8, 5, 1, 3, 5, 6, 7, 6, 3]
# Spreadsheet "GINI" for teaching: incomes of twenty persons, in thousands.
TWENTY = [1, 3, 4, 5, 6, 8, 8, 9, 11, 12, 14, 17, 19, 21, 23, 27, 29, 32, 33, 38]
NEAR = Decimal("1e-12")


@pytest.mark.parametrize(
    ("amounts", "published"),
    [
        ([1, 2, 3, 4, 5], "0.266666666666667"),
        (USA_1968, "0.462091130267624"),
        (NINE, "0.2373737373737374"),
        (TWENTY, "0.38625"),
    ],
    ids=["one to five", "R ineq", "Inequality.jl", "twenty persons"],
)
def test_gini_as_published(amounts: list[int], published: str) -> None:
    found = gini(amounts)
    assert found is not None
    assert abs(found - Decimal(published)) < Decimal("1e-14")
    assert gini(reversed(amounts)) == found
    assert gini([100 * amount for amount in amounts]) == found


def test_theil_as_published() -> None:
    found = theil(NINE)
    assert found is not None
    assert abs(found - Decimal("0.10494562214323544")) < Decimal("1e-15")


def test_theil_is_the_logarithm_of_how_many_when_one_has_all() -> None:
    """P. Conceição and P. Ferreira, The Young Person's Guide to the Theil Index: from 0 to ln(n)."""
    assert theil([7, 7, 7]) == 0
    with localcontext(prec=40):
        assert theil([0, 0, 0, 0, 9]) == Decimal(5).ln()


def test_the_coefficient_of_variation_and_the_ratio() -> None:
    # Mean 5, standard deviation 2: the usual example of a population's deviation.
    assert coefficient_of_variation([2, 4, 4, 4, 5, 5, 7, 9]) == Decimal("0.4")
    assert highest_to_lowest([2, 4, 9]) == Decimal("4.5")


@pytest.mark.parametrize("formula", [gini, theil, coefficient_of_variation])
def test_limits(formula: object) -> None:
    assert callable(formula)
    assert formula([]) is None
    assert formula([0, 0]) is None
    assert formula([Decimal("12.50")]) == 0
    assert formula([3, 3, 3]) == 0


def test_nothing_is_not_a_lowest() -> None:
    assert highest_to_lowest([0, 5]) is None
    assert highest_to_lowest([]) is None
    assert highest_to_lowest([5]) == 1


def test_gini_reaches_one_less_a_share_when_one_has_all() -> None:
    assert gini([0, 0, 0, 1]) == Decimal("0.75")


def check(split: Split) -> None:
    parts = sum((part.share * part.total for part in split.within), Decimal(0))
    assert abs(split.total - split.between - parts) < NEAR
    for part in split.within:
        check(part)


def leaves(group: Group) -> list[Fraction]:
    return group.everything()


@pytest.mark.parametrize("seed", range(20))
def test_the_parts_add_up_at_each_level_and_to_the_undivided_index(seed: int) -> None:
    dice = random.Random(seed)

    def grown(depth: int) -> Group:
        amounts = tuple(Decimal(dice.choice([0, 1, 5, 250, 9999])) / 100 for _ in range(dice.randrange(4)))
        inside = tuple(grown(depth - 1) for _ in range(dice.randrange(1, 4))) if depth else ()
        return Group(f"{depth}", amounts, inside)

    country = Group("nation", (Decimal(3), Decimal("0.5")), (grown(2), grown(2)))
    split = decomposed(country)
    assert split is not None
    check(split)
    whole = theil([Decimal(one.numerator) / one.denominator for one in leaves(country)])
    assert whole is not None
    assert abs(whole - split.total) < NEAR


def test_a_decomposition_by_hand() -> None:
    """Two towns: 10 and 10, 20 and 60. Between: the towns have 1/5 and 4/5 of 100; within: only the second differs."""
    split = decomposed(Group("", (), (Group("a", (10, 10)), Group("b", (20, 60)))))
    assert split is not None
    with localcontext(prec=40):
        between = Decimal("0.2") * Decimal("0.4").ln() + Decimal("0.8") * Decimal("1.6").ln()
        inside = Decimal("0.25") * Decimal("0.5").ln() + Decimal("0.75") * Decimal("1.5").ln()
    assert abs(split.between - between) < NEAR
    assert [(part.name, part.share) for part in split.within] == [("a", Decimal("0.2")), ("b", Decimal("0.8"))]
    assert split.within[0].total == 0
    assert abs(split.within[1].total - inside) < NEAR
    assert abs(split.total - between - Decimal("0.8") * inside) < NEAR
