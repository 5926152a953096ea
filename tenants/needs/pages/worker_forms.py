"""What workers without an account fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from commons.codelists.services import TargetGroup
from tenants.needs.enums import AgeBand, AppealCategory
from tenants.needs.machines.order import STARS
from tenants.needs.questions import LONGEST_TEXT, SCALE, Question, QuestionKind

_LEFT_OUT = "请回答这一题。"


def answer_form(asked: Sequence[Question]) -> type[forms.Form]:
    """The form of a survey: its questions by their codes, then what workers may say of themselves."""
    fields: dict[str, Any] = {question.code: _field(number, question) for number, question in enumerate(asked, start=1)}
    fields["group"] = forms.ChoiceField(
        label="您属于（可不填）", choices=[("", "不填"), *TargetGroup.choices()], required=False
    )
    fields["age_band"] = forms.ChoiceField(
        label="年龄（可不填）", choices=[("", "不填"), *AgeBand.choices()], required=False
    )
    return type("AnswerForm", (forms.Form,), fields)


def _field(number: int, question: Question) -> forms.Field:
    common: dict[str, Any] = {
        "label": f"{number}. {question.text}",
        "required": question.required,
        "error_messages": {"required": _LEFT_OUT},
    }
    choices = [(one.code, one.text) for one in question.choices]
    match question.kind:
        case QuestionKind.SINGLE:
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
        case QuestionKind.MULTIPLE:
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
        case QuestionKind.SCALE:
            marks = [(str(mark), f"{mark} 分") for mark in SCALE]
            return forms.ChoiceField(choices=marks, widget=forms.RadioSelect, **common)
        case QuestionKind.NUMBER:
            return forms.IntegerField(min_value=0, max_value=9_999_999, **common)
        case QuestionKind.TEXT:
            return forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}), **common)


class OrderForm(forms.Form):
    item = forms.ChoiceField(
        label="想点的服务", widget=forms.RadioSelect, error_messages={"required": "请选择一项服务。"}
    )
    phone = forms.CharField(
        label="手机号码",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text="只用来核对点单次数，平台不保存号码。",
        error_messages={"required": "请填写 11 位手机号码。"},
    )
    quantity = forms.IntegerField(label="数量", min_value=1, max_value=1000, initial=1)
    wish = forms.CharField(
        label="时间、地点等要求（可不填）", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class RatingForm(forms.Form):
    rating = forms.ChoiceField(
        label="满意程度", choices=STARS, widget=forms.RadioSelect, error_messages={"required": "请选择满意程度。"}
    )
    note = forms.CharField(
        label="意见建议（可不填）", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AppealForm(forms.Form):
    category = forms.ChoiceField(
        label="类别", choices=[("", "请选择"), *AppealCategory.choices()], error_messages={"required": "请选择类别。"}
    )
    text = forms.CharField(
        label="想反映的情况",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "请填写想反映的情况。"},
    )
    appellant = forms.CharField(
        label="姓名（不填即为匿名）",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label="电话（匿名的不填）", max_length=30, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class AgainForm(forms.Form):
    text = forms.CharField(
        label="还有什么没有解决",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请说明需要重新办理的原因。"},
    )


class FeedbackForm(forms.Form):
    satisfaction = forms.TypedChoiceField(
        label="对办理结果满意吗",
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择满意程度。"},
    )
