"""Changes of the tree in an officer's words."""

from __future__ import annotations

from commons.boundaries.enums import ChangeKind
from commons.boundaries.models import TreeChange
from commons.boundaries.plans import Plan
from commons.boundaries.transfer import choosing
from commons.hierarchy.enums import Level


def sentence(change: TreeChange | Plan) -> str:
    """“长沙市开福区总工会”的上级改为“深圳市总工会”."""
    kind, named = ChangeKind(change.kind), getattr(change, "union_name", "") or change.union.name_zh
    union = f"“{named}”"
    other = f"“{change.other.name_zh}”" if change.other else ""
    if kind is ChangeKind.MOVE:
        return f"{union}的上级改为{other}"
    if kind is ChangeKind.MERGE:
        return f"{union}撤并到{other}"
    if kind is ChangeKind.SPLIT:
        return f"{union}的{choosing.told(change.rule)}划转到{other}"
    if kind is ChangeKind.CLOSE:
        return f"{union}终止"
    if kind is ChangeKind.INDUSTRIAL:
        return f"{union}归口{other}" if other else f"{union}不再归口产业工会"
    said = [
        f"更名为“{change.name_zh}”" if change.name_zh else "",
        f"简称改为“{change.short_name_zh}”" if change.short_name_zh else "",
    ]
    said += [
        f"代码改为 {change.code}" if change.code else "",
        f"改为{Level.label_of(change.level)}" if change.level else "",
    ]
    return union + "、".join(part for part in said if part)
