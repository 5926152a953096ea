"""Two people at once with the same money: one wins, the other is told, and the contract is never overpaid."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Sum

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Conflict, DomainError, Invalid
from commons.tenancy import door
from commons.workflow.errors import GuardRefused, StateRefused
from commons.workflow.transitions import transition
from tenants.purchasing.actions import contracts, refunds
from tenants.purchasing.enums import ContractState, MilestoneState
from tenants.purchasing.machines.milestone import MILESTONE
from tenants.purchasing.models import Contract, Payment, PaymentMilestone
from tests.factories.purchasing import contracts as make
from tests.tenants.purchasing.contracting import CODE, People, everybody

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@dataclass
class Ground:
    """A contract of 100,000 yuan in 开福, committed, with who deals with it."""

    union: TradeUnion
    contract: UUID
    who: People

    def milestone(self, no: int) -> PaymentMilestone:
        return PaymentMilestone.objects.get(contract=self.contract, no=no)


@pytest.fixture
def ground(own_database: str) -> Ground:
    union = TradeUnion.objects.get(code=CODE)
    with door.inside(union):
        row = make.contract(state=ContractState.PERFORMING)
        who = everybody()
        make.at(row, MilestoneState.APPROVED, no=1, approved_by_id=who.staff.user_id)
    return Ground(union, row.pk, who)


def together(union: TradeUnion, works: list[Callable[[], object]]) -> list[DomainError]:
    """Do all at once, each on its own connection; the refusals."""
    start, refusals = threading.Barrier(len(works)), []

    def work(act: Callable[[], object]) -> None:
        try:
            with door.inside(union):
                start.wait(10)
                act()
        except DomainError as refusal:
            refusals.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[act]) for act in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return refusals


def pay(ground: Ground, by: Actor, amount: str, voucher: str, *, no: int = 1, version: int | None = None) -> object:
    data = {"amount": amount, "paid_on": "2026-11-19", "voucher_no": voucher, "fund_source": "union_funds"}
    return transition(MILESTONE, ground.milestone(no), "pay", by=by, at=AT, data=data, version=version)


def net(ground: Ground) -> Decimal:
    found = Payment.objects.filter(contract=ground.contract).aggregate(net=Sum("amount"))["net"]
    return found or Decimal(0)


def test_two_payers_of_one_milestone(ground: Ground) -> None:
    refusals = together(
        ground.union,
        [
            lambda: pay(ground, ground.who.payer, "30000", "记-1"),
            lambda: pay(ground, ground.who.teller, "30000", "记-2"),
        ],
    )
    assert [type(one) for one in refusals] == [StateRefused]
    with door.inside(ground.union):
        assert net(ground) == Decimal("30000.00")
        assert ground.milestone(1).state == MilestoneState.PAID


def test_two_payers_who_read_the_same_version(ground: Ground) -> None:
    with door.inside(ground.union):
        version = ground.milestone(1).version
    refusals = together(
        ground.union,
        [
            lambda: pay(ground, ground.who.payer, "10000", "记-1", version=version),
            lambda: pay(ground, ground.who.teller, "10000", "记-2", version=version),
        ],
    )
    assert [type(one) for one in refusals] == [Conflict]
    with door.inside(ground.union):
        assert net(ground) == Decimal("10000.00")


def test_payers_of_two_milestones_stay_within_the_contract(ground: Ground) -> None:
    """Each fits by itself; together they would be more than the contract."""
    with door.inside(ground.union):
        PaymentMilestone.objects.filter(contract=ground.contract, no=2).update(
            amount=Decimal(80000), state=MilestoneState.APPROVED, condition="signed"
        )
        PaymentMilestone.objects.filter(contract=ground.contract, no=1).update(amount=Decimal(80000))
    refusals = together(
        ground.union,
        [
            lambda: pay(ground, ground.who.payer, "80000", "记-1"),
            lambda: pay(ground, ground.who.teller, "80000", "记-2", no=2),
        ],
    )
    assert [one.code for one in refusals] == ["PURCHASING.PAYMENT_ABOVE_CONTRACT"]
    with door.inside(ground.union):
        assert net(ground) == Decimal("80000.00")


def test_a_payment_is_reversed_once(ground: Ground) -> None:
    with door.inside(ground.union):
        pay(ground, ground.who.payer, "30000", "记-1")
        paid = Payment.objects.get()

    def reverse(by: Actor, voucher: str) -> object:
        data = {"payment": str(paid.pk), "paid_on": "2026-11-20", "voucher_no": voucher}
        return transition(MILESTONE, ground.milestone(1), "reverse", by=by, at=AT, data=data, reason="账号有误")

    refusals = together(
        ground.union, [lambda: reverse(ground.who.payer, "冲-1"), lambda: reverse(ground.who.teller, "冲-2")]
    )
    assert [type(one) for one in refusals] == [GuardRefused]
    with door.inside(ground.union):
        assert net(ground) == Decimal("0.00")
        assert Payment.objects.count() == 2


def test_a_request_is_approved_once(ground: Ground) -> None:
    with door.inside(ground.union):
        PaymentMilestone.objects.filter(contract=ground.contract, no=1).update(state=MilestoneState.REQUESTED)

    def approve(by: Actor) -> object:
        return transition(MILESTONE, ground.milestone(1), "approve", by=by, at=AT)

    refusals = together(ground.union, [lambda: approve(ground.who.staff), lambda: approve(ground.who.clerk)])
    assert [type(one) for one in refusals] == [StateRefused]
    with door.inside(ground.union):
        row = ground.milestone(1)
        assert row.state == MilestoneState.APPROVED
        assert row.approved_by_id in {ground.who.staff.user_id, ground.who.clerk.user_id}


def test_refund_and_refund(ground: Ground) -> None:
    """Each fits what was paid; together they would be more."""
    with door.inside(ground.union):
        pay(ground, ground.who.payer, "30000", "记-1")

    def refund(by: Actor, voucher: str) -> object:
        return refunds.refund(
            contract=Contract.objects.get(pk=ground.contract),
            amount=Decimal(20000),
            returned_on=AT.date(),
            voucher_no=voucher,
            fund_source="union_funds",
            reason="结余退回",
            by=by,
            at=AT,
        )

    refusals = together(
        ground.union, [lambda: refund(ground.who.payer, "收-1"), lambda: refund(ground.who.teller, "收-2")]
    )
    assert [type(one) for one in refusals] == [Invalid]
    with door.inside(ground.union):
        assert net(ground) == Decimal("10000.00")


def test_numbers_have_no_twin(ground: Ground) -> None:
    with door.inside(ground.union):
        make.template()
        projects = [make.awarded() for _ in range(4)]
        providers = [make.provider() for _ in range(4)]
    by = ground.who.staff
    works: list[Callable[[], object]] = [
        lambda project=project, provider=provider: contracts.draft(  # type: ignore[misc]
            kind="project", project=project, provider=provider, by=by, at=AT
        )
        for project, provider in zip(projects, providers, strict=True)
    ]
    assert together(ground.union, works) == []
    with door.inside(ground.union):
        serials = Contract.objects.filter(template__isnull=False).order_by("serial").values_list("serial", flat=True)
        first = serials[0]
        assert list(serials) == [first, first + 1, first + 2, first + 3]
