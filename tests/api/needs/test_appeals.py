"""Appeals by the API: what they say is for those they are assigned to, counts for leaders. Source: DOMAIN §4.2; SM-14; V6."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from api.kit.ids import to_global
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import today
from commons.people.enums import Role
from commons.tenancy import door
from tenants.needs.enums import AppealState
from tenants.needs.models import Appeal
from tests.api.conftest import ask
from tests.api.needs.conftest import FINANCE, SECRETARIAT, UNIT, USCC, codes, done, step, written
from tests.factories.needs import appeal as make

RECEIVE = """mutation($input: ReceiveAppealInput!) { receiveAppeal(input: $input) { errors { code path }
    appeal { id number channel category state isOverdue } } }"""
NOTE = "mutation($input: NoteAppealInput!) { noteAppeal(input: $input) { errors { code } appeal { version } } }"
READ = "query($id: ID!) { appealContent(id: $id) { text appellant phone handlingNote reply officers } }"
LIST = "{ appeals { totalCount edges { node { number } } } }"
OWN = "{ ownAppeals { totalCount edges { node { number } } } }"
COUNTS = "{ appealCounts { total open overdue byState { state count } byCategory { category count } } }"
GIVEN = {"channel": "PHONE", "category": "WAGE", "text": "拖欠三个月工资"}
SEALED = ("text", "appellant", "phone", "handlingNote", "reply", "officers")


def test_received_assigned_read_and_replied(kaifu: TradeUnion, staff: Client, client_of: Callable[..., Client]) -> None:
    officer = client_of("430105", Role.UNION_STAFF)
    named = {**GIVEN, "isAnonymous": False, "appellant": "张建国", "phone": "13812345678"}
    told = ask(staff, RECEIVE, {"input": named})["data"]["receiveAppeal"]
    assert told["errors"] == []
    appeal = told["appeal"]
    assert appeal == {
        "id": appeal["id"],
        "number": "SQ-00001",
        "channel": "PHONE",
        "category": "WAGE",
        "state": "RECEIVED",
        "isOverdue": False,
    }
    id = appeal["id"]
    possible = ask(staff, "{ possibleAppealOfficers { key name } }")["data"]["possibleAppealOfficers"]
    handling = {staff.actor.user_id, officer.actor.user_id}  # type: ignore[attr-defined]
    assert {one["key"] for one in possible} == {str(key) for key in handling}
    assert done(staff, id, "assign", data={"officers": [str(officer.actor.user_id)]}) == "assigned"  # type: ignore[attr-defined]
    # Whoever assigned it is not thereby one who reads it.
    assert codes(ask(staff, READ, {"id": id})) == ["REFUSED"]
    assert done(officer, id, "start") == "handling"
    version = Appeal.objects.get().version
    noted = {"id": id, "version": version, "handlingNote": "已联系用人单位"}
    assert ask(officer, NOTE, {"input": noted})["data"]["noteAppeal"] == {
        "errors": [],
        "appeal": {"version": version + 1},
    }
    assert ask(staff, NOTE, {"input": noted})["data"]["noteAppeal"]["errors"][0]["code"] in {"CONFLICT", "REFUSED"}
    assert done(officer, id, "reply", data={"reply": "已补发"}) == "replied"
    reads = AuditEvent.objects.filter(event="needs.appeal.read")
    before = reads.count()
    assert ask(officer, READ, {"id": id})["data"]["appealContent"] == {
        "text": "拖欠三个月工资",
        "appellant": "张建国",
        "phone": "13812345678",
        "handlingNote": "已联系用人单位",
        "reply": "已补发",
        "officers": ["张三"],
    }
    assert reads.count() == before + 1
    assert done(officer, id, "close") == "closed"


def test_the_type_of_a_list_has_nothing_of_what_it_says(kaifu: TradeUnion, staff: Client) -> None:
    found = ask(staff, '{ __type(name: "Appeal") { fields { name } } }')["data"]["__type"]["fields"]
    assert {one["name"] for one in found} & {*SEALED, "isAnonymous"} == set()


@pytest.mark.parametrize(
    ("roles", "lists", "own", "reads", "counts"),
    [
        ((Role.UNION_ADMIN,), True, True, True, True),
        ((Role.UNION_STAFF,), True, True, False, True),
        ((Role.LEADER,), False, False, False, True),
        (SECRETARIAT, False, True, False, False),
        ((Role.REVIEWER,), False, False, False, False),
        ((Role.SUPERVISOR,), False, False, False, False),
        (FINANCE, False, False, False, False),
        (UNIT, False, False, False, False),
    ],
)
def test_who_knows_what_of_appeals(
    kaifu: TradeUnion,
    client_of: Callable[..., Client],
    roles: tuple[Role, ...],
    lists: bool,
    own: bool,
    reads: bool,
    counts: bool,
) -> None:
    """Source: DOMAIN §4.2, Appeals."""
    client = client_of("430105", *roles)
    row = make.appeal()
    id = to_global("Appeal", row.pk)
    before = written(kaifu, Appeal)
    listed = ask(client, LIST)
    assert listed["data"]["appeals"] == (
        {"totalCount": 1, "edges": [{"node": {"number": row.number}}]} if lists else None
    )
    assert codes(listed) == ([] if lists else ["REFUSED"])
    assert ask(client, OWN)["data"]["ownAppeals"] == ({"totalCount": 0, "edges": []} if own else None)
    assert ask(client, "query($id: ID!) { node(id: $id) { id } }", {"id": id})["data"]["node"] == (
        {"id": id} if lists else None
    )
    told = ask(client, COUNTS)
    assert (told["data"]["appealCounts"] is not None) == counts
    if not reads:
        assert codes(ask(client, READ, {"id": id})) == ["REFUSED" if lists else "NOT_FOUND"]
        assert written(kaifu, Appeal) == before
    else:
        assert ask(client, READ, {"id": id})["data"]["appealContent"]["text"] == make.TEXT
    if not lists:
        assert step(client, id, "start")["errors"][0]["code"] == "NOT_FOUND"
        assert written(kaifu, Appeal) == before


def test_leaders_are_told_numbers(kaifu: TradeUnion, leader: Client) -> None:
    make.appeal(received_on=today())
    make.appeal(AppealState.HANDLING, category="wage", received_on=today() - timedelta(days=16))
    make.appeal(AppealState.CLOSED, received_on=today() - timedelta(days=30))
    told = ask(leader, COUNTS)["data"]["appealCounts"]
    assert told == {
        "total": 3,
        "open": 2,
        "overdue": 1,
        "byState": [
            {"state": "RECEIVED", "count": 1},
            {"state": "HANDLING", "count": 1},
            {"state": "CLOSED", "count": 1},
        ],
        "byCategory": [{"category": "WAGE", "count": 1}, {"category": "SAFETY", "count": 2}],
    }


def test_an_organization_raises_its_own_and_reads_no_note(kaifu: TradeUnion, organization: Client) -> None:
    other = make.appeal()
    told = ask(organization, RECEIVE, {"input": GIVEN})["data"]["receiveAppeal"]
    assert (told["errors"], told["appeal"]["channel"]) == ([], "ORGANIZATION")
    row = Appeal.objects.exclude(pk=other.pk).get()
    Appeal.objects.filter(pk=row.pk).update(handling_note="内部意见", reply="已答复", state=AppealState.REPLIED)
    assert row.by_uscc == USCC
    listed = ask(organization, OWN)["data"]["ownAppeals"]
    assert listed == {"totalCount": 1, "edges": [{"node": {"number": row.number}}]}
    assert codes(ask(organization, LIST)) == ["REFUSED"]
    content = ask(organization, READ, {"id": to_global("Appeal", row.pk)})["data"]["appealContent"]
    assert content == {
        "text": "拖欠三个月工资",
        "appellant": row.appellant,
        "phone": None,
        "handlingNote": None,
        "reply": "已答复",
        "officers": [],
    }
    assert codes(ask(organization, READ, {"id": to_global("Appeal", other.pk)})) == ["NOT_FOUND"]
    note = {"id": to_global("Appeal", row.pk), "version": row.version, "handlingNote": "甲"}
    assert ask(organization, NOTE, {"input": note})["data"]["noteAppeal"]["errors"] == [{"code": "REFUSED"}]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"text": " "}, "text"),
        ({"appellant": "张建国"}, "appellant"),
        ({"phone": "13812345678"}, "appellant"),
        ({"isAnonymous": False}, "appellant"),
        ({"receivedOn": "2099-01-01"}, "receivedOn"),
    ],
)
def test_what_cannot_be_is_not_written(kaifu: TradeUnion, staff: Client, change: dict[str, Any], path: str) -> None:
    """An anonymous appeal keeps neither name nor telephone. Source: V6."""
    before = written(kaifu, Appeal)
    told = ask(staff, RECEIVE, {"input": {**GIVEN, **change}})["data"]["receiveAppeal"]
    assert told == {"errors": [{"code": "INVALID", "path": ["input", path]}], "appeal": None}
    assert written(kaifu, Appeal) == before


def test_who_may_not_raise_writes_nothing(kaifu: TradeUnion, leader: Client, secretariat: Client) -> None:
    before = written(kaifu, Appeal)
    assert ask(leader, RECEIVE, {"input": GIVEN})["data"]["receiveAppeal"]["errors"][0]["code"] == "REFUSED"
    assert written(kaifu, Appeal) == before
    assert ask(secretariat, RECEIVE, {"input": GIVEN})["data"]["receiveAppeal"]["errors"] == []
    assert ask(secretariat, OWN)["data"]["ownAppeals"]["totalCount"] == 1


def test_a_neighbours_appeal_is_not_there(kaifu: TradeUnion, country: dict[str, TradeUnion], admin: Client) -> None:
    with door.inside(country["430111"]):
        theirs = make.appeal()
    id = to_global("Appeal", theirs.pk)
    before = written(country["430111"], Appeal)
    assert ask(admin, LIST)["data"]["appeals"] == {"totalCount": 0, "edges": []}
    assert ask(admin, COUNTS)["data"]["appealCounts"]["total"] == 0
    assert codes(ask(admin, READ, {"id": id})) == ["NOT_FOUND"]
    note = {"id": id, "version": 1, "handlingNote": "甲"}
    assert ask(admin, NOTE, {"input": note})["data"]["noteAppeal"]["errors"] == [{"code": "NOT_FOUND"}]
    assert step(admin, id, "start")["errors"] == [{"code": "NOT_FOUND", "path": []}]
    assert written(country["430111"], Appeal) == before
