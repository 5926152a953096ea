"""What is entrusted directly: a reason, within the union's limit, and no call. Source: DOMAIN §3.6 SM-15P; E10, E26; the measures' direct_max."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.kit.errors import Refused
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.errors import GuardRefused, ReasonMissing
from commons.workflow.transitions import transition
from tenants.purchasing.actions import contracts
from tenants.purchasing.enums import CallState, ContractKind, ContractState, ProcurementMethod, ProjectState, RuleKind
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.machines.contract import CONTRACT, ContractEvent
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.models import Call, Contract, ServiceProject
from tenants.purchasing.rule_templates import COOPERATION_CLAUSES
from tests.factories import organizations
from tests.factories.purchasing import calls as call_factory
from tests.factories.purchasing import contracts as make
from tests.factories.purchasing import projects as factory
from tests.tenants.purchasing import contracting, making
from tests.tenants.purchasing.outcomes import CODE, told, written

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
S, E = ProjectState, ProjectEvent
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def entrusted(budget: str, reason: str = "唯一具备资质的单位", **fields: Any) -> ServiceProject:
    """An approved project of a union that entrusts up to 50,000 yuan directly."""
    values = {"method": "direct", "direct_reason": reason, "budget": Decimal(budget), "state": S.APPROVED, **fields}
    return factory.project(ruled=factory.rules(direct_max="50000"), **values)


@pytest.mark.parametrize(
    "project",
    [
        {"budget": "50000.01"},
        {"budget": "50000", "reason": ""},
        {"budget": "50000.01", "method": "open_call", "mode": "entrusted"},
        {"budget": "20000", "reason": "", "method": "open_call", "mode": "entrusted"},
    ],
)
def test_without_a_reason_or_beyond_the_limit_it_is_refused(
    country: Country, actor_of: ActorOf, project: dict[str, Any]
) -> None:
    with inside(country[CODE]):
        row = entrusted(**project)
        with written() as wrote, pytest.raises(GuardRefused) as refusal:
            transition(PROJECT, row, E.PUBLISH_CALL, by=actor_of(CODE, Role.UNION_ADMIN), at=AT)
        assert (refusal.value.code, "50,000.00" in refusal.value.message) == ("PURCHASING.DIRECT_NOT_ALLOWED", True)
        assert dict(wrote.history) == {}
        assert ServiceProject.objects.get(pk=row.pk).state == S.APPROVED


def test_it_is_awarded_and_contracted_without_a_call(country: Country) -> None:
    with inside(country[CODE]):
        who = contracting.everybody()
        make.template()
        row, provider = entrusted("50000"), make.provider()
        with written() as wrote:
            transition(PROJECT, row, E.PUBLISH_CALL, by=who.staff, at=AT)
            with pytest.raises(Refused):
                transition(PROJECT, row, E.AWARD, by=who.staff, at=AT)
            transition(PROJECT, row, E.AWARD, by=who.admin, at=AT)
        assert dict(wrote.history) == {"serviceproject.publish_call": 1, "serviceproject.award": 1}

        # Not more than the budget it was approved with.
        dear = contracting.drafted(who, AT, row, provider=provider, amount=Decimal("50000.01"))
        refusal = contracting.refused(CONTRACT, dear, ContractEvent.SUBMIT, by=who.staff, at=AT)
        assert refusal.code == "PURCHASING.CONTRACT_ABOVE_AWARD"
        contract = contracting.drafted(who, AT, row, provider=provider)
        assert (contract.amount, contract.provider_id, contract.bid_id) == (Decimal(50_000), provider.pk, None)
        contracting.sign(contract, who, AT)
        row.refresh_from_db()
        contract.refresh_from_db()
        assert (row.state, contract.state, Call.objects.count()) == (S.RUNNING, ContractState.SIGNED, 0)
        assert [one[:3] for one in told(row)] == [
            ("publish_call", "approved", "sourcing"),
            ("award", "sourcing", "awarded"),
            ("start", "awarded", "running"),
        ]


@pytest.mark.parametrize("check", [{"vetting_result": "unknown"}, {"vetting_until": date(2026, 11, 20)}])
def test_who_is_not_vetted_is_not_entrusted(country: Country, check: dict[str, Any]) -> None:
    """Named in the contract for the first time: nothing before has asked for the background check."""
    with inside(country[CODE]):
        who = contracting.everybody()
        make.template()
        row = entrusted("50000", state=S.AWARDED)
        contract = contracting.drafted(who, AT, row, provider=make.provider(**check))
        refusal = contracting.refused(CONTRACT, contract, ContractEvent.SUBMIT, by=who.staff, at=AT)
    assert refusal.code == "PURCHASING.CONTRACT_PROVIDER_NOT_VETTED"


def test_one_award_is_not_contracted_twice(country: Country) -> None:
    """The project waits for its supervisor's contract; meanwhile nobody signs the same award once more."""
    with inside(country[CODE]):
        who = contracting.everybody()
        make.template()
        row, provider = entrusted("50000", state=S.AWARDED, third_party_required=True), make.provider()
        first, second = (contracting.drafted(who, AT, row, provider=provider) for _ in range(2))
        contracting.sign(first, who, AT)
        row.refresh_from_db()
        assert row.state == S.AWARDED
        refusal = contracting.refused(CONTRACT, second, ContractEvent.SUBMIT, by=who.staff, at=AT)
        assert (refusal.code, "超过尚未签约的中标金额0.00元" in refusal.message) == (
            "PURCHASING.CONTRACT_ABOVE_AWARD",
            True,
        )


def test_cooperation_without_money_needs_no_call(country: Country) -> None:
    with inside(country[CODE]):
        who = contracting.everybody()
        factory.rule(RuleKind.COOPERATION_AGREEMENT, content={"clauses": COOPERATION_CLAUSES})
        said = {"mode": "cooperation", "method": "open_call", "summary": "共建职工法律服务点。"}
        row = entrusted("0", "与高校法学院共建服务点", **said)
        transition(PROJECT, row, E.PUBLISH_CALL, by=who.staff, at=AT)
        transition(PROJECT, row, E.AWARD, by=who.admin, at=AT)
        contract = contracts.draft(kind="cooperation", project=row, provider=make.provider(), by=who.staff, at=AT)
        contracting.sign(contract, who, AT)
        row.refresh_from_db()
        contract.refresh_from_db()
    assert (row.state, contract.state, contract.amount) == (S.RUNNING, ContractState.SIGNED, Decimal("0.00"))


def test_beyond_the_limit_everybody_may_be_called(country: Country, actor_of: ActorOf) -> None:
    """The way out that the refusal names: an open call of the same project."""
    staff = actor_of(CODE, Role.UNION_STAFF)
    with inside(country[CODE]):
        row = entrusted("80000", bid_system=call_factory.bid_system())
        alone = draft(row, method=ProcurementMethod.DIRECT, invited=[organizations.credit_code()])
        with pytest.raises(GuardRefused) as refusal:
            transition(CALL, alone, CallEvent.PUBLISH, by=staff, at=clock.now())
        assert refusal.value.code == "PURCHASING.DIRECT_NOT_ALLOWED"
        assert Call.objects.get(pk=alone.pk).state == CallState.DRAFT
        alone.delete()

        open_ = draft(row)
        transition(CALL, open_, CallEvent.PUBLISH, by=staff, at=clock.now())
        row.refresh_from_db()
        assert (Call.objects.get(pk=open_.pk).state, row.state) == (CallState.PUBLISHED, S.SOURCING)
        # It is awarded by its call alone.
        with pytest.raises(GuardRefused) as refusal:
            transition(PROJECT, row, E.AWARD, by=actor_of(CODE, Role.UNION_ADMIN), at=clock.now())
        assert refusal.value.code == "PURCHASING.PUBLICITY_NOT_OVER"


def draft(project: ServiceProject, **fields: Any) -> Call:
    due = clock.now() + timedelta(days=60)
    return call_factory.call(state=CallState.DRAFT, project=project, deadline=due, **fields)


def test_after_a_call_in_vain_it_may_be_entrusted(country: Country, actor_of: ActorOf) -> None:
    staff, admin = actor_of(CODE, Role.UNION_STAFF), actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        row = entrusted("50000")
        making.call(row, state=CallState.FAILED)
        transition(PROJECT, row, E.PUBLISH_CALL, by=staff, at=AT)
        transition(PROJECT, row, E.AWARD, by=admin, at=AT)
        row.refresh_from_db()
        assert row.state == S.AWARDED

        dear = entrusted("50000.01")
        making.call(dear, state=CallState.FAILED)
        with pytest.raises(GuardRefused) as refusal:
            transition(PROJECT, dear, E.PUBLISH_CALL, by=staff, at=AT)
        assert refusal.value.code == "PURCHASING.DIRECT_NOT_ALLOWED"


def test_who_was_entrusted_and_does_not_sign_lets_it_begin_anew(country: Country, actor_of: ActorOf) -> None:
    staff, admin = actor_of(CODE, Role.UNION_STAFF), actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        row = entrusted("50000")
        transition(PROJECT, row, E.PUBLISH_CALL, by=staff, at=AT)
        transition(PROJECT, row, E.AWARD, by=admin, at=AT)
        drafted = make.contract(project=row, state=ContractState.TO_SIGN, template=make.template())
        with pytest.raises(ReasonMissing):
            transition(PROJECT, row, E.SOURCING_FAILED, by=admin, at=AT)
        with pytest.raises(Refused):
            transition(PROJECT, row, E.SOURCING_FAILED, by=staff, at=AT, reason="来函放弃")
        transition(PROJECT, row, E.SOURCING_FAILED, by=admin, at=AT, reason="来函放弃")
        row.refresh_from_db()
        assert row.state == S.APPROVED
        assert told(row)[-1] == ("sourcing_failed", "awarded", "approved", "来函放弃")
        # What was drafted with it is signed no more.
        who = contracting.everybody()
        refusal = contracting.refused(
            CONTRACT, drafted, ContractEvent.SIGN, by=who.staff, at=AT, data={"signed_on": "2026-11-19"}
        )
        assert refusal.code == "PURCHASING.CONTRACT_NOT_AWARDED"
        assert Contract.objects.filter(kind=ContractKind.PROJECT, state=ContractState.SIGNED).count() == 0
