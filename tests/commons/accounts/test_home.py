"""The desk, the choice of the acting union, and who has none. Source: V14; security X7."""

from collections.abc import Callable

import pytest
from django.test import Client

from commons.access.actors import Actor
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from tests.factories import people

Browser = Callable[[Actor], Client]
Country = dict[str, TradeUnion]


def test_nobody_is_led_to_the_sign_in_page(country: Country) -> None:
    assert Client().get("/")["Location"] == "/sign-in?next=/"
    assert Client().get("/account")["Location"] == "/sign-in?next=/account"
    assert Client().get("/u/430105/people")["Location"] == "/sign-in?next=%2Fu%2F430105%2Fpeople"
    assert Client().post("/acting", {"code": "430105"}).status_code == 302


def test_one_union_is_no_choice(admin: Actor, browser_of: Browser) -> None:
    assert browser_of(admin).get("/")["Location"] == "/u/430105/"


def test_several_unions_are_chosen_among_and_remembered(country: Country, admin: Actor, browser_of: Browser) -> None:
    people.assign(admin.user, country["430100"], Role.LEADER)
    people.assign(admin.user, country["430111"], Role.FINANCE)  # a flag alone is no role
    client = browser_of(admin)
    text = client.get("/").content.decode()
    assert [code for code in ("430105", "430100", "430111", "430000") if f'value="{code}"' in text] == [
        "430105",
        "430100",
    ]
    assert client.post("/acting", {"code": "430100", "next": "https://evil.example/"})["Location"] == "/u/430100/"
    assert client.get("/")["Location"] == "/u/430100/"
    client.get("/u/430105/people")
    assert client.get("/")["Location"] == "/u/430105/"


@pytest.mark.parametrize("code", ["430111", "430000", "999999", "", "430105' OR 1=1"])
def test_nobody_acts_for_a_union_that_is_not_theirs(admin: Actor, browser_of: Browser, code: str) -> None:
    client = browser_of(admin)
    assert client.post("/acting", {"code": code}).status_code == 404
    assert client.get("/")["Location"] == "/u/430105/"


def test_who_has_no_role_is_told_whom_to_ask(admin: Actor, browser_of: Browser) -> None:
    client = browser_of(admin)
    TradeUnion.objects.filter(code="430105").update(state=UnionState.SUSPENDED)
    answer = client.get("/")
    assert answer.status_code == 200
    assert "联系本级工会的平台管理员" in answer.content.decode()
    assert client.get("/u/430105/people").status_code == 404
    assert client.get("/account").status_code == 200
