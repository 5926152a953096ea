"""Beside the figures of a page: the average of the parent's unions (V8), and that later changes wait (SM-25)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.rollup.fold import fold
from commons.tenancy.door import inside
from tests.commons.rollup.periods.asking import close, months
from tests.commons.rollup.test_averages import cell, city
from tests.factories import organizations as make

__all__ = ["city"]

ClientOf = Callable[..., Client]
Country = dict[str, TradeUnion]
WAITS = "迟报变更，尚未并入：显示的仍是最近一版的数"


def notes(client: Client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return [card.note for card in answer.context["page"].figures if "上级所辖平均" in card.note]


@pytest.mark.usefixtures("db")
def test_the_average_stands_on_the_own_page_alone(city: Country, client_of: ClientOf) -> None:
    leader = client_of("430105", Role.LEADER)
    here = "/u/430105/numbers?period=2026-11"
    assert notes(leader, here) == []
    cell(city["430112"], "org_ledger", 5)
    cell(city["430112"], "org_entries", 10)
    cache.clear()
    assert notes(leader, here) == [
        "上级所辖平均 16.4（5 家工会）",
        "分子 30，分母 40；上级所辖平均 41.00%（5 家工会）",
    ]
    assert notes(leader, f"{here}&scope=own") == notes(leader, f"{here}&boundaries=today") == []
    # Above, the children themselves are seen; the nation has no parent.
    assert notes(client_of("430100", Role.LEADER), "/u/430100/numbers/430105?period=2026-11") == []
    assert notes(client_of("000000", Role.LEADER), "/u/000000/numbers?period=2026-11") == []


def test_a_closed_period_says_that_later_changes_wait(country: Country, client_of: ClientOf) -> None:
    with inside(country["430105"]):
        make.organization(active_on=date(2024, 12, 1))
    fold(country["430105"])
    close(*months(2025, 1, 1))
    leader = client_of("430100", Role.LEADER)
    path = "/u/430100/numbers?period=2025-01"
    assert WAITS not in leader.get(path).content.decode()
    with inside(country["430105"]):
        make.organization(active_on=date(2024, 12, 5))
    fold(country["430105"])
    page = leader.get(path)
    assert WAITS in page.content.decode()
    assert next(card.value for card in page.context["page"].figures if card.code == "ORG-01") == 1
    assert WAITS not in leader.get("/u/430100/numbers?period=2025-02").content.decode()
    assert WAITS not in leader.get(f"{path}&as_of=2026-11-25T10:00").content.decode()
