"""The kept page: the same as one made anew, never another viewer's, never older than the last fold."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from commons.hierarchy.models import Ancestry, TradeUnion, UnionStateChange
from commons.kit.clock import now
from commons.people.enums import Role
from commons.people.models import RoleAssignment
from commons.rollup.fold import fold
from commons.rollup.models import UnfoldedUnion
from commons.tenancy.door import inside
from commons.web.numbers import asked
from tests.commons.rollup.periods.asking import close
from tests.commons.web.test_numbers import said, statements
from tests.factories import organizations as make

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]

MADE, KEPT = 17, 9
PAGE = "/u/430000/numbers/430100"


def grow(country: Country, code: str = "430105") -> None:
    """One organization more, folded."""
    with inside(country[code]):
        make.organization(active_on=date(2026, 2, 10))
    fold(country[code])


def ledger(client: Client, path: str = PAGE) -> str:
    """The first key figure as the page says it."""
    body = client.get(path).content.decode()
    found = re.search(r'<p class="kpi-value">(?:<a [^>]*>)?<strong>([^<]*)<', body)
    assert found
    return found[1]


@pytest.fixture
def leader(client_of: ClientOf) -> Client:
    """Of 湖南, who has been at the desk: what is read once per process is read."""
    client = client_of("430000", Role.LEADER)
    client.get("/u/430000/")
    return client


def test_a_kept_page_is_the_page(leader: Client, country: Country) -> None:
    grow(country)
    made, again = leader.get(PAGE), leader.get(PAGE)
    assert said(made, "") == said(again, "")
    cache.clear()
    # The number of unread notices was kept there too.
    assert len(statements(leader, PAGE)) == MADE + 1
    assert len(statements(leader, PAGE)) == KEPT


def test_every_fold_makes_it_anew(leader: Client, country: Country) -> None:
    for expected in ("1", "2", "3"):
        grow(country)
        assert ledger(leader) == expected
        assert ledger(leader) == expected
    # Whatever was folded, and wherever: how far the others are is not asked.
    statements(leader, PAGE)
    grow(country, "440304")
    assert len(statements(leader, PAGE)) == MADE


def test_what_was_known_then_stays_kept_while_others_fold(leader: Client, country: Country) -> None:
    grow(country)
    path = f"{PAGE}?period=2026-03&as_of={asked.moment_text(now())}"
    made = statements(leader, path)
    grow(country)
    assert ledger(leader, path) == "1"
    assert (len(statements(leader, path)), len(made)) == (KEPT, 19)


@pytest.mark.parametrize("what", ["move", "state", "unfolded", "name"])
def test_a_change_of_the_tree_makes_it_anew(leader: Client, country: Country, what: str) -> None:
    leader.get(PAGE)
    if what == "move":
        Ancestry.objects.create(
            union=country["440304"], ancestor=country["430100"], line="regional", from_month=0, until_month=1
        )
    elif what == "state":
        UnionStateChange.objects.create(
            union=country["430105"], event="suspend", to_state="suspended", by_name="x", at=now()
        )
    elif what == "unfolded":
        UnfoldedUnion.objects.create(union=country["430105"], since=now() - timedelta(hours=1), error="x")
    else:
        TradeUnion.objects.filter(code="430100").update(name_zh="长沙市工会联合会")
    assert len(statements(leader, PAGE)) == MADE


def test_nobody_is_shown_a_page_that_was_kept_for_another_union(client_of: ClientOf, country: Country) -> None:
    """V1, V7: each acting union has its own pages, with its own addresses; a sibling has none."""
    grow(country)
    for acting, path in (
        ("000000", "/u/000000/numbers/430105"),
        ("430100", "/u/430100/numbers/430105"),
        ("430105", "/u/430105/numbers"),
    ):
        client = client_of(acting, Role.LEADER)
        for _ in range(2):
            body = client.get(path).content.decode()
            assert f"/u/{acting}/numbers/definitions#ORG-01" in body
            for other in {"000000", "430100", "430105"} - {acting}:
                assert f"/u/{other}/" not in body
    sibling = client_of("430111", Role.LEADER)
    refused, absent = (sibling.get(f"/u/430111/numbers/{code}") for code in ("430105", "999999"))
    assert refused.status_code == 404
    assert said(refused, "430105") == said(absent, "999999")


def test_whoever_may_do_something_else_has_a_page_of_their_own(client_of: ClientOf, country: Country) -> None:
    leader, admin = client_of("430100", Role.LEADER), client_of("430100", Role.UNION_ADMIN)
    for client in (leader, admin):
        client.get("/u/430100/")
    path = "/u/430100/numbers"
    assert len(statements(leader, path)) > len(statements(leader, path))
    made = len(statements(admin, path))
    assert made > len(statements(admin, path))
    # The same rights share a page, whoever holds them.
    second = client_of("430100", Role.LEADER)
    second.get("/u/430100/")
    assert len(statements(second, path)) < made


def test_a_right_that_ended_opens_no_kept_page(client_of: ClientOf, country: Country) -> None:
    client = client_of("430100", Role.LEADER)
    assert client.get("/u/430100/numbers").status_code == 200
    RoleAssignment.objects.filter(user=client.actor.user).update(until_on=date(2026, 1, 2))  # type: ignore[attr-defined]
    assert client.get("/u/430100/numbers").status_code != 200


def test_each_question_is_kept_by_itself(leader: Client, country: Country) -> None:
    grow(country)
    paths = [
        PAGE + query
        for query in (
            "",
            "?period=2026-01",
            "?period=2026-Q1",
            "?scope=own",
            "?sort=-ORG-01",
            "?boundaries=today",
            "?period=abc",
        )
    ]
    bodies = [said(leader.get(path), "") for path in paths]
    assert [said(leader.get(path), "") for path in paths] == bodies
    assert len(set(bodies)) == len(bodies)
    assert ledger(leader, PAGE + "?period=2026-01") == "0"


def test_closing_a_period_is_seen_at_once(leader: Client, country: Country) -> None:
    grow(country)
    path = f"{PAGE}?period=2025-03"
    assert "未关账" in leader.get(path).content.decode()
    close("2025-03")
    assert "已关账" in leader.get(path).content.decode()
