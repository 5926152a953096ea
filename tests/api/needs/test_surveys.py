"""Surveys by the API: built, opened, answered, told as counts of which none below five can be read. Source: SM-11; V6."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from api.kit.ids import to_global
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.needs.enums import SurveyState
from tenants.needs.models import Need, NeedSurvey, SurveyResponse, WorkerLink
from tests.api.conftest import ask
from tests.api.needs.conftest import SECRETARIAT, UNIT, codes, done, step, written
from tests.factories.needs import survey as make

CREATE = """mutation($input: CreateNeedSurveyInput!) { createNeedSurvey(input: $input) { errors { code path message }
    survey { id version title state year questions { code kind choices { code text } required field } openPath } } }"""
UPDATE = """mutation($input: UpdateNeedSurveyInput!) { updateNeedSurvey(input: $input) { errors { code }
    survey { title closesOn version questions { text } } } }"""
PAPER = "mutation($input: EnterPaperAnswerInput!) { enterPaperAnswer(input: $input) { errors { code path } valid } }"
TURN = """mutation($input: TurnIntoNeedsInput!) { turnAnswersIntoNeeds(input: $input) { errors { code path }
    needs { title personsEstimate source field state } } }"""
LINKS = "mutation($input: IssueWorkerLinksInput!) { issueWorkerLinks(input: $input) { errors { code path } paths } }"
RESULT = """query($id: ID!) { needSurvey(id: $id) { returned { total valid onPaper linksLeft }
    result { valid questions { code kind answered cells { code count share } mean groups { label answered counts } } } } }"""
ASKED = [
    {"text": "最需要哪项服务", "kind": "SINGLE", "choices": ["心理疏导", "法律咨询"], "required": True, "field": "PSYCHOLOGICAL"},
    {"text": "满意程度", "kind": "SCALE"},
]  # fmt: skip
GIVEN = {"title": "职工需求调查", "opensOn": "2026-01-01", "closesOn": "2026-12-31", "questions": ASKED}


def test_built_changed_opened(kaifu: TradeUnion, staff: Client) -> None:
    made = ask(staff, CREATE, {"input": GIVEN})["data"]["createNeedSurvey"]
    assert made["errors"] == []
    survey = made["survey"]
    assert survey == {
        "id": survey["id"],
        "version": 1,
        "title": "职工需求调查",
        "state": "DRAFT",
        "year": 2026,
        "questions": [
            {
                "code": "q1",
                "kind": "SINGLE",
                "choices": [{"code": "c1", "text": "心理疏导"}, {"code": "c2", "text": "法律咨询"}],
                "required": True,
                "field": "PSYCHOLOGICAL",
            },
            {"code": "q2", "kind": "SCALE", "choices": [], "required": False, "field": None},
        ],
        "openPath": None,
    }
    change = {"id": survey["id"], "version": 1, "closesOn": "2026-12-30", "title": None}
    assert ask(staff, UPDATE, {"input": change})["data"]["updateNeedSurvey"] == {
        "errors": [],
        "survey": {
            "title": "职工需求调查",
            "closesOn": "2026-12-30",
            "version": 2,
            "questions": [{"text": "最需要哪项服务"}, {"text": "满意程度"}],
        },
    }
    late = ask(staff, UPDATE, {"input": change})["data"]["updateNeedSurvey"]
    assert late == {"errors": [{"code": "CONFLICT"}], "survey": None}
    assert done(staff, survey["id"], "open") == "open"
    token = NeedSurvey.objects.get().open_token
    found = ask(staff, "query($id: ID!) { needSurvey(id: $id) { openPath } }", {"id": survey["id"]})
    assert found["data"] == {"needSurvey": {"openPath": f"/w/430105/{token}"}}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"title": " "}, ["input", "title"]),
        ({"closesOn": "2025-12-31"}, ["input", "closesOn"]),
        ({"sampleTarget": -1}, ["input", "sampleTarget"]),
        ({"questions": [{"text": "题", "kind": "SINGLE", "choices": ["甲"]}]}, ["input", "questions"]),
    ],
)
def test_what_cannot_be_is_not_written(
    kaifu: TradeUnion, staff: Client, change: dict[str, Any], path: list[str]
) -> None:
    before = written(kaifu, NeedSurvey)
    told = ask(staff, CREATE, {"input": {**GIVEN, **change}})["data"]["createNeedSurvey"]
    assert [(one["code"], one["path"]) for one in told["errors"]] == [("INVALID", path)]
    assert written(kaifu, NeedSurvey) == before


def test_counts_below_five_are_null(kaifu: TradeUnion, staff: Client) -> None:
    row = make.survey(SurveyState.CLOSED)
    make.answers(row, {"q1": "c1", "q3": 4}, times=7)
    make.answers(row, {"q1": "c2", "q3": 5}, times=6)
    make.answers(row, {"q1": "c3", "q3": 5}, times=2)
    found = ask(staff, RESULT, {"id": to_global("NeedSurvey", row.pk)})["data"]["needSurvey"]
    assert found["returned"] == {"total": 15, "valid": 15, "onPaper": 0, "linksLeft": 0}
    single = found["result"]["questions"][0]
    # The 2 are hidden, and the 6 with them: one missing count would be the difference.
    assert single == {
        "code": "q1",
        "kind": "SINGLE",
        "answered": 15,
        "cells": [
            {"code": "c1", "count": 7, "share": "46.7%"},
            {"code": "c2", "count": None, "share": ""},
            {"code": "c3", "count": None, "share": ""},
        ],
        "mean": "",
        "groups": None,
    }


def test_below_five_answers_there_is_no_result(kaifu: TradeUnion, staff: Client) -> None:
    row = make.survey(SurveyState.CLOSED)
    make.answers(row, {"q1": "c1"}, times=4)
    found = ask(staff, RESULT, {"id": to_global("NeedSurvey", row.pk)})["data"]["needSurvey"]
    assert found["result"] == {"valid": None, "questions": []}
    running = make.survey(SurveyState.OPEN)
    make.answers(running, {"q1": "c1"}, times=20)
    found = ask(staff, RESULT, {"id": to_global("NeedSurvey", running.pk)})["data"]["needSurvey"]
    assert (found["returned"]["total"], found["result"]) == (20, None)


def test_no_answer_tells_who_gave_it(kaifu: TradeUnion, staff: Client) -> None:
    """Neither the types nor an answer from paper leave room for a name or telephone. Source: V6."""
    schema = json.dumps(ask(staff, '{ __type(name: "SurveyAnswers") { fields { name } } }')["data"])
    assert sorted(one["name"] for one in json.loads(schema)["__type"]["fields"]) == [
        "answered", "cells", "code", "groups", "kind", "mean", "median", "text",
    ]  # fmt: skip
    row = make.survey(SurveyState.CLOSED)
    make.answers(row, {"q1": "c1", "q5": "我是张建国，电话13812345678"}, times=6, street="通泰街", industry="环卫")
    told = str(ask(staff, RESULT, {"id": to_global("NeedSurvey", row.pk)}))
    assert [word in told for word in ("张建国", "13812345678", "通泰街", "环卫")] == [False] * 4
    columns = {field.name for field in SurveyResponse._meta.fields}
    assert columns == {
        "id", "survey", "answers", "group", "age_band", "industry", "street", "answered_on", "on_paper", "is_valid",
    }  # fmt: skip


def test_an_answer_from_paper(kaifu: TradeUnion, staff: Client) -> None:
    row = make.survey(SurveyState.OPEN)
    given = {
        "id": to_global("NeedSurvey", row.pk),
        "answers": [
            {"question": "q1", "choices": ["c1"]},
            {"question": "q2", "choices": ["c1", "c3"]},
            {"question": "q3", "number": 5},
        ],
        "group": "OUTDOOR",
    }
    assert ask(staff, PAPER, {"input": given})["data"]["enterPaperAnswer"] == {"errors": [], "valid": True}
    kept = SurveyResponse.objects.get()
    assert (kept.answers, str(kept.group), kept.on_paper) == (
        {"q1": "c1", "q2": ["c1", "c3"], "q3": 5},
        "outdoor",
        True,
    )
    before = written(kaifu, SurveyResponse)
    for wrong, path in (
        ({"question": "q1", "choices": ["c1", "c2"]}, ["input", "q1"]),
        ({"question": "q3", "number": 6}, ["input", "q3"]),
        ({"question": "name", "text": "张建国"}, ["input", "answers"]),
    ):
        told = ask(staff, PAPER, {"input": {**given, "answers": [wrong]}})["data"]["enterPaperAnswer"]
        assert told == {"errors": [{"code": "INVALID", "path": path}], "valid": None}
    assert written(kaifu, SurveyResponse) == before


def test_answers_that_are_shown_become_needs(kaifu: TradeUnion, staff: Client) -> None:
    row = make.survey(SurveyState.CLOSED)
    make.answers(row, {"q1": "c1", "q3": 4}, times=7)
    make.answers(row, {"q1": "c2", "q3": 5}, times=6)
    make.answers(row, {"q1": "c3", "q3": 5}, times=2)
    id = to_global("NeedSurvey", row.pk)
    given = {"id": id, "picked": [{"question": "q1", "choice": "c1"}]}
    early = ask(staff, TURN, {"input": given})["data"]["turnAnswersIntoNeeds"]
    assert (early["errors"], early["needs"]) == ([{"code": "NEEDS.WRONG_STATE", "path": []}], None)
    assert done(staff, id, "analyse", data={"report": "以心理疏导为主"}) == "analysed"
    made = ask(staff, TURN, {"input": given})["data"]["turnAnswersIntoNeeds"]
    assert made == {
        "errors": [],
        "needs": [
            {
                "title": "心理疏导",
                "personsEstimate": 7,
                "source": "SURVEY",
                "field": "PSYCHOLOGICAL",
                "state": "COLLECTED",
            }
        ],
    }
    before = written(kaifu, Need)
    hidden = {"id": id, "picked": [{"question": "q1", "choice": "c3"}]}
    assert ask(staff, TURN, {"input": hidden})["data"]["turnAnswersIntoNeeds"] == {
        "errors": [{"code": "INVALID", "path": ["input", "picked"]}],
        "needs": None,
    }
    assert written(kaifu, Need) == before


def test_links_for_workers(kaifu: TradeUnion, staff: Client, leader: Client) -> None:
    row = make.survey(SurveyState.OPEN)
    given = {"purpose": "SURVEY", "survey": to_global("NeedSurvey", row.pk), "count": 2, "uses": 1, "days": 30}
    told = ask(staff, LINKS, {"input": given})["data"]["issueWorkerLinks"]
    assert (told["errors"], len(told["paths"])) == ([], 2)
    assert [Client().get(path).status_code for path in told["paths"]] == [200, 200]
    before = written(kaifu, WorkerLink)
    for wrong, path in (
        ({"count": 0}, "count"),
        ({"survey": None}, "survey"),
        ({"purpose": "ORDER"}, "survey"),
        ({"purpose": "RATING", "survey": None}, "purpose"),
    ):
        told = ask(staff, LINKS, {"input": {**given, **wrong}})["data"]["issueWorkerLinks"]
        assert told == {"errors": [{"code": "INVALID", "path": ["input", path]}], "paths": None}
    refused = ask(leader, LINKS, {"input": given})["data"]["issueWorkerLinks"]
    assert refused == {"errors": [{"code": "REFUSED", "path": []}], "paths": None}
    assert written(kaifu, WorkerLink) == before


@pytest.mark.parametrize(
    ("roles", "reads", "writes"),
    [
        ((Role.UNION_ADMIN,), True, True),
        ((Role.UNION_STAFF,), True, True),
        (SECRETARIAT, True, True),
        ((Role.LEADER,), True, False),
        ((Role.REVIEWER,), False, False),
        ((Role.SUPERVISOR,), False, False),
        (UNIT, False, False),
    ],
)
def test_who_reads_and_who_writes(
    kaifu: TradeUnion, client_of: Callable[..., Client], roles: tuple[Role, ...], reads: bool, writes: bool
) -> None:
    """Source: DOMAIN §4.2, Surveys, needs."""
    client = client_of("430105", *roles)
    row = make.survey(SurveyState.DRAFT)
    before = written(kaifu, NeedSurvey)
    listed = ask(client, "{ needSurveys { totalCount } needs { totalCount } }")
    assert codes(listed) == ([] if reads else ["REFUSED", "REFUSED"])
    assert listed["data"]["needSurveys"] == ({"totalCount": 1} if reads else None)
    id = to_global("NeedSurvey", row.pk)
    found = ask(client, "query($id: ID!) { node(id: $id) { id } }", {"id": id})["data"]["node"]
    assert found == ({"id": id} if reads else None)
    assert written(kaifu, NeedSurvey) == before
    told = ask(client, CREATE, {"input": GIVEN})["data"]["createNeedSurvey"]
    assert [one["code"] for one in told["errors"]] == ([] if writes else ["REFUSED"])
    if not writes:
        assert step(client, id, "open")["errors"][0]["code"] == ("REFUSED" if reads else "NOT_FOUND")
        assert written(kaifu, NeedSurvey) == before


def test_an_organization_reads_no_survey(kaifu: TradeUnion, organization: Client) -> None:
    row = make.survey(SurveyState.PUBLISHED)
    assert codes(ask(organization, "{ needSurveys { totalCount } }")) == ["REFUSED"]
    found = ask(organization, "query($id: ID!) { node(id: $id) { id } }", {"id": to_global("NeedSurvey", row.pk)})
    assert found["data"] == {"node": None}


def test_a_neighbours_survey_is_not_there(kaifu: TradeUnion, country: dict[str, TradeUnion], staff: Client) -> None:
    with door.inside(country["430111"]):
        theirs = make.survey(SurveyState.CLOSED, title="雨花调查")
        make.answers(theirs, {"q1": "c1"}, times=9)
    id = to_global("NeedSurvey", theirs.pk)
    assert ask(staff, "{ needSurveys { totalCount } }")["data"] == {"needSurveys": {"totalCount": 0}}
    assert codes(ask(staff, RESULT, {"id": id})) == ["NOT_FOUND"]
    before = written(country["430111"], NeedSurvey, SurveyResponse)
    change = {"id": id, "version": 1, "title": "改名"}
    assert ask(staff, UPDATE, {"input": change})["data"]["updateNeedSurvey"]["errors"] == [{"code": "NOT_FOUND"}]
    assert step(staff, id, "analyse")["errors"] == [{"code": "NOT_FOUND", "path": []}]
    assert written(country["430111"], NeedSurvey, SurveyResponse) == before
