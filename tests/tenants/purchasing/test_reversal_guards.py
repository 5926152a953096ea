"""A payment of which money has come back is not reversed whole: what was paid net never falls below nothing, nor does it of any source. Source: E44, PUR-03."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest

from commons.codelists.services import FundSource
from commons.hierarchy.models import TradeUnion
from commons.tenancy import door
from commons.workflow.transitions import transition
from tenants.purchasing.actions import refunds
from tenants.purchasing.enums import ContractState, MilestoneState, PaymentKind
from tenants.purchasing.machines.milestone import MILESTONE
from tenants.purchasing.machines.milestone import MilestoneEvent as E
from tenants.purchasing.models import Contract, Payment, PaymentMilestone
from tenants.purchasing.selectors import contracts
from tests.factories.purchasing import contracts as make
from tests.tenants.purchasing.contracting import CODE, People, everybody, refused

UNION, FISCAL = FundSource.UNION_FUNDS, FundSource.FISCAL


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with door.inside(country[CODE]) as union:
        yield union


@pytest.fixture
def who(kaifu: TradeUnion) -> People:
    return everybody()


@pytest.fixture
def paid(kaifu: TradeUnion) -> Contract:
    """30,000 yuan of union funds and 40,000 of the budget, paid."""
    row = make.contract(state=ContractState.PERFORMING)
    make.payment(make.at(row, MilestoneState.PAID, no=1), fund_source=UNION)
    make.payment(make.at(row, MilestoneState.PAID, no=2), fund_source=FISCAL)
    return row


def returned(of: Contract, amount: str, source: FundSource, who: People, at: datetime) -> None:
    refunds.refund(
        contract=of,
        amount=Decimal(amount),
        returned_on=date(2026, 11, 19),
        voucher_no="退-0001",
        fund_source=source,
        reason="结余退回",
        by=who.payer,
        at=at,
    )


def reversing(of: PaymentMilestone) -> dict[str, str]:
    payment = Payment.objects.get(milestone=of, kind=PaymentKind.PAYMENT)
    return {"payment": str(payment.pk), "paid_on": "2026-11-20", "voucher_no": "记-0102"}


def test_what_came_back_is_not_taken_back_once_more(who: People, paid: Contract, at: datetime) -> None:
    """Of the whole contract 69,999.99 yuan are still paid; of the source one cent less than the payment."""
    returned(paid, "0.01", UNION, who, at)
    row = PaymentMilestone.objects.get(contract=paid, no=1)
    told = refused(MILESTONE, row, E.REVERSE, by=who.payer, at=at, data=reversing(row), reason="账号填错退回")
    assert told.code == "PURCHASING.PAYMENT_RETURNED"
    assert told.params == {"source": "工会经费", "net": "29,999.99", "amount": "30,000.00"}


def test_what_came_back_to_another_source_stands_in_no_ones_way(who: People, paid: Contract, at: datetime) -> None:
    returned(paid, "40000.00", FISCAL, who, at)
    row = PaymentMilestone.objects.get(contract=paid, no=1)
    transition(MILESTONE, row, E.REVERSE, by=who.payer, at=at, data=reversing(row), reason="账号填错退回")
    assert contracts.net_by_source(paid) == {UNION: Decimal("0.00"), FISCAL: Decimal("0.00")}
    assert contracts.net_paid(paid) == Decimal("0.00")
