"""The menu: which groups somebody has, which is open, and that nothing of it needs a script."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.people.enums import Role
from commons.web import navigation
from commons.web.navigation import Entry, Group, Menu

ActorOf = Callable[..., Actor]
ClientOf = Callable[..., Client]
BASE = "/u/430105"


def shape(menu: Menu) -> list[tuple[str, bool, list[str]]]:
    return [(one.title, one.open, [entry.label for entry in one.entries]) for one in menu.sections]


class Folds(HTMLParser):
    """The groups of a page's menu: their headings, whether they are open, and which entry is marked."""

    def __init__(self) -> None:
        super().__init__()
        self.groups: list[list[object]] = []
        self.marked: list[str] = []
        self._summary = self._current = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "details" and given.get("class") == "navigation-group":
            self.groups.append(["", "open" in given])
            self._summary = True
        self._current = given.get("aria-current") == "page" if tag == "a" else self._current

    def handle_data(self, data: str) -> None:
        if self._summary and data.strip():
            self.groups[-1][0], self._summary = data.strip(), False
        if self._current:
            self.marked.append(data.strip())
            self._current = False


def test_an_administrator_has_every_heading_and_the_group_of_the_page_is_open(client_of: ClientOf) -> None:
    read = Folds()
    read.feed(client_of("430105", Role.UNION_ADMIN).get(f"{BASE}/experts").content.decode())
    assert read.groups == [
        ["社会组织", False],
        ["职工需求", False],
        ["购买服务", False],
        ["供需与承接", True],
        ["制度与保障", False],
        ["数据与报送", False],
        ["系统管理", False],
    ]
    assert read.marked == ["评审专家库"]


def test_the_page_of_one_object_is_in_the_group_of_its_list(actor_of: ActorOf) -> None:
    menu = navigation.menu(actor_of("430105", Role.UNION_ADMIN), f"{BASE}/needs/surveys/new")
    assert menu.here == "需求调查"
    assert [one.title for one in menu.sections if one.open] == ["", "职工需求"]
    # The desk is in no group, so every group is folded.
    desk = navigation.menu(actor_of("430105", Role.UNION_ADMIN), f"{BASE}/")
    assert (desk.here, [one.title for one in desk.sections if one.open]) == ("首页", [""])


def test_a_short_menu_is_seen_whole_and_has_no_empty_heading(actor_of: ActorOf) -> None:
    assert shape(navigation.menu(actor_of("430105", Role.REVIEWER), f"{BASE}/todo")) == [
        ("", True, ["首页", "待办"]),
        ("社会组织", True, ["登记库"]),
        ("购买服务", True, ["公开招募", "我的评审"]),
    ]


def test_whoever_acts_nowhere_has_no_menu() -> None:
    assert not navigation.of(None, None, "/")


def test_an_entry_stands_at_its_place_in_its_group(actor_of: ActorOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", [])
    navigation.register(
        Entry(1, "审计日志", "/audit", Permission.DIRECTORY_VIEW, Group.SYSTEM),
        Entry(20, "联席会议", "/meetings", Permission.DIRECTORY_VIEW, Group.ORGANIZATIONS),
    )
    navigation.register(Entry(10, "社会组织台账", "/organizations", Permission.DIRECTORY_VIEW, Group.ORGANIZATIONS))
    menu = navigation.menu(actor_of("430105", Role.LEADER), f"{BASE}/meetings/7")
    assert shape(menu) == [("社会组织", True, ["社会组织台账", "联席会议"]), ("系统管理", True, ["审计日志"])]
    assert menu.here == "联席会议"
    assert [entry.url for one in menu.sections for entry in one.entries] == [
        f"{BASE}/organizations",
        f"{BASE}/meetings",
        f"{BASE}/audit",
    ]


def test_every_address_of_the_menu_leads_somewhere(actor_of: ActorOf, client_of: ClientOf) -> None:
    admin = client_of("430105", Role.UNION_ADMIN)
    menu = navigation.menu(actor_of("430105", Role.UNION_ADMIN), f"{BASE}/")
    addresses = [entry.url for one in menu.sections for entry in one.entries]
    assert [(url, admin.get(url).status_code) for url in addresses] == [(url, 200) for url in addresses]
