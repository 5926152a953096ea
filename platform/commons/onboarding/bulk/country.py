"""The whole country from its divisions, with believable people who answer for the work, and a check of the result."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection

from commons.hierarchy import naming
from commons.hierarchy.actions import Answerable
from commons.hierarchy.enums import Level, UnionState
from commons.hierarchy.models import Division, TradeUnion
from commons.kit.errors import NotFound
from commons.onboarding.bulk.columns import Row
from commons.tenancy import template

_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马胡朱郭何罗高林郑梁谢唐许冯宋韩邓彭曹曾田萧潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石"
    "金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
_GIVEN = [
    *["建国", "志强", "卫东", "国庆", "海燕", "丽华", "秀英", "文斌", "晓明", "建华", "红梅", "永刚", "春梅", "俊杰"],
    *["雪梅", "德明", "桂兰", "立新", "玉兰", "伟", "敏", "静", "磊", "军", "洋", "勇", "艳", "涛", "明", "超", "霞"],
    *["平", "刚", "芳", "娜", "强", "婷", "鹏", "慧", "辉", "莉", "斌", "颖", "波", "琳", "宁", "欣怡", "子涵", "思远"],
    *["雅琴", "振宇", "海波", "小红", "金凤", "家豪", "佳慧", "文静", "志远", "明辉", "晓燕", "国华"],
]
_DEPARTMENTS = {
    Level.NATIONAL: ["社会联络部"],
    Level.PROVINCE: ["权益保障部", "基层工作部", "社会联络部"],
    Level.CITY: ["基层工作部", "权益保障部", "组织部"],
    Level.DISTRICT: ["基层工作部", "办公室", "职工服务中心"],
}


def rows(*, under: str = "", levels: Collection[Level] = ()) -> list[Row]:
    """
    One row per division, parents first: of the country, or of one division with what stands above it.

    Raises: NotFound for an unknown code.
    """
    divisions = {division.pk: division for division in Division.objects.order_by("code")}
    wanted = set(divisions)
    if under:
        if under not in divisions:
            raise NotFound()
        wanted = {code for code in divisions if under in _line(divisions, code)} | set(_line(divisions, under))
    return [
        _row(number, divisions[code])
        for number, code in enumerate(sorted(wanted), start=2)
        if not levels or divisions[code].level in levels
    ]


def _line(divisions: dict[str, Division], code: str) -> list[str]:
    """The division and what stands above it."""
    found: list[str] = []
    at: str | None = code
    while at is not None:
        found.append(at)
        at = divisions[at].parent_id
    return found


def _row(number: int, division: Division) -> Row:
    level = Level(division.level)
    # The same people for the same division, in every run and on every machine.
    chance = random.Random(f"responsible {division.pk}")
    return Row(
        line=number,
        code=division.pk,
        level=level,
        parent_code=division.parent_id or "",
        name=naming.NATION_NAME if level == Level.NATIONAL else "",
        answerable=Answerable(
            leader_in_charge=_person(chance),
            responsible_department=chance.choice(_DEPARTMENTS[level]),
            dedicated_person=_person(chance),
        ),
    )


def _person(chance: random.Random) -> str:
    return chance.choice(_SURNAMES) + chance.choice(_GIVEN)


@dataclass
class Check:
    """What was found: how many active unions per level of those wanted, and what is not as it should be."""

    wanted: Counter[Level] = field(default_factory=Counter)
    active: Counter[Level] = field(default_factory=Counter)
    tables: int = 0
    problems: list[str] = field(default_factory=list)


def check(expected: list[Row]) -> Check:
    """
    Look at every union that `expected` names: it is there and active, its schema has the template's tables, and a
    query in it answers.
    """
    found = Check(wanted=Counter(row.level or Level.DISTRICT for row in expected))
    unions = {union.code: union for union in TradeUnion.objects.filter(code__in=[row.code for row in expected])}
    tables = _tables()
    found.tables = tables.get(template.SCHEMA, 0)
    for row in expected:
        union = unions.get(row.code)
        if union is None or union.state not in {UnionState.ACTIVE, UnionState.SUSPENDED}:
            found.problems.append(f"{row.code}：没有启用")
            continue
        found.active[Level(union.level)] += 1
        if tables.get(union.schema_name) != found.tables:
            has = tables.get(union.schema_name, 0)
            found.problems.append(f"{row.code}：数据结构有 {has} 张表，应为 {found.tables} 张")
    schemas = [union.schema_name for union in unions.values() if union.schema_name in tables]
    # A backend remembers every table it has opened, so each batch gets a new one.
    for start in range(0, len(schemas), 300):
        batch = schemas[start : start + 300]
        with connection.cursor() as cursor:
            asked = " UNION ALL ".join(f'SELECT count(*) FROM "{schema}".django_migrations' for schema in batch)
            cursor.execute(asked)
            silent = [schema for schema, (count,) in zip(batch, cursor.fetchall(), strict=True) if not count]
        found.problems += [f"{schema}：试查询没有结果" for schema in silent]
        if not connection.in_atomic_block:
            connection.close()
    return found


def _tables() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname, count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind = 'r' GROUP BY n.nspname"
        )
        return dict(cursor.fetchall())
