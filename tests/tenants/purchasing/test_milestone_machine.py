"""SM-18 payment: due, asked for, approved, paid, reversed; three steps, three persons; to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from commons.access.actors import Actor
from commons.access.roles import permissions_of
from commons.audit.models import AuditEvent
from commons.codelists.services import FundSource
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Invalid, NotFound, Refused
from commons.people.enums import Role
from commons.tenancy import door
from commons.workflow import todo
from commons.workflow.errors import ReasonMissing, StateRefused
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing.enums import (
    Conclusion,
    ContractState,
    EvaluationKind,
    EvaluationState,
    MilestoneCondition,
    MilestoneState,
    PaymentKind,
    ProjectState,
)
from tenants.purchasing.machines.milestone import MILESTONE
from tenants.purchasing.machines.milestone import MilestoneEvent as E
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.models import Contract, Evaluation, Payment, PaymentMilestone, ServiceProject
from tenants.purchasing.selectors import contracts as selectors
from tests.factories import people
from tests.factories.purchasing import contracts as make
from tests.factories.purchasing import projects
from tests.tenants.purchasing.contracting import CODE, People, everybody, everything, refused

S = MilestoneState


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with door.inside(country[CODE]) as union:
        yield union


@pytest.fixture
def who(kaifu: TradeUnion) -> People:
    return everybody()


@pytest.fixture
def performing(kaifu: TradeUnion) -> Contract:
    """100,000 yuan: 30,000 on signing, 40,000 after the mid-term, 30,000 after the assessment."""
    return make.contract(state=ContractState.PERFORMING)


def paying(amount: str = "30000.00", **other: str) -> dict[str, str]:
    given = {"amount": amount, "paid_on": "2026-11-19", "voucher_no": "记-0101", "fund_source": "union_funds"}
    return {**given, **other}


def approved(of: Contract, who: People, *, no: int = 1, **fields: Any) -> PaymentMilestone:
    return make.at(of, S.APPROVED, no=no, approved_by_id=who.staff.user_id, approved_by_name="张三", **fields)


def own(of: Contract) -> Actor:
    return people.organization(CODE, of.provider.uscc)


def test_money_goes_through_three_hands(who: People, performing: Contract, at: datetime) -> None:
    row = make.at(performing, S.DUE)
    asking = own(performing)
    transition(MILESTONE, row, E.REQUEST, by=asking, at=at)
    transition(MILESTONE, row, E.APPROVE, by=who.staff, at=at)
    transition(MILESTONE, row, E.PAY, by=who.payer, at=at, data=paying())

    row.refresh_from_db()
    assert (row.state, row.requested_by_id, row.approved_by_id) == (S.PAID, asking.user_id, who.staff.user_id)
    paid = Payment.objects.get()
    assert (paid.kind, paid.milestone, paid.contract, paid.amount) == (
        PaymentKind.PAYMENT,
        row,
        performing,
        Decimal("30000.00"),
    )
    assert (paid.paid_on, paid.voucher_no, paid.fund_source) == (date(2026, 11, 19), "记-0101", FundSource.UNION_FUNDS)
    assert paid.created_by_id == who.payer.user_id
    events = Change.objects.filter(object_id=row.pk).order_by("at", "id").values_list("event", flat=True)
    assert list(events) == ["request", "approve", "pay"]
    assert Change.objects.get(object_id=paid.pk).changes["amount"] == ["", "30000.00"]
    assert AuditEvent.objects.filter(event="purchasing.payment.pay").count() == 1


def test_a_milestone_is_paid_in_parts_to_the_cent(who: People, performing: Contract, at: datetime) -> None:
    row = approved(performing, who)
    for number, (amount, state) in enumerate([("10000.33", S.APPROVED), ("19999.66", S.APPROVED), ("0.01", S.PAID)], 1):
        transition(MILESTONE, row, E.PAY, by=who.payer, at=at, data=paying(amount, voucher_no=f"记-{number}"))
        row.refresh_from_db()
        assert row.state == state
    assert selectors.net_paid(performing) == Decimal("30000.00")
    with pytest.raises(StateRefused):
        transition(MILESTONE, row, E.PAY, by=who.payer, at=at, data=paying("0.01", voucher_no="记-4"))


def test_who_approved_does_not_pay_under_whatever_role(who: People, performing: Contract, at: datetime) -> None:
    """SM-18 two persons: by the account, not by the role."""
    row = make.at(performing, S.REQUESTED, requested_by_id=own(performing).user_id)
    transition(MILESTONE, row, E.APPROVE, by=who.payer, at=at)
    told = refused(MILESTONE, row, E.PAY, by=who.payer, at=at, data=paying())
    assert told.code == "PURCHASING.PAYMENT_OWN_APPROVAL"

    # The same person with another role in hand is the same person.
    roles = frozenset({Role.LEADER, Role.FINANCE})
    other = replace(who.payer, roles=roles, permissions=permissions_of(roles))
    told = refused(MILESTONE, row, E.PAY, by=other, at=at, data=paying())
    assert told.code == "PURCHASING.PAYMENT_OWN_APPROVAL"
    transition(MILESTONE, row, E.PAY, by=who.teller, at=at, data=paying())


def test_who_asked_does_not_approve_nor_pay(who: People, performing: Contract, at: datetime) -> None:
    row = make.at(performing, S.REQUESTED, requested_by_id=who.staff.user_id)
    told = refused(MILESTONE, row, E.APPROVE, by=who.staff, at=at)
    assert told.code == "PURCHASING.MILESTONE_OWN_REQUEST"
    row = make.at(performing, S.APPROVED, requested_by_id=who.payer.user_id, approved_by_id=who.staff.user_id)
    told = refused(MILESTONE, row, E.PAY, by=who.payer, at=at, data=paying())
    assert told.code == "PURCHASING.PAYMENT_OWN_APPROVAL"


REFUSED_PAYMENTS = [
    ("PURCHASING.PAYMENT_ABOVE_MILESTONE", paying("30000.01")),
    ("PURCHASING.PAYMENT_DAY", paying(paid_on="2026-11-21")),
    ("PURCHASING.PAYMENT_DAY", paying(paid_on="2026-01-31")),
    ("PURCHASING.PAYMENT_FUND_SOURCE", paying(fund_source="fiscal")),
]


@pytest.mark.parametrize(("code", "data"), REFUSED_PAYMENTS)
def test_a_payment_that_cannot_be_is_refused(
    who: People, performing: Contract, at: datetime, code: str, data: dict[str, str]
) -> None:
    row = approved(performing, who)
    assert refused(MILESTONE, row, E.PAY, by=who.payer, at=at, data=data).code == code


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "", "一万"])
def test_an_amount_is_money(who: People, performing: Contract, at: datetime, amount: str) -> None:
    row = approved(performing, who)
    before = everything()
    with pytest.raises(Invalid) as told:
        transition(MILESTONE, row, E.PAY, by=who.payer, at=at, data=paying(amount))
    assert list(told.value.problems) == ["amount"]
    assert everything() == before


def test_a_voucher_is_registered_once(who: People, performing: Contract, at: datetime) -> None:
    row = approved(performing, who)
    transition(MILESTONE, row, E.PAY, by=who.payer, at=at, data=paying("10000"))
    told = refused(MILESTONE, row, E.PAY, by=who.payer, at=at, data=paying("20000"))
    assert (told.code, told.params) == ("PURCHASING.PAYMENT_VOUCHER", {"voucher": "记-0101"})


def test_payments_stay_within_the_contract(who: People, performing: Contract, at: datetime) -> None:
    """Milestones that together are more than the contract cannot be, save by hand; the contract is the limit all the same."""
    make.payment(make.at(performing, S.PAID, no=2), "40000")
    PaymentMilestone.objects.filter(contract=performing, no=1).update(amount=Decimal("60000.01"))
    row = approved(performing, who)
    told = refused(MILESTONE, row, E.PAY, by=who.payer, at=at, data=paying("60000.01"))
    assert told.code == "PURCHASING.PAYMENT_ABOVE_CONTRACT"
    asked = make.at(performing, S.REQUESTED, no=1, approved_by_id=None)
    assert refused(MILESTONE, asked, E.APPROVE, by=who.staff, at=at).code == "PURCHASING.PAYMENT_ABOVE_CONTRACT"


@pytest.mark.parametrize("event", [E.REQUEST, E.APPROVE, E.PAY])
@pytest.mark.parametrize("state", [ContractState.TERMINATED, ContractState.EXPIRED, ContractState.FULFILLED])
def test_nothing_is_paid_of_a_contract_that_has_ended(
    who: People, performing: Contract, at: datetime, event: E, state: ContractState
) -> None:
    Contract.objects.filter(pk=performing.pk).update(state=state)
    before = {E.REQUEST: S.DUE, E.APPROVE: S.REQUESTED, E.PAY: S.APPROVED}[event]
    row = make.at(performing, before)
    by = {E.REQUEST: own(performing), E.APPROVE: who.staff, E.PAY: who.payer}[event]
    told = refused(MILESTONE, row, event, by=by, at=at, data=paying())
    assert told.code == "PURCHASING.MILESTONE_CONTRACT_NOT_IN_FORCE"


@pytest.mark.parametrize("event", [E.REQUEST, E.APPROVE, E.PAY])
def test_conditions_are_asked_at_every_step(who: People, performing: Contract, at: datetime, event: E) -> None:
    before = {E.REQUEST: S.DUE, E.APPROVE: S.REQUESTED, E.PAY: S.APPROVED}[event]
    by = {E.REQUEST: own(performing), E.APPROVE: who.staff, E.PAY: who.payer}[event]
    told = refused(MILESTONE, make.at(performing, before, no=2), event, by=by, at=at, data=paying("40000"))
    assert (told.code, told.params) == ("PURCHASING.MILESTONE_MIDTERM_NOT_PASSED", {"no": 2})
    told = refused(MILESTONE, make.at(performing, before, no=3), event, by=by, at=at, data=paying())
    assert (told.code, told.params) == ("PURCHASING.MILESTONE_NOT_ASSESSED", {"no": 3})
    dated = make.at(performing, before, no=1, condition=MilestoneCondition.DATE, planned_on=date(2026, 11, 21))
    told = refused(MILESTONE, dated, event, by=by, at=at, data=paying())
    assert told.code == "PURCHASING.MILESTONE_NOT_YET"


@pytest.mark.parametrize(
    ("conclusion", "state", "pays"),
    [
        (Conclusion.EXCELLENT, EvaluationState.CONCLUDED, True),
        (Conclusion.QUALIFIED, EvaluationState.FINAL, True),
        (Conclusion.GOOD, EvaluationState.SCORED, False),
        (Conclusion.GOOD, EvaluationState.APPEALED, False),
        (Conclusion.UNQUALIFIED, EvaluationState.FINAL, False),
    ],
)
def test_the_last_part_waits_for_a_qualified_assessment(
    who: People,
    performing: Contract,
    at: datetime,
    conclusion: Conclusion,
    state: EvaluationState,
    pays: bool,
) -> None:
    """SM-18 ★: concluded, and not unqualified."""
    assert performing.project is not None
    make.assessed(performing.project, conclusion, state=state)
    row = make.at(performing, S.DUE, no=3)
    if pays:
        transition(MILESTONE, row, E.REQUEST, by=own(performing), at=at)
    else:
        assert refused(MILESTONE, row, E.REQUEST, by=own(performing), at=at).code == "PURCHASING.MILESTONE_NOT_ASSESSED"


def test_near_the_end_of_the_year_somebody_is_told(who: People, performing: Contract) -> None:
    late = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
    row = make.at(performing, S.REQUESTED)
    step = transition(MILESTONE, row, E.APPROVE, by=who.staff, at=late)
    assert step.warnings == ["请注意：2026年度即将或已经关账，请与财务确认这笔款项列入哪个年度。"]
    january = datetime(2027, 1, 5, 2, 0, tzinfo=UTC)
    step = transition(MILESTONE, row, E.PAY, by=who.payer, at=january, data=paying(paid_on="2026-12-31"))
    assert step.warnings == ["请注意：2026年度即将或已经关账，请与财务确认这笔款项列入哪个年度。"]


def test_a_reversal_is_a_row_of_its_own_once(who: People, performing: Contract, at: datetime) -> None:
    row = approved(performing, who)
    transition(MILESTONE, row, E.PAY, by=who.payer, at=at, data=paying())
    paid = Payment.objects.get()
    taking = {"payment": str(paid.pk), "paid_on": "2026-11-20", "voucher_no": "记-0102"}
    with pytest.raises(ReasonMissing):
        transition(MILESTONE, row, E.REVERSE, by=who.teller, at=at, data=taking)
    transition(MILESTONE, row, E.REVERSE, by=who.teller, at=at, data=taking, reason="账号填错退回")

    row.refresh_from_db()
    assert row.state == S.APPROVED
    back = Payment.objects.get(kind=PaymentKind.REVERSAL)
    assert (back.amount, back.reverses, back.fund_source, back.reason) == (
        Decimal("-30000.00"),
        paid,
        FundSource.UNION_FUNDS,
        "账号填错退回",
    )
    assert selectors.net_paid(performing) == Decimal("0.00")

    told = refused(
        MILESTONE, row, E.REVERSE, by=who.teller, at=at, data={**taking, "voucher_no": "记-0103"}, reason="再来"
    )
    assert told.code == "PURCHASING.PAYMENT_NONE"

    # Paid anew, the first payment stays reversed and cannot be reversed twice.
    transition(MILESTONE, row, E.PAY, by=who.payer, at=at, data=paying(voucher_no="记-0104"))
    told = refused(
        MILESTONE, row, E.REVERSE, by=who.teller, at=at, data={**taking, "voucher_no": "记-0105"}, reason="再来"
    )
    assert (told.code, told.params) == ("PURCHASING.PAYMENT_REVERSED", {"voucher": "记-0101"})
    assert Payment.objects.aggregate(net=Sum("amount"))["net"] == Decimal("30000.00")


def test_payments_are_only_added(who: People, performing: Contract) -> None:
    paid = make.payment(PaymentMilestone.objects.get(contract=performing, no=1))
    rows = Payment.objects.filter(pk=paid.pk)
    for change in (lambda: rows.update(amount=1), lambda: rows.delete(), lambda: rows.update(voucher_no="改")):
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
            change()
    assert Payment.objects.get().amount == Decimal("30000.00")


def test_the_database_keeps_payments_within_the_contract(who: People, performing: Contract) -> None:
    first = PaymentMilestone.objects.get(contract=performing, no=1)
    make.payment(first, "100000.00")
    with pytest.raises(IntegrityError, match="between nothing and its amount"), transaction.atomic():
        make.payment(first, "0.01")
    refund = {"kind": PaymentKind.REFUND, "milestone": None}
    with pytest.raises(IntegrityError, match="between nothing and its amount"), transaction.atomic():
        make.payment(first, "-100000.01", **refund)
    with pytest.raises(IntegrityError, match="takes back one payment whole"), transaction.atomic():
        make.payment(first, "-1", kind=PaymentKind.REVERSAL, reverses=Payment.objects.get())


def test_withheld_and_released(who: People, performing: Contract, at: datetime) -> None:
    row = make.at(performing, S.APPROVED)
    transition(MILESTONE, row, E.WITHHOLD, by=who.staff, at=at, reason="发票不合规")
    row.refresh_from_db()
    assert (row.state, row.withheld_reason) == (S.WITHHELD, "发票不合规")
    with pytest.raises(Refused):
        transition(MILESTONE, row, E.RELEASE, by=who.staff, at=at, reason="已补")
    transition(MILESTONE, row, E.RELEASE, by=who.admin, at=at, reason="已补")
    row.refresh_from_db()
    assert (row.state, row.withheld_reason) == (S.DUE, "")

    later = make.at(performing, S.WITHHELD, no=2, withheld_reason="等待")
    transition(MILESTONE, later, E.RELEASE, by=who.admin, at=at, reason="恢复")
    later.refresh_from_db()
    assert later.state == S.PLANNED


def test_the_project_lets_its_payments_fall_due(who: People, performing: Contract, at: datetime) -> None:
    assert performing.project is not None
    project = performing.project
    ServiceProject.objects.filter(pk=project.pk).update(state=ProjectState.MIDTERM)
    Evaluation.objects.create(
        project=project, kind=EvaluationKind.MIDTERM, state=EvaluationState.SCORED, total=Decimal(80), **projects.MADE
    )
    transition(PROJECT, project, ProjectEvent.PASS, by=who.admin, at=at)
    states = list(performing.milestones.order_by("no").values_list("state", flat=True))
    assert states == [S.DUE, S.DUE, S.PLANNED]


def test_an_unqualified_project_withholds_the_last_payment(who: People, performing: Contract, at: datetime) -> None:
    """SM-15P unqualified: final payment withheld."""
    assert performing.project is not None
    project = performing.project
    ServiceProject.objects.filter(pk=project.pk).update(state=ProjectState.ASSESSING)
    Evaluation.objects.create(
        project=project,
        kind=EvaluationKind.PERFORMANCE,
        state=EvaluationState.FINAL,
        conclusion=Conclusion.UNQUALIFIED,
        total=Decimal(40),
        **projects.MADE,
    )
    transition(PROJECT, project, ProjectEvent.UNQUALIFIED, by=who.admin, at=at, reason="指标未完成")
    states = list(performing.milestones.order_by("no").values_list("state", flat=True))
    assert states == [S.PLANNED, S.PLANNED, S.WITHHELD]


def test_a_terminated_project_ends_its_contract(who: People, performing: Contract, at: datetime) -> None:
    transition(PROJECT, performing.project, ProjectEvent.TERMINATE, by=who.admin, at=at, reason="承接单位停办")
    performing.refresh_from_db()
    assert performing.state == ContractState.TERMINATED
    assert set(performing.milestones.values_list("state", flat=True)) == {S.WITHHELD}


def test_an_organization_asks_for_its_own_alone(who: People, performing: Contract, at: datetime) -> None:
    row = make.at(performing, S.DUE)
    other = people.organization(CODE, make.provider().uscc)
    before = everything()
    with pytest.raises(Refused):
        transition(MILESTONE, row, E.REQUEST, by=other, at=at)
    assert everything() == before
    with pytest.raises(NotFound):
        selectors.milestone(other, row.pk)
    assert selectors.milestone(own(performing), row.pk) == row


def test_a_neighbours_payment_is_not_there(
    who: People, performing: Contract, country: dict[str, TradeUnion], at: datetime
) -> None:
    with door.inside(country["430111"]):
        theirs = make.at(make.contract(state=ContractState.PERFORMING), S.APPROVED)
        make.payment(theirs, "1")
    with pytest.raises(NotFound):
        transition(MILESTONE, theirs, E.PAY, by=who.payer, at=at, data=paying())
    with pytest.raises(NotFound):
        selectors.milestone(who.payer, theirs.pk)
    assert [one.contract for one in selectors.for_payment(who.payer)] == []
    assert list(selectors.payments(who.payer)) == []


def test_what_waits_for_the_payer_was_approved_by_somebody_else(
    who: People, performing: Contract, at: datetime
) -> None:
    row = make.at(performing, S.APPROVED, approved_by_id=who.payer.user_id)
    assert [one.id for one in todo.mine(who.payer) if one.machine is MILESTONE and one.waiting.event == E.PAY] == []
    waiting = [one for one in todo.mine(who.teller) if one.machine is MILESTONE and one.waiting.event == E.PAY]
    assert [(one.id, one.due_on) for one in waiting] == [(str(row.pk), date(2026, 2, 10))]
