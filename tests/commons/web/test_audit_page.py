"""The audit log on its page: newest first, page by page, the own union's only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.access.actors import Actor
from commons.audit import selectors
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]
START = datetime(2026, 11, 19, 15, 30, tzinfo=UTC)


@pytest.fixture
def log(country: Country) -> Country:
    """Seven events of 开福, an hour apart from 23:30 in Beijing on, the last two at one moment; one of 雨花."""
    for number in range(7):
        note(country["430105"], START + timedelta(hours=min(number, 5)), f"人员{number % 2}", f"e{number}")
    note(country["430111"], START, "人员0", "neighbour")
    return country


def note(union: TradeUnion, at: datetime, by: str, event: str) -> None:
    AuditEvent.objects.create(at=at, event=event, by_name=by, union_id=union.pk, union_code=union.code)


def test_pages_follow_each_other_in_both_directions(log: Country, actor_of: Callable[..., Actor]) -> None:
    actor = actor_of("430105", Role.UNION_ADMIN)
    first = selectors.log(actor, person="人员", size=3)
    second = selectors.log(actor, after=first.next or "", person="人员", size=3)
    third = selectors.log(actor, after=second.next or "", person="人员", size=3)
    assert [[row.event for row in page.rows] for page in (first, second, third)] == [
        ["e6", "e5", "e4"],
        ["e3", "e2", "e1"],
        ["e0"],
    ]
    assert (first.previous, third.next) == (None, None)
    back = selectors.log(actor, before=third.previous or "", person="人员", size=3)
    assert [row.event for row in back.rows] == ["e3", "e2", "e1"]
    assert [row.event for row in selectors.log(actor, before=back.previous or "", person="人员", size=3).rows] == [
        "e6",
        "e5",
        "e4",
    ]


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("query", "events"),
    [
        ("", ["e6", "e5", "e4", "e3", "e2", "e1", "e0"]),
        ("person=人员1", ["e5", "e3", "e1"]),
        ("last_day=2026-11-19", ["e0"]),
        ("first_day=2026-11-20&last_day=2026-11-20&person=人员0", ["e6", "e4", "e2"]),
        ("event=account.signed_in", []),
        ("event=no-such-event", ["e6", "e5", "e4", "e3", "e2", "e1", "e0"]),
        ("after=nonsense", ["e6", "e5", "e4", "e3", "e2", "e1", "e0"]),
        ("first_day=nonsense", ["e6", "e5", "e4", "e3", "e2", "e1", "e0"]),
    ],
)
def test_filters(client_of: ClientOf, query: str, events: list[str]) -> None:
    client = client_of("430105", Role.UNION_ADMIN)
    answer = client.get(f"/u/430105/audit?{query}")
    assert answer.status_code == 200
    assert [entry.code for entry in answer.context["page"].entries if entry.code.startswith("e")] == events
    assert "neighbour" not in answer.content.decode()


@pytest.mark.usefixtures("log")
def test_only_administrators_and_auditors_read_it(client_of: ClientOf) -> None:
    assert client_of("430105", Role.UNION_STAFF).get("/u/430105/audit").status_code == 403
    assert client_of("430105", Role.LEADER, Role.AUDITOR).get("/u/430105/audit").status_code == 200
    assert client_of("430111", Role.UNION_ADMIN).get("/u/430105/audit").status_code == 404


@pytest.mark.usefixtures("log")
def test_the_page_reads_the_log_in_one_statement(client_of: ClientOf) -> None:
    client = client_of("430105", Role.UNION_ADMIN)
    client.get("/u/430105/audit")
    with CaptureQueriesContext(connection) as asked:
        client.get("/u/430105/audit")
    assert sum('FROM "audit_auditevent"' in query["sql"] for query in asked) == 1
