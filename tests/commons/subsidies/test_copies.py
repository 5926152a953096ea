"""V4: what crosses to the funder is a copy that the owner writes, from the grant on, and never a person or a losing bid."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from commons.access.actors import system
from commons.jobs.context import JobContext
from commons.jobs.models import Job
from commons.kit.errors import Invalid
from commons.people.enums import Role
from commons.subsidies import selectors
from commons.subsidies.enums import SubsidyState
from commons.subsidies.models import SubsidisedProject, Subsidy
from commons.subsidies.sources import PUBLISH
from commons.tenancy import door
from commons.workflow.transitions import transition
from tenants.purchasing import subsidised
from tenants.purchasing.actions import records, refunds
from tenants.purchasing.enums import (
    Conclusion,
    ContractState,
    EvaluationKind,
    EvaluationState,
    MilestoneState,
    ProviderKind,
)
from tenants.purchasing.machines.visit import VISIT
from tenants.purchasing.models import Provider
from tests.commons.subsidies.conftest import LOWER, THIRD, UPPER, Parties, subsidised_project
from tests.factories import people
from tests.factories.purchasing import contracts
from tests.factories.purchasing import course as make


def publish(parties: Parties, code: str = LOWER) -> dict[str, object]:
    """What the worker does with the job of the grant, in the union `code`."""
    job = Job.objects.get(kind=PUBLISH)
    union = parties.unions[code]
    with door.inside(union):
        return subsidised.publish(
            JobContext(job.pk, job.kind, job.payload, union, system(job.asked_by_name, union), parties.at)
        )


def test_nothing_crosses_before_the_grant(parties: Parties) -> None:
    row = parties.applied()
    with door.inside(parties.unions[LOWER]):
        assert subsidised.refresh(parties.project, at=parties.at) == 0
    assert SubsidisedProject.objects.count() == 0
    assert selectors.projects(parties.upper_admin, row) == []


def test_the_grant_asks_the_owner_who_writes_the_copy(parties: Parties) -> None:
    row = parties.granted()
    job = Job.objects.get(kind=PUBLISH)
    assert (job.union, job.payload) == (parties.unions[LOWER], {"subsidy_id": str(row.pk)})
    with door.inside(parties.unions[LOWER]):
        make.contract(parties.project)
        make.served(parties.project)
        make.evaluation(
            parties.project,
            EvaluationKind.MIDTERM,
            state=EvaluationState.FINAL,
            conclusion=Conclusion.PASS,
            concluded_on=date(2026, 6, 1),
        )
        make.evaluation(
            parties.project,
            EvaluationKind.PERFORMANCE,
            state=EvaluationState.SCORED,
            conclusion="",
        )

    assert publish(parties) == {"projects": 1}
    assert publish(parties) == {"projects": 1}

    (copy,) = selectors.projects(parties.upper_admin, row)
    told = {name: value for name, value in vars(copy).items() if name not in {"_state", "id"}}
    assert told == {
        "subsidy_id": row.pk,
        "project_id": parties.project.pk,
        "number": parties.project.number,
        "title": "职工心理关爱服务",
        "state": "实施中",
        "starts_on": date(2026, 2, 10),
        "ends_on": date(2026, 8, 15),
        "provider": "长沙市星城职工服务中心",
        "contract_amount": Decimal("180000.00"),
        "paid": Decimal("0.00"),
        "sessions": 1,
        "person_times": 40,
        "persons": 30,
        "satisfaction": Decimal("4.35"),
        "midterm": "通过",
        "performance": "",
        "as_of": parties.at,
    }


def test_a_person_who_provides_is_not_named(parties: Parties) -> None:
    row = parties.granted()
    with door.inside(parties.unions[LOWER]):
        make.contract(parties.project)
        Provider.objects.update(kind=ProviderKind.INDIVIDUAL_EXPERT, uscc="")
    publish(parties)
    assert selectors.projects(parties.upper_admin, row)[0].provider == ""


def test_another_unions_worker_writes_nothing(parties: Parties) -> None:
    parties.granted()
    assert publish(parties, THIRD) == {"projects": 0}
    assert publish(parties, UPPER) == {"projects": 0}
    assert SubsidisedProject.objects.count() == 0


def test_a_step_of_the_project_refreshes_the_copy_in_its_transaction(parties: Parties) -> None:
    row = parties.granted()
    publish(parties)
    with door.inside(parties.unions[LOWER]):
        make.served(parties.project, person_times=25)
        visit = make.visit(parties.project)
        data = {"visit_on": "2026-11-18", "findings": "正常", "risk": "low"}
        transition(VISIT, visit, "record", by=parties.lower_staff, at=parties.at, data=data)
    assert selectors.projects(parties.upper_admin, row)[0].person_times == 25


SERVED = {
    "served_on": date(2026, 3, 12),
    "field": "psychological",
    "sessions": 2,
    "person_times": 40,
    "persons_new": 30,
    "satisfaction_sum": 174,
    "satisfaction_count": 40,
}


def told(parties: Parties, row: Subsidy) -> tuple[object, ...]:
    (copy,) = selectors.projects(parties.upper_admin, row)
    return (copy.sessions, copy.person_times, copy.persons, copy.satisfaction, copy.paid, copy.as_of)


def test_entering_and_voiding_a_service_record_refreshes_the_copy(parties: Parties) -> None:
    row = parties.granted()
    publish(parties)
    by, first, second, third = parties.lower_staff, *(parties.at + timedelta(hours=n) for n in (1, 2, 3))
    nothing = Decimal("0.00")
    with door.inside(parties.unions[LOWER]):
        wrong = records.add(project=parties.project, fields=SERVED, by=by, at=first)
    assert told(parties, row) == (2, 40, 30, Decimal("4.35"), nothing, first)
    with door.inside(parties.unions[LOWER]):
        records.void(service_record=wrong, reason="人数有误", by=by, at=second)
    assert told(parties, row) == (0, 0, 0, None, nothing, second)
    with door.inside(parties.unions[LOWER]):
        right = {**SERVED, "person_times": 25, "persons_new": 20, "satisfaction_sum": 90, "satisfaction_count": 20}
        records.add(project=parties.project, fields=right, by=by, at=third)
        # What is refused, or void already, tells nothing anew.
        with pytest.raises(Invalid):
            records.add(project=parties.project, fields={**right, "persons_new": 26}, by=by, at=parties.at)
        records.void(service_record=wrong, reason="再次作废", by=by, at=parties.at)
    assert told(parties, row) == (2, 25, 20, Decimal("4.50"), nothing, third)
    # The ceiling is what was agreed by heads and standard; what is delivered does not move it.
    row.refresh_from_db()
    assert (row.headcount, row.standard, row.ceiling) == (2000, Decimal("100.00"), Decimal("200000.00"))
    assert row.ceiling == row.headcount * row.standard


def test_a_record_of_another_project_leaves_the_copy_alone(parties: Parties) -> None:
    row = parties.granted()
    publish(parties)
    before = told(parties, row)
    later = parties.at + timedelta(hours=1)
    with door.inside(parties.unions[LOWER]):
        records.add(project=make.project(title="自筹项目"), fields=SERVED, by=parties.lower_staff, at=later)
    with door.inside(parties.unions[THIRD]):
        staff = people.actor(THIRD, Role.UNION_STAFF)
        records.add(project=make.project(), fields=SERVED, by=staff, at=later)
    assert told(parties, row) == before
    assert SubsidisedProject.objects.count() == 1


def test_a_refund_refreshes_the_copy(parties: Parties) -> None:
    row = parties.granted()
    publish(parties)
    later = parties.at + timedelta(hours=1)
    with door.inside(parties.unions[LOWER]):
        signed = contracts.contract(state=ContractState.PERFORMING, project=parties.project, amount="180000.00")
        contracts.payment(contracts.at(signed, MilestoneState.PAID, no=1))
        refunds.refund(
            contract=signed, amount=Decimal("1200.50"), returned_on=date(2026, 11, 19), voucher_no="收-0007",
            fund_source="union_funds", reason="结余退回", by=parties.lower_finance, at=later,
        )  # fmt: skip
    assert told(parties, row) == (0, 0, 0, None, Decimal("52799.50"), later)


def test_a_project_of_its_own_money_crosses_nowhere(parties: Parties) -> None:
    row = parties.granted()
    publish(parties)
    with door.inside(parties.unions[LOWER]):
        other = make.project(title="自筹项目")
        assert subsidised.refresh(other, at=parties.at) == 0
    assert [one.title for one in selectors.projects(parties.upper_admin, row)] == ["职工心理关爱服务"]


def test_what_was_refused_is_not_looked_into(parties: Parties) -> None:
    row = parties.granted()
    publish(parties)
    Subsidy.objects.filter(pk=row.pk).update(state=SubsidyState.REFUSED, granted=None)
    assert selectors.projects(parties.upper_admin, row) == []


def test_projects_that_may_be_asked_for(parties: Parties) -> None:
    foreign = subsidised_project(parties.unions[THIRD])
    with door.inside(parties.unions[LOWER]):
        make.project(title="自筹项目")
        listed = subsidised.projects(parties.lower_staff)
    assert [(one.id, one.amount) for one in listed] == [(parties.project.pk, Decimal("150000.00"))]
    assert foreign.pk not in {one.id for one in listed}
