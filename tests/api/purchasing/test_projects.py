"""Projects, records, calls and notes by the API: what is refused and that nothing is written then; who sees what. Source: SM-15P, §4.2."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from api.kit.ids import to_global
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.purchasing.enums import CallState, ProjectState
from tenants.purchasing.models import Call, CallNote, FundingLine, ServiceProject, ServiceRecord, UnionUnit
from tests.api.conftest import ask
from tests.api.needs.conftest import codes, written
from tests.factories import purchase_rows as make

GIVEN = {
    "year": 2026,
    "title": "职工心理关爱",
    "category": "LIFE_SERVICE",
    "fields": ["PSYCHOLOGICAL"],
    "budget": "100000",
}
CREATE = """mutation($input: CreateServiceProjectInput!) { createServiceProject(input: $input) { errors { code path }
    project { id version summary businessOwnerName thirdPartyRequired funding { source amount fromUnionName } } } }"""
UPDATE = """mutation($input: UpdateServiceProjectInput!) { updateServiceProject(input: $input) { errors { code path }
    project { version summary businessOwnerName startsOn } } }"""
ADD = """mutation($input: AddServiceRecordInput!) { addServiceRecord(input: $input) { errors { code path }
    record { id personTimes isVoid } } }"""
VOID = """mutation($input: VoidServiceRecordInput!) { voidServiceRecord(input: $input) { errors { code path }
    record { id isVoid voidReason } } }"""
ANSWER = "mutation($input: AnswerNoteInput!) { answerNote(input: $input) { errors { code path } call { id } } }"
KINDS = (ServiceProject, FundingLine, ServiceRecord, CallNote)


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with door.inside(country["430105"]) as union:
        yield union


def act(client: Client, query: str, **given: Any) -> dict[str, Any]:
    ((told,),) = [ask(client, query, {"input": given})["data"].values()]
    return dict(told)


def test_a_null_says_nothing_when_a_project_is_begun(kaifu: TradeUnion, staff: Client) -> None:
    told = act(staff, CREATE, **GIVEN, summary=None, businessOwner=None, targetSessions=None, funding=None)
    assert told["errors"] == []
    assert told["project"] | {"id": "", "version": 1} == {
        "id": "",
        "version": 1,
        "summary": None,
        "businessOwnerName": None,
        "thirdPartyRequired": False,
        "funding": [],
    }


def test_a_null_empties_what_may_be_empty_and_leaves_the_rest(kaifu: TradeUnion, staff: Client) -> None:
    unit = make.unit(kind="department", name="权益保障部")
    told = act(staff, CREATE, **GIVEN, summary="概述", businessOwner=str(unit.pk), startsOn="2026-03-01")
    assert told["project"]["businessOwnerName"] == "权益保障部"
    given = {"id": told["project"]["id"], "version": 1, "summary": None, "businessOwner": None, "startsOn": None}
    assert act(staff, UPDATE, **given) == {
        "errors": [],
        "project": {"version": 2, "summary": "概述", "businessOwnerName": None, "startsOn": None},
    }
    assert act(staff, UPDATE, **given)["errors"] == [{"code": "CONFLICT", "path": []}]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"title": " "}, "title"),
        ({"fields": []}, "fields"),
        ({"year": 1}, "year"),
        ({"budget": "-1"}, "budget"),
        ({"targetSessions": -1}, "targetSessions"),
        ({"startsOn": "2026-03-01", "endsOn": "2026-03-01"}, "endsOn"),
        ({"businessOwner": str(uuid4())}, "businessOwner"),
        ({"catalogueItem": str(uuid4())}, "catalogueItem"),
        ({"buyerUscc": "51430105MJX000017B"}, "buyerUscc"),
        ({"buyerKind": "JOINT"}, "jointBuyers"),
        ({"jointBuyers": [{"name": "市总工会", "share": "60"}]}, "ownShare"),
        ({"funding": [{"source": "FISCAL", "amount": "0"}]}, "funding"),
    ],
)
def test_what_cannot_be_is_not_written(kaifu: TradeUnion, staff: Client, change: dict[str, Any], path: str) -> None:
    before = written(kaifu, *KINDS)
    assert act(staff, CREATE, **{**GIVEN, **change}) == {
        "errors": [{"code": "INVALID", "path": ["input", path]}],
        "project": None,
    }
    assert written(kaifu, *KINDS) == before


def test_a_department_of_a_neighbour_is_none(kaifu: TradeUnion, country: dict[str, TradeUnion], staff: Client) -> None:
    with door.inside(country["430111"]):
        theirs = make.unit(kind="department", name="邻会部室").pk
    told = act(staff, CREATE, **GIVEN, businessOwner=str(theirs))
    assert told["errors"] == [{"code": "INVALID", "path": ["input", "businessOwner"]}]
    assert UnionUnit.objects.count() == 0


def test_records_are_kept_voided_and_counted_once(kaifu: TradeUnion, staff: Client) -> None:
    project = make.project(state=ProjectState.RUNNING)
    given = {
        "project": to_global("ServiceProject", project.pk),
        "servedOn": "2026-11-01",
        "field": "PSYCHOLOGICAL",
        "personTimes": 12,
        "place": None,
    }
    before = written(kaifu, *KINDS)
    for change, path in (
        ({"servedOn": "2026-02-01"}, "servedOn"),
        ({"sessions": -1}, "sessions"),
        ({"personsNew": 13}, "personsNew"),
        ({"satisfactionCount": 2, "satisfactionSum": 11}, "satisfactionSum"),
    ):
        told = act(staff, ADD, **{**given, **change})
        assert told == {"errors": [{"code": "INVALID", "path": ["input", path]}], "record": None}
    assert written(kaifu, *KINDS) == before
    told = act(staff, ADD, **given)
    key = told["record"]["id"]
    assert told == {"errors": [], "record": {"id": key, "personTimes": 12, "isVoid": False}}
    assert act(staff, VOID, id=key, reason=" ")["errors"] == [{"code": "INVALID", "path": ["input", "reason"]}]
    assert act(staff, VOID, id=key, reason="重复登记") == {
        "errors": [],
        "record": {"id": key, "isVoid": True, "voidReason": "重复登记"},
    }


def test_a_neighbours_record_is_not_voided(kaifu: TradeUnion, country: dict[str, TradeUnion], staff: Client) -> None:
    with door.inside(country["430111"]):
        theirs = make.record(make.project(), date(2026, 11, 1)).pk
    before = written(country["430111"], *KINDS)
    assert act(staff, VOID, id=str(theirs), reason="误记")["errors"] == [{"code": "NOT_FOUND", "path": []}]
    assert written(country["430111"], *KINDS) == before


def test_a_note_is_answered_under_its_own_call(kaifu: TradeUnion, staff: Client) -> None:
    """The note of one call, named under another, is like none."""
    one, other = (make.call(make.project(), state=CallState.PUBLISHED) for _ in "12")
    note = CallNote.objects.create(
        call=other, kind="question", text="场地由谁提供？", created_by_name="申报单位", created_at=make.MOMENT
    )
    before = written(kaifu, Call, *KINDS)
    given = {"call": to_global("Call", one.pk), "note": str(note.pk), "text": "由本会提供。"}
    assert act(staff, ANSWER, **given) == {"errors": [{"code": "NOT_FOUND", "path": []}], "call": None}
    assert written(kaifu, Call, *KINDS) == before
    right = to_global("Call", other.pk)
    assert act(staff, ANSWER, **{**given, "call": right}) == {"errors": [], "call": {"id": right}}


def test_what_an_event_does_not_ask_for_is_said_to_be_strange(kaifu: TradeUnion, staff: Client) -> None:
    project = make.project(state=ProjectState.DRAFT)
    before = written(kaifu, *KINDS)
    query = "mutation($input: TransitionInput!) { transition(input: $input) { errors { code path message } state } }"
    given = {"id": to_global("ServiceProject", project.pk), "event": "submit", "data": {"amuont": 1}}
    assert act(staff, query, **given) == {
        "errors": [
            {"code": "INVALID", "path": ["input", "amuont"], "message": "此事项没有数据项“amuont”，可填写的有：无。"}
        ],
        "state": None,
    }
    assert written(kaifu, *KINDS) == before


def test_who_reads_the_money_of_a_project(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    project = make.project(budget="100000.00")
    contract = make.contract(project, amount="90000.00")
    make.payment(contract, "30000.01", date(2026, 3, 5))
    query = "query($id: ID!) { node(id: $id) { ... on ServiceProject { money { planned contracted paid } funding { amount } } } }"
    key = to_global("ServiceProject", project.pk)
    for role in (Role.UNION_STAFF, Role.LEADER):
        assert ask(client_of("430105", role), query, {"id": key})["data"]["node"]["money"] == {
            "planned": "100000.00",
            "contracted": "90000.00",
            "paid": "30000.01",
        }
    assert codes(ask(client_of("430105", Role.REVIEWER), query, {"id": key})) == ["NOT_FOUND"]
    assert codes(ask(client_of("430111", Role.UNION_ADMIN), query, {"id": key})) == ["NOT_FOUND"]


def test_a_grave_event_that_leaves_the_state_wants_the_version(
    kaifu: TradeUnion, client_of: Callable[..., Client]
) -> None:
    """Sent twice by a client that got no answer, the next of the reserve would step in twice."""
    call = make.call(make.project(state=ProjectState.AWARDED), state=CallState.CONFIRMED)
    before = written(kaifu, Call, *KINDS)
    query = "mutation($input: TransitionInput!) { transition(input: $input) { errors { code path } state } }"
    given = {"id": to_global("Call", call.pk), "event": "next_reserve", "reason": "放弃中标"}
    admin = client_of("430105", Role.UNION_ADMIN)
    assert act(admin, query, **given) == {"errors": [{"code": "INVALID", "path": ["input", "version"]}], "state": None}
    assert act(admin, query, **given, version=call.version)["errors"][0]["code"] == "PURCHASING.CALL_NO_RESERVE"
    assert written(kaifu, Call, *KINDS) == before
