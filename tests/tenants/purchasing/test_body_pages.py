"""Pages of providers, experts and rules: what they say, that forms keep what was typed, how many statements they cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy.door import inside
from tenants.purchasing.enums import RuleKind
from tenants.purchasing.models import Expert, Provider, PurchaseRule
from tests.factories import organizations, people
from tests.factories.purchasing import contracts, projects

Country = dict[str, TradeUnion]
ClientOf = Callable[..., Client]
BASE = "/u/430105"
ACCOUNT = "6222020200112233"


def text(client: Client, path: str) -> str:
    page = client.get(f"{BASE}{path}")
    assert page.status_code == 200, (path, page.status_code)
    return page.content.decode()


def test_a_provider_is_recorded_vetted_and_its_account_read_on_purpose(country: Country, client_of: ClientOf) -> None:
    staff, code = client_of("430105", Role.UNION_STAFF), organizations.credit_code()
    with inside(country["430105"]):
        organizations.organization(name="星城职工服务中心", uscc=code, registered_on=date(2020, 1, 1))
    assert "还没有承接单位" in text(staff, "/providers")
    given = {
        "kind": "social_org",
        "name": "随便写的",
        "uscc": code,
        "vetting_result": "unknown",
        "bank_account": ACCOUNT,
    }
    bad = staff.post(f"{BASE}/providers/new", {**given, "uscc": "51430105MJJ000012M", "contact_name": "刘芳"})
    assert bad.status_code == 422
    assert 'value="刘芳"' in bad.content.decode()
    done = staff.post(f"{BASE}/providers/new", given)
    with inside(country["430105"]):
        row = Provider.objects.get()
    assert (done.status_code, done["Location"]) == (302, f"{BASE}/providers/{row.pk}")
    assert (row.name, row.registered_on, row.bank_account) == ("星城职工服务中心", date(2020, 1, 1), ACCOUNT)
    page = text(staff, f"/providers/{row.pk}")
    assert "************2233" in page
    assert ACCOUNT not in page
    assert ACCOUNT not in text(staff, f"/providers/{row.pk}/edit")

    edit = {"name": row.name, "vetting_result": "clear", "vetting_until": "2027-12-31", "version": "1"}
    blocked = staff.post(f"{BASE}/providers/{row.pk}/edit", {**edit, "blocked_until": "2027-01-01"})
    assert blocked.status_code == 422
    assert "请写明停止承接的事由。" in blocked.content.decode()
    assert staff.post(f"{BASE}/providers/{row.pk}/edit", edit).status_code == 302
    assert staff.post(f"{BASE}/providers/{row.pk}/edit", edit).status_code == 409
    with inside(country["430105"]):
        row.refresh_from_db()
    # The last day counts; the row keeps the day after, and an account that was not typed anew.
    assert (str(row.vetting_result), row.vetting_until, row.bank_account) == ("clear", date(2028, 1, 1), ACCOUNT)
    assert "通过，至2027年12月31日" in text(staff, f"/providers/{row.pk}")
    assert 'value="2027-12-31"' in text(staff, f"/providers/{row.pk}/edit")

    read = staff.post(f"{BASE}/providers/{row.pk}/account")
    assert ACCOUNT in read.content.decode()
    assert "no-store" in read["Cache-Control"]
    with inside(country["430105"]):
        assert AuditEvent.objects.filter(event="purchasing.provider.read_account").count() == 1
    leader = client_of("430105", Role.LEADER)
    assert "查看完整账号" not in text(leader, f"/providers/{row.pk}")
    assert leader.post(f"{BASE}/providers/{row.pk}/account").status_code == 403
    neighbour = client_of("430111", Role.UNION_ADMIN)
    assert neighbour.get(f"/u/430111/providers/{row.pk}").status_code == 404


def test_an_expert_joins_the_pool_with_an_account_and_conflicts(country: Country, client_of: ClientOf) -> None:
    staff = client_of("430105", Role.UNION_STAFF)
    reviewer = people.user("陈静")
    people.assign(reviewer, country["430105"], Role.REVIEWER)
    code = organizations.credit_code()
    assert "专家库里还没有专家" in text(staff, "/experts")
    assert "陈静" in text(staff, "/experts/new")
    given = {
        "name": "陈静", "kind": "law", "unit": "湖南大学", "user_id": str(reviewer.pk), "fields_": ["legal_aid"],
        "conflicts": f"{code}\n", "is_active": "on",
    }  # fmt: skip
    known = dict(staff.get(f"{BASE}/experts/new").context["page"].form.fields["fields_"].choices)
    given["fields_"] = [next(iter(known))]
    wrong = staff.post(f"{BASE}/experts/new", {**given, "conflicts": "51430105MJJ000012M"})
    assert wrong.status_code == 422
    assert "湖南大学" in wrong.content.decode()
    assert staff.post(f"{BASE}/experts/new", given).status_code == 302
    with inside(country["430105"]):
        row = Expert.objects.get()
    assert (row.code, row.user_id, row.conflicts, row.fields) == ("ZJ-0001", reviewer.pk, [code], given["fields_"])
    assert code in text(staff, f"/experts/{row.pk}")
    assert code not in text(client_of("430105", Role.LEADER), f"/experts/{row.pk}")
    assert staff.post(f"{BASE}/experts/{row.pk}/edit", {**given, "unit": "中南大学", "version": "1"}).status_code == 302
    assert "中南大学" in text(staff, f"/experts/{row.pk}")
    assert client_of("430111", Role.UNION_ADMIN).get(f"/u/430111/experts/{row.pk}").status_code == 404


def test_a_new_edition_is_drafted_and_its_items_changed(country: Country, client_of: ClientOf) -> None:
    admin = client_of("430105", Role.UNION_ADMIN)
    with inside(country["430105"]):
        now = projects.rule(RuleKind.MIDTERM_SYSTEM)
    assert "权重合计 100%，合格分 60 分。" in text(admin, f"/purchase-rules/{now.pk}")
    drafted = admin.post(
        f"{BASE}/purchase-rules/new", {"kind": "midterm_system", "title": "", "doc_no": "开工〔2026〕3号"}
    )
    with inside(country["430105"]):
        row = PurchaseRule.objects.get(edition=now.edition + 1, kind="midterm_system")
    assert (drafted.status_code, drafted["Location"]) == (302, f"{BASE}/purchase-rules/{row.pk}/edit")
    form = {
        "title": "中期评估", "doc_no": row.doc_no, "version": "1", "pass_mark": "65",
        "items_0_name": "进度", "items_0_weight": "50", "items_0_max": "100", "items_0_guide": "",
        "items_1_name": "满意度", "items_1_weight": "40", "items_1_max": "100", "items_1_is_satisfaction": "on",
        "items_2_name": "创新", "items_2_weight": "abc",
    }  # fmt: skip
    bad = admin.post(f"{BASE}/purchase-rules/{row.pk}/edit", form)
    assert bad.status_code == 422
    assert "“创新”的权重须为" in bad.content.decode()
    assert admin.post(f"{BASE}/purchase-rules/{row.pk}/edit", {**form, "items_2_weight": "10"}).status_code == 302
    with inside(country["430105"]):
        row.refresh_from_db()
    assert [(one["code"], one["name"], one["weight"], one["is_satisfaction"]) for one in row.content["items"]] == [
        ("plan", "进度", "50", False),
        ("satisfaction", "满意度", "40", True),
        ("item3", "创新", "10", False),
    ]
    page = text(admin, f"/purchase-rules/{row.pk}")
    assert "权重合计 100%，合格分 65 分。" in page
    assert "发布施行" in page
    assert admin.get(f"{BASE}/purchase-rules/{now.pk}/edit").status_code == 200
    frozen = admin.post(f"{BASE}/purchase-rules/{now.pk}/edit", {**form, "version": str(now.version)})
    assert frozen.status_code == 422
    assert client_of("430105", Role.UNION_STAFF).get(f"{BASE}/purchase-rules/new").status_code == 403
    assert client_of("430111", Role.UNION_ADMIN).get(f"/u/430111/purchase-rules/{row.pk}").status_code == 404


@pytest.mark.parametrize("kind", ["measures", "project_contract", "funds"])
def test_rules_of_every_form_are_read_and_edited(country: Country, client_of: ClientOf, kind: str) -> None:
    admin = client_of("430105", Role.UNION_ADMIN)
    with inside(country["430105"]):
        if kind == "project_contract":
            contracts.template()
    admin.post(f"{BASE}/purchase-rules/new", {"kind": kind, "title": "新版", "doc_no": ""})
    with inside(country["430105"]):
        row = PurchaseRule.objects.get(kind=kind, state="draft")
    form = admin.get(f"{BASE}/purchase-rules/{row.pk}/edit").context["page"].form
    typed = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in typed.items() if value not in (None, "", False)}
    told = {"measures": {"direct_max": "50000"}, "funds": {"text": "专款专用。"}}.get(kind, {})
    assert admin.post(f"{BASE}/purchase-rules/{row.pk}/edit", {**sent, **told}).status_code == 302
    page = text(admin, f"/purchase-rules/{row.pk}")
    wanted = {"measures": "50000 元", "funds": "专款专用。", "project_contract": "必备"}[kind]
    assert wanted in page
    with inside(country["430105"]):
        before, row = row.content, PurchaseRule.objects.get(pk=row.pk)
    if kind == "project_contract":
        assert row.content == before


@pytest.mark.parametrize(
    ("address", "statements"),
    [("providers", 2), ("experts", 2), ("purchase-rules", 2), ("providers/{provider}", 3), ("experts/{expert}", 1)],
)
def test_statements(country: Country, client_of: ClientOf, address: str, statements: int) -> None:
    staff = client_of("430105", Role.UNION_STAFF)
    with inside(country["430105"]):
        provider, expert = projects.provider(), projects.expert()
        projects.rule(RuleKind.MIDTERM_SYSTEM)
    path = f"{BASE}/{address.format(provider=provider.pk, expert=expert.pk)}"
    staff.get(path)
    with CaptureQueriesContext(connection) as few:
        staff.get(path)
    with inside(country["430105"]):
        for _ in range(3):
            projects.provider()
            projects.expert()
    with CaptureQueriesContext(connection) as many:
        staff.get(path)
    own = [[one for one in found.captured_queries if "purchasing_" in one["sql"]] for found in (few, many)]
    assert [len(one) for one in own] == [statements, statements]
