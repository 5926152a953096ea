"""Where each provincial union stands on the tile grid: neighbours stay neighbours, no outline is drawn."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

SHADES = 5


class Place(NamedTuple):
    """A provincial division's short name and its cell, counted from one."""

    short: str
    row: int
    col: int


PROVINCE_TILES: dict[str, Place] = {
    "230000": Place("黑龙江", 1, 7),
    "150000": Place("内蒙古", 2, 4),
    "220000": Place("吉林", 2, 7),
    "650000": Place("新疆", 3, 1),
    "620000": Place("甘肃", 3, 2),
    "640000": Place("宁夏", 3, 3),
    "140000": Place("山西", 3, 4),
    "110000": Place("北京", 3, 5),
    "120000": Place("天津", 3, 6),
    "210000": Place("辽宁", 3, 7),
    "630000": Place("青海", 4, 2),
    "610000": Place("陕西", 4, 3),
    "410000": Place("河南", 4, 4),
    "130000": Place("河北", 4, 5),
    "370000": Place("山东", 4, 6),
    "540000": Place("西藏", 5, 1),
    "510000": Place("四川", 5, 2),
    "500000": Place("重庆", 5, 3),
    "420000": Place("湖北", 5, 4),
    "340000": Place("安徽", 5, 5),
    "320000": Place("江苏", 5, 6),
    "310000": Place("上海", 5, 7),
    "530000": Place("云南", 6, 2),
    "520000": Place("贵州", 6, 3),
    "430000": Place("湖南", 6, 4),
    "360000": Place("江西", 6, 5),
    "330000": Place("浙江", 6, 6),
    "450000": Place("广西", 7, 3),
    "440000": Place("广东", 7, 4),
    "350000": Place("福建", 7, 5),
    "460000": Place("海南", 8, 4),
}


def shades(values: Sequence[int | float | Decimal | None]) -> list[int]:
    """Return a shade per value by rank: 0 where there is no figure, 1 (lowest fifth) to 5 (highest); ties share one."""
    ranked = sorted(value for value in values if value is not None)
    return [0 if value is None else 1 + bisect_left(ranked, value) * SHADES // len(ranked) for value in values]
