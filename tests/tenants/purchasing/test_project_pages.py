"""Pages of projects and of their course: what they say, who opens them, how many statements they cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.purchasing.enums import ContractState, EvaluationKind, MilestoneState, ProjectState, ReportKind
from tenants.purchasing.models import ServiceProject, ServiceRecord
from tests.factories import people
from tests.factories.purchasing import contracts
from tests.factories.purchasing import projects as factory
from tests.tenants.purchasing import making

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]
NEW = {
    "title": "环卫工人心理关爱", "year": 2026, "category": "life_service", "service_fields": ["psychological"],
    "mode": "purchased", "method": "open_call", "buyer_kind": "union", "own_share": "100", "budget": "120000",
    "risk_level": "low", "target_sessions": 12, "target_person_times": 600, "target_persons": 200,
    "third_party_required": "unknown", "source_1": "union_funds", "amount_1": "120000",
}  # fmt: skip


@pytest.fixture
def staff(country: Country, client_of: ClientOf) -> Client:
    return client_of("430105", Role.UNION_STAFF)


def test_a_project_is_entered_changed_and_listed(staff: Client, country: Country, client_of: ClientOf) -> None:
    answer = staff.post("/u/430105/projects/new", NEW)
    with door.inside(country["430105"]):
        row = ServiceProject.objects.get()
        assert [(line.source, line.amount) for line in row.funding.all()] == [("union_funds", 120_000)]
    assert (answer.status_code, answer["Location"]) == (302, f"/u/430105/projects/{row.pk}")
    assert (row.title, row.fields, row.state, row.target_person_times) == (
        "环卫工人心理关爱", ["psychological"], ProjectState.DRAFT, 600,
    )  # fmt: skip
    page = staff.get(f"/u/430105/projects/{row.pk}")
    assert "环卫工人心理关爱" in page.content.decode()
    assert [bar.text for bar in page.context["page"].delivery] == ["0 / 12 场", "0 / 600 人次", "0 / 200 人"]
    typed = staff.get(f"/u/430105/projects/{row.pk}/edit").context["page"].form.initial
    changed = staff.post(
        f"/u/430105/projects/{row.pk}/edit", {**NEW, "title": "户外劳动者心理关爱", "version": typed["version"]}
    )
    assert changed.status_code == 302
    assert "户外劳动者心理关爱" in staff.get("/u/430105/projects").content.decode()
    assert "户外劳动者" not in client_of("430111", Role.UNION_ADMIN).get("/u/430111/projects").content.decode()


def test_what_is_wrong_stays_on_the_form(staff: Client, country: Country) -> None:
    answer = staff.post("/u/430105/projects/new", {**NEW, "title": "", "amount_1": "无"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "请填写项目名称。" in text
    assert 'value="120000"' in text
    with door.inside(country["430105"]):
        assert ServiceProject.objects.count() == 0


def test_who_opens_a_project(country: Country, client_of: ClientOf) -> None:
    with door.inside(country["430105"]):
        row = factory.project(state=ProjectState.RUNNING)
        provider = factory.provider()
        making.contract(row, provider)
    address = f"/u/430105/projects/{row.pk}"
    for role, status in {
        Role.UNION_ADMIN: 200, Role.LEADER: 200, Role.REVIEWER: 404, Role.SUPERVISOR: 404, Role.SECRETARIAT: 404,
    }.items():  # fmt: skip
        roles = (role, Role.REVIEWER) if role.is_flag else (role,)
        assert client_of("430105", *roles).get(address).status_code == status, role
    assert client_of("430111", Role.UNION_ADMIN).get(f"/u/430111/projects/{row.pk}").status_code == 404
    theirs, other = Client(), Client()
    for browser, uscc in ((theirs, provider.uscc), (other, "52430111MJJ0000204")):
        holder = people.organization("430105", uscc).user
        assert holder is not None
        browser.force_login(holder, backend="django.contrib.auth.backends.ModelBackend")
    page = theirs.get(address)
    assert page.status_code == 200
    assert page.context["page"].money == []
    assert page.context["page"].history == []
    assert other.get(address).status_code == 404


def test_what_was_served_is_entered_and_voided(staff: Client, country: Country) -> None:
    with door.inside(country["430105"]):
        row = factory.project(state=ProjectState.RUNNING, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    given = {"served_on": "2026-11-01", "field": "psychological", "sessions": 1, "person_times": 40, "persons_new": 30}
    zeros = dict.fromkeys(("union_staff", "social_workers", "volunteers", "satisfaction_count", "satisfaction_sum"), 0)
    assert staff.post(f"/u/430105/projects/{row.pk}/records/new", {**given, **zeros}).status_code == 302
    with door.inside(country["430105"]):
        made = ServiceRecord.objects.get()
        assert (made.person_times, made.persons_new, made.is_void) == (40, 30, False)
    assert staff.post(f"/u/430105/projects/{row.pk}/records/{made.pk}/void", {"reason": "重复登记"}).status_code == 302
    with door.inside(country["430105"]):
        made.refresh_from_db()
        assert (made.is_void, made.void_reason) == (True, "重复登记")


def test_the_pages_of_a_projects_course(staff: Client, country: Country, client_of: ClientOf) -> None:
    with door.inside(country["430105"]):
        row = factory.project(state=ProjectState.RUNNING)
        report = making.report(row, ReportKind.PROGRESS)
        evaluation = making.evaluation(row, EvaluationKind.MIDTERM)
    for path in (f"projects/{row.pk}/course", f"reports/{report.pk}", f"evaluations/{evaluation.pk}"):
        assert staff.get(f"/u/430105/{path}").status_code == 200, path
        assert client_of("430111", Role.UNION_ADMIN).get(f"/u/430111/{path}").status_code == 404, path
    assert (
        staff.post(f"/u/430105/projects/{row.pk}/visits/new", {"kind": "process", "visit_on": "2026-12-01"}).status_code
        == 302
    )


def test_a_project_costs_the_same_whatever_hangs_on_it(staff: Client, country: Country) -> None:
    with door.inside(country["430105"]):
        row = factory.project(state=ProjectState.RUNNING)
        for _ in range(2):
            making.report(row, ReportKind.PROGRESS)
    address = f"/u/430105/projects/{row.pk}"
    few = statements(staff, address)
    with door.inside(country["430105"]):
        for _ in range(8):
            making.report(row, ReportKind.PROGRESS)
    assert statements(staff, address) == few


def statements(browser: Client, address: str) -> int:
    """How many a page costs once what is kept in memory is warm."""
    for _ in range(2):
        browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    return len(asked)


@pytest.mark.parametrize("state", list(ProjectState))
def test_a_contract_is_drafted_from_the_award_on(staff: Client, country: Country, state: ProjectState) -> None:
    with door.inside(country["430105"]):
        row = factory.project(state=state)
    offered = f"/u/430105/contracts/new?project={row.pk}" in staff.get(f"/u/430105/projects/{row.pk}").content.decode()
    before = {"draft", "approval_review", "approved", "rejected", "sourcing"}
    assert offered is (state not in before)


def test_each_contract_of_a_project_tells_what_was_paid_of_it(staff: Client, country: Country) -> None:
    with door.inside(country["430105"]):
        row = contracts.awarded(state=ProjectState.RUNNING)
        paid = contracts.contract(project=row, state=ContractState.TERMINATED, amount=100_000)
        for no in (1, 2):
            contracts.payment(contracts.at(paid, MilestoneState.PAID, no=no))
        contracts.contract(project=row, state=ContractState.PERFORMING, amount=100_000)
        other = contracts.contract(state=ContractState.PERFORMING, amount=100_000)
        contracts.payment(contracts.at(other, MilestoneState.PAID, no=1))
    sections = staff.get(f"/u/430105/projects/{row.pk}").context["page"].sections
    lines = next(one for one in sections if one.title == "合同和付款").rows
    assert [(line[3], line[4]) for line in lines] == [("100,000.00", "0.00"), ("100,000.00", "70,000.00")]
