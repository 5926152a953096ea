"""Scenario 4 by the API, from the project to the award. Source: DOMAIN Appendix F4."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from commons.kit import drawing
from tenants.purchasing.machines.bid import NAMELESS
from tests.api.purchasing.callers import Caller
from tests.api.purchasing.play import Play, day
from tests.factories.purchasing.cast import (
    ACCOUNT,
    DEADLINE,
    DEPARTMENT,
    LOTUS,
    MARKS,
    PRICES,
    RANKED,
    RIVER,
    SECRET,
    STAR,
    TITLE,
)
from tests.factories.uploads import PDF, upload


def approve(play: Play) -> None:
    staff, clerk, admin = play.staff, play.clerk, play.admin
    (unit,) = staff.ask("{ unionUnits { edges { node { id name } } } }")["unionUnits"]["edges"]
    assert unit["node"]["name"] == DEPARTMENT
    given = {
        "year": 2026, "title": TITLE, "category": "WORK_SERVICE", "fields": ["PSYCHOLOGICAL"], "budget": "100000",
        "summary": "面向一线职工的团体辅导和个案疏导。", "targetGroups": ["ALL_WORKERS"], "businessOwner": unit["node"]["id"],
        "startsOn": "2026-04-20", "endsOn": "2026-09-30", "midtermOn": "2026-07-01", "targetPersonTimes": 60,
        "thirdPartyRequired": True, "funding": [{"source": "UNION_FUNDS", "amount": "70000"}],
    }  # fmt: skip
    made = staff.do("createServiceProject", "project { id version state businessOwnerName }", **given)["project"]
    assert (made["state"], made["businessOwnerName"]) == ("DRAFT", DEPARTMENT)
    project = play.ids["project"] = made["id"]
    assert staff.blocked(project, "submit") == "PURCHASING.NOT_SUITABLE"
    staff.do(
        "updateServiceProject", "project { version }", id=project, version=made["version"],
        funding=[{"source": "UNION_FUNDS", "amount": "70000"}, {"source": "FISCAL", "amount": "30000"}],
        testConcentrated=True, testConcentratedNote="问卷显示六成职工有需求。", testBenefit=True,
        testBenefitNote="比自办节省三成。", testSuitable=True, testSuitableNote="辖区有多家专业机构。",
    )  # fmt: skip
    assert staff.step(project, "submit") == "approval_review"
    evaluation = evaluated(play, clerk, "APPROVAL", 85, "需求明确，预算合理。")
    assert admin.step(evaluation, "conclude", "符合立项条件。", conclusion="pass") == "final"
    assert admin.step(project, "approve", "同意立项。") == "approved"


def evaluated(play: Play, by: Caller, kind: str, points: int, comment: str) -> str:
    """Score the evaluation of a kind alike in every item; its id."""
    query = (
        """query($id: ID!) { evaluations(project: $id) { edges { node { id kind items { code maximum points } } } } }"""
    )
    edges = by.ask(query, id=play.ids["project"])["evaluations"]["edges"]
    (found,) = [edge["node"] for edge in edges if edge["node"]["kind"] == kind]
    offered = by.ask("query($id: ID!) { availableTransitions(id: $id) { event data } }", id=found["id"])
    (asked,) = [one["data"] for one in offered["availableTransitions"] if one["event"] == "score"]
    data = {name: points for name in asked if name != "comment"}
    assert by.step(found["id"], "score", comment=comment, **data) == "scored"
    return str(found["id"])


def publish(play: Play) -> None:
    staff, star, lotus = play.staff, play.people[STAR], play.people[LOTUS]
    play.pass_to(day("2026-03-03"))
    terms = {
        "title": f"{TITLE}招募公告", "text": "为辖区一线职工提供团体辅导二十场、个案疏导四十人次。", "ceiling": "90000",
        "registrationValid": True, "minYears": 2, "unionBuilt": "PREFERRED",
    }  # fmt: skip
    short = {**terms, "bidDeadline": "2026-03-10T09:00:00+08:00"}
    made = staff.do("createCall", "call { id version }", project=play.ids["project"], **short)["call"]
    call = play.ids["call"] = made["id"]
    assert staff.blocked(call, "publish") == "PURCHASING.CALL_TOO_SHORT"
    assert not lotus.sees(call)
    staff.do("updateCall", id=call, version=made["version"], **terms, bidDeadline=DEADLINE.isoformat())
    assert staff.step(call, "publish") == "published"
    star.do("askQuestion", call=call, text="辅导场地由谁提供？")
    query = """query($id: ID!) { node(id: $id) { ... on Call { state invited
        notes { id kind text answer createdByName } conditions { minYears unionBuilt registrationValid } } } }"""
    ((note,),) = [staff.ask(query, id=call)["node"]["notes"]]
    assert note["createdByName"] == NAMELESS
    staff.do("answerNote", call=call, note=note["id"], text="由区总工会职工服务中心提供。")
    assert lotus.ask(query, id=call)["node"] == {
        "state": "PUBLISHED",
        "invited": None,
        "notes": [
            {
                "id": note["id"],
                "kind": "QUESTION",
                "text": "辅导场地由谁提供？",
                "answer": "由区总工会职工服务中心提供。",
                "createdByName": None,
            }
        ],
        "conditions": {"minYears": 2, "unionBuilt": "PREFERRED", "registrationValid": True},
    }


SAVE = """mutation($input: SaveBidInput!) { saveBid(input: $input) { errors { code message path } bid { id version receipt } } }"""


def bid(play: Play) -> None:
    """Three organizations submit, with a file each; nobody else finds a bid."""
    call = play.ids["call"]
    for name, price in PRICES.items():
        given = {
            "call": call, "contactName": "刘芳", "contactPhone": "13800000001", "plan": SECRET,
            "lines": [{"name": "服务费", "amount": price}],
            "team": [{"name": "陈静", "role": "主管", "qualification": "社会工作师"}], "files": [None],
        }  # fmt: skip
        payload = play.people[name].send(SAVE, given, files__0=upload(name="方案.pdf"))
        assert payload["errors"] == []
        saved = payload["bid"]
        again = {"call": call, "version": saved["version"], "contactName": "刘芳芳"}
        changed = play.people[name].send(SAVE, again)["bid"]
        assert (changed["id"], changed["version"]) == (saved["id"], saved["version"] + 1)
        assert play.people[name].step(saved["id"], "submit") == "submitted"
        play.ids[name] = saved["id"]
        content = "query($id: ID!) { bidContent(bid: $id) { name plan total contactName files { name size } } }"
        assert play.people[name].ask(content, id=saved["id"])["bidContent"] == {
            "name": name,
            "plan": SECRET,
            "total": f"{Decimal(price):.2f}",
            "contactName": "刘芳芳",
            "files": [{"name": "方案.pdf", "size": len(PDF)}],
        }
        for other in (*play.people.values(), *play.experts):
            if other is not play.people[name]:
                assert not other.sees(saved["id"])
                assert other.codes(content, id=saved["id"]) == ["NOT_FOUND"]
                listed = "query($id: ID!) { bids(call: $id) { edges { node { id } } } }"
                edges = (other.client and other.ask(listed, id=call)["bids"]["edges"]) if other.sees(call) else []
                assert saved["id"] not in [edge["node"]["id"] for edge in edges]


def open_and_draw(play: Play) -> None:
    """No worker runs here: whoever looks after the deadline opens. The draw is made again from what is published."""
    staff, call = play.staff, play.ids["call"]
    play.pass_to(DEADLINE + timedelta(hours=1))
    query = """query($id: ID!) { node(id: $id) { ... on Call { state opening { submitted opened { receipt } }
        draw { seed pool wanted drawn excluded { code why } } } } }"""
    opened = staff.ask(query, id=call)["node"]
    assert (opened["state"], opened["opening"]["submitted"], opened["draw"]) == ("OPENING", 3, None)
    listed = staff.ask(
        "query($id: ID!) { bids(call: $id) { totalCount edges { node { id providerName total receipt score } } } }",
        id=call,
    )["bids"]
    assert {edge["node"]["providerName"]: edge["node"]["total"] for edge in listed["edges"]} == {
        name: f"{Decimal(price):.2f}" for name, price in PRICES.items()
    }
    assert {edge["node"]["receipt"] for edge in listed["edges"]} == {
        one["receipt"] for one in opened["opening"]["opened"]
    }
    assert staff.step(call, "draw") == "opening"
    draw = staff.ask(query, id=call)["node"]["draw"]
    assert draw["excluded"] == [{"code": "ZJ-0001", "why": "与申报单位有利害关系"}]
    assert draw["pool"] == ["ZJ-0002", "ZJ-0003", "ZJ-0004", "ZJ-0005"]
    assert drawing.draw(draw["pool"], seed=draw["seed"], wanted=3) == draw["drawn"]
    play.panel = [play.experts[int(code[-1]) - 1] for code in draw["drawn"]]


SEATS = """{ ownSeats { edges { node { id callTitle state bidders items { code maximum }
    sheets { bid providerName version lockedAt } } } } }"""


def review(play: Play) -> None:
    staff, call = play.staff, play.ids["call"]
    for expert in play.panel:
        ((edge,),) = [expert.ask(SEATS)["ownSeats"]["edges"]]
        seat = edge["node"]
        assert (seat["state"], seat["bidders"], seat["sheets"]) == ("DRAWN", sorted(PRICES), [])
        assert expert.step(seat["id"], "declare") == "confirmed"
    assert staff.step(call, "qualify") == "qualification"
    for name in PRICES:
        assert staff.step(play.ids[name], "qualify") == "qualified"
    assert staff.step(call, "review") == "review"
    scores = "query($id: ID!) { scoreSheets(call: $id) { expert bid total } }"
    for expert in play.panel:
        ((edge,),) = [expert.ask(SEATS)["ownSeats"]["edges"]]
        for sheet in edge["node"]["sheets"]:
            mark = Decimal(MARKS[sheet["providerName"]]) / 100
            points = [
                {"code": item["code"], "points": str(Decimal(item["maximum"]) * mark)} for item in edge["node"]["items"]
            ]
            saved = expert.do("saveScores", "version", bid=sheet["bid"], points=points)
            assert expert.do("lockScores", "locked", bid=sheet["bid"], version=saved["version"])["locked"] is True
            assert expert.refused("saveScores", bid=sheet["bid"], points=points, version=saved["version"]) == [
                "PURCHASING.SCORES_LOCKED"
            ]
        assert staff.ask(scores, id=call)["scoreSheets"] == []
        if expert is not play.panel[-1]:
            assert staff.blocked(call, "publicise") == "PURCHASING.CALL_SCORES_OPEN"
    assert staff.step(call, "publicise") == "publicised"
    told = staff.ask(scores, id=call)["scoreSheets"]
    assert sorted(Decimal(sheet["total"]) for sheet in told) == sorted(
        Decimal(mark) for mark in MARKS.values() for _ in "123"
    )


RESULTS = "query($id: ID!) { node(id: $id) { ... on Call { state results { rank name score state amount } } } }"


def award(play: Play) -> None:
    staff, admin, river, call = play.staff, play.admin, play.people[RIVER], play.ids["call"]
    river.do("objectToResult", call=call, text="对第一名的资质有异议。")
    play.pass_to(day("2026-03-23", 10))
    assert admin.blocked(call, "confirm", amount=PRICES[LOTUS]) == "PURCHASING.CALL_PUBLICITY"
    play.pass_to(day("2026-03-24"))
    assert admin.blocked(call, "confirm", amount=PRICES[LOTUS]) == "PURCHASING.CALL_OBJECTIONS"
    query = "query($id: ID!) { node(id: $id) { ... on Call { notes { id kind answer } } } }"
    notes = staff.ask(query, id=call)["node"]["notes"]
    (objection,) = [note for note in notes if note["kind"] == "OBJECTION"]
    assert [note["kind"] for note in play.people[STAR].ask(query, id=call)["node"]["notes"]] == ["QUESTION"]
    assert staff.refused("answerNote", call=call, note=notes[0]["id"], text="再答。") == ["PURCHASING.ALREADY_ANSWERED"]
    staff.do("answerNote", call=call, note=objection["id"], text="经复核，资质符合申报条件。")
    assert admin.blocked(call, "confirm", amount=PRICES[LOTUS]) == "PURCHASING.CALL_WINNER_UNFIT"
    vet(play)
    assert admin.blocked(call, "confirm", amount="79999.98") == "PURCHASING.CALL_AMOUNT"
    assert admin.step(call, "confirm", amount=PRICES[LOTUS]) == "confirmed"
    for reader in (staff, play.leader, *(play.people[name] for name in PRICES)):
        assert reader.ask(RESULTS, id=call)["node"] == {
            "state": "CONFIRMED",
            "results": [
                {
                    "rank": place,
                    "name": name,
                    "score": f"{MARKS[name]}.0000",
                    "state": "中标" if place == 1 else "备选",
                    "amount": PRICES[name] if place == 1 else None,
                }
                for place, name in enumerate(RANKED, 1)
            ],
        }


PROVIDERS = "{ providers { edges { node { id key name version bankAccount } } } }"


def provider(play: Play, name: str) -> dict[str, Any]:
    edges = play.staff.ask(PROVIDERS)["providers"]["edges"]
    (found,) = [edge["node"] for edge in edges if edge["node"]["name"] == name]
    return dict(found)


def vet(play: Play) -> None:
    known = provider(play, LOTUS)
    told = play.staff.do(
        "updateProvider", "provider { vettingResult bankAccount }", id=known["id"], version=known["version"],
        vettingResult="CLEAR", vettingUntil="2028-01-01", bankAccount=ACCOUNT["bank_account"],
        bankName=ACCOUNT["bank_name"],
    )["provider"]  # fmt: skip
    assert told == {"vettingResult": "CLEAR", "bankAccount": "************2233"}
