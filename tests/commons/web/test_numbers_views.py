"""Periods, moments, boundaries, comparisons and changes on the pages of numbers: exact figures, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from commons.hierarchy.models import Parentage, TradeUnion
from commons.kit.clock import BEIJING, month_index, now, today
from commons.people.enums import Role
from commons.rollup.fold import fold
from commons.rollup.models import Cell, CellVersion
from commons.rollup.spans import Span
from commons.tenancy.door import inside
from commons.web.numbers import asked
from tests.commons.web.test_numbers import cell, said, statements, this_month
from tests.factories import organizations as make

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]


def at(text: str) -> int:
    return Span.parse(text).first


def context_of(client: Client, path: str) -> tuple[Any, Any]:
    """(page, frame) of a page made anew."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()[:400]
    return answer.context["page"], answer.context["frame"]


def figure(page: Any, code: str) -> tuple[Any, ...]:
    [found] = [one for one in page.figures if one.code == code]
    return (found.value, *((change.label, change.value) for change in found.changes))


def texts(rows: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in rows]


@pytest.fixture
def counted(country: Country) -> Country:
    """开福: 4 organizations from February 2024, 9 from May 2025; contacts 1, 2, 3, 4 in each quarter's last month of 2025."""
    Cell.objects.all().delete()
    for code in ("430105", "430100"):
        cell(country[code], "org_ledger", 4, month=at("2024-02"))
        cell(country[code], "org_ledger", 9, month=at("2025-05"))
        cell(country[code], "contacts", 7, month=at("2024-09"))
        for number, month in enumerate(("2025-03", "2025-06", "2025-09", "2025-12"), start=1):
            cell(country[code], "contacts", number, month=at(month))
    cell(country["430111"], "org_ledger", 6, month=at("2025-01"))
    return country


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("period", "ledger", "contacts"),
    [
        ("2025-05", (9, ("较上月", 5), ("较上年同期", 5)), (0, ("较上月", 0), ("较上年同期", 0))),
        ("2025-Q3", (9, ("较上季度", 0), ("较上年同期", 5)), (3, ("较上季度", 1), ("较上年同期", -4))),
        ("2025-H1", (9, ("较上个半年", 5), ("较上年同期", 5)), (3, ("较上个半年", -4), ("较上年同期", 3))),
        ("2025", (9, ("较上年", 5)), (10, ("较上年", 3))),
        ("2025-03..2025-06", (9, ("较上期", 5), ("较上年同期", 5)), (3, ("较上期", 3), ("较上年同期", 3))),
    ],
)
def test_every_kind_of_period_with_its_two_changes(
    client_of: ClientOf, period: str, ledger: tuple[Any, ...], contacts: tuple[Any, ...]
) -> None:
    page, frame = context_of(client_of("430105", Role.LEADER), f"/u/430105/numbers?period={period}")
    assert figure(page, "ORG-01") == ledger
    assert figure(page, "CTC-01") == contacts
    assert frame.question.misread == ()
    assert [tab.label for tab in frame.kinds if tab.current] == [Span.parse(period).kind.zh]


@pytest.mark.usefixtures("counted")
def test_the_trend_is_over_the_asked_kind_of_period(client_of: ClientOf) -> None:
    client = client_of("430105", Role.LEADER)
    page, _ = context_of(client, "/u/430105/numbers?period=2025-Q4&indicator=CTC-01")
    assert page.trend_title == "近 8 个季度"
    assert page.trend["categories"][0::7] == ["2024年第一季度", "2025年第四季度"]
    assert page.trend["series"][0]["values"] == [0, 0, 7, 0, 1, 2, 3, 4]
    page, _ = context_of(client, "/u/430105/numbers?period=2025-02..2025-04&indicator=CTC-01")
    assert page.trend["categories"] == ["2025年2月", "2025年3月", "2025年4月"]
    assert page.trend["series"][0]["values"] == [0, 1, 0]


@pytest.mark.usefixtures("counted")
def test_the_form_offers_periods_of_the_same_kind_and_two_months_for_cumulative_ones(client_of: ClientOf) -> None:
    client = client_of("430105", Role.LEADER)
    _, frame = context_of(client, "/u/430105/numbers?period=2025-Q4")
    assert {choice.value: choice.chosen for choice in frame.periods}["2025-Q4"]
    assert all(re.fullmatch(r"\d{4}-Q[1-4]", choice.value) for choice in frame.periods)
    answer = client.get("/u/430105/numbers?from=2025-01&to=2025-03").content.decode()
    assert '<input type="month" id="from" name="from" value="2025-01"' in answer
    assert '<input type="month" id="to" name="to" value="2025-03"' in answer


def test_what_was_known_then_is_shown_then_with_a_banner_and_a_way_back(client_of: ClientOf, country: Country) -> None:
    shown = []
    client = client_of("430100", Role.LEADER)
    for _ in range(3):
        with inside(country["430105"]):
            make.organization(active_on=date(2026, 2, 10))
        fold(country["430105"])
        moment = asked.moment_text(now())
        page, _ = context_of(client, "/u/430100/numbers?period=2026-03")
        shown.append((moment, page.digest, figure(page, "ORG-01"), texts(page.children.rows)[1][1], page.trend))
    assert [value[0] for _, _, value, _, _ in shown] == [1, 2, 3]
    for moment, digest, value, child, trend in shown:
        answer = client.get("/u/430100/numbers", {"period": "2026-03", "as_of": moment})
        page, frame = answer.context["page"], answer.context["frame"]
        assert (page.digest, figure(page, "ORG-01"), texts(page.children.rows)[1][1]) == (digest, value, child)
        assert page.trend == trend
        body = answer.content.decode()
        assert 'id="as-of"' in body
        assert frame.as_of_text in body
        assert frame.now_url == "/u/430100/numbers?period=2026-03"
        assert "hx-get" not in body
    assert 'id="as-of"' not in client.get("/u/430100/numbers?period=2026-03").content.decode()


def test_children_stand_by_the_tree_that_belongs_to_the_question(client_of: ClientOf, counted: Country) -> None:
    """开福 went from 长沙 to 深圳 in June 2025: until then it stands in 长沙, by today's boundaries never did."""
    kaifu, shenzhen = counted["430105"], counted["440300"]
    Parentage.objects.filter(union=kaifu).update(until_on=date(2025, 6, 1))
    Parentage.objects.create(union=kaifu, parent=shenzhen, from_on=date(2025, 6, 1))
    kaifu.parent, kaifu.path = shenzhen, [*shenzhen.path, kaifu.pk]
    kaifu.save()

    def below(code: str, query: str) -> tuple[list[str], str]:
        page, _ = context_of(client_of("000000", Role.LEADER), f"/u/000000/numbers/{code}?{query}")
        return [row.cells[0].text for row in page.children.rows[1:]], page.children.note

    assert below("430100", "period=2025-05") == (["开福区", "雨花区"], "")
    assert below("430100", "period=2025-06") == (["雨花区"], "")
    assert below("430100", "period=2025") == (["开福区", "雨花区"], "")
    assert below("440300", "period=2025-05") == (["福田区"], "")
    assert below("440300", "period=2025-06")[0] == ["长沙市开福区", "福田区"]
    assert below("430100", "period=2025-05&boundaries=today")[0] == ["雨花区"]
    assert below("440300", "period=2025-05&boundaries=today")[0] == ["长沙市开福区", "福田区"]
    # Rights follow the move: 长沙 is told that somebody stood there, not who, nor their numbers.
    page, _ = context_of(client_of("430100", Role.LEADER), "/u/430100/numbers?period=2025-05")
    assert [row.cells[0].text for row in page.children.rows[1:]] == ["雨花区"]
    assert "当时还有 1 家工会在此之下" in page.children.note


@pytest.mark.usefixtures("counted")
def test_the_industrial_line_is_offered_only_where_it_begins(client_of: ClientOf, counted: Country) -> None:
    from commons.hierarchy.enums import Kind, Line
    from commons.hierarchy.models import Ancestry

    client = client_of("000000", Role.LEADER)
    page, frame = context_of(client, "/u/000000/numbers/430100?period=2025-05&boundaries=industrial")
    assert [choice.value for choice in frame.boundaries] == ["dated", "today"]
    assert frame.question.misread == ("这家工会没有产业工会系统，已按当时区划显示。",)
    assert page.children.count == 2
    head, member = counted["440000"], counted["430105"]
    TradeUnion.objects.filter(pk=head.pk).update(kind=Kind.INDUSTRIAL)
    Parentage.objects.create(union=member, parent=head, line=Line.INDUSTRIAL, from_on=date(2025, 1, 1))
    Ancestry.objects.create(union=member, ancestor=head, line=Line.INDUSTRIAL, from_month=0, until_month=119999)
    for union, amount in ((head, 30), (member, 9)):
        Cell.objects.create(
            union=union, line=Line.INDUSTRIAL, measure="org_ledger", month=at("2025-05"), subtree=amount
        )
    page, frame = context_of(client, "/u/000000/numbers/440000?period=2025-05&boundaries=industrial")
    assert [choice.value for choice in frame.boundaries] == ["dated", "today", "industrial"]
    assert [row[:2] for row in texts(page.children.rows)] == [["全辖合计", "30"], ["长沙市开福区", "9"]]
    # Its own leader sees the line's total, and of members elsewhere only how many there are.
    page, _ = context_of(client_of("440000", Role.LEADER), "/u/440000/numbers?period=2025-05&boundaries=industrial")
    assert [row[:2] for row in texts(page.children.rows)] == [["全辖合计", "30"]]


@pytest.mark.usefixtures("counted")
def test_two_periods_side_by_side(client_of: ClientOf) -> None:
    client = client_of("430105", Role.LEADER)
    page, frame = context_of(client, "/u/430105/numbers/430105/compare?period=2025&against=2024")
    rows = {row[0]: row[1:] for row in texts(page.rows)}
    assert rows["社会组织台账数"] == ["9", "4", "+5", "+125.00%"]
    assert rows["联系次数"] == ["10", "7", "+3", "+42.86%"]
    assert rows["台账更新率"][2:] == ["—", "—"]
    assert [column.label for column in page.columns] == ["指标", "2025年", "2024年", "差", "增减（%）"]
    assert frame.export_url == "/u/430105/numbers.xlsx?period=2025&against=2024"
    for query in ("period=2025-Q3", "period=2025-Q3&against=2024"):
        page, frame = context_of(client, f"/u/430105/numbers/430105/compare?{query}")
        assert page.b.label == "2025年第二季度"
        assert frame.export_url == "/u/430105/numbers.xlsx?period=2025-Q3&against=2025-Q2"


@pytest.mark.usefixtures("counted")
def test_two_unions_side_by_side(client_of: ClientOf) -> None:
    page, _ = context_of(
        client_of("430100", Role.LEADER), "/u/430100/numbers/430105/compare?period=2025-05&beside=430111"
    )
    assert {row[0]: row[1:] for row in texts(page.rows)}["社会组织台账数"] == ["9", "6", "+3", "+50.00%"]
    assert (page.a.label, page.b.label) == ("长沙市开福区 2025年5月", "长沙市雨花区 2025年5月")
    assert [choice.value for choice in page.unions] == ["", "430111"]


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("other", ["430111", "430100", "000000", "440304"])
def test_whom_one_may_not_see_one_cannot_compare_with(client_of: ClientOf, other: str) -> None:
    client = client_of("430105", Role.LEADER)
    path = "/u/430105/numbers/430105/compare?period=2025-05&beside="
    refused, absent = client.get(path + other), client.get(path + "999999")
    assert said(refused, other) == said(absent, "999999")
    page = refused.context["page"]
    assert [choice.value for choice in page.unions] == [""]
    assert page.b.union.code == "430105"
    assert "没有找到要对比的工会" in refused.content.decode()


@pytest.mark.parametrize("view", ["compare", "changes", "ranking"])
@pytest.mark.parametrize("other", ["430105", "430100", "000000", "440304"])
def test_a_neighbours_views_look_like_those_of_an_absent_union(
    client_of: ClientOf, counted: Country, view: str, other: str
) -> None:
    client = client_of("430111", Role.LEADER)
    refused, absent = (client.get(f"/u/430111/numbers/{code}/{view}") for code in (other, "999999"))
    assert refused.status_code == absent.status_code == 404
    assert said(refused, other) == said(absent, "999999")


def version(union: TradeUnion, measure: str, amount: int, *, until: datetime) -> None:
    """What a fold leaves of a figure that it changed at that moment."""
    row = Cell.objects.get(union=union, measure=measure, dim="", month=this_month())
    CellVersion.objects.create(
        union_id=union.pk,
        line=row.line,
        measure=measure,
        month=row.month,
        own=amount if row.own else 0,
        subtree=amount,
        known_from=until - timedelta(days=30),
        known_until=until,
    )
    Cell.objects.filter(pk=row.pk).update(known_from=until)


@pytest.fixture
def moved(country: Country) -> Country:
    """This morning 开福 went from 9 to 12, three days ago 雨花 from 3 to 5; 长沙 followed each time."""
    Cell.objects.all().delete()
    midnight = datetime.combine(today(), datetime.min.time(), BEIJING)
    morning, earlier = midnight + timedelta(microseconds=1), midnight - timedelta(days=3)
    for code, before, after, moment in (("430105", 9, 12, morning), ("430111", 3, 5, earlier)):
        cell(country[code], "org_ledger", after)
        version(country[code], "org_ledger", before, until=moment)
    cell(country["430100"], "org_ledger", 17)
    version(country["430100"], "org_ledger", 14, until=morning)
    return country


@pytest.mark.usefixtures("moved")
def test_what_changed_since_yesterday_and_who_moved_it(client_of: ClientOf) -> None:
    page, _ = context_of(client_of("430100", Role.LEADER), "/u/430100/numbers/430100/changes")
    assert texts(page.totals) == [["社会组织台账数", "开福区", "14", "17", "+3"]]
    assert texts(page.movers) == [["社会组织台账数", "开福区", "9", "12", "+3"]]
    assert page.movers[0].cells[1].url == "/u/430100/numbers/430105/changes?"


@pytest.mark.usefixtures("moved")
def test_what_changed_since_a_chosen_day(client_of: ClientOf) -> None:
    day = today() - timedelta(days=5)
    page, frame = context_of(client_of("430100", Role.LEADER), f"/u/430100/numbers/430100/changes?since={day}")
    assert [row[1:] for row in texts(page.movers)] == [["开福区", "9", "12", "+3"], ["雨花区", "3", "5", "+2"]]
    assert page.since_day == day.isoformat()
    assert f"since={day}" in frame.link


@pytest.mark.usefixtures("moved")
def test_the_unions_own_rows_are_named_and_nobody_elses(client_of: ClientOf) -> None:
    client = client_of("430105", Role.LEADER)
    page, _ = context_of(client, "/u/430105/numbers/430105/changes")
    assert texts(page.totals) == [["社会组织台账数", "本级", "9", "12", "+3"]]
    assert page.movers == ()
    page, _ = context_of(client_of("430111", Role.LEADER), "/u/430111/numbers/430111/changes")
    assert page.is_empty
    answer = client_of("440000", Role.LEADER).get("/u/440000/numbers/440000/changes").content.decode()
    assert "没有变化" in answer
    assert "开福" not in answer


def test_a_figure_too_small_to_show_is_not_the_same_as_none() -> None:
    from dataclasses import replace

    from commons.rollup import selectors
    from commons.rollup.values import Quality, compose
    from commons.web.numbers import reliability
    from commons.web.numbers.writing import parts_of, shown

    ratio, count = selectors.indicator("ORG-08"), selectors.indicator("ORG-01")
    union = TradeUnion(pk=1, code="430105")
    from decimal import Decimal

    from commons.rollup.enums import Scope

    span = Span.parse("2026-10")
    value = compose(union, ratio, span, Scope.SUBTREE, "", "", [Decimal(3), Decimal(0)])
    assert shown(ratio, value) == "—"
    hidden = replace(compose(union, count, span, Scope.SUBTREE, "", "", [Decimal(3)]), value=None, suppressed=True)
    assert shown(count, hidden) == "不显示"
    assert parts_of(replace(value, suppressed=True)) == ""
    assert [reliability.label(replace(value, quality=one, revision=2, missing_unions=3)) for one in Quality] == [
        "已关账",
        "关账后修订（第 2 次）",
        "未关账",
        "数据不全（缺 3 家）",
    ]


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("numbers?period=2025-Q3", 26),
        ("numbers?period=2025-03..2025-06", 35),
        ("numbers?period=2025-05&as_of=2026-10-01", 18),
        ("numbers?period=2025-05&boundaries=today", 22),
        ("numbers/430100/compare?period=2025-Q3", 23),
        ("numbers/430105/compare?period=2025-Q3&beside=430111", 25),
        ("numbers/430100/changes", 14),
        ("numbers/430100/ranking", 12),
    ],
)
def test_the_views_cost_the_same_few_statements(client_of: ClientOf, path: str, queries: int) -> None:
    client = client_of("430100", Role.LEADER)
    client.get("/u/430100/")
    assert len(statements(client, f"/u/430100/{path}")) == queries


@pytest.mark.usefixtures("counted")
def test_the_workbook_carries_the_same_question(client_of: ClientOf, counted: Country) -> None:
    client = client_of("430100", Role.LEADER)
    answer = client.get("/u/430100/numbers.xlsx?period=2025-Q4&against=2025-Q1&as_of=2026-10-01&boundaries=today")
    assert "%E8%87%B3" not in answer["Content-Disposition"]
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["关键数据", "下级工会", "分类", "趋势", "对比", "口径说明"]
    about = {row[0]: row[1] for row in book["关键数据"].iter_rows(values_only=True) if row[1] is not None}
    assert about["统计期"] == "2025年第四季度"
    assert about["区划口径"] == "现行区划"
    assert about["按当时数据"] == "2026-10-02 00:00（平台当时已经掌握的数据）"
    assert [row[0] for row in book["趋势"].iter_rows(values_only=True)][-1] == "2025年第四季度"
    assert next(book["对比"].iter_rows(values_only=True))[1:3] == ("2025年第四季度", "2025年第一季度")
    plain = load_workbook(BytesIO(client.get("/u/430100/numbers.xlsx?period=2025-Q4&against=2025-Q1").content))
    compared = {row[0]: row[1:4] for row in plain["对比"].iter_rows(values_only=True)}
    assert compared["联系次数"] == (4, 1, 3)
    assert compared["数据质量"][:2] == ("未关账", "未关账")


@pytest.mark.usefixtures("counted")
def test_the_workbook_compares_with_nobody_out_of_sight(client_of: ClientOf) -> None:
    client = client_of("430105", Role.LEADER)
    for other in ("430111", "999999"):
        book = load_workbook(BytesIO(client.get(f"/u/430105/numbers.xlsx?period=2025-05&beside={other}").content))
        rows = list(book["对比"].iter_rows(values_only=True))
        assert rows[0][1:3] == ("2025年5月", "2025年4月")
        assert {row[0]: row[1:3] for row in rows}["社会组织台账数"] == (9, 4)


def test_month_of_the_page_is_the_month_it_counts_to(client_of: ClientOf, country: Country) -> None:
    _, frame = context_of(client_of("430105", Role.LEADER), f"/u/430105/numbers?period={today().year}")
    assert frame.question.month == month_index(today())
    assert frame.question.is_current
