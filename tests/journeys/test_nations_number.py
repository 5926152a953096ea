"""
From an empty district to the nation's number: 开福 joins, its staff import and log, three levels see it within seconds.

The steps are those of one working day, by hand on real pages, against real processes.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tenants.registry.indicators import INDICATORS
from tests.factories.organizations import credit_code
from tests.journeys.conftest import Country
from tests.journeys.visitor import Visitor
from tests.tenants.registry.imports import sheets

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("stand")]

PASSWORD = "Sunny-Harbour-27"
KAIFU, YUHUA = "/u/430105", "/u/430111"
LABELS = {indicator.code: indicator.zh for indicator in INDICATORS}
ON_LEDGER, CONTACTS = LABELS["ORG-01"], LABELS["CTC-01"]
# What is wrong in the rows 6 to 12, and what it is corrected to.
BAD: list[tuple[str, object]] = [
    ("统一社会信用代码", "51430105MJJ000012M"),
    ("社会组织名称*", ""),
    ("类型", "企业"),
    ("成立日期", "2018-13-01"),
    ("行政区划代码", "439999"),
    ("手机号", "12345"),
    ("从业人员数", -3),
]
# Rows 6 to 12 hold the organizations 5 to 11.
FIRST_BAD = 5
SHARED = 1
ORGANIZATIONS = 200
GOAL_S = 2.0
NewVisitor = Callable[[], Visitor]


def test_from_a_new_district_to_the_nations_number(country: Country, visitor: NewVisitor, tmp_path: Path) -> None:
    began = time.monotonic()
    with ExitStack() as room:
        national, admin, staff, yuhua = (room.enter_context(visitor()) for _ in range(4))
        leaders = {code: room.enter_context(visitor()) for code in ("430100", "430000", "000000")}
        for name, who in {"acftu.national": national, "yuhua.staff": yuhua}.items():
            who.sign_in(name, country.accounts[name].password)
        for name, code in {"changsha": "430100", "hunan": "430000", "acftu": "000000"}.items():
            leaders[code].sign_in(f"{name}.leader", country.accounts[f"{name}.leader"].password)

        link = onboard(national)
        join(admin, link, "陈静", "kaifu.admin2")
        join(staff, invite(admin), "刘洋", "kaifu.staff2")
        assert national.go("/u/000000/unions/430105").get_by_text("已加入").count() == 1

        for code, leader in leaders.items():
            leader.go(f"/u/{code}/numbers")
            assert leader.figure(ON_LEDGER) == 0
            leader.watch(ON_LEDGER, ORGANIZATIONS)
        import_all(staff, tmp_path)
        imported = time.time()
        seen = {code: leader.seen_at() - imported for code, leader in leaders.items()}
        told = [f"{ORGANIZATIONS} 家导入 → " + "，".join(f"{code} {max(late, 0):.2f} s" for code, late in seen.items())]

        share(yuhua)
        counted_once(leaders["430100"])
        told += contacts_seen(staff, leaders)
        drill_down(leaders["000000"])
        down_to_the_rows(leaders["000000"], staff)
        records_stay_closed(staff, yuhua, leaders, national)
    print("\n" + "\n".join(told) + f"\n全程 {time.monotonic() - began:.0f} s")  # noqa: T201


def onboard(national: Visitor) -> str:
    """The national administrator lets 开福 join by page; the path of the first administrator's link."""
    national.go("/u/000000/unions")
    national.go("/u/000000/unions/new?q=开福")
    national.page.locator("main tr", has_text="430105").get_by_role("link").click()
    national.page.wait_for_url("**/unions/new?code=430105")
    national.look()
    national.fill(admin_name="陈静", admin_phone="13800005678")
    refused = national.press("批准并开通")
    assert refused.status == 200
    assert "还缺少分管领导" in national.text()
    national.fill(leader_in_charge="周建国", responsible_department="基层工作部", dedicated_person="李敏")
    national.press("批准并开通")
    assert national.page.url.endswith("/u/000000/unions/430105")
    # The union is usable seconds later; its page says so by itself.
    expect(national.page.locator("#invite")).to_be_visible()
    national.press("生成邀请链接")
    link = national.page.locator("#link").input_value()
    return link[link.index("/invitation/") :]


def join(who: Visitor, link: str, name: str, username: str) -> None:
    """Follow a one-time link, once."""
    who.go(link)
    who.fill(name=name, username=username, password="too short", again="too short")
    who.press("建立账号并加入")
    assert "/invitation/" in who.page.url
    who.fill(name=name, username=username, password=PASSWORD, again=PASSWORD)
    who.press("建立账号并加入")
    assert who.page.url.endswith("/u/430105/")
    assert "您已加入" in who.text()


def invite(admin: Visitor) -> str:
    admin.go(f"{KAIFU}/people")
    admin.go(f"{KAIFU}/people/invite")
    admin.fill(name="刘洋")
    admin.choose(role="union_staff")
    admin.press("生成邀请链接")
    link = admin.page.locator("#link").input_value()
    return link[link.index("/invitation/") :]


def import_all(staff: Visitor, folder: Path) -> None:
    """200 organizations, seven of them wrong: the right ones first, then the corrected sheet of errors."""
    first = FIRST_BAD
    wrong = {first + index: {heading: value} for index, (heading, value) in enumerate(BAD)}
    rows = [sheets.row(number, **wrong.get(number, {})) for number in range(1, ORGANIZATIONS + 1)]
    ledger = folder / "开福区社会组织台账.xlsx"
    ledger.write_bytes(sheets.xlsx(rows))
    upload(staff, ledger)
    problems = staff.page.locator("main tbody tr", has_text="第 ")
    assert problems.count() == len(BAD), staff.text()
    for index in range(len(BAD)):
        assert f"第 {first + index + 1} 行" in problems.nth(index).inner_text()
    assert "末位校验码不符" in staff.text()
    with staff.page.expect_download() as download:
        staff.page.get_by_role("link", name="下载错误表").click()
    errors = folder / "错误表.xlsx"
    download.value.save_as(errors)
    run(staff, "good")
    assert (staff.figure("新增"), staff.figure("未导入")) == (ORGANIZATIONS - len(BAD), len(BAD))

    correct(errors)
    upload(staff, errors)
    assert "全部正确" in staff.text()
    run(staff, "all")
    assert staff.figure("新增") == len(BAD)


def upload(staff: Visitor, file: Path) -> None:
    """Choose the file, accept the columns as guessed, wait for the check."""
    staff.go(f"{KAIFU}/organizations/import")
    staff.page.set_input_files("main [name=file]", file)
    staff.press("上传")
    staff.press("开始核对")
    expect(staff.page.get_by_role("heading", name="导入", exact=True)).to_be_visible()
    staff.look()


def run(staff: Visitor, mode: str) -> None:
    staff.page.check(f"main [name=mode][value={mode}]")
    staff.page.check("main [name=verified]")
    staff.press("导入")
    expect(staff.page.get_by_text("导入完成")).to_be_visible()
    staff.look()


def correct(errors: Path) -> None:
    """The sheet of errors as an officer would correct it."""
    book = load_workbook(io.BytesIO(errors.read_bytes()))
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    for index, (heading, _) in enumerate(BAD):
        right = sheets.row(FIRST_BAD + index)[sheets.HEADERS.index(heading)]
        sheet.cell(index + 2, headings.index(heading) + 1, right)
    book.save(errors)


def share(yuhua: Visitor) -> None:
    """One of 开福's organizations stands on 雨花's ledger too: entered by hand there, then verified."""
    yuhua.go(f"{YUHUA}/organizations")
    assert "职工服务社" not in yuhua.text()
    yuhua.go(f"{YUHUA}/organizations/new")
    yuhua.fill(
        name=f"开福区第{SHARED}职工服务社",
        uscc=credit_code(SHARED),
        certificate_number=f"开民证字第{SHARED}号",
        activity_content="技能培训",
        working_mode="进企业",
        funding_sources="会费",
        region_code="430111",
        industry="社会工作",
        staff="12",
        note="雨花区的内部意见",
    )
    yuhua.choose(org_type="social_group", founding_mode="independent", registration_status="registered")
    for name in ("rights_domains", "org_domains"):
        yuhua.page.locator(f"main [name={name}]").first.check()
    yuhua.press("保存")
    for step in ("submit", "verify"):
        link = yuhua.page.locator(f"main .page-actions a[href$='/{step}']")
        with yuhua.page.expect_navigation():
            link.click()
        yuhua.press(yuhua.page.locator("main .form-actions button").inner_text())
    assert "在册" in yuhua.text(), yuhua.text()
    yuhua.go(f"{YUHUA}/numbers")
    yuhua.watch(ON_LEDGER, 1)
    yuhua.seen_at()


def counted_once(changsha: Visitor) -> None:
    """Both districts count it, their city counts it once."""
    changsha.go("/u/430100/numbers")
    table = changsha.page.locator("main .table--figures").first
    heads = [text.split("（")[0].strip() for text in table.locator("thead th").all_inner_texts()]
    column = heads.index(ON_LEDGER) - 1
    by_union = {
        row.locator("th").inner_text().split("\n")[0]: int(
            row.locator("td").nth(column).inner_text().replace(",", "") or 0
        )
        for row in table.locator("tbody tr:not(.is-total)").all()
    }
    assert sorted(by_union.values()) == [1, ORGANIZATIONS], by_union
    assert changsha.figure(ON_LEDGER) == ORGANIZATIONS


def contacts_seen(staff: Visitor, leaders: dict[str, Visitor]) -> list[str]:
    """Log three contacts; how long each level's open page takes to show each, from the answer to the click."""
    waited: dict[str, list[float]] = {code: [] for code in leaders}
    for number in (1, 2, 3):
        for code, leader in leaders.items():
            if number == 1:
                leader.go(f"/u/{code}/numbers")
            leader.watch(CONTACTS, number)
        staff.go(f"{KAIFU}/organizations?q=开福区第{number}0职工服务社")
        staff.follow(f"开福区第{number}0职工服务社")
        staff.follow("登记联系")
        staff.fill(participants="李敏、刘洋", topics="走访了解职工之家建设和用工情况", demands="希望参加技能培训")
        staff.choose(kind="visit")
        with staff.page.expect_response(lambda response: response.request.method == "POST") as saved:
            staff.page.get_by_role("button", name="保存").click()
        answered = time.time()
        assert saved.value.status == 302
        staff.page.wait_for_load_state()
        staff.look()
        for code, leader in leaders.items():
            waited[code].append(max(leader.seen_at() - answered, 0))
    for code, each in waited.items():
        assert median(each) <= GOAL_S, f"{code}: {each}"
    return [
        f"联系登记 → {code} 的页面：" + "、".join(f"{late:.2f} s" for late in each) for code, each in waited.items()
    ]


def drill_down(nation: Visitor) -> None:
    """Nation, province, city, district: by clicking, with the number at each step."""
    nation.go("/u/000000/numbers")
    for place in ("湖南", "长沙", "开福"):
        table = nation.page.locator("main .table--figures").first
        with nation.page.expect_navigation():
            table.locator("tbody th a", has_text=place).first.click()
        nation.look()
        assert nation.figure(ON_LEDGER) == ORGANIZATIONS, nation.page.url
        assert nation.figure(CONTACTS) == 3
    assert nation.page.url.split("?")[0].endswith("/u/000000/numbers/430105")
    assert nation.page.locator(".tile-grid").count() == 0


def down_to_the_rows(nation: Visitor, staff: Visitor) -> None:
    """The figure opens: at each level what it is made of; its rows to the district's own people, to those above their number."""
    nation.go("/u/000000/numbers")
    open_figure(nation)
    for place in ("湖南", "长沙", "开福"):
        assert f"无权查看 {ORGANIZATIONS} ＝ {ORGANIZATIONS} 家" in nation.text()
        with nation.page.expect_navigation():
            nation.page.locator("main tbody a", has_text=place).first.click()
        nation.look()
    assert nation.page.url.split("?")[0].endswith("/u/000000/numbers/430105/rows")
    assert f"另有 {ORGANIZATIONS} 项无权查看" in nation.text()
    assert "申请调阅" in nation.text()
    staff.go(f"{KAIFU}/numbers")
    open_figure(staff)
    assert f"以下记录合计 {ORGANIZATIONS} 家，与统计数一致" in staff.text()
    assert staff.page.locator("main tbody tr").count() == 50
    staff.follow("下一页")
    with staff.page.expect_navigation():
        staff.page.locator("main tbody a[href*='/organizations/']").first.click()
    assert "职工服务社" in staff.text()


def open_figure(who: Visitor) -> None:
    with who.page.expect_navigation():
        who.page.locator("main .kpi-value a").first.click()
    who.look()


def records_stay_closed(staff: Visitor, yuhua: Visitor, leaders: dict[str, Visitor], national: Visitor) -> None:
    """V1, V7, V11: those above see numbers, the neighbour sees nothing; each address looks like one that is not there."""
    staff.go(f"{KAIFU}/organizations")
    entry = staff.page.locator("main tbody a[href*='/organizations/']").first.get_attribute("href")
    staff.go(f"{KAIFU}/contacts")
    contact = staff.page.locator("main tbody a[href*='/contacts/']").first.get_attribute("href")
    assert entry is not None
    assert contact is not None
    for who in (yuhua, national, *leaders.values()):
        for path in (entry, contact, f"{KAIFU}/organizations", f"{KAIFU}/contacts", f"{KAIFU}/", f"{KAIFU}/numbers"):
            page = who.go(path.split("?")[0], status=404)
            assert "没有找到这个页面" in page.inner_text("body")
    yuhua.go(f"{YUHUA}/numbers/430105", status=404)
    yuhua.go(f"{YUHUA}/numbers/430100", status=404)
    yuhua.go(f"{YUHUA}/contacts")
    assert "走访了解" not in yuhua.text()
    assert staff.go(entry).locator("main").inner_text().count("雨花区的内部意见") == 0
