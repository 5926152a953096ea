"""PUR-19: given where it is given, eliminated where both stand in the subtree, never part of what was bought. Source: R6."""

from __future__ import annotations

from decimal import Decimal

from tests.commons.subsidies.conftest import LOWER, THIRD, UPPER, Parties
from tests.tenants.purchasing.figures.asking import exact, figure, fold_all


def given(parties: Parties, code: str) -> tuple[Decimal, Decimal]:
    """What a union gave itself this month, and what left its subtree."""
    own = figure(parties.unions, code, "PUR-19", "2026-11", own=True)
    return own or Decimal(0), figure(parties.unions, code, "PUR-19", "2026-11") or Decimal(0)


def test_what_is_paid_counts_where_it_is_given_and_vanishes_in_the_subtree_of_both(parties: Parties) -> None:
    row = parties.granted("120000")
    fold_all(parties.unions)
    assert given(parties, UPPER) == (0, 0)
    parties.take(row, "pay", parties.upper_finance, data={"paid_on": "2026-11-20", "voucher_no": "拨-1"})
    fold_all(parties.unions)
    assert given(parties, UPPER) == (Decimal(120_000), 0)
    for code in (LOWER, THIRD, "000000"):
        assert given(parties, code) == (0, 0)
    for code in (UPPER, LOWER, "000000"):
        assert not figure(parties.unions, code, "PUR-03", "2026-11")
    exact()


def test_a_row_that_changes_is_counted_anew(parties: Parties) -> None:
    row = parties.granted("120000")
    parties.take(row, "pay", parties.upper_finance, data={"paid_on": "2026-11-20", "voucher_no": "拨-1"})
    fold_all(parties.unions)
    row.paid_on = row.paid_on.replace(month=10)
    row.save()
    fold_all(parties.unions)
    assert given(parties, UPPER) == (0, 0)
    assert figure(parties.unions, UPPER, "PUR-19", "2026-10", own=True) == Decimal(120_000)
    exact()
