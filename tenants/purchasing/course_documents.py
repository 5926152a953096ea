"""The report of an evaluation and of a supervision visit as documents. Source: E14, E16; C2 visit record, score sheet, conclusion."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from commons.documents import Block, Closing, Document, Facts, Heading, Paragraph, Table, chinese_date
from tenants.purchasing.enums import Conclusion, EvaluationKind, EvaluationState, RiskLevel, VisitKind
from tenants.purchasing.models import Contract, Evaluation, ServiceProject, Visit
from tenants.purchasing.weighing import items_of, pass_mark_of


def evaluation_report(row: Evaluation, contract: Contract | None, *, union: str) -> Document:
    """What was evaluated by which system, the points, the conclusion; an appeal with its answer."""
    kind = EvaluationKind(row.kind)
    facts = [
        *_project(row.project, contract),
        ("指标体系", f"{row.system.title}（第{row.system.edition}版）" if row.system else ""),
    ]
    facts += [("评分人", row.scored_by_name), ("评分日期", _day(row.evaluated_on))]
    if kind != EvaluationKind.APPROVAL:
        told = f"{row.satisfaction:.2f}分，样本{row.sample}份" if row.satisfaction is not None else "没有满意度评价"
        facts.append(("职工满意度", told))
    blocks: list[Block] = [Facts(_filled(facts))]
    if row.system is not None and row.scores:
        blocks += [Heading("一、评分情况"), _points(row, pass_mark_of(row.system.content))]
    blocks += [Heading("二、评审意见"), *_paragraphs(row.comment)]
    blocks += [Heading("三、结论"), Paragraph(_concluded(row))]
    if row.appeal:
        blocks += [Heading("四、申诉和答复"), *_paragraphs(f"申诉理由：{row.appeal}")]
        blocks += _paragraphs(f"答复：{row.appeal_answer}" if row.appeal_answer else "申诉尚未答复。")
    blocks.append(Closing(_closing(union, row.final_on or row.concluded_on)))
    return Document(title=f"{kind.label}报告", blocks=blocks, number=row.project.number, author=union)


def visit_report(row: Visit, contract: Contract | None, *, union: str) -> Document:
    """What a visit found, what was to be put right and what was done."""
    facts = [
        *_project(row.project, contract),
        ("监督方式", VisitKind(row.kind).label),
        ("监督日期", _day(row.visit_on)),
        ("监管单位", row.contract.provider.name if row.contract is not None else union),
        ("监督人", row.inspected_by_name),
        ("风险等级", RiskLevel(row.risk).label if row.risk else ""),
        ("整改期限", _day(row.rectify_by)),
    ]
    blocks: list[Block] = [Facts(_filled(facts)), Heading("一、发现的情况和问题"), *_paragraphs(row.findings)]
    if row.rectify_by is not None:
        blocks += [Heading("二、整改情况"), *_paragraphs(row.rectification or "承接单位尚未报送整改情况。")]
        if row.rectified_on is not None:
            blocks.append(Paragraph(f"报送日期：{_day(row.rectified_on)}。"))
        if row.confirmed_at is not None:
            blocks.append(Paragraph(f"监管方已确认整改到位，确认人：{row.confirmed_by_name}。"))
    blocks.append(Closing(_closing(union, row.visit_on)))
    return Document(title="监督检查报告", blocks=blocks, number=row.project.number, author=union)


def _project(project: ServiceProject, contract: Contract | None) -> list[tuple[str, str]]:
    return [
        ("项目名称", project.title),
        ("项目编号", project.number),
        ("承接单位", contract.provider.name if contract is not None else ""),
        ("合同金额", f"{contract.amount:,.2f}元" if contract is not None else ""),
    ]


def _points(row: Evaluation, mark: Decimal) -> Table:
    assert row.system is not None
    rows = [
        (
            item.name,
            f"{item.weight.normalize():f}",
            f"{item.maximum.normalize():f}",
            row.scores.get(item.code, ""),
            f"{Decimal(row.scores[item.code]) * item.weight / item.maximum:.2f}" if item.code in row.scores else "",
        )
        for item in items_of(row.system.content)
    ]
    total = f"{row.total:.2f}" if row.total is not None else ""
    rows.append((f"总分（合格线{mark.normalize():f}分）", "", "", "", total))
    headings = ("指标", "权重（%）", "满分", "得分", "加权得分")
    return Table(headings, rows, widths=(4, 2, 2, 2, 2), numeric=frozenset({1, 2, 3, 4}))


def _concluded(row: Evaluation) -> str:
    if not row.conclusion:
        return "尚未作出结论。"
    parts = [f"结论：{Conclusion(row.conclusion).label}。"]
    if row.rectify_by is not None and row.conclusion == Conclusion.RECTIFY:
        parts.append(f"整改期限：{_day(row.rectify_by)}。")
    if row.concluded_on is not None:
        parts.append(f"{row.concluded_by_name}于{_day(row.concluded_on)}作出结论。")
    if row.state == EvaluationState.FINAL:
        parts.append("结论已经生效。" if row.final_on is None else f"结论自{_day(row.final_on)}起生效。")
    return "".join(parts)


def _filled(facts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, text) for name, text in facts if text]


def _paragraphs(text: str) -> list[Block]:
    return [Paragraph(line) for line in text.splitlines() if line.strip()] or [Paragraph("无。")]


def _day(day: date | None) -> str:
    return chinese_date(day) if day is not None else ""


def _closing(union: str, day: date | None) -> list[str]:
    return [union, *([chinese_date(day)] if day is not None else [])]
