"""/u/<code>/quality, a ticket, explaining it, the desk's card and /metrics."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import parse_month
from commons.people.enums import Role
from commons.quality.enums import Check, TicketState
from commons.quality.looking import look
from commons.quality.models import Ticket
from tests.commons.quality.test_tickets import odd
from tests.factories.cells import cell

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]
SENTENCE = "2026年11月，本级“枢纽型社会组织数”为 12 家，多于“社会组织台账数”的 0 家。"


def test_an_empty_desk_says_what_comes_here(client_of: ClientOf, country: Country) -> None:
    body = client_of("430105", Role.LEADER).get("/u/430105/quality").content.decode()
    assert "没有待说明的疑点" in body
    assert "每次汇总后系统会自动核对本会的数据，发现疑点时列在这里，并显示在首页。" in body


def test_the_list_tells_and_leads(client_of: ClientOf, country: Country, at: datetime) -> None:
    ticket = odd(country, at)
    odd(country, at, code="430111", hubs=77)
    answer = client_of("430105", Role.UNION_STAFF).get("/u/430105/quality")
    [line] = answer.context["page"].lines
    assert (line.sentence, line.advice, line.state_label) == (
        SENTENCE,
        "请核对标记为枢纽型的组织是否都在册。",
        "待说明",
    )
    assert [(link.label, link.url) for link in line.links] == [
        ("查看数据", "/u/430105/numbers?indicator=ORG-12&period=2026-11&scope=own"),
        ("社会组织台账", "/u/430105/organizations"),
    ]
    assert line.may_explain
    body = answer.content.decode()
    assert f"/u/430105/quality/tickets/{ticket.pk}" in body
    assert "77 家" not in body


def test_filters_choose(client_of: ClientOf, country: Country, at: datetime) -> None:
    odd(country, at)
    cell(country["430105"], "heads_meetings", "2026-11", 3)
    look([country["430105"].pk], at=at, above=False)
    Ticket.objects.filter(indicator="CTC-02").update(state=TicketState.RESOLVED, resolved_at=at)
    client = client_of("430105", Role.LEADER)

    def kept(query: str) -> list[str]:
        page = client.get(f"/u/430105/quality{query}").context["page"]
        return [re.search("“(.+?)”", line.sentence)[1] for line in page.lines]  # type: ignore[index]

    assert kept("") == ["枢纽型社会组织数"]
    assert kept("?state=resolved") == ["负责人例会次数"]
    assert sorted(kept("?state=all")) == ["枢纽型社会组织数", "负责人例会次数"]
    assert kept("?state=all&indicator=CTC-02") == ["负责人例会次数"]
    assert kept("?indicator=CTC-01") == []
    assert kept("?state=x&indicator=y&after=z&before=q") == ["枢纽型社会组织数"]


def test_pages_of_the_list(client_of: ClientOf, country: Country, at: datetime) -> None:
    Ticket.objects.bulk_create(
        Ticket(
            union=country["430105"],
            kind=Check.YEAR,
            indicator="CTC-01",
            month=parse_month("2026-11") - month,
            figures={"value": "100", "against": "20"},
            first_seen_at=at,
            last_seen_at=at,
        )
        for month in range(120)
    )
    client, address = client_of("430105", Role.LEADER), "/u/430105/quality"
    first = client.get(address).context["page"]
    assert (len(first.lines), first.pager.previous) == (50, None)
    second = client.get(f"{address}?after={first.pager.next}").context["page"]
    third = client.get(f"{address}?after={second.pager.next}").context["page"]
    assert (len(second.lines), len(third.lines), third.pager.next) == (50, 20, None)
    back = client.get(f"{address}?before={third.pager.previous}").context["page"]
    assert [line.id for line in back.lines] == [line.id for line in second.lines]
    assert len({line.id for page in (first, second, third) for line in page.lines}) == 120


def test_explaining_by_the_page(client_of: ClientOf, country: Country, at: datetime) -> None:
    ticket = odd(country, at)
    client, address = client_of("430105", Role.UNION_STAFF), f"/u/430105/quality/tickets/{ticket.pk}"
    assert SENTENCE in client.get(address).content.decode()
    refused = client.post(f"{address}/explain", {"note": " "})
    assert "请填写说明：数据为什么是这样，或者准备怎样更正。" in refused.content.decode()
    answer = client.post(f"{address}/explain", {"note": "电话13800001234"})
    assert "说明中不能填写手机号码、身份证号码等个人信息" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.state == "open"
    assert client.post(f"{address}/explain", {"note": "正在核对。"})["Location"] == "/u/430105/quality"
    page = client.get(address).context["page"]
    assert (page.line.note, page.line.explained_by, page.line.state_label) == ("正在核对。", "张三", "已说明")
    assert [(step.what, step.note) for step in page.history] == [
        ("填写说明", "正在核对。（当时的数：12，对照数：0）"),
        ("发现疑点", "当时的数：12，对照数：0。"),
    ]


@pytest.mark.parametrize("role", [Role.LEADER, Role.UNION_ADMIN])
def test_those_above_read_and_do_not_write(client_of: ClientOf, country: Country, at: datetime, role: Role) -> None:
    """V1, V14."""
    ticket = odd(country, at)
    client = client_of("430000", role)
    below = client.get("/u/430000/quality").context["page"].below
    assert [(row.code, row.waiting) for row in below] == [("430105", 1)]
    [line] = client.get("/u/430000/quality/unions/430105").context["page"].lines
    assert line.sentence == SENTENCE
    # The figure, never the records.
    assert [link.url for link in line.links] == ["/u/430000/numbers/430105?indicator=ORG-12&period=2026-11&scope=own"]
    page = client.get(line.url).context["page"]
    assert (page.form, line.may_explain, page.line.may_explain) == (None, False, False)
    status = client.post(f"{line.url}/explain", {"note": "x"}).status_code
    assert status == (404 if role is Role.UNION_ADMIN else 403)
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_a_neighbour_finds_nothing(client_of: ClientOf, country: Country, at: datetime) -> None:
    """V7: a ticket, a desk of somebody beside or above looks like none."""
    ticket = odd(country, at)
    absent = "00000000-0000-7000-8000-000000000000"
    client = client_of("430111", Role.UNION_ADMIN)
    assert "枢纽型社会组织数”为" not in client.get("/u/430111/quality?state=all").content.decode()
    for path, none in (
        (f"tickets/{ticket.pk}", f"tickets/{absent}"),
        ("unions/430105", "unions/999999"),
        ("unions/430100", "unions/999999"),
    ):
        assert client.get(f"/u/430111/quality/{path}").status_code == 404
        assert client.get(f"/u/430111/quality/{none}").status_code == 404
    assert client.post(f"/u/430111/quality/tickets/{ticket.pk}/explain", {"note": "x"}).status_code == 404
    assert client_of("430105", Role.REVIEWER).get("/u/430105/quality").status_code == 403


def test_the_desk_counts(client_of: ClientOf, country: Country, at: datetime) -> None:
    odd(country, at)
    odd(country, at, code="430111")

    def card(code: str) -> list[tuple[str, int | None]]:
        cards = client_of(code, Role.LEADER).get(f"/u/{code}/").context["page"].cards
        [found] = [one for one in cards if one.title == "数据质量"]
        return [(line.label, line.count) for line in found.lines]

    assert card("430105") == [("待说明的数据疑点", 1), ("已说明的数据疑点", 0)]
    assert card("430100") == [("待说明的数据疑点", 0), ("已说明的数据疑点", 0), ("下级工会待说明的疑点", 2)]
    assert card("440304") == [("待说明的数据疑点", 0), ("已说明的数据疑点", 0)]
    body = Client().get("/metrics").content.decode()
    assert 'data_quality_tickets{state="open"} 2.0' in body
    assert 'data_quality_tickets{state="explained"} 0.0' in body


def test_the_pages_cost_the_same_few_statements(client_of: ClientOf, country: Country, at: datetime) -> None:
    ticket = odd(country, at)
    for code, path, expected in (
        ("430105", "quality", 7),
        ("430100", "quality", 7),
        ("430100", "quality/unions/430105", 7),
        ("430105", f"quality/tickets/{ticket.pk}", 7),
    ):
        client = client_of(code, Role.LEADER)
        client.get(f"/u/{code}/{path}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/u/{code}/{path}")
        statements = [one["sql"] for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "SET search"))]
        assert len(statements) == expected, (path, "\n".join(statements))
