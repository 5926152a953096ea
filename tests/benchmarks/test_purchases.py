"""
The pages of a union with 2,000 projects and 20,000 bids, each beside the same page of a neighbour with a twentieth of them.

Asked through the whole platform, as a browser asks, in one process. Source: issue: lists and search within 150 ms.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.client import FakePayload
from django.test.utils import CaptureQueriesContext
from django.utils.encoding import iri_to_uri

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.rollup.fold import fold_many
from commons.tenancy import door
from tests.benchmarks.country.measuring import once, spread
from tests.benchmarks.purchases.filling import Filled, Purchases
from tests.factories import people

pytestmark = pytest.mark.django_db
PROJECTS, BIDS = 2_000, 20_000
ROUNDS = 20
ClientOf = Callable[..., Client]
TODOS = "{ todos(first: 50) { id kind title event label since dueOn isOverdue } }"
CONTRACTS = "{ contracts(first: 50) { totalCount edges { node { number title providerName amount state milestones { no state } payments { amount } } } } }"


@dataclass(frozen=True)
class Asked:
    """Somebody's browser, and what it asks for."""

    client: Client
    path: str
    query: str = ""
    # Nothing is kept in memory of what was asked before.
    anew: bool = False

    def __call__(self) -> None:
        """Without the copies that the test client keeps of every template's context."""
        if self.anew:
            cache.clear()
        where = urlsplit(self.path)
        request = {"PATH_INFO": where.path, "QUERY_STRING": iri_to_uri(where.query)}
        if self.query:
            body = orjson.dumps({"query": self.query})
            request |= {"REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body))}
            request |= {"wsgi.input": FakePayload(body)}
        answer = self.client.handler(self.client._base_environ(**request))
        assert answer.status_code in {200, 302}, (self.path, answer.status_code)
        assert not self.query or b'"errors"' not in answer.content, answer.content


@pytest.fixture
def filled(country: dict[str, TradeUnion]) -> list[Filled]:
    """The union, and its neighbour with a twentieth."""
    found = []
    for code, share in (("430105", 1), ("430111", 20)):
        with door.inside(country[code]):
            found.append(Purchases(code, projects=PROJECTS // share, bids=BIDS // share).fill())
    fold_many([country["430105"], country["430111"]])
    assert [(one.projects, one.bids) for one in found] == [(2_000, 20_000), (100, 1_000)]
    # What was made to fill them is no page's to look through for garbage.
    gc.collect()
    gc.freeze()
    return found


def pages(of: Filled, client_of: ClientOf) -> dict[str, Asked]:
    """What is asked for, by its name."""
    base = f"/u/{of.union}"
    staff, leader = client_of(of.union, Role.UNION_STAFF), client_of(of.union, Role.LEADER)
    finance, admin = client_of(of.union, Role.LEADER, Role.FINANCE), client_of(of.union, Role.UNION_ADMIN)
    bidder = Client()
    bidder.force_login(
        people.organization(of.union, of.provider.uscc).user, "django.contrib.auth.backends.ModelBackend"
    )
    paths = {
        "projects": "projects",
        "projects, filtered": "projects?state=running&category=life_service",
        "projects, by field": "projects?field=psychological&size=100",
        "projects, searched": "projects?q=环卫工人 法律",
        "projects, not found": "projects?q=没有这样的项目",
        "projects, by money": "projects?sort=-budget",
        "calls": "purchase-calls",
        "calls, searched": "purchase-calls?q=女职工 托管",
        "calls, by deadline": "purchase-calls?sort=bid_deadline",
        "a call with 10 bids": f"purchase-calls/{of.ordinary.pk}",
        "a call with most bids": f"purchase-calls/{of.busy.pk}",
        "contracts": "contracts",
        "contracts, searched": "contracts?q=弘毅",
        "contracts, by provider": "contracts?sort=provider",
        "a contract": f"contracts/{of.contract.pk}",
        "payments": "payments",
        "payments, searched": "payments?q=暖阳",
        "a project": f"projects/{of.running.pk}",
        "a project's form": "projects/new",
        "providers": "providers",
    }
    found = {name: Asked(staff, f"{base}/{path}") for name, path in paths.items()}
    return found | {
        "desk": Asked(admin, f"{base}/"),
        "todo": Asked(admin, f"{base}/todo"),
        "payables": Asked(finance, f"{base}/payables"),
        "numbers of purchases": Asked(leader, f"{base}/numbers?group=purchase&period=2025"),
        "numbers of purchases, anew": Asked(leader, f"{base}/numbers?group=purchase&period=2025", anew=True),
        "fairness": Asked(leader, f"{base}/fairness?year=2025"),
        "red flags": Asked(admin, f"{base}/red-flags"),
        "a bidder's portal": Asked(bidder, f"{base}/portal"),
        "a bidder's bids": Asked(bidder, f"{base}/bids"),
        "export of 320 projects, at once": Asked(staff, f"{base}/lists/projects/export.xlsx?state=running"),
        "export of all projects": Asked(staff, f"{base}/lists/projects/export.xlsx"),
        "export of payments": Asked(staff, f"{base}/lists/payments/export.xlsx"),
        "graphql todos": Asked(admin, "/graphql", TODOS),
        "graphql contracts": Asked(staff, "/graphql", CONTRACTS),
    }


def test_the_pages_of_a_full_union(benchmark: Any, filled: list[Filled], client_of: ClientOf) -> None:
    """
    `times`: how much slower than where there is a twentieth. `best`: where nothing else stood in the way. `processor_ms`: without
    waiting for the database or the machine.

    The statements are those of one request with what the test's own transactions add.
    """
    full, small = (pages(one, client_of) for one in filled)
    taken: dict[str, dict[str, float]] = {}

    def all_of_them() -> None:
        for name, asked in full.items():
            for warm in (asked, small[name], asked, small[name]):
                warm()
            # In turn: whatever else the machine does falls on both.
            both, worked = [], []
            for _ in range(ROUNDS):
                begun = time.process_time()
                took = once(asked)
                worked.append((time.process_time() - begun) * 1000)
                both.append((took, once(small[name])))
            told, beside = (spread([one[place] for one in both]) for place in (0, 1))
            with CaptureQueriesContext(connection) as asked_for:
                asked()
            times = round(told["p50"] / beside["p50"], 2)
            taken[name] = {
                **told,
                "best": round(min(one for one, _ in both), 1),
                "processor_ms": round(statistics.median(worked), 1),
                "small_p50": beside["p50"],
                "times": times,
                "statements": len(asked_for),
            }

    benchmark.pedantic(all_of_them, rounds=1)
    benchmark.extra_info.update({"in the union": {"projects": PROJECTS, "bids": BIDS}, **taken})
