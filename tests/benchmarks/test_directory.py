"""Searching 900,000 organizations for what people type: parts of names, with and without filters."""

import random
import statistics
import time
from typing import Any

import pytest
from django.db import connection

from commons.access.actors import system
from commons.directory import grams, selectors
from commons.directory.models import RegisteredOrganization

pytestmark = pytest.mark.django_db
ROWS = 900_000
QUERIES = 200
_PLACES = [
    "长沙市",
    "开福区",
    "雨花区",
    "广州市",
    "深圳市",
    "福田区",
    "上海市",
    "浦东新区",
    "成都市",
    "武侯区",
    "北京市",
    "朝阳区",
    "西安市",
    "重庆市",
    "渝中区",
    "杭州市",
]
_WORDS = "和平安康明远博爱同心致远新星晨光春晖阳光幸福美好启航乐业众诚弘毅德馨嘉禾瑞祥华夏蓝天绿洲暖阳彩虹希望"
_SUBJECTS = [
    "社会工作",
    "法律援助",
    "职工服务",
    "志愿者",
    "文化体育",
    "劳动关系",
    "心理健康",
    "家政服务",
    "物流行业",
    "快递行业",
    "养老服务",
    "女职工",
]
_KINDS = ["服务中心", "协会", "促进会", "联合会", "基金会", "研究会", "联谊会", "发展中心", "商会", "学会"]
_REGIONS = ["430105", "430111", "440103", "440304", "310115", "510107", "110105", "610113", "500103", "330102"]
# How often people filter by region as well.
_WITH_REGION = 0.3


@pytest.fixture
def names(country: object) -> list[str]:
    """The names, each in the directory; loaded by COPY, indexes made afterwards, all rolled back in the end."""
    chance = random.Random(900)
    made = [
        chance.choice(_PLACES)
        + "".join(chance.sample(_WORDS, chance.choice([2, 2, 3])))
        + chance.choice(_SUBJECTS)
        + chance.choice(_KINDS)
        for _ in range(ROWS)
    ]
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX directory_organization_grams")
        cursor.copy_expert(_COPY, _Lines(made, chance))
        cursor.execute(
            "CREATE INDEX directory_organization_grams ON directory_registeredorganization USING gin (grams)"
        )
        cursor.execute("ANALYZE directory_registeredorganization")
    assert RegisteredOrganization.objects.count() == ROWS
    return made


def test_search(benchmark: Any, names: list[str]) -> None:
    """Words are what people type: a place, a subject, an own name. Substrings are any characters in a row."""
    chance = random.Random(7)
    words = [_words(chance.choice(names), chance) for _ in range(QUERIES)]
    substrings = [_substring(chance.choice(names), chance) for _ in range(QUERIES)]
    for question in words + substrings:
        _took_ms(question)

    took = benchmark.pedantic(lambda: [_took_ms(question) for question in words], rounds=1)
    benchmark.extra_info.update({"rows": ROWS, **_quantiles("words", took)})
    benchmark.extra_info.update(_quantiles("substrings", [_took_ms(question) for question in substrings]))


def _took_ms(question: dict[str, str]) -> float:
    begin = time.perf_counter()
    found = selectors.search(actor=system("benchmark"), **question)
    took = (time.perf_counter() - begin) * 1000
    assert found.rows or "region" in question
    return took


def _quantiles(name: str, took: list[float]) -> dict[str, float]:
    parts = statistics.quantiles(took, n=100)
    return {f"{name}_p50_ms": round(parts[49], 1), f"{name}_p95_ms": round(parts[94], 1)}


def _words(name: str, chance: random.Random) -> dict[str, str]:
    place = next(place for place in _PLACES if name.startswith(place))
    subject = next(subject for subject in _SUBJECTS if subject in name)
    own, kind = name[len(place) :].split(subject)
    text = chance.choice([place, own, subject, place + own, own + subject, subject + kind, f"{place} {subject}", name])
    if text == subject and chance.random() < _WITH_REGION:
        return {"text": subject, "region": chance.choice(["430000", "430105", "440304"])}
    return {"text": text}


def _substring(name: str, chance: random.Random) -> dict[str, str]:
    length = chance.choice([2, 2, 3, 4, 6])
    start = chance.randrange(len(name) - length + 1)
    return {"text": name[start : start + length]}


_COPY = """
COPY directory_registeredorganization (id, uscc, name, org_type, registration_status, registration_authority,
 registration_level, region_code, business_supervisor_name, legal_representative, address, business_scope, rating_grade,
 source, source_on, grams, updated_at) FROM STDIN
"""


class _Lines:
    """The rows as COPY reads them."""

    def __init__(self, names: list[str], chance: random.Random) -> None:
        self._lines = self._made(names, chance)

    def read(self, size: int) -> str:
        """About `size` characters, '' at the end."""
        parts: list[str] = []
        length = 0
        for line in self._lines:
            parts.append(line)
            length += len(line)
            if length >= size:
                break
        return "".join(parts)

    def _made(self, names: list[str], chance: random.Random) -> Any:
        for number, name in enumerate(names):
            region = chance.choice(_REGIONS)
            marks = grams.grams(name) + grams.marks(org_type="social_group", region=region)
            yield (
                f"00000000-0000-7000-8000-{number:012d}\t51{region}{number:010d}\t{name}\tsocial_group\tregistered\t\t\t"
                f"{region}\t\t\t\t\t\tunion\t2026-01-01\t{{{','.join(marks)}}}\t2026-01-01\n"
            )
