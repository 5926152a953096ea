"""The steps of a payment that are taken beside the way from the request to the payment are guarded as those are. Source: SM-18."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from commons.hierarchy.models import TradeUnion
from commons.tenancy import door
from tenants.purchasing.enums import ContractState, MilestoneCondition, MilestoneState
from tenants.purchasing.machines.milestone import MILESTONE
from tenants.purchasing.machines.milestone import MilestoneEvent as E
from tenants.purchasing.models import Contract
from tests.factories.purchasing import contracts as make
from tests.tenants.purchasing.contracting import CODE, People, everybody, refused

S = MilestoneState
ENDED = [ContractState.TERMINATED, ContractState.EXPIRED, ContractState.FULFILLED]


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with door.inside(country[CODE]) as union:
        yield union


@pytest.fixture
def who(kaifu: TradeUnion) -> People:
    return everybody()


@pytest.fixture
def performing(kaifu: TradeUnion) -> Contract:
    return make.contract(state=ContractState.PERFORMING)


@pytest.mark.parametrize(
    ("code", "no", "fields"),
    [
        ("PURCHASING.MILESTONE_NOT_YET", 1, {"condition": MilestoneCondition.DATE, "planned_on": date(2026, 11, 21)}),
        ("PURCHASING.MILESTONE_MIDTERM_NOT_PASSED", 2, {}),
        ("PURCHASING.MILESTONE_NOT_ASSESSED", 3, {}),
    ],
)
def test_nothing_falls_due_before_its_time(
    who: People, performing: Contract, at: datetime, code: str, no: int, fields: dict[str, Any]
) -> None:
    row = make.at(performing, S.PLANNED, no=no, **fields)
    assert refused(MILESTONE, row, E.DUE, by=who.staff, at=at).code == code


@pytest.mark.parametrize("state", ENDED)
def test_nothing_falls_due_nor_is_released_of_a_contract_that_has_ended(
    who: People, performing: Contract, at: datetime, state: ContractState
) -> None:
    Contract.objects.filter(pk=performing.pk).update(state=state)
    planned = make.at(performing, S.PLANNED)
    told = refused(MILESTONE, planned, E.DUE, by=who.staff, at=at)
    assert told.code == "PURCHASING.MILESTONE_CONTRACT_NOT_IN_FORCE"
    withheld = make.at(performing, S.WITHHELD, no=2, withheld_reason="等待")
    told = refused(MILESTONE, withheld, E.RELEASE, by=who.admin, at=at, reason="恢复")
    assert told.code == "PURCHASING.MILESTONE_CONTRACT_NOT_IN_FORCE"


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("PURCHASING.PAYMENT_DAY", {"paid_on": "2026-11-21"}),
        ("PURCHASING.PAYMENT_DAY", {"paid_on": "2026-01-31"}),
        ("PURCHASING.PAYMENT_VOUCHER", {"voucher_no": "记-0101"}),
    ],
)
def test_a_reversal_is_registered_as_a_payment_is(
    who: People, performing: Contract, at: datetime, code: str, data: dict[str, str]
) -> None:
    row = make.at(performing, S.PAID)
    paid = make.payment(row, voucher_no="记-0101")
    given = {"payment": str(paid.pk), "paid_on": "2026-11-20", "voucher_no": "记-0102", **data}
    told = refused(MILESTONE, row, E.REVERSE, by=who.payer, at=at, data=given, reason="账号填错退回")
    assert told.code == code
