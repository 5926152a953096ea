"""V4: what crosses to the funder is a copy that the owner writes, from the grant on, and never a person or a losing bid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from commons.access.actors import system
from commons.jobs.context import JobContext
from commons.jobs.models import Job
from commons.subsidies import selectors
from commons.subsidies.enums import SubsidyState
from commons.subsidies.models import SubsidisedProject, Subsidy
from commons.subsidies.sources import PUBLISH
from commons.tenancy import door
from commons.workflow.transitions import transition
from tenants.purchasing import subsidised
from tenants.purchasing.enums import Conclusion, EvaluationKind, EvaluationState, ProviderKind
from tenants.purchasing.machines.visit import VISIT
from tenants.purchasing.models import Provider
from tests.commons.subsidies.conftest import LOWER, THIRD, UPPER, Parties, subsidised_project
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
