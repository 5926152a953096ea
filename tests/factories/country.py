"""A small real country: the unions that most tests speak of, each with its schema."""

from datetime import UTC, date, datetime

from commons.hierarchy import lineage
from commons.hierarchy.enums import Level, UnionState
from commons.hierarchy.models import Division, Parentage, Responsibility, TradeUnion
from commons.tenancy import provision, template

FOUNDED_AT = datetime(2024, 1, 1, tzinfo=UTC)

# code, name, level, parent. 浦东 hangs directly under its municipality.
UNIONS = [
    ("000000", "中华全国总工会", Level.NATIONAL, None),
    ("430000", "湖南省总工会", Level.PROVINCE, "000000"),
    ("430100", "长沙市总工会", Level.CITY, "430000"),
    ("430105", "长沙市开福区总工会", Level.DISTRICT, "430100"),
    ("430111", "长沙市雨花区总工会", Level.DISTRICT, "430100"),
    ("440000", "广东省总工会", Level.PROVINCE, "000000"),
    ("440300", "深圳市总工会", Level.CITY, "440000"),
    ("440304", "深圳市福田区总工会", Level.DISTRICT, "440300"),
    ("310000", "上海市总工会", Level.PROVINCE, "000000"),
    ("310115", "上海市浦东新区总工会", Level.DISTRICT, "310000"),
]


def schema_name(code: str, level: Level) -> str:
    return "acftu" if level is Level.NATIONAL else f"{level.value[0]}{code}"


def build() -> None:
    """Make the unions and their schemas; committed once per test session."""
    made: dict[str, TradeUnion] = {}
    shape = template.current()
    for code, name, level, parent_code in UNIONS:
        made[code] = union(code, name, level, made[parent_code] if parent_code else None)
        provision.create_schema(made[code], shape=shape)


def union(code: str, name: str, level: Level, parent: TradeUnion | None) -> TradeUnion:
    """One active union with a complete responsibility (A12), without a schema."""
    row = TradeUnion.objects.create(
        code=code,
        schema_name=schema_name(code, level),
        name_zh=name,
        short_name_zh=name.removesuffix("总工会"),
        level=level,
        parent=parent,
        division=Division.objects.filter(pk=code).first(),
        state=UnionState.ACTIVE,
        active_since=FOUNDED_AT,
        created_at=FOUNDED_AT,
    )
    row.path = [*(parent.path if parent else []), row.pk]
    row.save(update_fields=["path"])
    Parentage.objects.create(union=row, parent=parent, from_on=date(2024, 1, 1))
    lineage.add(row)
    Responsibility.objects.create(
        union=row,
        leader_in_charge="周建国",
        responsible_department="基层工作部",
        dedicated_person="李敏",
        from_on=date(2024, 1, 1),
    )
    return row
