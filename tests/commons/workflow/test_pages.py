"""The page of any event, 待办 with its card, and the same by the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api.kit.ids import to_global
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from commons.web.steps import steps
from commons.workflow.rows import made
from tenants.history.models import Change
from tenants.needs.enums import ClusterState, NeedSource
from tenants.needs.models import Need, NeedCluster
from tests.api.conftest import ask
from tests.commons.workflow.machine import MACHINE, Event, cluster

pytestmark = pytest.mark.usefixtures("registered")
ClientOf = Callable[..., Client]


@pytest.fixture
def clerk(country: dict[str, TradeUnion], client_of: ClientOf) -> Client:
    return client_of("430105", Role.UNION_STAFF)


def row_of(client: Client, at: datetime, count: int = 0, **fields: Any) -> NeedCluster:
    by = client.actor  # type: ignore[attr-defined]
    with door.inside(by.union):
        row = cluster(by, at, **fields)
        for serial in range(1, count + 1):
            Need.objects.create(
                serial=serial, title="x", source=NeedSource.UNIT_REPORT, field="psychological", year=2026,
                collected_on=at.date(), cluster=row, **made(by, at),
            )  # fmt: skip
    return row


def now_of(row: NeedCluster, client: Client) -> tuple[str, str, int, int]:
    with door.inside(client.actor.union):  # type: ignore[attr-defined]
        row.refresh_from_db()
        return str(row.state), row.title, row.version, Change.objects.count()


def test_an_event_is_asked_for_and_carried_out(clerk: Client, at: datetime) -> None:
    row = row_of(clerk, at)
    address = f"/u/430105/do/needcluster/{row.pk}/rename"
    page = clerk.get(address)
    assert page.status_code == 200
    assert page.context["page"].title == "改名：心理疏导"
    assert page.context["page"].form.initial == {"version": 1, "title": "心理疏导"}

    answer = clerk.post(address, {"title": "法律援助", "version": 1, "reason": ""})
    assert (answer.status_code, answer["Location"]) == (302, f"/u/430105/clusters/{row.pk}")
    assert now_of(row, clerk) == ("draft", "法律援助", 2, 1)


def test_what_refuses_keeps_what_was_typed_and_changes_nothing(clerk: Client, at: datetime) -> None:
    row = row_of(clerk, at)
    address = f"/u/430105/do/needcluster/{row.pk}"
    bad = clerk.post(f"{address}/rename", {"title": "", "version": 1, "reason": "说明在此"})
    assert bad.status_code == 422
    assert "请填写名称。" in bad.content.decode()
    assert "说明在此" in bad.content.decode()
    guard = clerk.post(f"{address}/publish", {"version": 1})
    assert guard.status_code == 422
    assert "只有 0 条需求，至少两条才能公布。" in guard.content.decode()
    stale = clerk.post(f"{address}/rename", {"title": "新", "version": 9})
    assert stale.status_code == 409
    assert "刚刚被他人修改过" in stale.content.decode()
    assert clerk.get(f"{address}/withdraw").status_code == 409
    assert clerk.get(f"{address}/explode").status_code == 404
    assert clerk.get(f"{address}/lapse").status_code == 403
    assert clerk.get(f"/u/430105/do/nothing/{row.pk}/publish").status_code == 404
    assert now_of(row, clerk) == ("draft", "心理疏导", 1, 0)


def test_a_reason_that_is_asked_for_must_be_given(clerk: Client, at: datetime) -> None:
    row = row_of(clerk, at, state=ClusterState.PUBLISHED)
    address = f"/u/430105/do/needcluster/{row.pk}/withdraw"
    assert "请填写理由。" in clerk.post(address, {"version": 1}).content.decode()
    assert now_of(row, clerk)[0] == "published"
    assert clerk.post(address, {"version": 1, "reason": "统计有误"}).status_code == 302
    assert now_of(row, clerk) == ("withdrawn", "心理疏导", 2, 1)


def test_a_warning_is_told_after_the_step(clerk: Client, at: datetime) -> None:
    row = row_of(clerk, at, count=2)
    clerk.post(f"/u/430105/do/needcluster/{row.pk}/publish", {"version": 1})
    assert now_of(row, clerk)[0] == "published"
    told = [str(one) for one in clerk.get("/u/430105/todo").context["messages"]]
    assert told == ["还没有写概述。", "已办理“公布”。"]


def test_who_may_not_and_who_is_a_neighbour(clerk: Client, at: datetime, client_of: ClientOf) -> None:
    row = row_of(clerk, at, count=2)
    address = f"needcluster/{row.pk}/publish"
    assert client_of("430105", Role.LEADER).post(f"/u/430105/do/{address}", {"version": 1}).status_code == 403
    assert client_of("430105", Role.REVIEWER).post(f"/u/430105/do/{address}", {"version": 1}).status_code == 404
    assert client_of("430111", Role.UNION_ADMIN).post(f"/u/430111/do/{address}", {"version": 1}).status_code == 404
    assert client_of("430111", Role.UNION_ADMIN).post(f"/u/430105/do/{address}", {"version": 1}).status_code == 404
    assert now_of(row, clerk) == ("draft", "心理疏导", 1, 0)


def test_the_component_is_told_what_is_open_and_what_is_blocked(clerk: Client, at: datetime) -> None:
    row = row_of(clerk, at)
    by = clerk.actor  # type: ignore[attr-defined]
    with door.inside(by.union):
        found = steps(MACHINE, row, by, at, "430105")
    assert (found.state, found.state_label) == ("draft", "未公布")
    assert [(one.label, one.url) for one in found.buttons] == [
        (Event.RENAME.label, f"/u/430105/do/needcluster/{row.pk}/rename")
    ]
    assert [(one.label, one.why) for one in found.blocked] == [("公布", "只有 0 条需求，至少两条才能公布。")]


def test_what_waits_is_listed_for_those_who_may_and_not_for_neighbours(
    clerk: Client, at: datetime, client_of: ClientOf
) -> None:
    neighbour = client_of("430111", Role.UNION_STAFF)
    row_of(neighbour, at, title="雨花区的")
    row_of(clerk, at, title="开福区的")
    row_of(clerk, at, title="已公布的", state=ClusterState.PUBLISHED)

    page = clerk.get("/u/430105/todo").context["page"]
    assert [(one.label, one.kind, one.title, one.due) for one in page.rows] == [("公布", "需求汇总", "开福区的", "")]
    desk = clerk.get("/u/430105/").context["page"]
    card = next(card for card in desk.cards if card.title.startswith("待办"))
    assert (card.title, [line.label for line in card.lines]) == ("待办（1）", ["公布：开福区的"])
    leader = client_of("430105", Role.LEADER)
    assert leader.get("/u/430105/todo").context["page"].rows == []


def test_the_list_of_what_waits_costs_the_same_for_one_and_for_many(clerk: Client, at: datetime) -> None:
    row_of(clerk, at)
    clerk.get("/u/430105/todo")
    clerk.get("/u/430105/todo")
    with CaptureQueriesContext(connection) as few:
        clerk.get("/u/430105/todo")
    for number in range(20):
        row_of(clerk, at, title=f"第{number}个")
    with CaptureQueriesContext(connection) as many:
        clerk.get("/u/430105/todo")
    assert len(many) == len(few)


TRANSITION = """mutation($input: TransitionInput!) { transition(input: $input) { state warnings errors { code message path params } } }"""


def test_the_same_by_the_api(clerk: Client, at: datetime, client_of: ClientOf) -> None:
    row = row_of(clerk, at, count=1)
    id_ = to_global("NeedCluster", row.pk)

    def take(client: Client, event: str, **more: Any) -> Any:
        return ask(client, TRANSITION, {"input": {"id": id_, "event": event, **more}})["data"]["transition"]

    found = ask(
        clerk,
        "query($id: ID!) { availableTransitions(id: $id) { event needsReason data blockedBy blockedWhy } }",
        {"id": id_},
    )
    assert found["data"]["availableTransitions"] == [
        {
            "event": "publish",
            "needsReason": False,
            "data": [],
            "blockedBy": "TEST.TOO_FEW",
            "blockedWhy": "只有 1 条需求，至少两条才能公布。",
        },
        {"event": "rename", "needsReason": False, "data": ["title"], "blockedBy": None, "blockedWhy": None},
    ]
    [refused] = take(clerk, "publish")["errors"]
    assert (refused["code"], refused["params"]) == ("TEST.TOO_FEW", {"count": 1})
    [wrong] = take(clerk, "rename", data={"title": "x" * 21})["errors"]
    assert (wrong["code"], wrong["path"]) == ("INVALID", ["input", "title"])
    done = take(clerk, "rename", data={"title": "法律援助"}, version=1)
    assert done == {"state": "draft", "warnings": [], "errors": []}
    [stale] = take(clerk, "rename", data={"title": "又改"}, version=1)["errors"]
    assert stale["code"] == "CONFLICT"
    [unknown] = take(clerk, "explode")["errors"]
    assert unknown["code"] == "WORKFLOW.UNKNOWN_EVENT"
    [neighbour] = take(client_of("430111", Role.UNION_ADMIN), "rename", data={"title": "偷改"})["errors"]
    assert neighbour["code"] == "NOT_FOUND"
    [leader] = take(client_of("430105", Role.LEADER), "rename", data={"title": "偷改"})["errors"]
    assert leader["code"] == "REFUSED"
    assert now_of(row, clerk) == ("draft", "法律援助", 2, 1)
    todos = ask(clerk, "{ todos { id kind title event label dueOn isOverdue } }")["data"]["todos"]
    assert [one for one in todos if one["kind"] == "需求汇总"] == [
        {
            "id": id_,
            "kind": "需求汇总",
            "title": "法律援助",
            "event": "publish",
            "label": "公布",
            "dueOn": None,
            "isOverdue": False,
        }
    ]
