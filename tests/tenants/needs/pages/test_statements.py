"""What the pages of needs ask of the database: so many statements, however many rows there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.people.enums import Role
from tenants.needs.enums import AppealState, LinkPurpose, NeedState, OrderState, SurveyState
from tenants.needs.models import NeedCluster
from tests.factories import people
from tests.factories.needs import appeal as appeals
from tests.factories.needs import need as needs
from tests.factories.needs import order as orders
from tests.factories.needs import survey as surveys
from tests.tenants.needs.conftest import USCC

STAFF = (Role.UNION_STAFF,)
ADMIN = (Role.UNION_ADMIN,)
LEADER = (Role.LEADER,)
UNIT = (Role.UNIT_USER, Role.REVIEWER)
# Of the union's people: the page, who asks, its statements; with those that find out who asks.
PAGES: list[tuple[str, tuple[Role, ...], int]] = [
    ("needs", STAFF, 9),
    ("needs/new", STAFF, 5),
    ("needs/suggested", STAFF, 7),
    ("needs/{need}", STAFF, 8),
    ("needs/{need}/edit", STAFF, 6),
    ("needs/clusters", STAFF, 8),
    ("needs/clusters/new", STAFF, 5),
    ("needs/clusters/{cluster}", STAFF, 11),
    ("needs/clusters/{cluster}", LEADER, 9),
    ("needs/clusters/{cluster}/edit", STAFF, 6),
    ("needs/published", LEADER, 8),
    ("needs/surveys", STAFF, 8),
    ("needs/surveys/new", STAFF, 5),
    ("needs/surveys/{draft}/edit", STAFF, 6),
    ("needs/surveys/{open}", STAFF, 9),
    ("needs/surveys/{open}/links", STAFF, 6),
    ("needs/surveys/{open}/paper", STAFF, 6),
    ("needs/surveys/{closed}", STAFF, 9),
    ("needs/surveys/{closed}/result", STAFF, 8),
    ("needs/surveys/{closed}/result", LEADER, 7),
    ("orders", STAFF, 9),
    ("orders/placed", UNIT, 8),
    ("orders/new", UNIT, 6),
    ("orders/links", STAFF, 5),
    ("orders/menu", STAFF, 9),
    ("orders/menu/new", STAFF, 5),
    ("orders/menu/{item}", STAFF, 7),
    ("orders/menu/{item}/edit", STAFF, 6),
    ("orders/{order}", STAFF, 8),
    ("appeals", STAFF, 9),
    ("appeals/own", STAFF, 8),
    ("appeals/counts", LEADER, 7),
    ("appeals/new", STAFF, 5),
    ("appeals/links", STAFF, 5),
    ("appeals/{appeal}", STAFF, 10),
    ("appeals/{appeal}", ADMIN, 11),
    ("appeals/{appeal}/note", ADMIN, 8),
]
ORGANIZATION: list[tuple[str, int]] = [
    ("needs/published", 10),
    ("needs/clusters/{published}", 9),
    ("orders/served", 10),
    ("orders/{sent}", 11),
    ("appeals/own", 10),
    ("appeals/{own}", 10),
]
WORKER: list[tuple[str, int]] = [
    ("thanks", 1),
    ("{open_token}", 2),
    ("{one_time}", 4),
    ("{menu}", 4),
    ("{rating}", 4),
    ("{raise}", 3),
    ("{follow}", 4),
    ("guessed", 3),
]


def rows() -> dict[str, Any]:
    """More of everything; what addresses name."""
    opened = {"opens_on": today() - timedelta(days=1), "closes_on": today() + timedelta(days=1)}
    running, closed = surveys.survey(SurveyState.OPEN, **opened), surveys.survey(SurveyState.CLOSED)
    surveys.answers(closed, {"q1": "c1", "q2": ["c1"], "q3": 4, "q5": "夜间开放"}, group="outdoor", times=6)
    surveys.answers(closed, {"q1": "c2", "q2": ["c2"], "q3": 5, "q5": "周末开放"}, group="women", times=6)
    number = NeedCluster.objects.count()
    cluster, published = needs.cluster(f"心理疏导{number}"), needs.published(f"夜间热线{number}")
    needs.need(f"夜班心理疏导{number}", NeedState.SORTED)
    item = orders.item(provider_uscc=USCC)
    order, sent = orders.order(item), orders.order(item, OrderState.DISPATCHED)
    delivered = orders.order(item, OrderState.DELIVERED)
    appeal = appeals.appeal(AppealState.HANDLING)
    replied = appeals.appeal(AppealState.REPLIED)
    links = {
        "one_time": surveys.link(subject=running.pk),
        "menu": surveys.link(LinkPurpose.ORDER),
        "rating": surveys.link(LinkPurpose.RATING, delivered.pk),
        "raise": surveys.link(LinkPurpose.APPEAL),
        "follow": surveys.link(LinkPurpose.APPEAL, replied.pk),
    }
    return {
        "need": needs.need(f"夜班疏导{number}", NeedState.CLUSTERED, cluster=cluster).pk,
        "cluster": cluster.pk,
        "published": published.pk,
        "draft": surveys.survey(SurveyState.DRAFT).pk,
        "open": running.pk,
        "closed": closed.pk,
        "open_token": running.open_token,
        "item": item.pk,
        "order": order.pk,
        "sent": sent.pk,
        "appeal": appeal.pk,
        "own": appeals.appeal(by_uscc=USCC).pk,
        **links,
    }


def asked(client: Client, address: str, status: int = 200) -> list[str]:
    """The beginnings of the statements of one page, when it is asked for the second time."""
    assert client.get(address).status_code == status
    with CaptureQueriesContext(connection) as sql:
        assert client.get(address).status_code == status
    return [
        one["sql"][:140]
        for one in sql
        if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "SET search", "SET LOCAL"))
    ]


def hold(client: Client, base: str, template: str, statements: int) -> None:
    """The same statements with rows of one kind and with three times as many."""
    status = 404 if template == "guessed" else 200
    for more in (0, 2):
        named = [rows() for _ in range(more)] or [rows()]
        told = asked(client, f"{base}/{template.format(**named[-1])}", status)
        assert len(told) == statements, "\n".join(told)


@pytest.mark.parametrize(("page", "roles", "statements"), PAGES)
def test_statements_of_the_unions_pages(
    kaifu: TradeUnion, client_of: Callable[..., Client], page: str, roles: tuple[Role, ...], statements: int
) -> None:
    hold(client_of("430105", *roles), "/u/430105", page, statements)


@pytest.mark.parametrize(("page", "statements"), ORGANIZATION)
def test_statements_of_an_organizations_pages(kaifu: TradeUnion, page: str, statements: int) -> None:
    client = Client()
    client.force_login(people.organization("430105", USCC).user, backend="django.contrib.auth.backends.ModelBackend")
    hold(client, "/u/430105", page, statements)


@pytest.mark.parametrize(("page", "statements"), WORKER)
def test_statements_of_a_workers_pages(kaifu: TradeUnion, page: str, statements: int) -> None:
    """Nobody is looked up who would be signed in: a worker has no account."""
    hold(Client(), "/w/430105", page, statements)
