"""A file of planned changes: its columns declared once, read row by row, each row a Plan or a sentence about what is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from commons.access.actors import Actor
from commons.boundaries import plans, selectors
from commons.boundaries.enums import ChangeKind
from commons.boundaries.models import TreeChange
from commons.boundaries.plans import Plan
from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import DomainError

COLUMNS = {
    "kind": "move、redefine、merge、split、close、industrial",
    "union": "被调整的工会代码，曾用代码也可",
    "other": "新的上级、并入、接收或归口的工会代码",
    "on": "生效日期，某月 1 日，如 2027-01-01",
    "reason": "原因",
    "document": "批复文号，可不填",
    "code": "新的代码（redefine）",
    "level": "新的层级（redefine）：province、city、district",
    "name": "新的全称（redefine）",
    "short_name": "新的简称（redefine）",
    "regions": "划出的行政区划代码，以空格分隔（split）",
    "organizations": "划出的统一社会信用代码或台账编号，以空格分隔（split）",
}


@dataclass(frozen=True)
class Outcome:
    """What became of one row: `made` or `standing` is the change; `fault` says what is wrong."""

    line: int
    made: TreeChange | None = None
    standing: TreeChange | None = None
    fault: str = ""


def template() -> str:
    return ",".join(COLUMNS) + "\n"


def plan_all(content: bytes, *, by: Actor, at: datetime) -> Iterator[Outcome]:
    """
    Plan row by row, each in a transaction of its own; what is planned or in force already is left as it is.

    A file may therefore be given again after it was mended, or after it was killed.
    """
    for line, row in enumerate(csv.DictReader(io.StringIO(_text(content))), start=2):
        said = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if not any(said.values()):
            continue
        try:
            plan = _plan(said)
            if standing := plan.standing():
                yield Outcome(line, standing=standing)
            else:
                yield Outcome(line, made=plan.make(by=by, at=at))
        except DomainError as refusal:
            yield Outcome(line, fault=refusal.message)
        except ValueError as problem:
            yield Outcome(line, fault=str(problem))


def _plan(said: Mapping[str, str]) -> Plan:
    if said["kind"] not in {kind.value for kind in ChangeKind}:
        raise ValueError(f"kind “{said['kind']}”不是可选的类型：{COLUMNS['kind']}。")
    if said["level"] and said["level"] not in {level.value for level in Level}:
        raise ValueError(f"level “{said['level']}”不是可选的层级。")
    kind, union = ChangeKind(said["kind"]), _union(said["union"])
    rule = (
        plans.rule_of(union, regions=said["regions"], names=said["organizations"]) if kind is ChangeKind.SPLIT else {}
    )
    return Plan(
        kind=kind,
        union=union,
        on=_day(said["on"]),
        reason=said["reason"],
        document=said["document"],
        other=_union(said["other"]) if said["other"] else None,
        code=said["code"],
        level=Level(said["level"]) if said["level"] else None,
        name_zh=said["name"],
        short_name_zh=said["short_name"],
        rule=rule,
    )


def _union(code: str) -> TradeUnion:
    found = selectors.by_any_code(code)
    if found is None:
        raise ValueError(f"没有代码为“{code}”的工会。")
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"on “{text}”不是日期，请写成 2027-01-01 的样子。") from None


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")
