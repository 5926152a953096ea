"""
Measures of inequality. Amounts are not negative; nothing to compare (no amounts, or all zero) gives None.

Exact in fractions where the formula is rational; logarithms and roots are taken to 40 digits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

_DIGITS = 40

Amounts = Iterable[Decimal | int]


def gini(amounts: Amounts) -> Decimal | None:
    """
    Half the mean difference between any two, as a share of the mean: 0 when all have the same, towards 1 when one has all.

    Of the whole population, without the correction for samples. Source: C. Gini 1912; F. A. Cowell, Measuring Inequality.
    """
    ordered = sorted(Fraction(amount) for amount in amounts)
    total = sum(ordered, Fraction(0))
    if not total:
        return None
    count = len(ordered)
    ranked = sum(rank * amount for rank, amount in enumerate(ordered, start=1))
    return _decimal(2 * ranked / (count * total) - Fraction(count + 1, count))


def theil(amounts: Amounts) -> Decimal | None:
    """Theil's T: 0 when all have the same, ln(n) when one of n has all. Source: H. Theil 1967."""
    split = decomposed(Group("", tuple(amounts)))
    return split.total if split else None


def coefficient_of_variation(amounts: Amounts) -> Decimal | None:
    """The standard deviation of the whole population as a share of the mean."""
    there = [Fraction(amount) for amount in amounts]
    total = sum(there, Fraction(0))
    if not total:
        return None
    mean = total / len(there)
    variance = sum(((amount - mean) * (amount - mean) for amount in there), Fraction(0)) / len(there)
    with localcontext(prec=_DIGITS):
        return _decimal(variance / (mean * mean)).sqrt()


def highest_to_lowest(amounts: Amounts) -> Decimal | None:
    """How many times the lowest the highest is; None also where the lowest is nothing."""
    there = [Fraction(amount) for amount in amounts]
    if not there or not min(there):
        return None
    return _decimal(max(there) / min(there))


@dataclass(frozen=True)
class Group:
    """Amounts that stand directly in a group, and the groups inside it."""

    name: str
    amounts: tuple[Decimal | int, ...] = ()
    groups: tuple[Group, ...] = ()

    def everything(self) -> list[Fraction]:
        return [Fraction(amount) for amount in self.amounts] + [
            one for group in self.groups for one in group.everything()
        ]


@dataclass(frozen=True)
class Split:
    """
    Theil's T of a group = `between` its parts + the sum of each part's `share` x its own `total`, exactly.

    The parts are the groups inside and, as one more, the amounts that stand directly in it.
    """

    name: str
    share: Decimal
    total: Decimal
    between: Decimal
    within: tuple[Split, ...]


def decomposed(group: Group) -> Split | None:
    """Theil's T of nested groups, taken apart at each level; None where there is nothing to compare."""
    with localcontext(prec=_DIGITS):
        return _split(group, Fraction(1))


def _split(group: Group, share: Fraction) -> Split | None:
    everything = group.everything()
    total = sum(everything, Fraction(0))
    if not total:
        return None
    mean = total / len(everything)
    own = [Fraction(amount) for amount in group.amounts]
    if not group.groups:
        alone = sum((_term(amount / total, amount / mean) for amount in own if amount), Decimal(0))
        return Split(group.name, _decimal(share), alone, alone, ())
    parts = [*group.groups, *((Group("", group.amounts),) if own else ())]
    within = []
    between = Decimal(0)
    for part in parts:
        there = part.everything()
        if amount := sum(there):
            between += _term(amount / total, amount / len(there) / mean)
            if (split := _split(part, amount / total)) is not None:
                within.append(split)
    whole = between + sum((split.share * split.total for split in within), Decimal(0))
    return Split(group.name, _decimal(share), whole, between, tuple(within))


def _term(share: Fraction, ratio: Fraction) -> Decimal:
    return _decimal(share) * _decimal(ratio).ln()


def _decimal(value: Fraction | int) -> Decimal:
    with localcontext(prec=_DIGITS):
        exact = Fraction(value)
        return Decimal(exact.numerator) / Decimal(exact.denominator)
