"""Amendments take effect by being signed; enterprise purchases are registered; unused money comes back. Source: SM-18, E36, E44."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from commons.audit.models import AuditEvent
from commons.codelists.services import FundSource
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Invalid, NotFound, Refused
from commons.tenancy import door
from commons.workflow.transitions import transition
from tenants.purchasing.actions import accounts, amendments, contracts, enterprise, refunds
from tenants.purchasing.contract_terms import Part, capital
from tenants.purchasing.enums import (
    BuyerKind,
    ContractState,
    MilestoneCondition,
    MilestoneState,
    PaymentKind,
)
from tenants.purchasing.machines.contract import CONTRACT
from tenants.purchasing.machines.contract import ContractEvent as E
from tenants.purchasing.models import Contract, Payment, PaymentMilestone
from tenants.purchasing.selectors import contracts as selectors
from tests.factories import people
from tests.factories.organizations import credit_code
from tests.factories.purchasing import contracts as make
from tests.factories.uploads import upload
from tests.tenants.purchasing.contracting import CODE, People, everybody, everything, refused

S = ContractState


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with door.inside(country[CODE]) as union:
        yield union


@pytest.fixture
def who(kaifu: TradeUnion) -> People:
    return everybody()


@pytest.fixture
def performing(kaifu: TradeUnion) -> Contract:
    """Of 100,000 yuan, 30,000 paid."""
    row = make.contract(state=S.PERFORMING, template=make.template())
    make.payment(make.at(row, MilestoneState.PAID, no=1))
    return row


def amended(performing: Contract, who: People, at: datetime, parts: list[Part], amount: str) -> Contract:
    row = amendments.amend(contract=performing, by=who.staff, at=at)
    row = contracts.edit(contract=row, version=row.version, amount=Decimal(amount), by=who.staff, at=at)
    contracts.set_milestones(contract=row, parts=parts, version=row.version, by=who.staff, at=at)
    return Contract.objects.get(pk=row.pk)


def signing() -> dict[str, Any]:
    return {"data": {"signed_on": "2026-11-20"}, "files": {"file": upload(name="补充.pdf")}}


def parts(*given: tuple[str, str]) -> list[Part]:
    conditions = [condition for condition, _, _ in make.PARTS]
    days = [day for _, _, day in make.PARTS]
    return [
        Part(condition, Decimal(share), day, Decimal(amount))
        for condition, day, (share, amount) in zip(conditions, days, given, strict=False)
    ]


def test_an_amendment_takes_the_place_of_what_was_agreed(who: People, performing: Contract, at: datetime) -> None:
    row = amended(performing, who, at, parts(("37.5", "30000"), ("37.5", "30000"), ("25", "20000")), "80000")
    assert (row.amends, row.amount_before) == (performing, Decimal("100000.00"))
    transition(CONTRACT, row, E.SUBMIT, by=who.staff, at=at)
    transition(CONTRACT, row, E.PASS, by=who.admin, at=at, reason="通过")
    given = {"data": {"signed_on": "2026-11-20"}, "files": {"file": upload(name="补充.pdf")}}
    transition(CONTRACT, row, E.SIGN, by=who.staff, at=at, **given)

    performing.refresh_from_db()
    assert (performing.amount, performing.state) == (Decimal("80000.00"), S.PERFORMING)
    told = performing.milestones.order_by("no").values_list("no", "share", "amount", "state")
    assert list(told) == [
        (1, Decimal("37.50"), Decimal("30000.00"), MilestoneState.PAID),
        (2, Decimal("37.50"), Decimal("30000.00"), MilestoneState.PLANNED),
        (3, Decimal("25.00"), Decimal("20000.00"), MilestoneState.PLANNED),
    ]
    assert selectors.net_paid(performing) == Decimal("30000.00")
    # It is performed and ended by the contract that it amends.
    row.refresh_from_db()
    told = refused(CONTRACT, row, E.TERMINATE, by=who.admin, at=at, reason="终止")
    assert told.code == "PURCHASING.CONTRACT_IS_AMENDMENT"
    for event, state in ((E.START, S.SIGNED), (E.EXPIRE, S.SIGNED), (E.EXPIRE, S.PERFORMING), (E.FULFIL, S.PERFORMING)):
        Contract.objects.filter(pk=row.pk).update(state=state)
        told = refused(CONTRACT, row, event, by=who.staff, at=at)
        assert told.code == "PURCHASING.CONTRACT_IS_AMENDMENT"


@pytest.mark.parametrize(
    "given",
    [
        (("20", "16000"), ("55", "44000"), ("25", "20000")),
        (("30", "24000"), ("45", "36000"), ("25", "20000")),
    ],
)
def test_what_is_paid_stays(who: People, performing: Contract, at: datetime, given: Any) -> None:
    row = amended(performing, who, at, parts(*given), "80000")
    assert refused(CONTRACT, row, E.SUBMIT, by=who.staff, at=at).code == "PURCHASING.CONTRACT_AMENDS_PAID"
    # What was paid while it was being checked is found when it is signed.
    Contract.objects.filter(pk=row.pk).update(state=S.TO_SIGN)
    assert refused(CONTRACT, row, E.SIGN, by=who.staff, at=at, **signing()).code == "PURCHASING.CONTRACT_AMENDS_PAID"


def test_payments_under_way_are_settled_first(who: People, performing: Contract, at: datetime) -> None:
    row = amended(performing, who, at, parts(("37.5", "30000"), ("37.5", "30000"), ("25", "20000")), "80000")
    make.at(performing, MilestoneState.APPROVED, no=2)
    told = refused(CONTRACT, row, E.SUBMIT, by=who.staff, at=at)
    assert told.code == "PURCHASING.CONTRACT_AMENDS_UNSETTLED"
    assert told.params["nos"] == "2"
    Contract.objects.filter(pk=row.pk).update(state=S.TO_SIGN)
    told = refused(CONTRACT, row, E.SIGN, by=who.staff, at=at, **signing())
    assert told.code == "PURCHASING.CONTRACT_AMENDS_UNSETTLED"


def test_an_amendment_is_not_more_than_the_award(who: People, performing: Contract, at: datetime) -> None:
    row = amended(performing, who, at, parts(("30", "30000"), ("40", "40000"), ("30", "30000.01")), "100000.01")
    assert refused(CONTRACT, row, E.SUBMIT, by=who.staff, at=at).code == "PURCHASING.CONTRACT_ABOVE_AWARD"


def test_one_amendment_at_a_time_and_of_contracts_in_force(who: People, performing: Contract, at: datetime) -> None:
    first = amendments.amend(contract=performing, by=who.staff, at=at)
    for wrong in (performing, first, make.contract(state=S.TERMINATED)):
        with pytest.raises(Invalid):
            amendments.amend(contract=wrong, by=who.staff, at=at)
    assert Contract.objects.filter(amends__isnull=False).count() == 1


def test_what_an_enterprise_bought_is_registered_as_signed(who: People, at: datetime) -> None:
    """SM-15 ★: buyer kind enterprise; ENT-01 and ENT-02 count it by the day of signing."""
    provider = make.provider()
    buyer = credit_code(77)
    row = enterprise.register_enterprise(
        provider=provider,
        buyer_name="长沙三一智造有限公司",
        buyer_uscc=buyer,
        title="职工心理健康服务",
        amount=Decimal("52000.00"),
        signed_on=date(2026, 11, 18),
        by=who.staff,
        at=at,
    )
    assert (row.buyer_kind, row.buyer_name, row.buyer_uscc) == (BuyerKind.ENTERPRISE, "长沙三一智造有限公司", buyer)
    assert (row.state, row.signed_on, row.amount, row.own_share) == (
        S.SIGNED,
        date(2026, 11, 18),
        Decimal("52000.00"),
        Decimal(100),
    )
    assert (row.project_id, row.template_id, row.milestones.count()) == (None, None, 0)
    assert Contract.objects.filter(buyer_kind=BuyerKind.ENTERPRISE, signed_on__year=2026).count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("buyer_name", " "),
        ("buyer_uscc", "123"),
        ("title", ""),
        ("amount", Decimal(0)),
        ("signed_on", date(2026, 11, 21)),
    ],
)
def test_a_registration_is_complete(who: People, at: datetime, field: str, value: Any) -> None:
    given: dict[str, Any] = {
        "provider": make.provider(),
        "buyer_name": "长沙三一智造有限公司",
        "buyer_uscc": credit_code(78),
        "title": "职工心理健康服务",
        "amount": Decimal(52000),
        "signed_on": date(2026, 11, 18),
        field: value,
    }
    before = everything()
    with pytest.raises(Invalid) as told:
        enterprise.register_enterprise(**given, by=who.staff, at=at)
    assert list(told.value.problems) == [field]
    assert everything() == before


def refunded(contract: Contract, by: Any, at: datetime, **other: Any) -> Payment:
    given: dict[str, Any] = {
        "amount": Decimal("1200.50"),
        "returned_on": date(2026, 11, 19),
        "voucher_no": "收-0007",
        "fund_source": "union_funds",
        "reason": "结余退回",
        **other,
    }
    return refunds.refund(contract=contract, by=by, at=at, **given)


def test_unused_money_comes_back_as_a_row_of_its_own(who: People, performing: Contract, at: datetime) -> None:
    row = refunded(performing, who.payer, at)
    assert (row.kind, row.milestone, row.amount, row.fund_source) == (
        PaymentKind.REFUND,
        None,
        Decimal("-1200.50"),
        FundSource.UNION_FUNDS,
    )
    assert selectors.net_paid(performing) == Decimal("28799.50")
    # The milestone was paid all the same.
    assert PaymentMilestone.objects.get(contract=performing, no=1).state == MilestoneState.PAID


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", Decimal("30000.01")),
        ("amount", Decimal(0)),
        ("amount", Decimal("0.001")),
        ("returned_on", date(2026, 11, 21)),
        ("fund_source", "nothing"),
        ("voucher_no", ""),
        ("reason", " "),
    ],
)
def test_no_more_comes_back_than_was_paid(
    who: People, performing: Contract, at: datetime, field: str, value: Any
) -> None:
    before = everything()
    with pytest.raises(Invalid) as told:
        refunded(performing, who.payer, at, **{field: value})
    assert list(told.value.problems) == [field]
    assert everything() == before


def test_finance_alone_records_what_came_back(who: People, performing: Contract, at: datetime) -> None:
    with pytest.raises(Refused):
        refunded(performing, who.staff, at)
    assert Payment.objects.count() == 1


def test_an_account_is_read_by_few_and_that_is_written_down(
    who: People, performing: Contract, country: dict[str, TradeUnion], at: datetime
) -> None:
    assert accounts.read_account(contract=performing, by=who.payer, at=at) == "6222020200012345678"
    event = AuditEvent.objects.get(event="purchasing.provider.read_account")
    assert (event.user_id, event.object_id) == (who.payer.user_id, str(performing.provider_id))
    own = people.organization(CODE, performing.provider.uscc)
    assert accounts.read_account(contract=performing, by=own, at=at) == "6222020200012345678"
    with pytest.raises(Refused):
        accounts.read_account(contract=performing, by=who.leader, at=at)
    with pytest.raises(NotFound):
        accounts.read_account(contract=performing, by=people.organization(CODE, make.provider().uscc), at=at)
    assert AuditEvent.objects.filter(event="purchasing.provider.read_account").count() == 2


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("123400.50", "壹拾贰万叁仟肆佰元伍角整"),
        ("100010", "壹拾万零壹拾元整"),
        ("10000.01", "壹万元零壹分"),
        ("1000000", "壹佰万元整"),
        ("50400", "伍万零肆佰元整"),
        ("100001000", "壹亿零壹仟元整"),
        ("0.05", "伍分"),
        ("0", "零元整"),
    ],
)
def test_amounts_in_capital_numerals(amount: str, said: str) -> None:
    assert capital(Decimal(amount)) == said


def test_conditions_that_an_amendment_changes_are_waited_for_anew(
    who: People, performing: Contract, at: datetime
) -> None:
    make.at(performing, MilestoneState.DUE, no=2, condition=MilestoneCondition.SIGNED)
    row = amended(performing, who, at, parts(("30", "30000"), ("40", "40000"), ("30", "30000")), "100000")
    transition(CONTRACT, row, E.SUBMIT, by=who.staff, at=at)
    transition(CONTRACT, row, E.PASS, by=who.admin, at=at, reason="通过")
    given = {"data": {"signed_on": "2026-11-20"}, "files": {"file": upload(name="补充.pdf")}}
    transition(CONTRACT, row, E.SIGN, by=who.staff, at=at, **given)
    second = PaymentMilestone.objects.get(contract=performing, no=2)
    assert (second.state, second.condition) == (MilestoneState.PLANNED, MilestoneCondition.MIDTERM_PASSED)
