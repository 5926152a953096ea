"""What the pages of purchases cost in statements, with few rows and with many: the number follows the page, never the rows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.purchasing.enums import BidState, CallState, ContractState, MilestoneState, ProjectState
from tenants.purchasing.models import Call, Provider, ServiceProject
from tests.factories import people
from tests.factories.purchasing import calls, contracts, projects

CODE = "430105"
ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]
STAFF, ADMIN, LEADER = Role.UNION_STAFF, Role.UNION_ADMIN, Role.LEADER


class Rows:
    """A call whose result stands and a project under contract, and more of each."""

    def __init__(self, union: TradeUnion) -> None:
        self.union = union
        with door.inside(union):
            self.call: Call = calls.call(state=CallState.PUBLICISED, draw_record=DRAW)
            self.members = [calls.member(self.call, union)[0] for _ in range(3)]
            self.project: ServiceProject = contracts.awarded(state=ProjectState.RUNNING)
            self.provider: Provider = contracts.provider()
            calls.bid(calls.call(state=CallState.DONE), self.provider, state=BidState.LOST)
            contracts.template()
        self.more(1)

    def more(self, number: int) -> None:
        with door.inside(self.union):
            for _ in range(number):
                self._one()

    def _one(self) -> None:
        bid = calls.bid(self.call, state=BidState.SCORED, score=Decimal(80), rank=None)
        for member in self.members:
            calls.review(member, bid, [80, 80, 80, 80, 80, 80])
        contract = contracts.contract(state=ContractState.TERMINATED, project=self.project, to=self.provider)
        contracts.payment(contracts.at(contract, MilestoneState.PAID, no=1))
        due = contracts.contract(state=ContractState.PERFORMING)
        contracts.at(due, MilestoneState.DUE, no=1)
        projects.record(self.project)
        calls.call(state=CallState.DRAFT)
        calls.call()
        won = calls.call(state=CallState.CONFIRMED)
        calls.bid(won, state=BidState.WON, rank=1, award_amount=Decimal(70_000))
        calls.bid(won, state=BidState.DISQUALIFIED, total=Decimal(60_000))
        calls.sealed(calls.call(), self.provider.uscc)


DRAW = {"text": "开标记录", "seed": "0" * 64, "pool": ["ZJ-0001", "ZJ-0002", "ZJ-0003"], "wanted": 3, "excluded": []}
NOT_COUNTED = ("SAVEPOINT", "RELEASE", "SET search_path")


@pytest.fixture
def rows(country: Country) -> Rows:
    return Rows(country[CODE])


def costs_the_same(ask: Callable[[], Any], rows: Rows, number: int) -> None:
    """All its statements are as many with more rows; `number` of them ask purchases. The transactions of the tests aside."""
    found = []
    for _ in range(2):
        # What is kept in memory is warm then.
        for _ in range(2):
            ask()
        with CaptureQueriesContext(connection) as asked:
            answer = ask()
        assert (answer.status_code, b'"errors"' in answer.content) == (200, False)
        found.append([one["sql"] for one in asked if not one["sql"].startswith(NOT_COUNTED)])
        rows.more(4)
    few, many = found
    assert len(few) == len(many), "\n".join(one[:300] for one in many)
    assert sum('"purchasing_' in one for one in many) == number, "\n".join(one[:300] for one in many)


@pytest.mark.parametrize(
    ("role", "address", "number"),
    [
        (STAFF, "projects", 3),
        (STAFF, "projects?state=running&field=psychological", 3),
        (STAFF, "projects?q=心理 疏导", 3),
        (STAFF, "projects?sort=-budget", 3),
        (STAFF, "purchase-calls", 3),
        (STAFF, "purchase-calls?q=心理", 3),
        (STAFF, "contracts?q=服务", 2),
        (STAFF, "payments?sort=amount", 2),
        (STAFF, "purchase-calls/{call}", 7),
        (LEADER, "purchase-calls/{call}", 5),
        (STAFF, "projects/{project}", 21),
        (STAFF, "projects/new", 2),
        (ADMIN, "", 2),
        (ADMIN, "todo", 1),
        (ADMIN, "red-flags", 3),
        (LEADER, "numbers?group=purchase", 0),
        (STAFF, "lists/projects/export.xlsx", 2),
    ],
)
def test_a_page_costs_the_same_with_many_rows(
    rows: Rows, client_of: ClientOf, role: Role, address: str, number: int
) -> None:
    browser = client_of(CODE, role)
    path = f"/u/{CODE}/{address.format(call=rows.call.pk, project=rows.project.pk)}"
    costs_the_same(lambda: browser.get(path), rows, number)


@pytest.mark.parametrize(("address", "number"), [("portal", 9), ("bids", 2)])
def test_a_bidders_pages_cost_the_same_with_many_rows(rows: Rows, address: str, number: int) -> None:
    browser = Client()
    account = people.organization(CODE, rows.provider.uscc)
    assert account.user is not None
    browser.force_login(account.user, backend="django.contrib.auth.backends.ModelBackend")
    costs_the_same(lambda: browser.get(f"/u/{CODE}/{address}"), rows, number)


def test_what_waits_costs_one_statement_by_the_api_as_well(rows: Rows, client_of: ClientOf) -> None:
    browser = client_of(CODE, ADMIN)
    asked = {"query": "{ todos(first: 50) { id kind title event label since dueOn isOverdue } }"}
    costs_the_same(lambda: browser.post("/graphql", asked, content_type="application/json"), rows, 1)
