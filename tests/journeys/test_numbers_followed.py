"""
A leader follows a figure: nation, province, city, district; by quarter, compared, as it was known then, and since when.

Needs records that come while the leader looks, so they are filled in between.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from openpyxl import load_workbook

from commons.kit.clock import month_index, now, today
from commons.rollup.enums import PeriodKind
from commons.rollup.spans import Span
from commons.web.numbers.asked import moment_text
from tenants.registry.indicators import INDICATORS
from tests.journeys.conftest import Country
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("stand")]

NewVisitor = Callable[[], Visitor]
ON_LEDGER = next(indicator.zh for indicator in INDICATORS if indicator.code == "ORG-01")
NATION = "/u/000000/numbers"
LINE = (("000000", ""), ("430000", "湖南"), ("430100", "长沙"), ("430111", "雨花"))


def test_a_leader_follows_a_figure_down_and_back_in_time(country: Country, visitor: NewVisitor, tmp_path: Path) -> None:
    with visitor() as leader, visitor() as yuhua:
        leader.sign_in("acftu.leader", country.accounts["acftu.leader"].password)
        before = leader.go(NATION) and leader.figure(ON_LEDGER)
        then = moment_text(now())
        country.stand.manage("seed_demo", "--union", "430111", "--scale", "25")
        leader.go(NATION)
        after = leader.figure(ON_LEDGER)
        assert after > before

        down_by_quarter(leader, after)
        as_it_was_known(leader, then, before, after)
        who_moved_it(leader, before, after)
        side_by_side(leader)
        sheet(leader, tmp_path / "统计数据.xlsx")
        yuhua.sign_in("yuhua.admin", country.accounts["yuhua.admin"].password)
        share(leader, yuhua)


def down_by_quarter(leader: Visitor, after: int) -> None:
    """The quarter goes along from the nation to the district, and the figure is the district's."""
    leader.follow("季度")
    quarter = Span.holding(PeriodKind.QUARTER, month_index(today()))
    assert asked_for(leader)["period"] == [quarter.text]
    assert leader.figure(ON_LEDGER) == after
    for code, place in LINE[1:]:
        with leader.page.expect_navigation():
            leader.page.locator("main .table--figures").first.locator("tbody th a", has_text=place).first.click()
        leader.look()
        assert urlsplit(leader.page.url).path == f"{NATION}/{code}"
        assert asked_for(leader)["period"] == [quarter.text]
        assert f"{quarter.label}（本期未结束" in leader.text()
    leader.page.select_option("#period", quarter.before().text)
    leader.press("查看")
    assert asked_for(leader)["period"] == [quarter.before().text]
    assert "实时变动" not in leader.text()


def as_it_was_known(leader: Visitor, then: str, before: int, after: int) -> None:
    leader.go(f"{NATION}?as_of={quote(then)}")
    assert "本页是平台在这个时点" in leader.page.locator("#as-of").inner_text()
    assert leader.figure(ON_LEDGER) == before
    with leader.page.expect_navigation():
        leader.page.get_by_role("link", name="返回现在的数据").click()
    leader.look()
    assert leader.page.locator("#as-of").count() == 0
    assert leader.figure(ON_LEDGER) == after


def who_moved_it(leader: Visitor, before: int, after: int) -> None:
    """From the nation's change down to the district that made it."""
    leader.go(NATION)
    leader.follow("较昨日有哪些变化")
    for place in ("湖南", "长沙"):
        movers = leader.page.locator("#movers + .table-frame tbody tr", has_text=ON_LEDGER)
        with leader.page.expect_navigation():
            movers.get_by_role("link").filter(has_text=place).first.click()
        leader.look()
    movers = leader.page.locator("#movers + .table-frame tbody tr", has_text=ON_LEDGER).filter(has_text="雨花")
    change = int(movers.locator("td").last.inner_text().replace("+", "").replace(",", ""))
    assert change >= after - before


def side_by_side(leader: Visitor) -> None:
    leader.go(f"{NATION}/430111")
    leader.follow("对比")
    last_year = Span.month(month_index(today())).a_year_ago().text
    leader.page.select_option("#against", last_year)
    leader.press("对比")
    assert asked_for(leader)["against"] == [last_year]
    assert ON_LEDGER in leader.page.locator("#side-by-side").locator("xpath=..").inner_text()


def sheet(leader: Visitor, file: Path) -> None:
    """The workbook of the comparison on the page."""
    with leader.page.expect_download() as download:
        leader.page.get_by_role("link", name="导出 Excel").click()
    download.value.save_as(file)
    book = load_workbook(file)
    assert "对比" in book.sheetnames
    about = {row[0]: row[1] for row in book["关键数据"].iter_rows(values_only=True)}
    assert about["统计期"] == Span.month(month_index(today())).label


def share(leader: Visitor, yuhua: Visitor) -> None:
    """The link carries every condition; whoever has no right to it finds nothing there."""
    leader.go(f"{NATION}/430111?scope=own&boundaries=today")
    leader.page.get_by_text("分享：复制链接").click()
    link = leader.page.locator("#share-link").input_value()
    assert parse_qs(urlsplit(link).query) == {
        "period": [Span.month(month_index(today())).text],
        "scope": ["own"],
        "boundaries": ["today"],
    }
    path = link.removeprefix(leader.address)
    leader.go(path)
    page = yuhua.go(path, status=404)
    assert "没有找到这个页面" in page.inner_text("body")


def asked_for(visitor: Visitor) -> dict[str, list[str]]:
    return parse_qs(urlsplit(visitor.page.url).query)
