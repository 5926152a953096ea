"""/u/<code>/fairness: who reads it, what stands on it, and what of a neighbour does not."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy.door import inside
from tenants.purchasing.pages.fairness import lorenz
from tests.factories import purchase_rows as make
from tests.tenants.purchasing.figures.asking import fold_all

Country = dict[str, TradeUnion]
DAY = date(2026, 3, 2)


def some(country: Country) -> None:
    with inside(country["430105"]):
        founded = make.provider(name="开福区职工之家", founding_mode="union_founded")
        make.award("300.00", DAY, founded)
        make.award("100.00", DAY, make.provider(name="启航服务中心"), is_first_award=True)
        make.purchase(
            amount=Decimal("60.00"),
            of={"method": "direct", "direct_reason": "唯一具备资质的单位"},
            provider=make.provider(name="长沙市心理学会"),
        )
        sealed = make.call(make.project(), state="published", confirmed_on=None)
        make.bid(sealed, "submitted")
    with inside(country["430111"]):
        make.award("900.00", DAY, make.provider(name="雨花区邻居中心"), is_first_award=True)
    for code, members in (("430105", 10_000), ("430111", 20_000)):
        with inside(country[code]):
            make.capacity(2026, union_members_count=members)
    with inside(country["430111"]):
        make.purchase(amount=Decimal("40.00"))
    fold_all(country)


@pytest.mark.parametrize("role", [Role.LEADER, Role.UNION_ADMIN])
def test_the_page_tells_figures_and_reasons_of_the_own_union(
    country: Country, client_of: Callable[..., Client], role: Role
) -> None:
    some(country)
    text = client_of("430105", role).get("/u/430105/fairness?year=2026").content.decode()
    for told in (
        "区域投入差异",
        "唯一具备资质的单位",
        "长沙市心理学会",
        "开福区职工之家",
        "启航服务中心",
        "300.00",
        "75.00%",
        "25.00%",
        "洛伦兹曲线",
        "共定标 2 次，其中 1 次",
        "不设比例要求",
    ):
        assert told in text, told
    assert "雨花区邻居中心" not in text
    assert "900.00" not in text


def test_a_city_compares_its_districts_by_their_members(country: Country, client_of: Callable[..., Client]) -> None:
    some(country)
    page = client_of("430100", Role.LEADER).get("/u/430100/fairness?year=2026").context["page"]
    part = next(part for part in page.parts if part.slug == "children")
    told = {row.cells[0].text: row.cells[3].text for row in part.rows}
    assert told[country["430105"].short_name_zh] == "60.00"
    assert told[country["430111"].short_name_zh] == "20.00"
    assert {figure.code: figure.text for figure in page.figures}["FAIR-07"].startswith("3")
    # Of the districts' own records a city reads numbers alone.
    assert all(not part.rows for part in page.parts if part.slug in {"direct", "first", "concentration"})


@pytest.mark.parametrize("role", [Role.UNION_STAFF, Role.REVIEWER, Role.ORG_USER])
def test_others_are_refused(country: Country, client_of: Callable[..., Client], role: Role) -> None:
    assert client_of("430105", role).get("/u/430105/fairness").status_code == 403


def test_the_statements_do_not_grow_with_the_records(country: Country, client_of: Callable[..., Client]) -> None:
    some(country)
    client = client_of("430105", Role.LEADER)
    client.get("/u/430105/fairness?year=2026")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as sql:
            client.get("/u/430105/fairness?year=2026")
        counts.append(len([one for one in sql if "SAVEPOINT" not in one["sql"] and "search_path" not in one["sql"]]))
        with inside(country["430105"]):
            for _ in range(5):
                make.award("10.00", DAY, is_first_award=True)
                make.purchase(of={"method": "direct"})
    assert counts[0] == counts[1]
    assert counts[0] == 17


def test_lorenz_begins_at_nothing_and_ends_at_all() -> None:
    told = lorenz([Decimal(30), Decimal(10)])
    assert told["series"] == [
        {"name": "实际累计", "values": [0.0, 25.0, 100.0]},
        {"name": "完全平均", "values": [0.0, 50.0, 100.0]},
    ]
