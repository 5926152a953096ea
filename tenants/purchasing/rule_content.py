"""
What a rule says, by its kind: how it is read from what was entered, and what is missing before it may be in force.

Shape: as `PurchaseRule.content`. Source: E12-E15, E34; Appendix C.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from typing import Any

from commons.documents.templates import checked
from commons.kit.errors import DomainError, Invalid
from tenants.purchasing.contract_variables import VARIABLES
from tenants.purchasing.enums import RuleKind
from tenants.purchasing.rules import Thresholds

# A satisfaction item weighs at least this much where satisfaction is measured. Units: per cent. Source: §2.6 IndicatorSystem, C1.
SATISFACTION_MIN = Decimal(20)
MEASURES_SATISFACTION = frozenset({RuleKind.MIDTERM_SYSTEM, RuleKind.PERFORMANCE_SYSTEM})
WHOLE = Decimal(100)
MOST_ROWS = 60


def read(kind: RuleKind, given: Mapping[str, Any]) -> dict[str, Any]:
    """
    The content as it is kept, from what was entered: every number one, every code once, every variable known.

    Raises: Invalid.
    """
    if kind is RuleKind.MEASURES:
        return _thresholds(given)
    if kind.is_system:
        return _system(given)
    if kind.is_template:
        return _template(given)
    return {"text": str(given.get("text", "")).strip()}


def problems(kind: RuleKind, content: Mapping[str, Any]) -> list[str]:
    """What has to be mended before the rule may be in force; empty when nothing."""
    if kind.is_system:
        return _system_problems(kind, content)
    if kind.is_template:
        clauses = content.get("clauses", [])
        if not clauses:
            return ["还没有条款。"]
        return [] if any(one["mandatory"] for one in clauses) else ["至少要有一条必备条款。"]
    if kind is RuleKind.MEASURES:
        return []
    return [] if content.get("text") else ["还没有正文。"]


def total_weight(content: Mapping[str, Any]) -> Decimal:
    """Units: per cent."""
    return sum((Decimal(str(item["weight"])) for item in content.get("items", [])), Decimal(0))


def _system_problems(kind: RuleKind, content: Mapping[str, Any]) -> list[str]:
    items = content.get("items", [])
    if not items:
        return ["还没有指标。"]
    found = []
    if (total := total_weight(content)) != WHOLE:
        found.append(f"指标权重合计{plain(total)}%，须为100%。")
    if kind in MEASURES_SATISFACTION:
        weight = sum((Decimal(str(one["weight"])) for one in items if one["is_satisfaction"]), Decimal(0))
        if weight < SATISFACTION_MIN:
            found.append(f"职工满意度指标权重合计{plain(weight)}%，不得低于{plain(SATISFACTION_MIN)}%。")
    return found


def plain(number: Decimal) -> str:
    """100.00 → 100."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(text: object, name: str, *, least: Decimal, most: Decimal) -> str:
    """
    A number as text.

    Raises: Invalid.
    """
    try:
        value = Decimal(str(text).strip())
    except InvalidOperation:
        value = least - 1
    if not value.is_finite() or not least <= value <= most:
        raise Invalid({"": [f"{name}须为{plain(least)}至{plain(most)}的数。"]})
    return plain(value)


def _thresholds(given: Mapping[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for one in fields(Thresholds):
        said = given.get(one.name)
        if said in (None, ""):
            continue
        label = THRESHOLD_LABELS[one.name][0]
        most = WHOLE if one.name in _SHARES else Decimal(5) if one.name == "satisfaction_min" else Decimal(10) ** 10
        value = number(said, label, least=Decimal(0), most=most)
        if isinstance(one.default, int):
            if "." in value:
                raise Invalid({one.name: [f"{label}须为整数。"]})
            content[one.name] = int(value)
        else:
            content[one.name] = value
    if int(content.get("panel_size", 3)) % 2 == 0:
        raise Invalid({"panel_size": ["评审组人数须为单数。"]})
    if text := str(given.get("text", "")).strip():
        content["text"] = text
    return content


def _system(given: Mapping[str, Any]) -> dict[str, Any]:
    items: list[dict[str, Any]] = []
    for place, row in enumerate(_rows(given, "items"), start=1):
        name = str(row.get("name", "")).strip()
        if not name:
            raise Invalid({"": [f"第{place}行指标没有名称。"]})
        items.append(
            {
                "code": str(row.get("code") or f"item{place}"),
                "name": name[:80],
                "weight": number(row.get("weight", ""), f"“{name}”的权重", least=Decimal("0.01"), most=WHOLE),
                "max": number(row.get("max") or 100, f"“{name}”的满分", least=Decimal(1), most=Decimal(1000)),
                "guide": str(row.get("guide", "")).strip()[:500],
                "is_satisfaction": bool(row.get("is_satisfaction")),
            }
        )
    _once([item["code"] for item in items], "指标代码")
    mark = number(given.get("pass_mark") or 60, "合格分", least=Decimal(0), most=WHOLE)
    return {"items": items, "pass_mark": mark}


def _template(given: Mapping[str, Any]) -> dict[str, Any]:
    clauses: list[dict[str, Any]] = []
    for place, row in enumerate(_rows(given, "clauses"), start=1):
        title, text = str(row.get("title", "")).strip(), str(row.get("text", "")).strip()
        if not title or not text:
            raise Invalid({"": [f"第{place}条须有标题和内容。"]})
        try:
            checked(text, VARIABLES)
        except DomainError as refused:
            raise Invalid({"": [f"第{place}条“{title}”：{refused.message}"]}) from refused
        code = str(row.get("code") or f"clause{place}")
        clauses.append({"code": code, "title": title[:80], "text": text, "mandatory": bool(row.get("mandatory"))})
    _once([clause["code"] for clause in clauses], "条款代码")
    return {"clauses": clauses}


def _rows(given: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    rows = given.get(name) or []
    if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise Invalid({"": [f"{name} 须为若干行，每行写明各栏的内容。"]})
    if len(rows) > MOST_ROWS:
        raise Invalid({"": [f"最多{MOST_ROWS}行。"]})
    return rows


def _once(codes: Sequence[str], what: str) -> None:
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise Invalid({"": [f"{what}重复：{'、'.join(twice)}。"]})


_SHARES = frozenset({"last_share_min", "satisfaction_share_min", "line_shift_max"})
# By threshold: its label, its unit, what it is for.
THRESHOLD_LABELS: dict[str, tuple[str, str, str]] = {
    "direct_max": ("直接委托金额上限", "元", "预算超过的项目不能直接委托。"),
    "third_party_min": ("须第三方监管的起点金额", "元", "预算达到的项目须签订第三方监管合同。"),
    "min_days": ("公告最短期限", "天", ""),
    "min_bids": ("首次招募最少申报数", "份", ""),
    "min_bids_again": ("再次招募最少申报数", "份", ""),
    "panel_size": ("评审组人数", "人", "须为单数。"),
    "publicity_days": ("结果公示期", "个工作日", ""),
    "objection_days": ("异议答复期限", "个工作日", ""),
    "appeal_days": ("评估结论申诉期", "天", ""),
    "midterm_free_months": ("可不作中期评估的实施期", "个月", "实施期短于此的项目可以不作中期评估。"),
    "last_share_min": ("尾款最低比例", "%", "尾款在绩效考核合格后支付。"),
    "satisfaction_sample_min": ("满意度最少样本", "份", ""),
    "satisfaction_share_min": ("满意度样本占服务人数最低比例", "%", "与最少样本满足其一即可。"),
    "satisfaction_min": ("需求视为满足的平均满意度", "分", "按1至5分。"),
    "line_shift_max": ("预算科目间可自行调剂的比例", "%", ""),
    "report_months": ("进展报告的间隔", "个月", ""),
    "report_due_days": ("进展报告的提交期限", "天", "自每个报告期结束之日起。"),
    "final_report_due_days": ("经费决算报告的提交期限", "天", "自合同期满之日起。"),
    "block_years": ("考核不合格后停止承接", "年", ""),
}
