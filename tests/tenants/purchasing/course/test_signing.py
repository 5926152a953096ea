"""What signing a contract sets going, by the contract's own step: reports to give, visits to make. Source: SM-18, SM-32, K07, E16."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from commons.access import grants
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from tenants.purchasing.actions import amendments, contracts
from tenants.purchasing.contract_terms import Part
from tenants.purchasing.enums import ContractKind, MilestoneCondition, RuleKind, VettingResult
from tenants.purchasing.models import Contract, Report, Visit
from tests.factories import people
from tests.factories.purchasing import contracts as make
from tests.tenants.purchasing.contracting import CODE, People, drafted, everybody, sign, won


@pytest.fixture
def who(kaifu: TradeUnion) -> People:
    make.template()
    return everybody()


def due() -> list[tuple[str, date, date]]:
    return list(Report.objects.order_by("until_on", "kind").values_list("kind", "until_on", "due_on"))


def test_a_signed_contract_asks_for_its_reports(who: People, at: datetime) -> None:
    project, _ = won()
    row = drafted(who, at, project, starts_on=date(2026, 11, 1), ends_on=date(2027, 1, 31))
    assert due() == []
    sign(row, who, at)
    assert due() == [
        ("expense", date(2026, 12, 31), date(2027, 1, 10)),
        ("progress", date(2026, 12, 31), date(2027, 1, 10)),
        ("expense", date(2027, 1, 31), date(2027, 2, 10)),
        ("final_expense", date(2027, 1, 31), date(2027, 3, 2)),
        ("progress", date(2027, 1, 31), date(2027, 2, 10)),
    ]
    assert Visit.objects.count() == 0


def test_an_amendment_moves_what_is_not_given_yet(who: People, at: datetime) -> None:
    project, _ = won()
    row = drafted(who, at, project, starts_on=date(2026, 11, 1), ends_on=date(2027, 1, 31))
    sign(row, who, at)
    amendment = amendments.amend(contract=Contract.objects.get(pk=row.pk), by=who.staff, at=at)
    contracts.edit(contract=amendment, version=amendment.version, ends_on=date(2027, 3, 31), by=who.staff, at=at)
    sign(Contract.objects.get(pk=amendment.pk), who, at)
    assert due() == [
        ("expense", date(2026, 12, 31), date(2027, 1, 10)),
        ("progress", date(2026, 12, 31), date(2027, 1, 10)),
        ("expense", date(2027, 3, 31), date(2027, 4, 10)),
        ("final_expense", date(2027, 3, 31), date(2027, 4, 30)),
        ("progress", date(2027, 3, 31), date(2027, 4, 10)),
    ]
    assert set(Report.objects.values_list("contract_id", flat=True)) == {row.pk}


def test_a_supervision_contract_plans_its_visits_and_names_its_people(who: People, at: datetime) -> None:
    project, _ = won()
    make.template(RuleKind.SUPERVISION_CONTRACT)
    agency = make.provider(vetting_result=VettingResult.CLEAR, vetting_until=date(2028, 1, 1))
    supervisor = people.actor(CODE, Role.SUPERVISOR)
    assert supervisor.union is not None
    assert supervisor.user is not None
    people.link(supervisor.user, supervisor.union, agency.uscc)
    row = contracts.draft(
        kind=ContractKind.SUPERVISION, project=project, provider=agency, amount=Decimal(5000), by=who.staff, at=at,
        starts_on=date(2026, 11, 1), ends_on=date(2027, 1, 31),
    )  # fmt: skip
    contracts.set_milestones(
        contract=row, parts=[Part(MilestoneCondition.SIGNED, Decimal(100), date(2026, 11, 30))], version=row.version,
        by=who.staff, at=at,
    )  # fmt: skip
    sign(Contract.objects.get(pk=row.pk), who, at)
    assert list(Visit.objects.order_by("visit_on").values_list("visit_on", "state", "contract_id")) == [
        (date(2026, 12, 1), "planned", row.pk),
        (date(2026, 12, 31), "planned", row.pk),
    ]
    assert due() == []
    assert [one.pk for one in grants.officers(project)] == [supervisor.user.pk]
