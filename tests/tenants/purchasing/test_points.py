"""From points to totals, exact to the fraction; the worked table is in test_ranking. Source: E14; Appendix C1."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tenants.purchasing import ranking, weighing


@pytest.mark.parametrize(
    ("weight", "maximum", "points", "told"),
    [
        ("100", "7", "3.33", Fraction(333, 7)),
        ("33.33", "30", "29.99", Fraction(3333 * 2999, 300_000)),
        ("100", "100", "0", Fraction(0)),
        ("0.01", "3", "0.01", Fraction(1, 30_000)),
    ],
)
def test_nothing_is_rounded_before_the_end(weight: str, maximum: str, points: str, told: Fraction) -> None:
    item = weighing.Item("plan", "方案", Decimal(weight), Decimal(maximum))
    assert ranking.weighted([item], {"plan": points}) == told


def test_without_items_there_is_no_total() -> None:
    assert ranking.weighted([], {}) == 0
