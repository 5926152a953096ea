"""Creating, correcting and moving an entry through its pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from commons.people.enums import Role
from commons.tenancy import door
from tenants.history.models import Change
from tenants.registry.models import OrgPerson, OrgRating, OrgYearFact, SocialOrganization
from tests.factories.organizations import credit_code
from tests.tenants.registry.conftest import entry_fields

Inside = Callable[[], Any]
LIST = "/u/430105/organizations"


def typed(**other: object) -> dict[str, object]:
    return {**entry_fields(uscc=credit_code(31)), **other}


def test_an_organization_is_entered(browser: Client, inside: Inside) -> None:
    assert "登记社会组织" in browser.get(f"{LIST}/new").content.decode()

    answer = browser.post(f"{LIST}/new", typed())

    with inside():
        row = SocialOrganization.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}/{row.pk}")
    assert "已登记为草稿，编号SO-00001。" in browser.get(answer["Location"]).content.decode()


def test_what_was_typed_stays_with_its_faults(browser: Client, inside: Inside) -> None:
    answer = browser.post(f"{LIST}/new", typed(uscc="52430105MJJ571234X", contact_phone="123", name="", staff="十二"))

    page = answer.content.decode()
    assert answer.status_code == 422
    for text in (
        "末位校验码不符",
        "不是有效的电话号码",
        "请填写名称。",
        "“十二”不是整数。",
        'value="52430105MJJ571234X"',
        'value="123"',
    ):
        assert text in page, text
    assert 'value="employment" id="id_rights_domains_0" checked' in page or "checked" in page
    with inside():
        assert SocialOrganization.objects.count() == 0


def test_the_same_code_names_the_entry(browser: Client, draft: SocialOrganization) -> None:
    answer = browser.post(f"{LIST}/new", typed(uscc=draft.uscc, name="另一家", region_code="430111"))

    assert "已在本会台账中：SO-00001 长沙市启航职工服务中心（草稿）" in answer.content.decode()


def test_a_likely_twin_is_shown_before_a_second_entry(
    browser: Client, draft: SocialOrganization, inside: Inside
) -> None:
    answer = browser.post(f"{LIST}/new", typed(name="长沙市启航 职工服务中心"))
    assert "台账中可能已有这个组织" in answer.content.decode()
    with inside():
        assert SocialOrganization.objects.count() == 1

    assert browser.post(f"{LIST}/new", typed(name="长沙市启航 职工服务中心", not_a_twin="1")).status_code == 302


def test_an_edit_with_an_old_version_is_a_conflict_and_keeps_what_was_typed(
    browser: Client, draft: SocialOrganization, inside: Inside
) -> None:
    form = browser.get(f"{LIST}/{draft.pk}/edit").content.decode()
    assert 'name="version" value="1"' in form
    fields = {**entry_fields(uscc=draft.uscc), "version": "1"}
    assert browser.post(f"{LIST}/{draft.pk}/edit", {**fields, "alias": "甲"}).status_code == 302

    answer = browser.post(f"{LIST}/{draft.pk}/edit", {**fields, "alias": "乙"})

    assert answer.status_code == 409
    assert "这条记录刚刚被他人修改过" in answer.content.decode()
    assert 'value="乙"' in answer.content.decode()
    with inside():
        assert SocialOrganization.objects.get().alias == "甲"


def test_from_draft_to_the_ledger_and_off_it(browser: Client, draft: SocialOrganization, inside: Inside) -> None:
    here = f"{LIST}/{draft.pk}"
    for step, given, state in (
        ("submit", {}, "to_verify"),
        ("send-back", {"reason": "名称不全"}, "draft"),
        ("submit", {}, "to_verify"),
        ("verify", {}, "active"),
        ("confirm", {}, "active"),
    ):
        assert browser.get(f"{here}/{step}").status_code == 200
        assert browser.post(f"{here}/{step}", given).status_code == 302
        with inside():
            assert SocialOrganization.objects.get().state == state
    page = browser.get(here).content.decode()
    assert "核实列为在册（待核实 → 在册）" in page
    assert "为什么我能看到" in page

    refused = browser.post(f"{here}/close", {"reason": "", "on": "2999-01-01", "registration_status": "cancelled"})
    assert (refused.status_code, "请填写原因。" in refused.content.decode()) == (422, True)
    with inside():
        assert SocialOrganization.objects.get().state == "active"


def test_a_refused_step_says_why_and_moves_nothing(browser: Client, draft: SocialOrganization, inside: Inside) -> None:
    answer = browser.post(f"{LIST}/{draft.pk}/verify", {})

    assert answer.status_code == 422
    assert "目前的状态是“草稿”，不能核实列为在册。" in answer.content.decode()


def test_parts_of_an_entry(browser: Client, active: SocialOrganization, inside: Inside) -> None:
    here = f"{LIST}/{active.pk}"
    grant = {
        "step": "grant",
        "grade": "A4",
        "assessor": "湖南省民政厅",
        "certificate_number": "评1",
        "assessed_on": "2026-01-05",
    }
    assert browser.post(f"{here}/ratings/new", grant).status_code == 302
    assert browser.post(f"{here}/ratings/new", {"step": "declare", "grade": "A5"}).status_code == 302
    assert browser.post(f"{here}/years/new", {"year": "2024", "staff": "9", "income": "100000"}).status_code == 302
    assert browser.post(f"{here}/years/2024", {"staff": "10", "income": "100000"}).status_code == 302
    assert (
        browser.post(f"{here}/persons/new", {"name": "赵六", "role": "head", "phone": "13911112222"}).status_code == 302
    )
    with inside():
        assert set(OrgRating.objects.values_list("grade", "state")) == {("A4", "granted"), ("A5", "declared")}
        assert OrgYearFact.objects.get(year=2024).staff == 10
        person = OrgPerson.objects.get()
        granted = OrgRating.objects.get(state="granted")
    assert browser.post(f"{here}/ratings/{granted.pk}/revoke", {"reason": "弄虚作假"}).status_code == 302
    changed = {"name": "赵六", "role": "secretary", "phone": "13911112222"}
    assert browser.post(f"{here}/persons/{person.pk}", changed).status_code == 302
    assert browser.post(f"{here}/persons/{person.pk}/end", {"on": "2026-11-20"}).status_code == 302
    page = browser.get(here).content.decode()
    for text in ("赵六", "13911112222", "湖南省民政厅", "已取消", "10.00", "弄虚作假"):
        assert text in page, text


def test_an_unregistered_group_is_registered(browser: Client, inside: Inside) -> None:
    browser.post(f"{LIST}/new", typed(uscc="", org_type="unregistered", certificate_number=""))
    with inside():
        here = f"{LIST}/{SocialOrganization.objects.get().pk}"
    assert "办理登记" in browser.get(here).content.decode()

    wrong = browser.post(f"{here}/register", {"uscc": credit_code(5), "org_type": "foundation"})
    assert "与所选类型“基金会”不符" in wrong.content.decode()
    assert browser.post(f"{here}/register", {"uscc": credit_code(5), "org_type": "social_group"}).status_code == 302


def test_a_leader_reads_with_masked_phones_and_changes_nothing(
    client_of: Callable[..., Client], active: SocialOrganization, inside: Inside
) -> None:
    leader = client_of("430105", Role.LEADER)
    here = f"{LIST}/{active.pk}"

    page = leader.get(here).content.decode()

    assert "138****5678" in page
    assert "13812345678" not in page
    assert "/edit" not in page
    with inside():
        before = Change.objects.count()
    for path, given in (
        ("edit", {**entry_fields(), "version": "3"}),
        ("confirm", {}),
        ("close", {"reason": "x", "on": "2026-11-20"}),
        ("years/new", {"year": "2024", "staff": "1"}),
        ("persons/new", {"name": "甲", "role": "head"}),
        ("ratings/new", {"step": "declare", "grade": "A3"}),
        ("plans/new", {}),
    ):
        assert leader.get(f"{here}/{path}").status_code == 403, path
        assert leader.post(f"{here}/{path}", given).status_code == 403, path
    assert leader.post(f"{LIST}/new", typed()).status_code == 403
    with inside():
        assert (Change.objects.count(), SocialOrganization.objects.count()) == (before, 1)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ORG_USER, Role.SUPERVISOR, Role.NATIONAL_ADMIN])
def test_roles_without_the_ledger_see_nothing_of_it(
    role: Role, client_of: Callable[..., Client], active: SocialOrganization
) -> None:
    stranger = client_of("430105", role)

    assert stranger.get(LIST).status_code == 403
    assert stranger.get("/u/430105/contacts").status_code == 403
    answer = stranger.get(f"{LIST}/{active.pk}")
    assert (answer.status_code, active.name in answer.content.decode()) == (404, False)


STEPS = [
    "",
    "/edit",
    "/register",
    "/submit",
    "/verify",
    "/close",
    "/remove",
    "/years/new",
    "/years/2026",
    "/persons/new",
    "/ratings/new",
    "/plans/new",
]


@pytest.mark.parametrize("path", STEPS)
def test_a_neighbours_entry_looks_absent(
    path: str, client_of: Callable[..., Client], country: dict[str, Any], active: SocialOrganization
) -> None:
    """The same id in another union is another row, and there is none."""
    neighbour = client_of("430111", Role.UNION_ADMIN)

    for method in (neighbour.get, neighbour.post) if path else (neighbour.get,):
        assert method(f"/u/430111/organizations/{active.pk}{path}").status_code == 404
        assert method(f"/u/430105/organizations/{active.pk}{path}").status_code == 404
    with door.inside(country["430105"]):
        active.refresh_from_db()
    assert active.state == "active"
