"""The dashboard: exact figures, whose they are, what they cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_index, now, today
from commons.people.enums import Role
from commons.people.models import Session
from commons.people.sessions import stored_key
from commons.rollup.models import Cell, UnfoldedUnion, Watermark

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]


def cell(
    union: TradeUnion, measure: str, amount: int, *, month: int | None = None, dim: str = "", item: str = ""
) -> None:
    """What a fold would have left: the value of a series from `month` on."""
    Cell.objects.create(
        union=union,
        measure=measure,
        dim=dim,
        item=item,
        month=this_month() if month is None else month,
        own=amount if union.code.endswith("05") else 0,
        subtree=amount,
    )


def said(answer: HttpResponse, code: str) -> str:
    """The page without what differs in every request."""
    text = answer.content.decode().replace(code, "")
    return re.sub(r"[0-9a-f-]{36}|[A-Za-z0-9]{64}", "", text)


def this_month() -> int:
    return month_index(today(now()))


@pytest.fixture
def counted(country: Country) -> Country:
    """开福 has 12 organizations (9 last month), 雨花 5, one of them on both ledgers: 长沙 has 16."""
    Cell.objects.all().delete()
    last = this_month() - 1
    for code, before, after in (("430105", 9, 12), ("430111", 5, 5), ("430100", 13, 16), ("430000", 13, 1016)):
        cell(country[code], "org_ledger", before, month=last)
        if after != before:
            cell(country[code], "org_ledger", after)
    cell(country["430100"], "org_ledger", 7, dim="OT", item="foundation")
    cell(country["430100"], "org_entries", 16)
    cell(country["430100"], "org_fresh", 14)
    cell(country["430105"], "contacts", 3, dim="K", item="visit")
    cell(country["430105"], "contacts", 3)
    Watermark.objects.update_or_create(pk=1, defaults={"folded_until": datetime(2026, 11, 20, 2, 5, tzinfo=UTC)})
    return country


def statements(client: Client, path: str) -> list[str]:
    """The SQL of one request, without what only the tests' transactions and the schemas ask for."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "SET search"))]


def page_of(client: Client, path: str):  # type: ignore[no-untyped-def]
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()[:300]
    return answer.context["page"]


def figures(page) -> dict[str, tuple[Decimal | None, Decimal | None]]:  # type: ignore[no-untyped-def]
    return {figure.code: (figure.value, figure.changes[0].value) for figure in page.figures}


def frame_of(client: Client, path: str):  # type: ignore[no-untyped-def]
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()[:300]
    return answer.context["frame"]


@pytest.mark.usefixtures("counted")
def test_a_leader_sees_the_exact_figures_of_the_subtree_and_their_change(client_of: ClientOf) -> None:
    page = page_of(client_of("430100", Role.LEADER), "/u/430100/numbers")
    found = figures(page)
    assert found["ORG-01"] == (16, 3)
    assert found["ORG-02"] == (0, 0)
    assert found["ORG-08"] == (Decimal("87.50"), None)
    assert [[cell.text for cell in row.cells][:2] for row in page.children.rows] == [
        ["全辖合计", "16"],
        ["开福区", "12"],
        ["雨花区", "5"],
    ]
    assert page.breakdown.chart["series"][0]["values"][:3].count(7) == 1
    assert frame_of(client_of("430100", Role.LEADER), "/u/430100/numbers").why.rule == "role"


@pytest.mark.usefixtures("counted")
def test_the_own_scope_shows_the_unions_own_rows(client_of: ClientOf) -> None:
    client = client_of("430105", Role.LEADER)
    assert figures(page_of(client, "/u/430105/numbers?scope=own"))["ORG-01"] == (12, 3)
    assert figures(page_of(client_of("430100", Role.LEADER), "/u/430100/numbers?scope=own"))["ORG-01"] == (0, 0)


@pytest.mark.usefixtures("counted")
def test_an_earlier_month_shows_what_stood_then(client_of: ClientOf) -> None:
    from commons.kit.clock import month_text

    page = page_of(client_of("430105", Role.LEADER), f"/u/430105/numbers?period={month_text(this_month() - 1)}")
    assert figures(page)["ORG-01"] == (9, 9)
    assert figures(page)["CTC-01"] == (0, 0)
    assert not page.question.is_current


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("acting", "below", "crumbs"),
    [
        ("000000", "430105", ["中华全国", "湖南省", "长沙市", "长沙市开福区"]),
        ("430000", "430105", ["湖南省", "长沙市", "长沙市开福区"]),
        ("430100", "430105", ["长沙市", "长沙市开福区"]),
    ],
)
def test_every_level_above_drills_down_to_the_district(
    client_of: ClientOf, acting: str, below: str, crumbs: list[str]
) -> None:
    client = client_of(acting, Role.LEADER)
    assert figures(page_of(client, f"/u/{acting}/numbers/{below}"))["ORG-01"] == (12, 3)
    frame = frame_of(client, f"/u/{acting}/numbers/{below}")
    assert [crumb.label for crumb in frame.breadcrumbs] == crumbs
    assert frame.why.rule == "V1"


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("other", ["430105", "430100", "430000", "000000", "440304"])
@pytest.mark.parametrize("suffix", ["", ".xlsx"])
def test_a_neighbours_or_upper_numbers_look_like_an_absent_union(client_of: ClientOf, other: str, suffix: str) -> None:
    client = client_of("430111", Role.LEADER)
    refused, absent = (client.get(f"/u/430111/numbers/{code}{suffix}") for code in (other, "999999"))
    assert refused.status_code == absent.status_code == 404
    assert said(refused, other) == said(absent, "999999")


def test_a_role_without_numbers_is_refused_with_its_rule(client_of: ClientOf) -> None:
    client = client_of("430105", Role.REVIEWER)
    for path in ("numbers", "numbers.xlsx", "numbers/definitions", "numbers/430105"):
        assert client.get(f"/u/430105/{path}").status_code == 403


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("-ORG-01", ["开福区", "雨花区"]),
        ("ORG-01", ["雨花区", "开福区"]),
        ("-code", ["雨花区", "开福区"]),
        ("x", ["开福区", "雨花区"]),
    ],
)
def test_children_are_sorted_by_any_column_without_a_script(client_of: ClientOf, sort: str, names: list[str]) -> None:
    page = page_of(client_of("430100", Role.LEADER), f"/u/430100/numbers?sort={sort}")
    assert [row.cells[0].text for row in page.children.rows[1:]] == names


@pytest.mark.usefixtures("counted")
def test_the_nation_has_a_tile_per_province_and_names_who_has_not_joined(client_of: ClientOf) -> None:
    page = page_of(client_of("000000", Role.LEADER), "/u/000000/numbers")
    tiles = {tile.short: tile for tile in page.children.tiles}
    assert len(tiles) == 31
    assert (tiles["湖南"].value, tiles["湖南"].shade) == ("1,016", 4)
    assert tiles["湖南"].url.startswith("/u/000000/numbers/430000")
    assert (tiles["北京"].value, tiles["北京"].shade, tiles["北京"].url) == ("—", 0, "")
    assert page.missing_text.startswith("还有 28 个下级行政区")


@pytest.mark.parametrize("query", ["period=2026-13", "period=1999-01", "period=abc", "indicator=X&by=Y&sort=Z&scope=W"])
def test_what_makes_no_sense_falls_back_to_the_usual(client_of: ClientOf, query: str) -> None:
    page = page_of(client_of("430105", Role.LEADER), f"/u/430105/numbers?{query}")
    assert page.question.is_current
    assert page.question.focus.code == "ORG-01"


def test_an_empty_union_says_so_and_shows_zeros(client_of: ClientOf, country: Country) -> None:
    Cell.objects.all().delete()
    client = client_of("310115", Role.UNION_STAFF)
    page = page_of(client, "/u/310115/numbers")
    assert figures(page)["ORG-01"] == (0, 0)
    assert figures(page)["ORG-08"] == (None, None)
    assert "这一期还没有数据" in client.get("/u/310115/numbers").content.decode()


def test_a_union_that_could_not_be_counted_is_marked(client_of: ClientOf, counted: Country) -> None:
    since = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    UnfoldedUnion.objects.create(union=counted["430105"], since=since, error="x")
    client = client_of("000000", Role.LEADER)
    page = page_of(client, "/u/000000/numbers/430100")
    assert page_of(client, "/u/000000/numbers/430100").freshness.at == since
    assert [row.cells[0].note for row in page.children.rows[1:]] == ["2026-11-20 09:00 起的变动尚未汇总，缺 1 家", ""]
    guangdong = client_of("440000", Role.LEADER)
    assert guangdong.get("/u/440000/numbers").status_code == 200
    assert not page_of(guangdong, "/u/440000/numbers").freshness.unfolded


def test_an_open_page_is_told_only_what_moved(client_of: ClientOf, counted: Country) -> None:
    client = client_of("430100", Role.LEADER)
    page_of(client, "/u/430100/numbers")
    seen = page_of(client, "/u/430100/numbers").seen
    assert client.get("/u/430100/numbers", headers={"X-Poll": seen}).status_code == 204

    Watermark.objects.update(folded_until=datetime(2026, 11, 20, 2, 6, tzinfo=UTC))
    answer = client.get("/u/430100/numbers", headers={"X-Poll": seen}).content.decode()
    assert 'id="numbers-clock"' in answer
    assert 'id="numbers-body"' not in answer

    Cell.objects.filter(union=counted["430105"], measure="org_ledger", month=this_month()).update(subtree=13)
    Watermark.objects.update(known_at=now())
    answer = client.get("/u/430100/numbers", headers={"X-Poll": seen}).content.decode()
    assert 'id="numbers-body" class="stack" hx-swap-oob="true"' in answer
    assert ">13<" in answer


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("acting", "path", "queries"),
    [("430105", "numbers", (18, 8)), ("000000", "numbers", (17, 8)), ("000000", "numbers/430100", (19, 9))],
)
def test_the_page_costs_the_same_few_statements_at_every_level(
    client_of: ClientOf, acting: str, path: str, queries: tuple[int, int]
) -> None:
    """Made anew, and kept."""
    client = client_of(acting, Role.LEADER)
    client.get(f"/u/{acting}/")
    made, kept = (statements(client, f"/u/{acting}/{path}") for _ in range(2))
    assert (len(made), len(kept)) == queries


def test_the_workbook_holds_the_same_figures_their_meaning_and_is_audited(
    client_of: ClientOf, counted: Country
) -> None:
    TradeUnion.objects.filter(code="430105").update(name_zh='=HYPERLINK("x")')
    client = client_of("430100", Role.LEADER)
    before = AuditEvent.objects.count()
    answer = client.get("/u/430100/numbers.xlsx")
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["关键数据", "下级工会", "分类", "趋势", "口径说明"]
    assert ("社会组织台账数", 16, 3, 16, "家", "未关账") in {
        row[:6] for row in book["关键数据"].iter_rows(values_only=True)
    }
    rows = list(book["下级工会"].iter_rows(values_only=True))
    assert rows[1][:3] == ("", "全辖合计（含本级，去重）", 16) or rows[1][1:3] == ("全辖合计（含本级，去重）", 16)
    assert rows[2][:3] == ("430105", '\'=HYPERLINK("x")', 12)
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert len(list(book["口径说明"].iter_rows())) == len(page_of(client, "/u/430100/numbers").figures) + 1
    event = AuditEvent.objects.order_by("-at").first()
    assert event is not None
    assert AuditEvent.objects.count() == before + 1
    assert (event.event, event.union_code, event.object_id) == ("numbers.exported", "430100", str(counted["430100"].pk))


def test_whoever_may_not_export_gets_no_workbook(client_of: ClientOf, country: Country) -> None:
    assert client_of("430105", Role.SECRETARIAT, Role.REVIEWER).get("/u/430105/numbers.xlsx").status_code == 403


def test_the_glossary_explains_every_indicator(client_of: ClientOf, country: Country) -> None:
    from commons.rollup.declaration import CATALOGUE

    answer = client_of("430105", Role.LEADER).get("/u/430105/numbers/definitions")
    text = answer.content.decode()
    for indicator in CATALOGUE.indicators.values():
        assert f'id="{indicator.code}"' in text
        assert indicator.definition in text
    assert len(answer.context["page"].definitions) == len(CATALOGUE.indicators)


@pytest.mark.usefixtures("country")
def test_an_open_page_alone_keeps_no_idle_session_awake(client_of: ClientOf) -> None:
    client = client_of("430105", Role.LEADER)
    page_of(client, "/u/430105/numbers")
    long_ago = now() - timedelta(minutes=10)
    mine = Session.objects.filter(session_key=stored_key(client.session.session_key))
    mine.update(seen_at=long_ago)
    client.get("/u/430105/numbers", headers={"X-Poll": "x"})
    assert mine.get().seen_at == long_ago
    client.get("/u/430105/numbers")
    assert mine.get().seen_at != long_ago


@pytest.fixture
def peopled(country: Country) -> Country:
    """开福's foundations employ 3, its social groups 20; 雨花's 9 and 15."""
    Cell.objects.all().delete()
    for code, groups, foundations in (("430105", 20, 3), ("430111", 15, 9), ("430100", 35, 12), ("430000", 35, 12)):
        for item, amount in (("", groups + foundations), ("social_group", groups), ("foundation", foundations)):
            cell(country[code], "org_staff", amount, dim="OT" if item else "", item=item)
    return country


@pytest.mark.usefixtures("peopled")
@pytest.mark.parametrize(("acting", "people"), [("430100", ["20", "3"]), ("000000", ["不显示", "不显示"])])
def test_small_counts_of_people_are_not_shown_from_two_levels_up(
    client_of: ClientOf, acting: str, people: list[str]
) -> None:
    """V9: the page says that, and not which of the two is small."""
    client = client_of(acting, Role.LEADER)
    path = f"/u/{acting}/numbers/430105"
    page = page_of(client, f"{path}?indicator=ORG-14&by=OT")
    withheld = acting == "000000"
    assert [row.cells[1].text for row in page.breakdown.rows] == [*people, "0", "0"]
    assert page.breakdown.chart["series"][0]["values"] == [*([None, None] if withheld else [20, 3]), 0, 0]
    assert ("为保护个人信息不显示" in page.breakdown.hidden_note) is withheld
    assert figures(page)["ORG-14"][0] == 23
    text = client.get(f"{path}?indicator=ORG-14&by=OT").content.decode()
    assert ("标“不显示”的：数值过小" in text) is withheld
    book = load_workbook(BytesIO(client.get(f"{path}.xlsx").content))
    rows = [row for row in book["分类"].iter_rows(values_only=True) if row[2] == "从业人员数"]
    assert [row[3] for row in rows] == [*(["不显示", "不显示"] if withheld else [20, 3]), 0, 0]
    assert any("为保护个人信息不显示" in str(row[0]) for row in book["分类"].iter_rows(values_only=True)) is withheld


@pytest.mark.parametrize(
    ("group", "families"),
    [
        ("", {"ORG", "CTC", "GOV", "INC", "INF", "PTY", "FAIR"}),
        ("purchase", {"PUR", "ENT"}),
        ("needs", {"NED"}),
        ("fairness", {"FAIR"}),
    ],
)
def test_each_group_of_indicators_has_a_page_of_its_own(
    client_of: ClientOf, country: dict[str, TradeUnion], group: str, families: set[str]
) -> None:
    page = client_of("430100", Role.LEADER).get("/u/430100/numbers", {"group": group}).content.decode()
    codes = set(re.findall(r"definitions#([A-Z]+)-[0-9]+", page))
    assert codes == families
    assert "购买服务" in page
    assert "group=needs" in page


def test_an_indicator_asked_for_alone_opens_its_group(client_of: ClientOf, country: dict[str, TradeUnion]) -> None:
    page = client_of("430100", Role.LEADER).get("/u/430100/numbers?indicator=PUR-02").content.decode()
    assert "definitions#PUR-03" in page
    assert "definitions#ORG-01" not in page
