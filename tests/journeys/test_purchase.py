"""
From a project's idea to its last payment, by hand on real pages, over seven months. Source: DOMAIN Appendix F4; §4.2.

Eleven people with the eight roles, and three organizations, of which one has no union and one a friend among the experts.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.factories.purchasing.cast import BEGUN, DEADLINE, LOTUS, MARKS, PRICES, RANKED, RIVER, SECRET, STAR, TITLE
from tests.factories.uploads import PDF
from tests.journeys.months import Officer, from_day
from tests.journeys.purchasing_cast import Cast, day, drafted, gather, paid, serve, vet

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("stand"), pytest.mark.usefixtures("own_database")]


@pytest.fixture
def cast(own_database: str, browser: Browser, tmp_path: Path) -> Iterator[Cast]:
    with from_day(BEGUN, browser) as months:
        yield gather(months, tmp_path)


def test_from_a_project_to_its_last_payment(cast: Cast, tmp_path: Path) -> None:
    scan = tmp_path / "扫描件.pdf"
    scan.write_bytes(PDF)
    project = approve(cast)
    call = publish(cast, project)
    bid(cast, call, scan)
    open_and_draw(cast, call)
    review(cast, call)
    award(cast, call)
    contract = sign(cast, project, scan)
    carry_out(cast, project, contract)
    conclude(cast, project, contract)
    look(cast, project, contract)


def approve(cast: Cast) -> str:
    """The department writes the project, others weigh it, the administrator approves; the address of its page."""
    staff, clerk, admin = cast.staff, cast.clerk, cast.admin
    staff.open("/projects")
    staff.follow("新建服务项目")
    staff.choose_text("business_owner", "权益保障部")
    staff.send(
        "保存", title=TITLE, year="2026", summary="面向一线职工的团体辅导和个案疏导。", service_fields="psychological",
        target_groups="all_workers", budget="100000", source_1="union_funds", amount_1="70000",
        starts_on="2026-04-20", ends_on="2026-09-30", midterm_on="2026-07-01", target_person_times="60",
        third_party_required="true",
    )  # fmt: skip
    staff.says("暂不能提交立项评审", "需求相对集中、比较效益突出、适合社会组织承接")
    project = staff.here
    staff.follow("修改")
    staff.send(
        "保存", source_2="fiscal", amount_2="30000", test_concentrated=True, test_concentrated_note="问卷显示六成职工有需求。",
        test_benefit=True, test_benefit_note="比自办节省三成。", test_suitable=True, test_suitable_note="辖区有多家专业机构。",
    )  # fmt: skip
    staff.step("提交立项评审")
    clerk.go(project)
    clerk.follow("立项评审")
    clerk.mark("评分", "85", comment="需求明确，预算合理。")
    admin.go(clerk.here)
    admin.step("作出结论", conclusion="pass", reason="符合立项条件。")
    admin.go(project)
    admin.step("批准立项", reason="同意立项。")
    return project


def publish(cast: Cast, project: str) -> str:
    """Too short a time is refused; a question is answered to all without who asked; the address of the call."""
    staff, star, lotus = cast.staff, cast.people[STAR], cast.people[LOTUS]
    cast.months.pass_to(day("2026-03-03"))
    staff.go(project)
    staff.follow("起草招募公告")
    staff.send(
        "保存", text="为辖区一线职工提供团体辅导二十场、个案疏导四十人次。", ceiling="90000", bid_deadline="2026-03-10T09:00",
        registration_valid=True, min_years="2", union_built="preferred",
    )  # fmt: skip
    call = staff.here
    staff.says("从发布到申报截止须不少于 10 天", "最早为 2026年03月13日 09:00")
    staff.follow("修改")
    staff.send("保存", bid_deadline=f"{DEADLINE:%Y-%m-%dT%H:%M}")
    staff.step("发布")
    star.open("/portal")
    star.follow("可以申报：一线职工心理关爱服务招募公告")
    star.follow("提问")
    star.send("提问", text="辅导场地由谁提供？")
    staff.go(call)
    staff.follow("答复")
    staff.send("答复", answer="由区总工会职工服务中心提供。")
    lotus.go(call)
    lotus.says("辅导场地由谁提供？", "由区总工会职工服务中心提供。")
    assert STAR not in lotus.text()
    return call


def bid(cast: Cast, call: str, scan: Path) -> None:
    """Three organizations submit; nobody else finds a bid, and no page has a word or a figure of one."""
    addresses = []
    for name, price in PRICES.items():
        bidder = cast.people[name]
        bidder.go(call)
        bidder.follow("填写申报书")
        bidder.send(
            "保存草稿", contact_name="刘芳", contact_phone="13800000001", plan=SECRET, lines_0_name="服务费",
            lines_0_amount=price, team_0_name="陈静", team_0_role="主管", team_0_qualification="社会工作师", files=str(scan),
        )  # fmt: skip
        bidder.step("递交")
        bidder.says("已递交（密封）", "回执（密封内容的 SHA-256）")
        addresses.append(bidder.here)
    everybody = [*cast.people.values(), *cast.experts]
    for place, name in enumerate(PRICES):
        for other in everybody:
            if other is not cast.people[name]:
                other.go(addresses[place], 404)
    for other in everybody:
        if other.user not in {cast.people[name].user for name in PRICES}:
            for path in (call, call.removesuffix(cast.key(call)).rstrip("/"), f"/u/{other.union}/todo"):
                other.page.goto(other.address + path)
                shown = other.page.content()
                assert not [word for word in (SECRET, "79,999.97", "刘芳") if word in shown], (other.user, path)


def open_and_draw(cast: Cast, call: str) -> None:
    """No worker runs here: whoever looks after the deadline opens the bids. The draw is run again outside, and the friend is not in it."""
    staff = cast.staff
    cast.months.pass_to(DEADLINE + timedelta(hours=1))
    staff.go(call)
    staff.says("递交 3 份，开启 3 份", *(f"{name}\t{Decimal(price):,.2f}" for name, price in PRICES.items()))
    staff.step("抽取评审专家")
    staff.page.get_by_text("抽取记录和核对方法").click()
    record = staff.page.locator("main pre").inner_text()
    assert "ZJ-0001：与申报单位有利害关系" in record
    (program,) = re.findall(r"一、Python 3：\n\n(.*?)\n\n二、", record, re.DOTALL)
    pool = re.findall(r"^ZJ-\d{4}$", record, re.MULTILINE)
    assert pool == ["ZJ-0002", "ZJ-0003", "ZJ-0004", "ZJ-0005"]
    drawn = re.findall(r"^\d\. (ZJ-\d{4})$", record, re.MULTILINE)[:3]
    (cast.outside / "pool.txt").write_text("\n".join(pool) + "\n", encoding="utf-8")
    again = subprocess.run(
        [sys.executable, "-c", program], cwd=cast.outside, capture_output=True, text=True, check=True
    )
    assert again.stdout.split() == drawn
    cast.panel = [cast.experts[int(code[-1]) - 1] for code in drawn]


def review(cast: Cast, call: str) -> None:
    """Each expert declares, scores and locks without seeing the others; the total is put on display."""
    staff = cast.staff
    desk = f"/reviews/{cast.key(call)}"
    for expert in cast.panel:
        expert.open("/reviews")
        expert.follow("一线职工心理关爱服务招募公告")
        expert.step("声明无需回避")
    staff.go(call)
    staff.step("开始资质审核")
    for name in PRICES:
        staff.go(call)
        staff.follow(name)
        staff.says(SECRET)
        staff.step("资质合格")
    staff.go(call)
    staff.step("开始评审")
    for expert in cast.panel:
        for name, points in MARKS.items():
            expert.open(desk)
            expert.follow_in_row(name, "打分")
            expert.mark("", points)
            expert.open(desk)
            expert.follow_in_row(name, "锁定")
            expert.send("锁定")
        if expert is not cast.panel[-1]:
            staff.go(call)
            staff.says("以下专家还没有锁定全部评分")
            assert "90.0000" not in staff.text()
    staff.go(call)
    staff.step("汇总评分并公示")
    staff.says(
        *(
            f"{name}\t{Decimal(PRICES[name]):,.2f}\t已评分\t{MARKS[name]}.0000\t{place}"
            for place, name in enumerate(RANKED, 1)
        )
    )


def award(cast: Cast, call: str) -> None:
    """Five working days, an objection answered, a winner that is vetted."""
    staff, admin, river = cast.staff, cast.admin, cast.people[RIVER]
    river.go(call)
    river.follow("提出异议")
    river.send("提出异议", text="对第一名的资质有异议。")
    cast.months.pass_to(day("2026-03-23", 10))
    admin.go(call)
    admin.says("公示期尚未结束，2026年03月24日起才能定标")
    cast.months.pass_to(day("2026-03-24"))
    admin.go(call)
    admin.says("暂不能定标", "异议")
    staff.go(call)
    staff.follow("答复")
    staff.send("答复", answer="经复核，资质符合申报条件。")
    admin.go(call)
    admin.says(f"第一名“{LOTUS}”现在不能承接：背景核查未通过或已过期")
    vet(cast, LOTUS)
    admin.go(call)
    admin.refused("定标", "报价", amount="79999.98")
    admin.step("定标", amount=PRICES[LOTUS])
    admin.says("已定标")
    for name in PRICES:
        cast.people[name].go(call)
        cast.people[name].says(f"{LOTUS}\t90.0000\t中标")


def sign(cast: Cast, project: str, scan: Path) -> str:
    """Both contracts from their templates; the project begins with the second. The supervisor is named; the address of the provider's."""
    staff, admin = cast.staff, cast.admin
    parts = {
        "1": ("signed", "30", "2026-04-01"),
        "2": ("midterm_passed", "40", "2026-07-15"),
        "3": ("performance_passed", "30", "2026-10-31"),
    }
    own = drafted(cast, project, "project", parts)
    staff.says("23,999.99", "31,999.99", f"乙方（承接方）：{LOTUS}", "**** 2233")
    staff.step("提交法审")
    admin.go(own)
    admin.step("法审通过", reason="条款齐全。")
    staff.go(own)
    staff.refused("登记签署", "签署文本", signed_on="2026-03-24")
    staff.step("登记签署", signed_on="2026-03-24", file=str(scan))
    staff.go(project)
    staff.says("项目须实行第三方监管，但监管合同还没有签署")
    watch = drafted(
        cast, project, "supervision", {"1": ("signed", "50", "2026-04-01"), "2": ("date", "50", "2026-10-31")}
    )
    staff.step("提交法审")
    admin.go(watch)
    admin.step("法审通过", reason="条款齐全。")
    staff.go(watch)
    staff.step("登记签署", signed_on="2026-03-24", file=str(scan))
    staff.go(project)
    staff.says("实施中")
    staff.follow("实施和监督")
    staff.follow("指派人员")
    staff.send("保存", user=str(cast.supervisor.user.pk))
    staff.says("进展报告（截至2026年6月30日）", "经费决算报告（截至2026年9月30日）", "过程监督（2026年6月13日）")
    return own


def pay(cast: Cast, contract: str, no: int, amount: str, on: str, voucher: str) -> str:
    """The provider asks, staff approve, finance pay: three people; the address of the part."""
    staff, finance, lotus = cast.staff, cast.finance, cast.people[LOTUS]
    staff.go(contract)
    staff.follow(f"第{no}期")
    part = staff.here
    lotus.go(part)
    lotus.step("申请付款")
    staff.go(part)
    staff.step("审批付款")
    finance.go(part)
    above = f"{Decimal(amount) + Decimal('0.01'):.2f}"
    finance.refused("登记付款", "本期", amount=above, paid_on=on, voucher_no=voucher, fund_source="union_funds")
    finance.step("登记付款", amount=amount, paid_on=on, voucher_no=voucher, fund_source="union_funds")
    finance.says("已付款")
    return part


def carry_out(cast: Cast, project: str, contract: str) -> None:
    """A payment that bounced is reversed; services, a visit with its rectification, the mid-term gate."""
    staff, admin, supervisor, finance, lotus = cast.staff, cast.admin, cast.supervisor, cast.finance, cast.people[LOTUS]
    first = pay(cast, contract, 1, "23999.99", "2026-03-24", "记-1")
    assert paid(cast) == Decimal("23999.99")
    cast.months.pass_to(day("2026-04-20"))
    finance.go(first)
    finance.step("冲销付款", paid_on="2026-04-20", voucher_no="记-2", reason="收款账号有误，银行退回。")
    finance.says("-23,999.99")
    assert paid(cast) == 0
    finance.step("登记付款", amount="23999.99", paid_on="2026-04-20", voucher_no="记-3", fund_source="union_funds")
    staff.go(contract)
    staff.step("开始履行")
    cast.months.pass_to(day("2026-06-14"))
    serve(cast, project, "2026-06-10", "40")
    supervisor.open("/todo")
    supervisor.follow(TITLE)
    visit = supervisor.here
    supervisor.step("登记监督情况", visit_on="2026-06-14", findings="签到表有两处缺失。", risk="mid")
    supervisor.step("要求整改", rectify_by="2026-06-20")
    lotus.go(visit)
    lotus.step("报送整改情况", rectification="签到表已补齐。")
    supervisor.go(visit)
    supervisor.step("确认整改到位")
    staff.go(visit)
    staff.step("销号")
    cast.months.pass_to(day("2026-07-02"))
    report(
        cast,
        project,
        "进展报告（截至2026年6月30日）",
        staff,
        text="完成团体辅导十场。",
        sessions="10",
        person_times="40",
        persons="30",
    )
    staff.go(project)
    staff.step("开始中期评估")
    staff.go(f"{project}/course")
    staff.follow("中期评估")
    midterm = staff.here
    supervisor.go(midterm)
    supervisor.mark("评分", "80", comment="按计划推进。")
    admin.go(midterm)
    admin.step("作出结论", conclusion="pass", reason="达到合格线。")
    admin.go(project)
    admin.says("实施中")
    pay(cast, contract, 2, "31999.99", "2026-07-02", "记-4")


def report(cast: Cast, project: str, name: str, reader: Officer, **told: str) -> None:
    lotus = cast.people[LOTUS]
    lotus.go(f"{project}/course")
    lotus.follow(name)
    lotus.step("提交报告", **told)
    reader.go(lotus.here)
    reader.step("接收报告")


def conclude(cast: Cast, project: str, contract: str) -> None:
    """The last part waits for the assessment; then it is paid, and the nation reads the sum to the cent."""
    staff, clerk, admin, lotus = cast.staff, cast.clerk, cast.admin, cast.people[LOTUS]
    cast.months.pass_to(day("2026-10-08"))
    serve(cast, project, "2026-09-20", "30")
    staff.go(contract)
    staff.follow("第3期")
    staff.says("绩效考核")
    lotus.go(staff.here)
    assert "申请付款" not in lotus.page.locator("main a").all_inner_texts()
    report(cast, project, "经费决算报告（截至2026年9月30日）", cast.finance, spent_1="79999.97", text="全部用于服务。")
    staff.go(project)
    staff.step("结束实施")
    staff.go(f"{project}/course")
    staff.follow("绩效考核")
    assessment = staff.here
    clerk.go(assessment)
    clerk.mark("评分", "90", comment="目标完成。")
    admin.go(assessment)
    admin.step("作出结论", reason="综合评定。")
    lotus.go(assessment)
    lotus.step("认可结论")
    staff.go(project)
    staff.says("已结项")
    pay(cast, contract, 3, "23999.99", "2026-10-08", "记-5")
    assert paid(cast) == Decimal("79999.97")


def look(cast: Cast, project: str, contract: str) -> None:
    """Who reads what in the end is what the table of §4.2 gives them."""
    lost = (cast.people[STAR], cast.people[RIVER])
    for reader in (cast.admin, cast.staff, cast.leader, cast.finance, cast.supervisor, cast.people[LOTUS]):
        reader.go(project)
        reader.go(contract)
        reader.says("79,999.97")
    for stranger in (*lost, *cast.experts, cast.neighbour, cast.nation):
        stranger.go(contract, 404)
    for stranger in (*lost, cast.neighbour, cast.nation):
        stranger.go(project, 404)
