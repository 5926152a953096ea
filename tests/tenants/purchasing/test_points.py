"""From points to totals: the worked table of `ranking`, exact to the fraction. Source: E14; Appendix C1."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tenants.purchasing import ranking
from tests.factories.purchasing.calls import ITEMS

LINES = ranking.items_of({"items": ITEMS})
SHEETS = [
    dict(zip([line.code for line in LINES], points, strict=True))
    for points in (
        ["80", "90", "70", "60", "95", "50"],
        ["90", "80", "75", "65", "90", "60"],
        ["85", "88", "80", "70", "85", "40"],
    )
]


def test_the_worked_table() -> None:
    assert [ranking.total(LINES, sheet) for sheet in SHEETS] == [Decimal("76.75"), Decimal("77.75"), Decimal("78.00")]
    assert ranking.mean(LINES, SHEETS) == Decimal("77.5000")


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
    item = ranking.Item("plan", "方案", Decimal(weight), Decimal(maximum))
    assert ranking.weighted([item], {"plan": points}) == told


def test_without_items_there_is_no_total() -> None:
    assert ranking.weighted([], {}) == 0
