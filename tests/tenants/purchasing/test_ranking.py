"""Locked scores come to an order of bids, by the worked table. Source: E14; Appendix C1; 同等条件下优先."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from decimal import Decimal

from tenants.purchasing import ranking, weighing
from tenants.purchasing.ranking import Placed
from tests.factories.purchasing.calls import ITEMS

SHEETS = ((80, 90, 70, 60, 95, 50), (90, 80, 75, 65, 90, 60), (85, 88, 80, 70, 85, 40))
SEED = "0f" * 32


def sheet(points: tuple[int, ...]) -> dict[str, str]:
    return {str(item["code"]): str(one) for item, one in zip(ITEMS, points, strict=True)}


def test_the_worked_table() -> None:
    items = weighing.items_of({"items": ITEMS})
    totals = [ranking.total(items, sheet(points)) for points in SHEETS]
    assert totals == [Decimal("76.7500"), Decimal("77.7500"), Decimal("78.0000")]
    assert ranking.mean(items, [sheet(points) for points in SHEETS]) == Decimal("77.5000")


def test_the_mean_is_rounded_once_and_half_up() -> None:
    items = weighing.items_of({"items": [{"code": "a", "name": "甲", "weight": 100, "max": 100}]})
    assert ranking.mean(items, [{"a": "1"}, {"a": "1"}, {"a": "0"}]) == Decimal("0.6667")
    thirds = weighing.items_of({"items": [{"code": "a", "name": "甲", "weight": 100, "max": 3}]})
    assert ranking.mean(thirds, [{"a": "1"}, {"a": "2"}]) == Decimal("50.0000")


def test_points_are_within_the_item() -> None:
    items = weighing.items_of({"items": ITEMS[:2]})
    assert ranking.wrong(items, {"need": "100", "plan": "0.25"}, complete=True) == {}
    assert ranking.wrong(items, {"need": "100.01", "plan": "x", "past": "1"}, complete=False) == {
        "need": "“需求理解”的分数须在 0 至 100 之间，最多两位小数。",
        "plan": "“服务方案”的分数须为数字。",
        "past": "评分表中没有“past”这一项。",
    }
    assert ranking.wrong(items, {"need": "80", "plan": " "}, complete=False) == {}
    assert ranking.wrong(items, {"need": "80", "plan": " "}, complete=True) == {"plan": "请为“服务方案”打分。"}


def test_equal_scores_go_by_union_then_price_then_the_draw() -> None:
    one = Placed("one", Decimal("80.0000"), False, Decimal("90000.00"), "r1")
    best = replace(one, key="best", score=Decimal("80.0001"), price=Decimal("99999.99"))
    union = replace(one, key="union", has_union=True, price=Decimal("95000.00"))
    cheap = replace(one, key="cheap", price=Decimal("89999.99"))
    other = replace(one, key="other", receipt="r2")
    found = [placed.key for placed in ranking.order([one, other, cheap, union, best], seed=SEED)]
    assert found[:3] == ["best", "union", "cheap"]
    # As anyone can compute it again.
    drawn = {
        key: hashlib.sha256(f"{SEED}\n{receipt}".encode()).hexdigest()
        for key, receipt in (("one", "r1"), ("other", "r2"))
    }
    assert found[3:] == sorted(drawn, key=drawn.__getitem__)
