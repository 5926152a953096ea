"""The pages: the whole way in a browser's requests, and what a neighbour gets."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.access.actors import system
from commons.hierarchy.enums import Level, UnionState
from commons.hierarchy.models import TradeUnion
from commons.jobs import actions as jobs
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.onboarding.models import OnboardingApplication
from commons.people.enums import Role
from tests.factories.country import union

Country = dict[str, TradeUnion]
ClientOf = Callable[..., Client]
FORM = {
    "code": "430102", "name_zh": "长沙市芙蓉区总工会", "level": "district", "parent": "430100",
    "leader_in_charge": "周建国", "responsible_department": "基层工作部", "dedicated_person": "李敏",
    "contact_phone": "0731-82223333", "admin_name": "王芳", "admin_phone": "13800138000", "admin_email": "",
    "letter_number": "长工发〔2026〕3号",
}  # fmt: skip


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_a_national_administrator_onboards_a_district(country: Country, client_of: ClientOf) -> None:
    admin = client_of("000000", Role.NATIONAL_ADMIN)
    found = text(admin, "/u/000000/unions/new?q=芙蓉")
    assert "/u/000000/unions/new?code=430102" in found
    form = text(admin, "/u/000000/unions/new?code=430102")
    assert "长沙市芙蓉区总工会" in form
    incomplete = admin.post("/u/000000/unions/new?code=430102", FORM | {"dedicated_person": ""})
    assert "还缺少专人" in incomplete.content.decode()
    done = admin.post("/u/000000/unions/new?code=430102", FORM)
    assert done["Location"] == "/u/000000/unions/430102"
    assert TradeUnion.objects.get(code="430102").state == UnionState.ACTIVE, "usable with the answer"
    page = text(admin, "/u/000000/unions/430102")
    assert "生成邀请链接" in page
    assert "0731-82223333" not in page
    answer = admin.post("/u/000000/unions/430102/invite", {"name": "王芳", "phone": "", "email": ""})
    [token] = re.findall(r"/invitation/([\w-]{40,})", answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    assert token not in text(admin, "/u/000000/unions/430102"), "shown once"
    assert Client().get(f"/invitation/{token}").status_code == 200


def test_a_city_applies_and_the_nation_approves(country: Country, client_of: ClientOf) -> None:
    city, nation = client_of("430100", Role.UNION_ADMIN), client_of("000000", Role.NATIONAL_ADMIN)
    asked = city.post("/u/430100/unions/new?code=430102", FORM)
    application = OnboardingApplication.objects.get()
    assert asked["Location"] == f"/u/430100/applications/{application.pk}"
    assert "批准入驻" not in text(city, asked["Location"])
    assert "长沙市芙蓉区总工会" in text(city, "/u/430100/unions")
    assert "长沙市芙蓉区总工会" in text(nation, "/u/000000/onboarding")
    assert "批准入驻" in text(nation, f"/u/000000/applications/{application.pk}")
    assert city.post(f"/u/430100/applications/{application.pk}/approve").status_code == 403
    approved = nation.post(f"/u/000000/applications/{application.pk}/approve")
    assert approved["Location"] == "/u/000000/unions/430102"
    assert TradeUnion.objects.get(code="430102").state == UnionState.ACTIVE


def test_reject_asks_for_a_reason(country: Country, client_of: ClientOf) -> None:
    city, nation = client_of("430100", Role.UNION_ADMIN), client_of("000000", Role.NATIONAL_ADMIN)
    city.post("/u/430100/unions/new?code=430102", FORM)
    path = f"/u/000000/applications/{OnboardingApplication.objects.get().pk}"
    assert nation.post(f"{path}/reject", {"reason": ""}).status_code == 200
    assert nation.post(f"{path}/reject", {"reason": "请补公函"}).status_code == 302
    assert "请补公函" in text(city, path.replace("000000", "430100"))


NEIGHBOURS = [
    "/u/440300/unions/430105",
    "/u/440300/unions/430105/progress",
    "/u/440300/unions/430100",
    "/u/440300/unions/440000",
    "/u/440300/unions/440300",
    "/u/440300/unions/430105/suspend",
    "/u/440300/unions/new?code=430102",
    "/u/440300/applications/{application}",
    "/u/440300/applications/{application}/reject",
    "/u/430100/unions",
    "/u/430100/profile",
]


@pytest.mark.parametrize("path", NEIGHBOURS)
def test_what_is_elsewhere_looks_absent(country: Country, client_of: ClientOf, path: str) -> None:
    client_of("430100", Role.UNION_ADMIN).post("/u/430100/unions/new?code=430102", FORM)
    path = path.format(application=OnboardingApplication.objects.get().pk)
    neighbour = client_of("440300", Role.UNION_ADMIN)
    page = text(neighbour, path, 404)
    assert "芙蓉" not in page
    assert "开福" not in page
    if "suspend" in path or "reject" in path:
        assert neighbour.post(path, {"reason": "x"}).status_code == 404


def test_divisions_elsewhere_are_not_offered(country: Country, client_of: ClientOf) -> None:
    assert "code=430102" not in text(client_of("440300", Role.UNION_ADMIN), "/u/440300/unions/new?q=430102")
    assert "code=430102" in text(client_of("430100", Role.UNION_ADMIN), "/u/430100/unions/new?q=430102")


@pytest.mark.parametrize("role", [Role.UNION_STAFF, Role.LEADER, Role.REVIEWER])
@pytest.mark.parametrize("path", ["unions", "unions/new", "onboarding", "profile", "operations", "unions/430105"])
def test_other_roles_are_refused(country: Country, client_of: ClientOf, role: Role, path: str) -> None:
    assert client_of("430100", role).get(f"/u/430100/{path}").status_code == 403


@pytest.mark.parametrize("path", ["onboarding", "operations", "unions/430105/suspend"])
def test_a_union_administrator_is_no_national_one(country: Country, client_of: ClientOf, path: str) -> None:
    assert client_of("430100", Role.UNION_ADMIN).get(f"/u/430100/{path}").status_code == 403


def test_suspend_and_resume_on_pages(country: Country, client_of: ClientOf) -> None:
    nation = client_of("000000", Role.NATIONAL_ADMIN)
    assert "停用长沙市开福区总工会" in text(nation, "/u/000000/unions/430105/suspend")
    assert nation.post("/u/000000/unions/430105/suspend", {"reason": "机构调整"}).status_code == 302
    assert "机构调整" in text(nation, "/u/000000/unions/430105")
    assert nation.post("/u/000000/unions/430105/resume").status_code == 302
    assert TradeUnion.objects.get(code="430105").state == UnionState.ACTIVE


def test_progress_reloads_the_page_when_the_union_is_ready(country: Country, client_of: ClientOf) -> None:
    nation = client_of("000000", Role.NATIONAL_ADMIN)
    TradeUnion.objects.filter(code="430105").update(state=UnionState.PROVISIONING)
    assert "/u/000000/unions/430105/progress" in text(nation, "/u/000000/unions/430105/progress")
    assert "正在开通" in text(nation, "/u/000000/unions/430105")
    TradeUnion.objects.filter(code="430105").update(state=UnionState.ACTIVE)
    assert nation.get("/u/000000/unions/430105/progress")["HX-Refresh"] == "true"


def test_the_profile_names_what_is_missing(country: Country, client_of: ClientOf) -> None:
    admin = client_of("430105", Role.UNION_ADMIN)
    form = {
        "name_zh": "长沙市开福区总工会", "short_name_zh": "开福区", "leader_in_charge": "", "dedicated_person": "李敏",
        "responsible_department": "基层工作部",
    }  # fmt: skip
    assert "还缺少分管领导" in admin.post("/u/430105/profile", form).content.decode()
    assert admin.post("/u/430105/profile", form | {"leader_in_charge": "王强"}).status_code == 302
    assert "王强" in text(admin, "/u/430105/profile")


def test_the_operators_page_shows_errors_but_no_content(country: Country, client_of: ClientOf) -> None:
    job = jobs.enqueue(
        kind="registry.import", union=country["430105"], payload={"text": "CANARY-SECRET"}, key="k",
        by=system("测试"), at=now(),
    )  # fmt: skip
    Job.objects.filter(pk=job.pk).update(state=JobState.PARKED, attempts=5, error="RuntimeError，某处")
    nation = client_of("000000", Role.NATIONAL_ADMIN)
    page = text(nation, "/u/000000/operations?state=parked")
    assert "RuntimeError，某处" in page
    assert "CANARY" not in page
    assert nation.post(f"/u/000000/operations/jobs/{job.pk}/retry").status_code == 302
    job.refresh_from_db()
    assert job.state == JobState.QUEUED
    assert client_of("430105", Role.UNION_ADMIN).post(f"/u/430105/operations/jobs/{job.pk}/retry").status_code == 403


def test_the_list_costs_the_same_whatever_its_length(country: Country, client_of: ClientOf) -> None:
    nation = client_of("000000", Role.NATIONAL_ADMIN)
    text(nation, "/u/000000/unions")
    with CaptureQueriesContext(connection) as few:
        text(nation, "/u/000000/unions")
    for code in ("110000", "120000", "130000"):
        union(code, f"{code}总工会", Level.PROVINCE, country["000000"])
    with CaptureQueriesContext(connection) as more:
        text(nation, "/u/000000/unions")
    assert len(more) == len(few)
