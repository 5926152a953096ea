"""
From a project's idea to its last payment, by hand on real pages, over seven months. Source: DOMAIN Appendix F4; §4.2.

Eleven people with the eight roles, and three organizations, of which one has no union and one a friend among the experts.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser

from commons.access import actors
from commons.access.actors import Actor
from commons.codelists.services import ServiceField
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.kit.clock import BEIJING
from commons.people.enums import Role
from commons.tenancy.door import inside
from tenants.purchasing.actions import bodies
from tenants.purchasing.enums import ExpertKind, ProviderKind
from tenants.purchasing.models import Provider
from tests.factories import organizations, people
from tests.journeys.months import Months, Officer, from_day

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("stand"), pytest.mark.usefixtures("own_database")]

KAIFU, NATION = "430105", "000000"
BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
DEADLINE = datetime(2026, 3, 16, 9, 0, tzinfo=BEIJING)
TITLE = "一线职工心理关爱服务"
STAR, LOTUS, RIVER = "长沙市星城职工服务中心", "开福区芙蓉社会工作服务社", "开福区湘江心理服务中心"
PRICES = {STAR: "80000.00", LOTUS: "79999.97", RIVER: "85000.50"}
MARKS = {STAR: "80", LOTUS: "90", RIVER: "70"}
RANKED = (LOTUS, STAR, RIVER)
SECRET = "密封的方案只有自己知道"


@dataclass
class Cast:
    """Who is on the stage, by what they are."""

    months: Months
    people: dict[str, Officer]
    codes: dict[str, str]
    experts: list[Officer]
    # A folder that knows nothing of the platform, for whoever checks it.
    outside: Path
    panel: list[Officer] = field(default_factory=list)

    def __getattr__(self, name: str) -> Officer:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    @staticmethod
    def key(address: str) -> str:
        """The key at the end of an address."""
        return address.rsplit("/", 1)[-1]


def day(text: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=BEIJING) + timedelta(hours=hour)


@pytest.fixture
def cast(own_database: str, browser: Browser, tmp_path: Path) -> Iterator[Cast]:
    with from_day(BEGUN, browser) as months:
        yield gather(months, tmp_path)


def gather(months: Months, outside: Path) -> Cast:
    """The people, their organizations on the ledger, the pool of experts, and the rules that every union begins with."""
    call_command("purchase_rules", verbosity=0)
    union = TradeUnion.objects.get(code=KAIFU)
    acting: dict[str, Actor] = {
        "admin": people.actor(KAIFU, Role.UNION_ADMIN),
        "staff": people.actor(KAIFU, Role.UNION_STAFF),
        "clerk": people.actor(KAIFU, Role.UNION_STAFF),
        "leader": people.actor(KAIFU, Role.LEADER),
        "finance": people.actor(KAIFU, Role.LEADER, Role.FINANCE),
        "secretariat": people.actor(KAIFU, Role.LEADER, Role.SECRETARIAT),
        "supervisor": people.actor(KAIFU, Role.SUPERVISOR),
        "neighbour": people.actor("430111", Role.UNION_ADMIN),
        "nation": people.actor(NATION, Role.LEADER),
    }
    codes = {name: organizations.credit_code() for name in (STAR, LOTUS, RIVER)}
    acting |= {name: people.organization(KAIFU, code) for name, code in codes.items()}
    experts = []
    with inside(union):
        for name, code in codes.items():
            organizations.organization(name=name, uscc=code, registered_on=date(2020, 1, 1))
        for number in range(1, 6):
            holder = people.user(f"专家{number}")
            people.assign(holder, union, Role.REVIEWER)
            known = {
                "name": holder.name, "kind": ExpertKind.SCHOLAR, "fields": [ServiceField.PSYCHOLOGICAL.value],
                "user_id": holder.pk, "conflicts": [codes[STAR]] if number == 1 else [],
            }  # fmt: skip
            bodies.save_expert(fields=known, by=acting["admin"], at=BEGUN)
            experts.append(holder)
        agency = bodies.add_provider(
            kind=ProviderKind.ENTERPRISE, name="湖南正衡评估有限公司", uscc=organizations.credit_code(),
            fields={"vetting_result": "clear", "vetting_until": date(2028, 1, 1)}, by=acting["admin"], at=BEGUN,
        )  # fmt: skip
        assert agency.pk
        bodies.save_unit(fields={"kind": "department", "name": "权益保障部"}, by=acting["admin"], at=BEGUN)
    officers = {
        name: months.officer(one.user, "430111" if name == "neighbour" else NATION if name == "nation" else KAIFU)
        for name, one in acting.items()
    }
    return Cast(months, officers, codes, [months.officer(holder, KAIFU) for holder in experts], outside)


def test_from_a_project_to_its_last_payment(cast: Cast, tmp_path: Path) -> None:
    scan = tmp_path / "扫描件.pdf"
    scan.write_bytes(b"%PDF-1.4 x")
    project = approve(cast)
    call = publish(cast, project)
    bid(cast, call, scan)
    open_and_draw(cast, call)
    review(cast, call)
    award(cast, call)
    contract = sign(cast, project, scan)


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


def vet(cast: Cast, name: str) -> None:
    """Whom it is to contract with, and where it wants its money."""
    known = {"vetting_result": "clear", "vetting_until": date(2027, 12, 31), "bank_account": "6222020200112233"}
    with inside(TradeUnion.objects.get(code=KAIFU)) as union:
        row = Provider.objects.get(uscc=cast.codes[name])
        by = actors.acting(cast.admin.user, union)
        assert by is not None
        bodies.edit_provider(provider=row, fields=known, version=row.version, by=by, at=clock.now())


def sign(cast: Cast, project: str, scan: Path) -> str:
    return ""
