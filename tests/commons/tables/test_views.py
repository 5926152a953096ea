"""Views and columns: one's own, what an administrator shares, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from commons.people.enums import Role
from commons.tables import saved
from tenants.views.models import SavedView
from tests.commons.tables.conftest import Inside

LIST = "/u/430105/contacts"
VIEWS = "/u/430105/lists/contacts/views"
COLUMNS = "/u/430105/lists/contacts/columns"


def kept(browser: Client, name: str = "走访", query: str = "kind=visit&sort=contacted_on", **more: str) -> Any:
    return browser.post(VIEWS, {"name": name, "query": query, **more})


def offered(browser: Client, path: str = LIST) -> list[str]:
    return [tab.label for tab in browser.get(path).context["page"].views]


@pytest.fixture
def colleague(client_of: Callable[..., Client]) -> Client:
    return client_of("430105", Role.UNION_STAFF)


def test_a_list_is_kept_as_it_is_asked_for(staff: Client, inside: Inside) -> None:
    answer = kept(
        staff,
        query="kind=visit&q=用工&sort=-next_on&after=x&nonsense=1&organization=01900000-0000-7000-8000-000000000000",
    )

    with inside():
        row = SavedView.objects.get()
    assert (row.name, row.filters, row.sort, row.is_default, row.shared) == (
        "走访",
        {"q": ["用工"], "kind": ["visit"]},
        "-next_on",
        False,
        False,
    )
    assert answer["Location"] == f"{LIST}?view={row.pk}&q=%E7%94%A8%E5%B7%A5&kind=visit&sort=-next_on"
    page = staff.get(answer["Location"]).context["page"]
    assert [(tab.label, tab.current) for tab in page.views] == [("不用视图", False), ("走访", True)]
    assert (page.text, page.saving.name) == ("用工", "走访")


def test_the_same_name_replaces_and_another_adds(staff: Client, inside: Inside) -> None:
    kept(staff)
    kept(staff, query="kind=phone")
    kept(staff, "座谈")
    with inside():
        found = {row.name: row.filters for row in SavedView.objects.all()}
    assert found == {"走访": {"kind": ["phone"]}, "座谈": {"kind": ["visit"]}}


@pytest.mark.parametrize("name", ["", "   ", "长" * 21, "\x00"])
def test_a_view_needs_a_short_name(name: str, staff: Client, inside: Inside) -> None:
    answer = kept(staff, name)
    assert answer.status_code == 422
    assert 'value="kind=visit&amp;sort=contacted_on"' in answer.content.decode()
    with inside():
        assert not SavedView.objects.exists()


def test_nothing_misshapen_is_kept(staff: Client, inside: Inside) -> None:
    answer = kept(staff, query="since=gestern")
    assert (answer.status_code, "筛选条件有误" in answer.content.decode()) == (422, True)
    with inside():
        assert not SavedView.objects.exists()


def test_there_are_at_most_so_many(staff: Client, monkeypatch: pytest.MonkeyPatch, inside: Inside) -> None:
    monkeypatch.setattr(saved, "MOST", 1)
    kept(staff)
    assert kept(staff, "座谈").status_code == 422
    assert kept(staff).status_code == 302
    with inside():
        assert [row.name for row in SavedView.objects.all()] == ["走访"]


def test_the_first_view_opens_by_itself_and_may_be_left(staff: Client, inside: Inside) -> None:
    kept(staff, is_default="on")
    kept(staff, "座谈", query="kind=meeting", is_default="on")
    with inside():
        view = SavedView.objects.get(is_default=True)
    assert view.name == "座谈"
    assert staff.get(LIST)["Location"] == f"{LIST}?view={view.pk}&kind=meeting"
    assert staff.get(f"{LIST}?view=").status_code == 200
    assert staff.get(f"{LIST}?kind=visit").status_code == 200


def test_a_view_of_another_user_is_nowhere(staff: Client, colleague: Client, admin: Client, inside: Inside) -> None:
    kept(staff, "私下的视图", is_default="on")
    with inside():
        view = SavedView.objects.get()
    for other in (colleague, admin):
        answer = other.get(f"{LIST}?view={view.pk}")
        assert answer.status_code == 200
        assert "私下的视图" not in answer.content.decode()
        assert other.get(LIST).status_code == 200
        for address in (f"{VIEWS}/{view.pk}", f"{VIEWS}/{view.pk}/remove"):
            for ask in (other.get, other.post):
                assert ask(address, {"name": "改名"}).status_code == 404
    with inside():
        assert [row.name for row in SavedView.objects.all()] == ["私下的视图"]


def test_an_administrator_shares_and_others_see(
    staff: Client, colleague: Client, admin: Client, neighbour: Client, inside: Inside
) -> None:
    kept(admin, "本会视图", shared="on")
    with inside():
        view = SavedView.objects.get()
    assert offered(staff) == ["不用视图", "本会视图（共享）"]
    assert offered(neighbour, "/u/430111/contacts") == []
    assert neighbour.get(f"/u/430111/contacts?view={view.pk}").context["page"].saving.name == ""
    assert neighbour.get(f"/u/430111/lists/contacts/views/{view.pk}").status_code == 404
    # It is not theirs to change, nor do they open it first.
    assert staff.get(f"{VIEWS}/{view.pk}").status_code == 404
    page = staff.get(f"{LIST}?view={view.pk}&kind=visit").context["page"]
    assert (page.saving.name, page.saving.change_url, page.saving.may_share) == ("", "", False)


def test_only_who_may_share_shares(staff: Client, inside: Inside) -> None:
    kept(staff, shared="on")
    with inside():
        view = SavedView.objects.get()
    assert view.shared is False
    staff.post(f"{VIEWS}/{view.pk}", {"name": "走访", "shared": "on"})
    with inside():
        assert SavedView.objects.get().shared is False


def test_a_view_is_renamed_and_removed(staff: Client, inside: Inside) -> None:
    kept(staff)
    kept(staff, "座谈")
    with inside():
        view = SavedView.objects.get(name="走访")
    assert staff.get(f"{VIEWS}/{view.pk}").context["page"].form.initial["name"] == "走访"
    taken = staff.post(f"{VIEWS}/{view.pk}", {"name": "座谈"})
    assert (taken.status_code, "已经有名为“座谈”的视图" in taken.content.decode()) == (422, True)
    assert staff.post(f"{VIEWS}/{view.pk}", {"name": " 上门  走访 ", "is_default": "on"}).status_code == 302
    with inside():
        assert {(row.name, row.is_default) for row in SavedView.objects.all()} == {("上门 走访", True), ("座谈", False)}
    assert "只删除视图" in staff.get(f"{VIEWS}/{view.pk}/remove").content.decode()
    assert staff.post(f"{VIEWS}/{view.pk}/remove")["Location"] == LIST
    with inside():
        assert [row.name for row in SavedView.objects.all()] == ["座谈"]


def test_an_administrator_clears_what_others_shared(
    admin: Client, client_of: Callable[..., Client], inside: Inside
) -> None:
    kept(client_of("430105", Role.UNION_ADMIN), "旧视图", shared="on", is_default="on")
    with inside():
        view = SavedView.objects.get()
    assert "is_default" not in admin.get(f"{VIEWS}/{view.pk}").context["page"].form.fields
    admin.post(f"{VIEWS}/{view.pk}", {"name": "旧视图"})
    with inside():
        row = SavedView.objects.get()
        assert (row.shared, row.is_default) == (False, True)
    assert admin.get(f"{VIEWS}/{view.pk}").status_code == 404


def headings(browser: Client, path: str = f"{LIST}?view=") -> list[str]:
    return [heading.label for heading in browser.get(path).context["page"].headings]


def test_columns_are_ones_own_and_of_a_view(staff: Client, colleague: Client, inside: Inside) -> None:
    usual = ["日期", "社会组织", "方式", "密级", "内容", "下次联系", "登记人"]
    # Without a row there is nothing to head; the page still knows its columns.
    assert headings(staff) == usual
    staff.post(COLUMNS, {"columns": ["by", "demands"], "query": "kind=visit"})
    assert headings(staff) == ["日期", "社会组织", "诉求", "登记人"]
    assert headings(colleague) == usual
    place = kept(staff)["Location"]
    with inside():
        view = SavedView.objects.get(name="走访")
    assert view.columns == ["demands", "by"]
    staff.post(COLUMNS, {"columns": ["kind"], "query": place.split("?")[1]})
    assert headings(staff, place) == ["日期", "社会组织", "方式"]
    assert headings(staff) == ["日期", "社会组织", "诉求", "登记人"]
    staff.post(COLUMNS, {"query": ""})
    assert headings(staff) == usual
    refused = staff.post(COLUMNS, {"columns": ["password"]})
    assert refused.status_code == 400


def test_of_no_list_there_is_nothing(staff: Client, client_of: Callable[..., Client]) -> None:
    assert staff.post("/u/430105/lists/nonsense/columns").status_code == 404
    assert staff.get("/u/430105/lists/nonsense/export.xlsx").status_code == 404
    reviewer = client_of("430105", Role.REVIEWER)
    for address in (VIEWS, COLUMNS):
        assert reviewer.post(address, {"name": "x"}).status_code == 403
