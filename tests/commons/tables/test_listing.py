"""Which rows a list shows, and how it is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenants.registry.enums import Classification, ContactKind
from tenants.registry.models import ContactLog
from tests.commons.tables.conftest import Inside
from tests.factories import organizations as factory

LIST = "/u/430105/contacts"


def contact(topics: str, *, day: int = 1, **fields: Any) -> ContactLog:
    at = fields.pop("at", None)
    given = {
        "organization": fields.pop("organization", None) or factory.organization(),
        "contacted_on": date(2026, 1, day),
        "kind": ContactKind.VISIT,
        "topics": topics,
        "created_by_name": "李敏",
        **fields,
    }
    return ContactLog.objects.create(**given, created_at=at or "2026-01-01T00:00Z", updated_at="2026-01-01T00:00Z")


@pytest.fixture
def some(inside: Inside) -> None:
    with inside("430111"):
        contact("邻会走访用工")
    with inside():
        first = factory.organization(name="彩虹服务社")
        contact("走访用工情况", day=3, organization=first, next_on=date(2026, 3, 1))
        contact("座谈薪酬 ABC", day=2, kind=ContactKind.MEETING, organization=first)
        contact("走访薪酬", day=1, participants="王芳")
        contact("他人的保密事项", day=4, classification=Classification.CONFIDENTIAL)


def topics(answer: Any) -> list[str]:
    return [cell.text for row in answer.context["page"].rows for cell in row.cells if cell.label == "内容"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["走访用工情况", "座谈薪酬 ABC", "走访薪酬"]),
        ("?q=走访", ["走访用工情况", "走访薪酬"]),
        ("?q=走访 薪酬", ["走访薪酬"]),
        ("?q=薪酬　走访", ["走访薪酬"]),
        ("?q=abc", ["座谈薪酬 ABC"]),
        ("?q=彩虹 用工", ["走访用工情况"]),
        ("?q=王芳", ["走访薪酬"]),
        ("?q=%25", []),
        ("?q=_", []),
        ("?q=保密", []),
        ("?q=邻会", []),
        ("?kind=meeting", ["座谈薪酬 ABC"]),
        ("?since=2026-01-02&until=2026-01-02", ["座谈薪酬 ABC"]),
        ("?sort=contacted_on", ["走访薪酬", "座谈薪酬 ABC", "走访用工情况"]),
        ("?sort=next_on", ["走访用工情况", "座谈薪酬 ABC", "走访薪酬"]),
        ("?sort=-next_on", ["走访用工情况", "走访薪酬", "座谈薪酬 ABC"]),
    ],
)
def test_which_rows(query: str, found: list[str], staff: Client, some: None) -> None:
    answer = staff.get(f"{LIST}{query}")

    assert topics(answer) == found
    assert (answer.context["page"].pager.total, "邻会" in answer.content.decode().replace("?q=邻会", "")) == (
        len(found),
        query == "?q=邻会",
    )


def test_a_neighbour_has_its_own(neighbour: Client, some: None) -> None:
    assert topics(neighbour.get("/u/430111/contacts")) == ["邻会走访用工"]
    assert neighbour.get(LIST).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "?sort=password",
        "?sort=--contacted_on",
        "?sort=organization__contact_phone",
        "?size=100000",
        "?view=nonsense",
        "?view=01900000-0000-7000-8000-000000000000",
        "?q=%00%27%3B--",
        "?q=" + "长" * 3000,
        "?q=" + "+".join("词" * 1 for _ in range(200)),
        "?kind=visit&kind=phone",
        "?after=x&before=y",
        "?columns=all&x[]=1",
    ],
)
def test_hostile_words_do_no_harm(query: str, staff: Client, some: None) -> None:
    answer = staff.get(f"{LIST}{query}")
    assert answer.status_code == 200
    assert answer.context["page"].pager.size == 20


def test_a_misshapen_filter_narrows_nothing_and_says_so(staff: Client, some: None) -> None:
    answer = staff.get(f"{LIST}?since=gestern&kind=nonsense")
    page = answer.content.decode()
    assert len(topics(answer)) == 3
    assert page.count('class="errors"') == 2
    refused = staff.get("/u/430105/lists/contacts/export.xlsx?since=gestern")
    assert (refused.status_code, "筛选条件有误" in refused.content.decode()) == (400, True)


def test_the_question_is_kept_in_every_address(staff: Client, some: None) -> None:
    page = staff.get(f"{LIST}?q=走访&kind=visit&sort=contacted_on&size=50&after=x").context["page"]
    assert page.hidden == [("sort", "contacted_on"), ("size", "50")]
    assert page.headings[0].url == "?q=%E8%B5%B0%E8%AE%BF&kind=visit&sort=-contacted_on&size=50"
    assert (page.headings[0].order, page.clear_url, page.active_filters) == ("ascending", "?view=", 1)
    assert page.export_url == ("/u/430105/lists/contacts/export.xlsx?q=%E8%B5%B0%E8%AE%BF&kind=visit&sort=contacted_on")


def test_what_the_list_is_about_stays_when_filters_are_cleared(staff: Client, some: None, inside: Inside) -> None:
    with inside():
        organization = ContactLog.objects.get(topics="走访用工情况").organization_id
    answer = staff.get(f"{LIST}?organization={organization}&kind=visit")
    page = answer.context["page"]
    assert topics(answer) == ["走访用工情况"]
    assert (page.clear_url, page.active_filters) == (f"?organization={organization}", 1)
    assert "彩虹服务社</a>" in answer.content.decode()


def test_of_what_is_misshapen_there_is_no_list(staff: Client) -> None:
    assert staff.get(f"{LIST}?organization=xyz").status_code == 404


def test_nothing_yet_and_nothing_found(staff: Client, some: None, client_of: Any) -> None:
    from commons.people.enums import Role

    assert staff.get(f"{LIST}?q=没有").context["page"].nothing.action_label == "清除筛选"
    empty = client_of("440304", Role.UNION_STAFF).get("/u/440304/contacts").context["page"]
    assert empty.nothing.title == "没有可以查看的联系记录"
    assert (empty.export_url, empty.bulk) == ("", [])


def test_the_page_reads_a_fixed_number_of_times(staff: Client, inside: Inside, some: None) -> None:
    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert staff.get(path).status_code == 200
        return len([one for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "SET"))])

    count(LIST)
    few = count(f"{LIST}?q=走访")
    with inside():
        for number in range(60):
            contact(f"走访{number}")
    # session, account, union, roles and tree; saved views, how many, the rows.
    assert (few, count(f"{LIST}?q=走访"), count(f"{LIST}?q=走访&size=100")) == (8, 8, 8)
