"""The ledger as a list."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.directory.enums import OrgType
from commons.people.enums import Role
from tenants.registry.enums import LedgerState, OrgDomain
from tenants.registry.models import OrgRating, SocialOrganization
from tenants.views.models import SavedView
from tests.factories import organizations as factory

Inside = Callable[[], Any]
LIST = "/u/430105/organizations"
COLUMNS = "/u/430105/lists/organizations/columns"


@pytest.fixture
def some(inside: Inside) -> None:
    with inside():
        factory.organization(name="甲社", active_on=date(2026, 10, 1))
        factory.organization(name="乙基金会", org_type=OrgType.FOUNDATION, active_on=date(2024, 1, 1))
        factory.organization(name="丙志愿队", org_type=OrgType.UNREGISTERED, state=LedgerState.TO_VERIFY)
        rated = factory.organization(name="丁中心", region_code="430111", active_on=date(2026, 10, 1))
        rated.org_domains = [OrgDomain.VOLUNTEERING]
        rated.save()
        OrgRating.objects.create(
            organization=rated,
            grade="A4",
            state="granted",
            assessor="民政局",
            assessed_on=date(2025, 1, 1),
            valid_until=date(2030, 1, 1),
        )


def names(answer: Any) -> list[str]:
    return [row.cells[0].text for row in answer.context["page"].rows]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["丁中心", "丙志愿队", "乙基金会", "甲社"]),
        ("?sort=-name", ["甲社", "乙基金会", "丙志愿队", "丁中心"]),
        ("?q=基金", ["乙基金会"]),
        ("?org_type=unregistered", ["丙志愿队"]),
        ("?domain=volunteering", ["丁中心"]),
        ("?domain=employment", ["丁中心", "丙志愿队", "乙基金会", "甲社"]),
        ("?grade=A4", ["丁中心"]),
        ("?grade=none", ["丙志愿队", "乙基金会", "甲社"]),
        ("?region=430105", ["丙志愿队", "乙基金会", "甲社"]),
        ("?state=active", ["丁中心", "甲社"]),
        ("?state=stale", ["乙基金会"]),
        ("?state=to_verify", ["丙志愿队"]),
        ("?state=active&grade=A4", ["丁中心"]),
    ],
)
def test_filters(query: str, found: list[str], browser: Client, some: None) -> None:
    assert sorted(names(browser.get(f"{LIST}{query}"))) == sorted(found)


def test_sorting(browser: Client, some: None) -> None:
    forward = names(browser.get(f"{LIST}?sort=name"))
    assert names(browser.get(f"{LIST}?sort=-name")) == forward[::-1]
    assert len(names(browser.get(f"{LIST}?sort=-updated_at"))) == 4


def test_pages_by_key_lead_there_and_back(browser: Client, inside: Inside) -> None:
    with inside():
        for index in range(45):
            factory.organization(name=f"社{index:02d}")
    first = browser.get(LIST)
    pager = first.context["page"].pager
    assert (pager.shown, pager.total, pager.previous) == (20, 45, None)

    second = browser.get(f"{LIST}?after={pager.next}")
    assert names(second) == [f"社{index:02d}" for index in range(20, 40)]
    third = browser.get(f"{LIST}?after={second.context['page'].pager.next}")
    assert (names(third), third.context["page"].pager.next) == ([f"社{index:02d}" for index in range(40, 45)], None)
    back = browser.get(f"{LIST}?before={third.context['page'].pager.previous}")
    assert names(back) == names(second)
    assert names(browser.get(f"{LIST}?before={back.context['page'].pager.previous}")) == names(first)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%00",
        "W10",
        "WyJ0IiwieCIsInkiXQ",
        "é",
        "WyJ0IiwiMjAyNi0wMS0wMVQwMDowMDowMCswMDowMCIsIjAxOTAwMDAwMDAwMDcwMDA4MDAwMDAwMDAwMDAwMDAwIl0",
    ],
)
def test_a_cursor_of_no_list_is_the_first_page(cursor: str, browser: Client, some: None) -> None:
    answer = browser.get(f"{LIST}?after={cursor}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "query",
    ["?state=nonsense", "?grade=9", "?region=xx", "?sort=;drop", "?size=7", "?q=%00%27", "?q=" + "长" * 300],
)
def test_odd_parameters_do_no_harm(query: str, browser: Client, some: None) -> None:
    assert browser.get(f"{LIST}{query}").status_code == 200


def test_the_user_keeps_their_columns(
    browser: Client, client_of: Callable[..., Client], some: None, inside: Inside
) -> None:
    answer = browser.post(COLUMNS, {"columns": ["industry", "region_code"], "query": "state=active"})

    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?state=active")
    headings = [heading.label for heading in browser.get(LIST).context["page"].headings]
    assert headings == ["名称", "编号", "所在地区", "所属行业"]
    other = client_of("430105", Role.UNION_STAFF)
    assert "所属行业" not in [heading.label for heading in other.get(LIST).context["page"].headings]
    with inside():
        assert SavedView.objects.count() == 1
    browser.post(COLUMNS, {})
    with inside():
        assert SavedView.objects.count() == 0


def test_the_way_back_leads_nowhere_else(browser: Client) -> None:
    answer = browser.post(COLUMNS, {"columns": ["industry"], "query": "//evil.example/u/&state=active&x=1"})
    assert answer["Location"] == f"{LIST}?state=active"


def test_an_empty_ledger_says_what_to_do(browser: Client, client_of: Callable[..., Client]) -> None:
    page = browser.get(LIST).content.decode()
    assert "登记第一家" in page
    assert "登记第一家" not in client_of("430105", Role.LEADER).get(LIST).content.decode()


def test_nothing_found_offers_to_clear(browser: Client, some: None) -> None:
    assert "清除筛选" in browser.get(f"{LIST}?q=没有这家").content.decode()


def test_a_neighbour_sees_its_own_ledger_only(client_of: Callable[..., Client], some: None) -> None:
    neighbour = client_of("430111", Role.UNION_STAFF)

    assert neighbour.get(LIST).status_code == 404
    page = neighbour.get("/u/430111/organizations").content.decode()
    assert "甲社" not in page


def test_the_superior_cannot_open_the_ledger_of_a_lower_union(client_of: Callable[..., Client], some: None) -> None:
    for code in ("430100", "430000", "000000"):
        superior = client_of(code, Role.UNION_ADMIN)
        assert superior.get(LIST).status_code == 404


def queries(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200
    return len([one for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "SET"))])


def test_the_list_reads_a_fixed_number_of_times(browser: Client, inside: Inside) -> None:
    def add(count: int) -> None:
        with inside():
            for _ in range(count):
                factory.organization()

    add(1)
    queries(browser, LIST)
    one = queries(browser, LIST)
    add(19)
    assert (one, queries(browser, LIST)) == (11, 11)


def test_the_detail_reads_a_fixed_number_of_times(
    browser: Client, active: SocialOrganization, inside: Inside, at: datetime
) -> None:
    here = f"{LIST}/{active.pk}"
    queries(browser, here)
    one = queries(browser, here)
    with inside():
        from tenants.attachments import actions as attachments
        from tenants.registry.actions import contacts, facts
        from tests.factories.uploads import upload

        staff = browser.actor  # type: ignore[attr-defined]
        for year in range(2015, 2026):
            facts.record_year(organization=active, year=year, fields={"staff": 1}, by=staff, at=at)
            contacts.log(
                organization=active, contacted_on=date(2026, 1, 1), kind="visit", topics="走访", by=staff, at=at
            )
            attachments.attach(on=active, upload=upload(), label="走访照片", by=staff, at=at)
    assert (one, queries(browser, here)) == (19, 19)
