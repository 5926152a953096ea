"""Scenario 4 by the API, from the contract to the last payment. Source: DOMAIN Appendix F4."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from api.kit.ids import from_global, to_global
from tests.api.purchasing.callers import TRANSITION, Caller
from tests.api.purchasing.play import Play, day
from tests.api.purchasing.tendering import evaluated, provider
from tests.factories.purchasing.cast import AGENCY, LOTUS
from tests.factories.uploads import PDF, upload


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
