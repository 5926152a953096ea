"""A subsidy from 上海 to 浦东, and one organization in two unions, by hand on real pages. Source: DOMAIN Appendix F5, F12; R6, SM-24."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Browser

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import BEIJING
from commons.people import organizations as speaking
from commons.people.enums import Role
from commons.rollup.fold import fold_many
from commons.tenancy.door import inside
from tenants.purchasing.models import Payment, PaymentMilestone
from tests.commons.subsidies.conftest import LOWER, UPPER, build
from tests.factories import organizations, people
from tests.factories.purchasing import calls as make_calls
from tests.factories.purchasing import course as make
from tests.factories.purchasing.projects import MADE
from tests.journeys.months import Months, Officer, from_day

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("stand")]

BEGUN = datetime(2026, 11, 20, 10, 0, tzinfo=BEIJING)
KAIFU, YUHUA = "430105", "430111"
PAID = "60000.01"


@pytest.fixture
def months(own_database: str, browser: Browser) -> Iterator[Months]:
    with from_day(BEGUN, browser) as found:
        yield found


def figure(officer: Officer, scope: str = "subtree") -> Decimal:
    """What a union reads as paid this year, of its whole subtree or of itself alone."""
    fold_many(list(TradeUnion.objects.all()))
    officer.open(f"/numbers?period=2026&group=purchase&scope={scope}")
    card = officer.page.locator(".kpi").filter(has=officer.page.get_by_role("heading", name="累计投入资金", exact=True))
    return Decimal(card.locator(".kpi-value strong").inner_text().replace(",", ""))


def test_a_subsidy_above_headcount_times_standard_is_refused_and_nothing_is_doubled(months: Months) -> None:
    unions = {one.code: one for one in TradeUnion.objects.all()}
    parties = build(unions, people.actor, BEGUN)
    with inside(unions[LOWER]):
        contract = make.contract(parties.project)
        part = PaymentMilestone.objects.create(
            contract=contract, no=1, condition="signed", share=Decimal(100), amount=contract.amount,
            planned_on=BEGUN.date(), state="paid", **MADE,
        )  # fmt: skip
        Payment.objects.create(
            contract=contract, milestone=part, kind="payment", amount=Decimal(PAID), paid_on=BEGUN.date(), voucher_no="记-1",
            fund_source="upper_subsidy", created_at=BEGUN, created_by_name="王五",
        )  # fmt: skip
    upper_admin, upper_staff, upper_finance, upper_leader = (
        months.officer(one.user, UPPER)
        for one in (parties.upper_admin, parties.upper_staff, parties.upper_finance, parties.upper_leader)
    )
    staff, admin, lower_leader = (
        months.officer(one.user, LOWER)
        for one in (parties.lower_staff, parties.lower_admin, people.actor(LOWER, Role.LEADER))
    )
    third = months.officer(parties.third_admin.user, "440304")
    before = (figure(upper_leader), figure(lower_leader, "own"))
    assert before == (Decimal(PAID), Decimal(PAID))

    upper_admin.open("/subsidies/rounds/new")
    upper_admin.send("保存", year="2026", title="购买服务补贴", standard="80", budget="900000", apply_by="2026-12-31")
    taking = upper_admin.here
    upper_admin.step("开放申请")
    staff.go(taking.replace(UPPER, LOWER))
    staff.follow("申请补贴")
    amount = f"amount_{parties.project.pk}"
    staff.send("保存", headcount="1000", statement="用于职工心理关爱。", **{amount: "80000.01"})
    subsidy = staff.here
    staff.says("暂不能经办人签报", "80,000.00")
    staff.follow("修改申请")
    staff.send("保存", **{amount: "80000.00"})
    staff.step("经办人签报")
    admin.go(subsidy)
    admin.step("签批并上报")
    above = subsidy.replace(LOWER, UPPER)
    upper_staff.go(above)
    upper_staff.step("审核", proposed="75000.50", review="人数属实。")
    upper_admin.go(above)
    upper_admin.refused("批准补贴", "80,000.00", granted="80000.01")
    upper_admin.step("批准补贴", granted="75000.50")
    upper_finance.go(above)
    upper_finance.step("登记拨付", paid_on="2026-11-20", voucher_no="拨-1")
    upper_finance.says("75,000.50")
    third.open(subsidy.removeprefix(f"/u/{LOWER}"), 404)
    # What 浦东 paid with it is its purchase; that 上海 gave it is none.
    assert (figure(upper_leader), figure(lower_leader, "own")) == before
    assert figure(upper_leader, "own") == 0


def test_an_organization_sees_its_own_in_two_unions_and_nothing_of_others(months: Months) -> None:
    ours, theirs = organizations.credit_code(), organizations.credit_code()
    account, other = people.organization(KAIFU, ours), people.organization(KAIFU, theirs)
    addresses: dict[str, list[str]] = {}
    for code, title in ((KAIFU, "开福职工心理关爱"), (YUHUA, "雨花职工法律援助")):
        union = TradeUnion.objects.get(code=code)
        with inside(union):
            for uscc, name in ((ours, "长沙市星城职工服务中心"), (theirs, "湘江心理服务中心")):
                organizations.organization(name=name, uscc=uscc)
                project = make.project(title=f"{title}（{name}）")
                contract = make.contract(project, by=make.provider(uscc, name))
                addresses.setdefault(uscc, []).extend(
                    [f"/u/{code}/projects/{project.pk}", f"/u/{code}/contracts/{contract.pk}"]
                )
                speaking.present(uscc, union, BEGUN)
            bid = make_calls.bid(make_calls.call(state="review"), make.provider(theirs))
            addresses[theirs].append(f"/u/{code}/bids/{bid.pk}")
    for code in (KAIFU, YUHUA):
        officer = months.officer(account.user, code)
        officer.open("/portal")
        officer.says("长沙市星城职工服务中心")
        assert "湘江心理服务中心" not in officer.text()
        for path in addresses[ours]:
            officer.go(path)
            assert "湘江心理服务中心" not in officer.text()
        for path in addresses[theirs]:
            officer.go(path, 404)
    stranger = months.officer(other.user, YUHUA)
    for path in addresses[ours]:
        stranger.go(path, 404)
