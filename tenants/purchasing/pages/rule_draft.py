"""/u/<code>/purchase-rules/…: one edition of a rule in words, and the forms of a draft. Source: §3.12; E12-E15, E34, Appendix C."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.objects import Link, ObjectPage, Section, fact, standing, trail
from tenants.purchasing import rule_content
from tenants.purchasing.actions import rules as actions
from tenants.purchasing.enums import RuleKind, RuleState
from tenants.purchasing.machines.rule import RULE
from tenants.purchasing.models import PurchaseRule
from tenants.purchasing.policies import RULES
from tenants.purchasing.rules import Thresholds, thresholds_of
from tenants.purchasing.selectors import rules as selectors

SPARE = 3
# Rows of a form: {name of the rows: (heading, help, columns (name, label, whether it is a yes or no))}.
_ROWS: dict[str, tuple[str, str, tuple[tuple[str, str, bool], ...]]] = {
    "items": (
        "指标",
        "权重合计须为 100%。清空名称的行不保留。",
        (
            ("name", "指标", False),
            ("weight", "权重（%）", False),
            ("max", "满分", False),
            ("guide", "评分说明", False),
            ("is_satisfaction", "职工满意度", True),
        ),
    ),
    "clauses": (
        "条款",
        "合同内容用 ${变量} 表示。清空标题和内容的行不保留。",
        (("title", "标题", False), ("text", "内容", False), ("mandatory", "必备条款", True)),
    ),
}


class NewRuleForm(forms.Form):
    kind = forms.ChoiceField(label="类别", choices=RuleKind.choices)
    title = forms.CharField(label="名称", max_length=200, required=False, help_text="不填写的，沿用现行版本的名称。")
    doc_no = forms.CharField(label="文号", max_length=80, required=False)


class RuleForm(forms.Form):
    """What a draft says, by its kind: thresholds, rows of items or clauses, or a text."""

    title = forms.CharField(label="名称", max_length=200, error_messages={"required": "请填写名称。"})
    doc_no = forms.CharField(label="文号", max_length=80, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, rule: PurchaseRule) -> None:
        super().__init__(data, initial={"title": rule.title, "doc_no": rule.doc_no, "version": rule.version})
        self.kind, content = RuleKind(rule.kind), rule.content
        self.known: list[dict[str, Any]] = []
        self.rows_of = "items" if self.kind.is_system else "clauses" if self.kind.is_template else ""
        if self.kind is RuleKind.MEASURES:
            told = thresholds_of(content)
            for one in fields(Thresholds):
                label, unit, help_text = rule_content.THRESHOLD_LABELS[one.name]
                self.fields[one.name] = forms.CharField(label=f"{label}（{unit}）", help_text=help_text, max_length=20)
                self.fields[one.name].initial = rule_content.plain(Decimal(getattr(told, one.name)))
        elif self.kind.is_system:
            self.fields["pass_mark"] = forms.CharField(
                label="合格分", max_length=10, initial=content.get("pass_mark", "60")
            )
        if self.rows_of:
            self._grow(content.get(self.rows_of, []), data)
        else:
            text = forms.CharField(label="正文", required=False, widget=forms.Textarea(attrs={"rows": 14}))
            text.initial = content.get("text", "")
            self.fields["text"] = text

    def _grow(self, known: list[dict[str, Any]], data: Any) -> None:
        """Rows grow as they are filled: each time it is saved there are spare ones again."""
        self.known = known
        number = min(len(known) + SPARE, rule_content.MOST_ROWS)
        first = _ROWS[self.rows_of][2][0][0]
        while data is not None and f"{self.rows_of}_{number}_{first}" in data and number < rule_content.MOST_ROWS:
            number += 1
        for row in range(number):
            for column, label, is_flag in _ROWS[self.rows_of][2]:
                made: forms.Field = forms.BooleanField(required=False) if is_flag else forms.CharField(required=False)
                if column == "text":
                    made.widget = forms.Textarea(attrs={"rows": 3})
                made.label = f"{label}（第 {row + 1} 行）"
                made.initial = known[row].get(column, "") if row < len(known) else ""
                self.fields[f"{self.rows_of}_{row}_{column}"] = made

    @property
    def plain(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name != "version" and not name.startswith(f"{self.rows_of}_")]

    @property
    def groups(self) -> list[dict[str, Any]]:
        if not self.rows_of:
            return []
        title, told, columns = _ROWS[self.rows_of]
        rows: list[list[forms.BoundField]] = []
        while f"{self.rows_of}_{len(rows)}_{columns[0][0]}" in self.fields:
            rows.append([self[f"{self.rows_of}_{len(rows)}_{column}"] for column, _, _ in columns])
        headings = [(column, label) for column, label, _ in columns]
        return [{"group": {"title": title, "help": told, "columns": headings}, "rows": rows}]

    def add_error(self, field: str | None, error: Any) -> None:
        # What is wrong with rows is told above the form.
        super().add_error(field if field in self.fields else None, error)

    def content(self) -> dict[str, Any]:
        """As the action reads it; a row keeps its code, a new one gets one."""
        given = self.cleaned_data
        told = {name: given[name] for name in given if name not in {"title", "doc_no", "version"}}
        if not self.rows_of:
            return told
        rows: list[dict[str, Any]] = []
        codes = {str(one["code"]) for one in self.known}
        for place, row in enumerate(self.groups[0]["rows"]):
            said = {field.name.split("_", 2)[2]: given[field.name] for field in row}
            if not any(value for name, value in said.items() if name not in {"max", "is_satisfaction", "mandatory"}):
                continue
            code = self.known[place]["code"] if place < len(self.known) else _fresh(codes, self.rows_of)
            rows.append({**said, "code": code})
        return {self.rows_of: rows, "pass_mark": given.get("pass_mark")}


def _fresh(codes: set[str], rows: str) -> str:
    """A code that no row has yet."""
    number = len(codes) + 1
    while f"{rows[:-1]}{number}" in codes:
        number += 1
    codes.add(f"{rows[:-1]}{number}")
    return f"{rows[:-1]}{number}"


@require_safe
def rule(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """One edition of a rule, with what it says in words."""
    actor = actor_of(request)
    row: PurchaseRule = RULE.find(actor, pk)
    steps, history = standing(RULE, row, actor, clock.now(), union_code)
    edits = row.state == RuleState.DRAFT and may(actor, Permission.RULES_EDIT)
    page = ObjectPage(
        title=row.title,
        number=f"{row.kind.label} 第{row.edition}版",
        facts=[
            fact("类别", row.kind),
            fact("文号", row.doc_no),
            fact("施行日期", row.in_force_from),
            fact("停止施行", row.in_force_until),
            fact("首次采用", row.used_at),
        ],
        steps=steps,
        history=history,
        why=RULES.may_on(actor, row),
        links=[Link("修改", reverse("purchase-rule-edit", args=[union_code, row.pk]))] if edits else [],
        sections=_sections(row),
        texts=[("正文", row.content["text"])] if row.content.get("text") else [],
    )
    crumbs = trail(union_code, "购买制度", "purchase-rules", row.title)
    return render(request, "base/object.html", {"page": page, "breadcrumbs": crumbs})


def _sections(row: PurchaseRule) -> list[Section]:
    kind, content = RuleKind(row.kind), row.content
    if kind.is_system:
        lines = [
            (
                one["name"] + ("（职工满意度）" if one.get("is_satisfaction") else ""),
                str(one["weight"]),
                str(one["max"]),
                one.get("guide", ""),
            )
            for one in content.get("items", [])
        ]
        note = f"权重合计 {rule_content.plain(rule_content.total_weight(content))}%，合格分 {content.get('pass_mark', 60)} 分。"
        columns = ("指标", "权重（%）", "满分", "评分说明")
        return [Section("指标", columns, lines, "还没有指标。", numeric=frozenset({1, 2}), note=note)]
    if kind.is_template:
        clauses = [
            (one["title"], one["text"], "必备" if one.get("mandatory") else "") for one in content.get("clauses", [])
        ]
        return [Section("条款", ("标题", "内容", ""), clauses, "还没有条款。")]
    if kind is RuleKind.MEASURES:
        told = thresholds_of(content)
        limits = [
            (label, f"{rule_content.plain(Decimal(getattr(told, name)))} {unit}", help_text)
            for name, (label, unit, help_text) in rule_content.THRESHOLD_LABELS.items()
        ]
        return [Section("限额和期限", ("事项", "规定", "说明"), limits, "")]
    return []


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = require_post(request, Permission.RULES_EDIT)
    form = NewRuleForm(request.POST or None, initial={"kind": request.GET.get("kind", "")})

    def act() -> PurchaseRule:
        given = form.cleaned_data
        kind = RuleKind(given["kind"])
        return actions.draft(kind=kind, title=given["title"], doc_no=given["doc_no"], by=actor, at=clock.now())

    return answer(
        request,
        form,
        act,
        title="起草新版制度",
        lead="新版从现行版本的内容开始修改；施行前不影响正在使用的版本，已开始的项目继续适用原版本。",
        done_url=lambda row: reverse("purchase-rule-edit", args=[union_code, row.pk]),
        done=lambda row: f"已起草“{row.title}”第{row.edition}版，请修改内容。",
        submit_label="起草",
        cancel_url=reverse("purchase-rules", args=[union_code]),
        crumbs=trail(union_code, "购买制度", "purchase-rules", "起草"),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.RULES_EDIT)
    row = selectors.rule(actor, pk)
    form = RuleForm(request.POST or None, rule=row)
    here = reverse("purchase-rule", args=[union_code, row.pk])

    def act() -> PurchaseRule:
        given = form.cleaned_data
        return actions.edit(
            rule=row,
            title=given["title"],
            doc_no=given["doc_no"],
            content=form.content(),
            version=given["version"],
            by=actor,
            at=clock.now(),
        )

    return answer(
        request,
        form,
        act,
        title=f"修改：{row.title}（第{row.edition}版）",
        done_url=here,
        template="purchasing/rule_form.html",
        crumbs=[*trail(union_code, "购买制度", "purchase-rules"), Crumb(row.title, here), Crumb("修改")],
    )
