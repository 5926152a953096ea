"""The forms of these pages: one per kind of change. Rules live in the actions; a form only reads."""

from __future__ import annotations

from typing import Any

from django import forms

from commons.boundaries import plans, selectors
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.plans import Plan
from commons.hierarchy.enums import Level
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import DomainError, Invalid
from commons.kit.forms import tell

# What the other union is called in a change of each kind.
OTHERS: dict[ChangeKind, tuple[str, str]] = {
    ChangeKind.MOVE: ("新的上级工会", "层级须高于本会。"),
    ChangeKind.MERGE: ("并入的工会", "接收全部记录，须是启用的工会。"),
    ChangeKind.SPLIT: ("接收的工会", "须是启用的工会；新设立的工会请先办理入驻。"),
    ChangeKind.INDUSTRIAL: ("归口的产业工会", "留空表示不再归口任何产业工会。"),
}
# The actions name their own arguments.
_FIELDS = {"parent": "other", "successor": "other", "receiver": "other", "head": "other"}


class UnionField(forms.CharField):
    """A union by its code, an earlier code, or its name."""

    def clean(self, value: Any) -> TradeUnion | None:
        text = super().clean(value)
        if not text:
            return None
        found = selectors.named(text)
        if not found:
            raise forms.ValidationError(f"没有找到“{text}”，请核对工会的代码或名称。")
        if len(found) > 1:
            listed = "、".join(f"{one.code} {one.name_zh}" for one in found[: selectors.FOUND])
            more = "等" if len(found) > selectors.FOUND else ""
            raise forms.ValidationError(f"“{text}”对应多家工会，请填写代码：{listed}{more}。")
        return found[0]


class ChangeForm(forms.Form):
    """What one change asks for."""

    use_required_attribute = False

    union = UnionField(label="工会", max_length=120, help_text="填写代码或名称，如“430105”或“长沙市开福区总工会”。")
    other = UnionField(max_length=120)
    name_zh = forms.CharField(label="新的全称", max_length=120, required=False, help_text="不变的项目留空。")
    short_name_zh = forms.CharField(label="新的简称", max_length=60, required=False)
    code = forms.CharField(
        label="新的代码", max_length=12, required=False, help_text="原代码的网址和查询仍会转到本会。"
    )
    level = forms.ChoiceField(label="新的层级", required=False)
    regions = forms.CharField(
        label="按行政区划", max_length=2000, required=False, help_text="6 位代码，可填多个；市级代码包括所辖区县。"
    )
    names = forms.CharField(
        label="按清单",
        max_length=200_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="统一社会信用代码或台账编号，每行一个。与按行政区划二选一。",
    )
    effective_on = forms.DateField(
        label="生效日期",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="某月 1 日。可以是已经过去的日期，立即生效；也可以是将来的日期，到日自动生效。",
    )
    document = forms.CharField(label="批复文号", max_length=120, required=False, help_text="如“国函〔2018〕163号”。")
    reason = forms.CharField(label="原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, kind: ChangeKind, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        unwanted = set() if kind is ChangeKind.REDEFINE else {"name_zh", "short_name_zh", "code", "level"}
        unwanted |= set() if kind is ChangeKind.SPLIT else {"regions", "names"}
        unwanted |= set() if kind in OTHERS else {"other"}
        for name in unwanted:
            del self.fields[name]
        if kind in OTHERS:
            self.fields["other"].label, self.fields["other"].help_text = OTHERS[kind]
            self.fields["other"].required = kind is not ChangeKind.INDUSTRIAL
        if kind is ChangeKind.REDEFINE:
            levels = [level for level in Level if level is not Level.NATIONAL]
            choices = [("", "不变"), *((level.value, level.label) for level in levels)]
            self.fields["level"].choices = choices  # type: ignore[attr-defined]

    def plan(self) -> Plan:
        """
        What a valid form wishes.

        Raises: BothChosen, DivisionMisshapen, NotOnTheLedger.
        """
        data = self.cleaned_data
        union: TradeUnion = data["union"]
        rule: dict[str, list[str]] = {}
        if self.kind is ChangeKind.SPLIT:
            rule = plans.rule_of(union, regions=data["regions"], names=data["names"])
        return Plan(
            kind=self.kind,
            union=union,
            on=data["effective_on"],
            reason=data["reason"],
            document=data["document"],
            other=data.get("other"),
            code=data.get("code", "").strip(),
            level=Level(data["level"]) if data.get("level") else None,
            name_zh=data.get("name_zh", "").strip(),
            short_name_zh=data.get("short_name_zh", "").strip(),
            rule=rule,
        )

    def refuse(self, refusal: DomainError) -> None:
        """Put a refusal beside the field it is about."""
        if not isinstance(refusal, Invalid):
            refusal.path = tuple(_FIELDS.get(name, name) for name in refusal.path)
        tell(self, refusal)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class Filters(forms.Form):
    """Of the list; what makes no sense filters nothing and says so."""

    q = forms.CharField(label="工会或文号", required=False, max_length=60)
    state = forms.ChoiceField(label="状态", required=False)
    kind = forms.ChoiceField(label="类型", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, codes in (("state", ChangeState), ("kind", ChangeKind)):
            choices = [("", "全部"), *((code.value, code.label) for code in codes)]
            self.fields[name].choices = choices  # type: ignore[attr-defined]
