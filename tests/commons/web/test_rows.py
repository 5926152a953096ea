"""The page behind a figure: an account that always adds up, and nothing of others."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.rollup.fold import fold_many
from commons.tenancy.door import inside
from tenants.registry.models import ContactLog, OrgYearFact, SocialOrganization
from tests.factories import organizations as make

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]
OCTOBER = "period=2026-10"


@pytest.fixture
def counted(country: Country) -> Country:
    """开福 has three entries, of which one is 长沙's too; 雨花 has one."""
    shared = make.credit_code(500)
    for code, held in (("430105", [shared, None, None]), ("430111", [None]), ("430100", [shared])):
        with inside(country[code]):
            for number, uscc in enumerate(held):
                make.organization(name=f"{code}协会{number}", uscc=uscc)
    fold_many(list(country.values()), everything=True)
    return country


def page_of(client: Client, path: str):  # type: ignore[no-untyped-def]
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()[:300]
    return answer.context["page"]


def texts(rows) -> list[list[str]]:  # type: ignore[no-untyped-def]
    return [[cell.text for cell in row.cells] for row in rows]


@pytest.mark.usefixtures("counted")
def test_an_officer_opens_the_rows_of_the_own_union(client_of: ClientOf) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    page = page_of(client, f"/u/430105/numbers/rows?indicator=ORG-01&{OCTOBER}")
    assert (page.figure, page.unit, page.hidden_text) == ("3", "家", "")
    assert page.sum_text == "以下记录合计 3 家，与统计数一致。"
    assert [line[0] for line in texts(page.rows)] == ["430105协会0", "430105协会1", "430105协会2"]
    assert client.get(page.rows[0].cells[0].url).status_code == 200
    assert page.newer_text == ""


@pytest.mark.usefixtures("counted")
def test_a_leader_walks_from_the_nation_to_the_district_by_the_same_figure(client_of: ClientOf) -> None:
    client = client_of("000000", Role.LEADER)
    url = f"/u/000000/numbers/rows?indicator=ORG-01&{OCTOBER}"
    for code, figure in (("430000", "4"), ("430100", "4"), ("430105", "3")):
        page = page_of(client, url)
        [line] = [line for line in page.below if f"/{code}/" in line.cells[0].url]
        assert line.cells[1].text == figure
        url = line.cells[0].url
    page = page_of(client, url)
    assert [crumb.label for crumb in page.breadcrumbs] == ["统计数据", "中华全国", "湖南省", "长沙市", "长沙市开福区"]
    assert (page.figure, page.rows, page.below) == ("3", (), ())
    assert page.sum_text == "可以查看 0 ＋ 无权查看 3 ＝ 3 家"
    assert page.hidden_text == "另有 3 项无权查看"
    [note] = page.hidden_notes
    assert note.startswith("长沙市开福区总工会及其下级 3 家")
    assert "申请调阅" in note
    assert page.why.rule == "V1"


@pytest.mark.usefixtures("counted")
def test_own_rows_are_shown_and_those_below_counted(client_of: ClientOf) -> None:
    page = page_of(client_of("430100", Role.UNION_STAFF), f"/u/430100/numbers/rows?indicator=ORG-01&{OCTOBER}")
    assert [line[0] for line in texts(page.rows)] == ["430100协会0"]
    assert page.sum_text == "可以查看 1 ＋ 无权查看 3 ＝ 4 家"
    assert texts(page.below) == [["长沙市开福区", "3"], ["长沙市雨花区", "1"]]
    assert page.below_note == "同一组织在上级只计一次，各行之和可能大于全辖数。"
    own = page_of(client_of("430100", Role.LEADER), f"/u/430100/numbers/rows?scope=own&{OCTOBER}")
    assert (own.figure, own.below, own.hidden_text) == ("1", (), "")


@pytest.mark.usefixtures("counted")
def test_the_national_administrator_sees_no_row(client_of: ClientOf, country: Country) -> None:
    """V11."""
    with inside(country["000000"]):
        make.organization(name="全国性协会")
    page = page_of(client_of("000000", Role.NATIONAL_ADMIN), f"/u/000000/numbers/rows?{OCTOBER}")
    assert (page.figure, page.rows, page.hidden_text) == ("5", (), "另有 5 项无权查看")
    assert page.hidden_notes[0] == "本级 1 家：V11 全国管理员只管理平台，不能查看各级工会的业务记录。"
    assert page.newer_text.startswith("此处已按最新记录计算；统计页上的 4 家")


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("other", ["430105", "430100", "430000", "000000", "440304"])
def test_a_neighbours_rows_page_looks_like_that_of_an_absent_union(client_of: ClientOf, other: str) -> None:
    client = client_of("430111", Role.UNION_ADMIN)
    refused, absent = (
        re.sub(r"[0-9a-f-]{36}|[A-Za-z0-9]{64}", "", answer.content.decode().replace(code, ""))
        for code in (other, "999999")
        for answer in [client.get(f"/u/430111/numbers/{code}/rows")]
    )
    assert refused == absent
    assert client.get(f"/u/430111/numbers/{other}/rows").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["indicator=X", "period=2026-13", "period=1999-01", "period=2999-01", "by=OT&item=x", "by=X&item=foundation"],
)
def test_what_there_is_not_is_not_answered_with_something_else(client_of: ClientOf, query: str) -> None:
    assert client_of("430105", Role.LEADER).get(f"/u/430105/numbers/rows?{query}").status_code == 404


def test_a_role_without_numbers_is_refused(client_of: ClientOf) -> None:
    assert client_of("430105", Role.REVIEWER).get("/u/430105/numbers/rows").status_code == 403


@pytest.mark.usefixtures("counted")
def test_a_ratio_opens_by_its_parts(client_of: ClientOf) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    page = page_of(client, f"/u/430105/numbers/rows?indicator=ORG-08&{OCTOBER}")
    assert [(tab.label, tab.current) for tab in page.parts] == [("分子", True), ("分母", False)]
    assert (page.figure, len(page.rows)) == ("3", 3)
    growth = page_of(client, f"/u/430105/numbers/rows?indicator=ORG-07&{OCTOBER}&part=denominator")
    assert [tab.label for tab in growth.parts] == ["2026年10月", "2025年10月"]
    assert (growth.figure, growth.empty_title) == ("0", "这个数是 0")


def test_amounts_are_told_row_by_row(client_of: ClientOf, country: Country) -> None:
    with inside(country["430105"]):
        for number, staff in enumerate((30, 12)):
            OrgYearFact.objects.create(
                organization=make.organization(name=f"协会{number}"),
                year=2026,
                staff=staff,
                updated_at=datetime(2026, 3, 1, tzinfo=UTC),
            )
    page = page_of(client_of("430105", Role.LEADER), f"/u/430105/numbers/rows?indicator=ORG-14&{OCTOBER}")
    assert page.columns[-1].label == "计入（人）"
    assert [(line[0], line[-1]) for line in texts(page.rows)] == [("协会0", "30"), ("协会1", "12")]
    above = page_of(client_of("430100", Role.LEADER), f"/u/430100/numbers/430105/rows?indicator=ORG-14&{OCTOBER}")
    assert (above.figure, above.hidden_text) == ("0", "")


def test_long_lists_are_paged_and_the_filter_is_kept(client_of: ClientOf, country: Country) -> None:
    with inside(country["430105"]):
        for number in range(60):
            make.organization(name=f"协会{number:02d}")
    client = client_of("430105", Role.LEADER)
    path = f"/u/430105/numbers/rows?indicator=ORG-01&{OCTOBER}&by=OT&item=social_group"
    first = page_of(client, path)
    assert (len(first.rows), first.pager.previous, first.pager.next, first.pager.total) == (50, None, "50", 60)
    assert f"&amp;by=OT&amp;item={quote('social_group')}" in client.get(path).content.decode()
    second = page_of(client, f"{path}&after={first.pager.next}")
    assert [line[0] for line in texts(second.rows)] == [f"协会{number:02d}" for number in range(50, 60)]
    assert (second.pager.previous, second.pager.next) == ("0", None)
    assert (second.figure, second.sum_text) == ("60", "以下记录合计 60 家，与统计数一致。")


def test_a_day_of_meetings_is_one_row(client_of: ClientOf, country: Country) -> None:
    with inside(country["430105"]):
        for number in range(2):
            ContactLog.objects.create(
                organization=make.organization(name=f"协会{number}"),
                contacted_on=date(2026, 10, 9),
                kind="heads_meeting",
                topics="例会",
                created_at=datetime(2026, 10, 9, tzinfo=UTC),
                updated_at=datetime(2026, 10, 9, tzinfo=UTC),
                created_by_name="李敏",
            )
    page = page_of(client_of("430105", Role.LEADER), f"/u/430105/numbers/rows?indicator=CTC-02&{OCTOBER}")
    assert texts(page.rows) == [["2026-10-09 负责人例会", "协会0、协会1"]]
    assert page.figure == "1"


@pytest.mark.usefixtures("counted")
def test_figures_of_the_dashboard_lead_to_their_rows(client_of: ClientOf) -> None:
    client = client_of("430100", Role.LEADER)
    page = page_of(client, f"/u/430100/numbers?{OCTOBER}")
    card = next(card for card in page.figures if card.code == "ORG-01")
    assert page_of(client, card.rows_url).figure == "4"
    cell = page.children.rows[1].cells[1]
    assert (cell.text, page_of(client, cell.url).figure) == ("3", "3")
    item = page.breakdown.rows[0].cells
    assert item[1].text == page_of(client, item[1].url).figure


def test_statements_of_the_page(client_of: ClientOf, counted: Country) -> None:
    client = client_of("430100", Role.UNION_STAFF)
    path = f"/u/430100/numbers/rows?{OCTOBER}"
    page_of(client, path)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as sql:
            page_of(client, path)
        counts.append(len([one for one in sql if "SAVEPOINT" not in one["sql"] and "search_path" not in one["sql"]]))
        with inside(counted["430100"]):
            make.organization()
            assert SocialOrganization.objects.count() >= 2
    assert counts == [22, 22]
