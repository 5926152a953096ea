"""
From a project's idea to its last payment, by people who have a GraphQL client and nothing else. Source: DOMAIN Appendix F4; §4.2.

The same story as the journey in the browser, with the same people, over the same seven months.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from api.kit.ids import to_global
from commons.hierarchy.models import TradeUnion
from commons.kit import drawing
from commons.kit.clock import BEIJING
from commons.rollup.fold import fold_many
from tenants.purchasing.machines.bid import NAMELESS
from tests.api.purchasing.callers import TRANSITION, Caller
from tests.clocks import Clock, from_day
from tests.factories.purchasing.cast import (
    ACCOUNT,
    AGENCY,
    BEGUN,
    DEADLINE,
    DEPARTMENT,
    KAIFU,
    LOTUS,
    MARKS,
    PRICES,
    RANKED,
    RIVER,
    SECRET,
    STAR,
    TITLE,
    stage,
)
from tests.factories.uploads import PDF, upload

pytestmark = pytest.mark.usefixtures("own_database")


@dataclass
class Play:
    """Everybody on the stage, and what they have made so far."""

    clock: Clock
    people: dict[str, Caller]
    codes: dict[str, str]
    experts: list[Caller]
    panel: list[Caller] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Caller:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def pass_to(self, moment: datetime) -> None:
        self.clock.pass_to(moment)
        for one in [*self.people.values(), *self.experts]:
            one.enter()

    @property
    def paid(self) -> Decimal:
        """What the nation reads of all unions' payments of the year."""
        fold_many(list(TradeUnion.objects.all()))
        told = self.nation.ask('{ union(code: "000000") { rollup(indicators: ["PUR-03"], period: "2026") { value } } }')
        ((row,),) = [told["union"]["rollup"]]
        return Decimal(str(row["value"]))


def day(text: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=BEIJING) + timedelta(hours=hour)


@pytest.fixture
def play(own_database: str, django_db_blocker: Any) -> Iterator[Play]:
    with django_db_blocker.unblock(), from_day(BEGUN) as clock:
        set_up = stage()
        people = {name: Caller(one.user, set_up.union_of(name)) for name, one in set_up.acting.items() if one.user}
        found = Play(clock, people, set_up.codes, [Caller(holder, KAIFU) for holder in set_up.experts])
        found.pass_to(BEGUN)
        yield found


def test_from_a_project_to_its_last_payment(play: Play) -> None:
    approve(play)
    publish(play)
    bid(play)
    open_and_draw(play)
    review(play)
    award(play)
    sign(play)
    carry_out(play)
    conclude(play)
    look(play)


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


def drafted(play: Play, kind: str, parts: list[tuple[str, str, str]], **given: Any) -> str:
    project = play.ids["project_key"]
    made = play.staff.do("createContract", "contract { id version }", kind=kind, project=project, **given)["contract"]
    play.staff.do(
        "setMilestones", "contract { milestones { no amount } }", id=made["id"], version=made["version"],
        parts=[{"condition": condition, "share": share, "plannedOn": on} for condition, share, on in parts],
    )  # fmt: skip
    return str(made["id"])


def signed(play: Play, contract: str) -> None:
    """Through the legal check to the signed text, which is a file."""
    staff, admin = play.staff, play.admin
    assert staff.step(contract, "submit") == "legal_check"
    assert admin.step(contract, "pass", "条款齐全。") == "to_sign"
    assert staff.blocked(contract, "sign", signedOn="2026-03-24") == "PURCHASING.CONTRACT_FILE_MISSING"
    told = staff.ask("query($id: ID!) { availableTransitions(id: $id) { event data files } }", id=contract)
    assert {one["event"]: (one["data"], one["files"]) for one in told["availableTransitions"]}["sign"] == (
        ["signedOn"],
        ["file"],
    )
    given = {
        "id": contract,
        "event": "sign",
        "data": {"signedOn": "2026-03-24"},
        "files": [{"name": "file", "file": None}],
    }
    payload = staff.send(TRANSITION, given, files__0__file=upload(name="合同扫描件.pdf"))
    assert (payload["errors"], payload["state"]) == ([], "signed")
    query = "query($id: ID!) { node(id: $id) { ... on Contract { attachments { name size contentType } } } }"
    files = staff.ask(query, id=contract)["node"]["attachments"]
    assert {"name": "合同扫描件.pdf", "size": len(PDF), "contentType": "application/pdf"} in files


def sign(play: Play) -> None:
    from api.kit.ids import from_global

    play.ids["project_key"] = from_global(play.ids["project"])[1]
    own = play.ids["contract"] = drafted(
        play, "PROJECT",
        [("SIGNED", "30", "2026-04-01"), ("MIDTERM_PASSED", "40", "2026-07-15"), ("PERFORMANCE_PASSED", "30", "2026-10-31")],
    )  # fmt: skip
    query = "query($id: ID!) { node(id: $id) { ... on Contract { providerName amount milestones { id no amount } } } }"
    told = play.staff.ask(query, id=own)["node"]
    assert (told["providerName"], told["amount"]) == (LOTUS, "79999.97")
    assert [(one["no"], one["amount"]) for one in told["milestones"]] == [
        (1, "23999.99"),
        (2, "31999.99"),
        (3, "23999.99"),
    ]
    play.ids |= {f"part{one['no']}": one["id"] for one in told["milestones"]}
    signed(play, own)
    assert play.staff.blocked(play.ids["project"], "start") == "PURCHASING.NO_SUPERVISION"
    watch = drafted(
        play, "SUPERVISION", [("SIGNED", "50", "2026-04-01"), ("DATE", "50", "2026-10-31")],
        provider=provider(play, AGENCY)["key"], amount="5000",
    )  # fmt: skip
    signed(play, watch)
    assert play.staff.ask(
        "query($id: ID!) { node(id: $id) { ... on ServiceProject { state } } }", id=play.ids["project"]
    )["node"] == {"state": "RUNNING"}
    told = play.staff.do(
        "appointToProject", "appointed", project=play.ids["project"], user=to_global("User", play.supervisor.user.pk)
    )
    assert told["appointed"] == [play.supervisor.user.name]


def pay(play: Play, no: int, amount: str, on: str, voucher: str) -> None:
    """The provider asks, staff approve, finance pay: three people."""
    part, finance = play.ids[f"part{no}"], play.finance
    assert play.people[LOTUS].step(part, "request") == "requested"
    assert play.staff.step(part, "approve") == "approved"
    given = {"paidOn": on, "voucherNo": voucher, "fundSource": "union_funds"}
    above = f"{Decimal(amount) + Decimal('0.01'):.2f}"
    assert finance.blocked(part, "pay", amount=above, **given) == "PURCHASING.PAYMENT_ABOVE_MILESTONE"
    assert finance.step(part, "pay", amount=amount, **given) == "paid"


def carry_out(play: Play) -> None:
    staff, admin, supervisor, finance, lotus = play.staff, play.admin, play.supervisor, play.finance, play.people[LOTUS]
    pay(play, 1, "23999.99", "2026-03-24", "记-1")
    assert play.paid == Decimal("23999.99")
    play.pass_to(day("2026-04-20"))
    query = "query($id: ID!) { node(id: $id) { ... on Contract { payments { id kind amount } } } }"
    ((payment,),) = [finance.ask(query, id=play.ids["contract"])["node"]["payments"]]
    from api.kit.ids import from_global

    assert (
        finance.step(
            play.ids["part1"], "reverse", "收款账号有误，银行退回。", payment=from_global(payment["id"])[1],
            paidOn="2026-04-20", voucherNo="记-2",
        )
        == "approved"
    )  # fmt: skip
    assert [one["amount"] for one in finance.ask(query, id=play.ids["contract"])["node"]["payments"]] == [
        "23999.99",
        "-23999.99",
    ]
    assert play.paid == 0
    again = {"amount": "23999.99", "paidOn": "2026-04-20", "voucherNo": "记-3", "fundSource": "union_funds"}
    assert finance.step(play.ids["part1"], "pay", **again) == "paid"
    assert staff.step(play.ids["contract"], "start") == "performing"
    play.pass_to(day("2026-06-14"))
    serve(play, "2026-06-10", 40)
    visits = "query($id: ID!) { visits(project: $id) { edges { node { id state visitOn risk } } } }"
    assert lotus.ask(visits, id=play.ids["project"])["visits"]["edges"] == []
    planned = supervisor.ask(visits, id=play.ids["project"])["visits"]["edges"]
    visit = planned[-1]["node"]["id"]
    assert supervisor.step(visit, "record", visitOn="2026-06-14", findings="签到表有两处缺失。", risk="mid") == "done"
    assert supervisor.step(visit, "require", rectifyBy="2026-06-20") == "rectifying"
    assert lotus.step(visit, "reply", rectification="签到表已补齐。") == "rectifying"
    assert supervisor.step(visit, "confirm") == "rectifying"
    assert staff.step(visit, "close") == "closed"
    play.pass_to(day("2026-07-02"))
    report(play, "PROGRESS", staff, text="完成团体辅导十场。", sessions=10, personTimes=40, persons=30)
    assert staff.step(play.ids["project"], "midterm") == "midterm"
    midterm = evaluated(play, supervisor, "MIDTERM", 80, "按计划推进。")
    assert admin.step(midterm, "conclude", "达到合格线。", conclusion="pass") == "concluded"
    pay(play, 2, "31999.99", "2026-07-02", "记-4")


def serve(play: Play, on: str, times: int) -> None:
    play.people[LOTUS].do(
        "addServiceRecord", "record { id personTimes }", project=play.ids["project"], servedOn=on, field="PSYCHOLOGICAL",
        place="芙蓉北路街道", sessions=10, personTimes=times, personsNew=30, unionStaff=2, socialWorkers=3, volunteers=5,
        satisfactionCount=30, satisfactionSum=141,
    )  # fmt: skip


def report(play: Play, kind: str, reader: Caller, **told: Any) -> None:
    """The first report of a kind that is due is given and taken."""
    query = "query($id: ID!) { reports(project: $id) { edges { node { id kind state lines { name budget } } } } }"
    edges = play.people[LOTUS].ask(query, id=play.ids["project"])["reports"]["edges"]
    due = [edge["node"]["id"] for edge in edges if edge["node"]["kind"] == kind and edge["node"]["state"] == "DUE"]
    assert play.people[LOTUS].step(due[0], "submit", **told) == "submitted"
    assert reader.step(due[0], "accept") == "accepted"


def conclude(play: Play) -> None:
    staff, clerk, admin, lotus, project = play.staff, play.clerk, play.admin, play.people[LOTUS], play.ids["project"]
    play.pass_to(day("2026-10-08"))
    serve(play, "2026-09-20", 30)
    assert lotus.blocked(play.ids["part3"], "request") in {"PURCHASING.MILESTONE_NOT_ASSESSED", "WORKFLOW.STATE"}
    report(play, "FINAL_EXPENSE", play.finance, spent1="79999.97", text="全部用于服务。")
    assert staff.step(project, "finish") == "assessing"
    assessment = evaluated(play, clerk, "PERFORMANCE", 90, "目标完成。")
    assert admin.step(assessment, "conclude", "综合评定。") == "concluded"
    assert lotus.step(assessment, "agree") == "final"
    query = """query($id: ID!) { node(id: $id) { ... on ServiceProject { state money { planned contracted paid refund }
        funding { source amount } } } }"""
    assert staff.ask(query, id=project)["node"]["state"] == "COMPLETED"
    pay(play, 3, "23999.99", "2026-10-08", "记-5")
    assert play.paid == Decimal("79999.97")
    assert staff.ask(query, id=project)["node"] == {
        "state": "COMPLETED",
        "money": {"planned": "100000.00", "contracted": "79999.97", "paid": "79999.97", "refund": "0.00"},
        "funding": [{"source": "UNION_FUNDS", "amount": "70000.00"}, {"source": "FISCAL", "amount": "30000.00"}],
    }
    served = """query($id: ID!) { serviceRecords(project: $id) { totalCount edges { node { personTimes personsNew
        unionStaff socialWorkers volunteers } } } }"""
    told = lotus.ask(served, id=project)["serviceRecords"]
    assert (told["totalCount"], [edge["node"]["personTimes"] for edge in told["edges"]]) == (2, [30, 40])


def look(play: Play) -> None:
    """Who reads what in the end is what the table of §4.2 gives them."""
    project, contract, people = play.ids["project"], play.ids["contract"], play.people
    for reader in (play.admin, play.staff, play.leader, play.finance, play.supervisor, people[LOTUS]):
        assert (reader.sees(project), reader.sees(contract)) == (True, True)
    lost = (people[STAR], people[RIVER])
    for stranger in (*lost, *play.experts, play.neighbour, play.nation):
        assert (stranger.sees(project), stranger.sees(contract)) == (False, False)
    for name in PRICES:
        readers = [one for one in people if people[one].sees(play.ids[name])]
        assert sorted(readers) == sorted({"admin", "staff", "clerk", "leader", "finance", "secretariat", name})
        assert [expert in play.panel for expert in play.experts if expert.sees(play.ids[name])] == [True] * 3
