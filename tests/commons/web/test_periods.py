"""统计期: the list, one period, confirming, closing and revising, and what a neighbour does not learn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.rollup.models import PeriodConfirmation, PeriodRevision, ReportingPeriod
from tests.commons.rollup.periods.asking import close, enter, months

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_list_tells_each_periods_state(client_of: ClientOf, country: Country) -> None:
    close(*months(2025, 1, 3), "2025-Q1")
    enter(country["430105"], date(2025, 1, 10))
    page = text(client_of("430000", Role.LEADER), "/u/430000/periods?year=2025")
    for name in ("2025年1月", "2025年12月", "2025年第一季度", "2025年下半年", "2025年"):
        assert f">{name}</a>" in page
    assert page.count("已关账</span>") == 4
    assert page.count("待关账</span>") == 15
    assert page.count("另有 1 批变更等待修订") == 4
    assert page.count("进行中</span>") == 0
    # A year that the list does not offer is this one.
    assert "2025年各月" not in text(client_of("430000", Role.LEADER), "/u/430000/periods?year=1999")


def test_a_national_administrator_closes_and_revises(client_of: ClientOf, country: Country) -> None:
    enter(country["430105"], date(2025, 1, 10))
    client = client_of("000000", Role.NATIONAL_ADMIN)
    page = text(client, "/u/000000/periods/2025-01")
    assert "尚未关账" in page
    assert "尚未确认的工会" in page
    assert "确认本级数据" not in page
    asked = text(client, "/u/000000/periods/2025-01/close")
    assert "关账不能撤销" in asked
    assert "还有 10 家工会没有确认本级数据：" in asked
    assert not PeriodRevision.objects.exists()
    assert client.post("/u/000000/periods/2025-01/close").status_code == 302
    page = text(client, "/u/000000/periods/2025-01")
    assert "已办理：为2025年1月关账。" in page
    assert "关账时的数" in page
    assert "立即修订" not in page
    client.post("/u/000000/periods/2025-01/close")
    assert "2025年1月已经关账" in text(client, "/u/000000/periods/2025-01")
    enter(country["430105"], date(2025, 1, 20))
    page = text(client, "/u/000000/periods/2025-01")
    assert "关账后又有变更，尚未并入" in page
    assert '现在显示" class="num">1 家</td><td data-label="修订后" class="num">2 家' in page
    assert client.post("/u/000000/periods/2025-01/revise", {"reason": ""}).status_code == 200
    assert PeriodRevision.objects.count() == 1
    assert client.post("/u/000000/periods/2025-01/revise", {"reason": "开福区补报"}).status_code == 302
    page = text(client, "/u/000000/periods/2025-01")
    assert "开福区补报（1 批变更）" in page
    assert "第 1 次修订" in page
    audit = text(client, "/u/000000/audit")
    assert "统计期关账" in audit
    assert "统计期修订" in audit


def test_a_longer_period_says_which_months_come_first(client_of: ClientOf, country: Country) -> None:
    close("2025-01", "2025-03")
    client = client_of("000000", Role.NATIONAL_ADMIN)
    client.post("/u/000000/periods/2025-Q1/close")
    assert "请先为2025年2月关账" in text(client, "/u/000000/periods/2025-Q1")
    assert ReportingPeriod.objects.filter(kind="quarter", closed_at__isnull=False).count() == 0


def test_a_unions_administrator_confirms_and_sees_who_below_has_not(client_of: ClientOf, country: Country) -> None:
    district, city = client_of("430105", Role.UNION_ADMIN), client_of("430100", Role.UNION_ADMIN)
    assert "核对" in text(district, "/u/430105/periods/2025-01/confirm")
    assert district.post("/u/430105/periods/2025-01/confirm").status_code == 302
    [row] = PeriodConfirmation.objects.all()
    assert row.union == country["430105"]
    page = text(district, "/u/430105/periods/2025-01")
    assert "1 家，共 1 家" in page
    assert 'href="/u/430105/periods/2025-01/confirm"' not in page
    page = text(city, "/u/430100/periods/2025-01")
    assert "1 家，共 3 家" in page
    assert "长沙市总工会、长沙市开福区总工会" not in page
    assert "长沙市总工会、长沙市雨花区总工会" in page
    assert 'href="/u/430100/periods/2025-01/confirm"' in page
    assert 'href="/u/430100/periods/2025-01/close"' not in page


def test_a_neighbour_learns_nothing_of_it(client_of: ClientOf, country: Country) -> None:
    """V7."""
    client_of("430105", Role.UNION_ADMIN).post("/u/430105/periods/2025-01/confirm")
    neighbour = client_of("430111", Role.UNION_ADMIN)
    page = text(neighbour, "/u/430111/periods/2025-01")
    assert "0 家，共 1 家" in page
    assert "开福" not in page
    assert "0 / 1" in text(neighbour, "/u/430111/periods?year=2025")
    for path in ("periods", "periods/2025-01", "periods/2025-01/confirm"):
        assert neighbour.get(f"/u/430105/{path}").status_code == 404
    assert neighbour.post("/u/430105/periods/2025-02/confirm").status_code == 404
    assert PeriodConfirmation.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "role", "statuses"),
    [
        ("000000", Role.NATIONAL_ADMIN, (200, 200, 403, 200, 200)),
        ("000000", Role.UNION_ADMIN, (200, 200, 200, 403, 403)),
        ("430105", Role.UNION_ADMIN, (200, 200, 200, 403, 403)),
        ("430105", Role.UNION_STAFF, (200, 200, 403, 403, 403)),
        ("430105", Role.LEADER, (200, 200, 403, 403, 403)),
        ("430105", Role.REVIEWER, (403, 403, 403, 403, 403)),
    ],
)
def test_who_may_what(client_of: ClientOf, code: str, role: Role, statuses: tuple[int, ...]) -> None:
    client = client_of(code, role)
    pages = ("periods", "periods/2025-01", *(f"periods/2025-01/{step}" for step in ("confirm", "close", "revise")))
    assert tuple(client.get(f"/u/{code}/{page}").status_code for page in pages) == statuses
    if code == "430105" and role is not Role.UNION_ADMIN:
        for page in pages[2:]:
            assert client.post(f"/u/{code}/{page}", {"reason": "补报"}).status_code == 403
        assert not ReportingPeriod.objects.exists()


@pytest.mark.parametrize("period", ["2025-13", "2025-01..2025-03", "abc", "0001-01", "2025-Q5"])
def test_what_is_no_period_is_not_found(client_of: ClientOf, period: str) -> None:
    client = client_of("000000", Role.NATIONAL_ADMIN)
    assert client.get(f"/u/000000/periods/{period}").status_code == 404
    assert client.post(f"/u/000000/periods/{period}/close").status_code == 404


def test_statements_do_not_grow_with_periods_or_unions(client_of: ClientOf, country: Country) -> None:
    client = client_of("000000", Role.NATIONAL_ADMIN)
    counts = []
    for closed in ([], months(2025, 1, 3), months(2025, 4, 9)):
        close(*closed)
        for path in ("/u/000000/periods?year=2025", "/u/000000/periods/2025-12"):
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            told = [one["sql"] for one in queries if "rollup_" in one["sql"] or "tradeunion" in one["sql"]]
            counts.append(len(told))
    assert counts[0::2] == [counts[0], counts[0] + 1, counts[0] + 1]
    assert counts[1::2] == [counts[1]] * 3
    assert (counts[0], counts[1]) == (7, 9)
