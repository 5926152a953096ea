"""The form of a survey and its questions: rows are added by a button that sends the form, so that it works without a script. Source: F02."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from commons.access.permissions import Permission
from commons.codelists.services import ServiceField, TargetGroup
from commons.kit import clock
from commons.kit.errors import Conflict
from commons.web.frame import Crumb, FormPage, carried_out, require_post
from commons.web.objects import trail
from commons.web.widgets import day_input
from tenants.needs.actions import surveys as actions
from tenants.needs.enums import SurveyMethod
from tenants.needs.models import NeedSurvey
from tenants.needs.questions import MOST_QUESTIONS, QuestionKind
from tenants.needs.selectors import surveys as reading

_FIELDS = ("title", "intro", "method", "target_groups", "opens_on", "closes_on", "sample_target")
# Empty rows that a press of the button adds.
MORE = 3


class SurveyForm(forms.Form):
    title = forms.CharField(label="调查名称", max_length=120, error_messages={"required": "请填写调查名称。"})
    intro = forms.CharField(
        label="说明", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="填写页面最上方显示给职工。",
    )  # fmt: skip
    method = forms.ChoiceField(label="调查方式", choices=SurveyMethod.choices)
    target_groups = forms.MultipleChoiceField(
        label="面向人群", choices=TargetGroup.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    opens_on = forms.DateField(label="开始日期", widget=day_input(), error_messages={"required": "请填写开始日期。"})
    closes_on = forms.DateField(
        label="截止日期", widget=day_input(), error_messages={"required": "请填写截止日期。"}, help_text="含当天。"
    )
    sample_target = forms.IntegerField(label="计划份数", min_value=0, max_value=10_000_000, initial=0)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # Where refusals of the questions stand that name them by number.
    questions = forms.CharField(widget=forms.HiddenInput, required=False)


class QuestionForm(forms.Form):
    text = forms.CharField(label="题目", max_length=200, required=False, help_text="留空的不保存。")
    kind = forms.ChoiceField(label="题型", choices=QuestionKind.choices)
    choices = forms.CharField(
        label="选项（每行一个）", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    field = forms.ChoiceField(
        label="转为需求时的服务领域", choices=[("", "不转为需求"), *ServiceField.choices()], required=False
    )
    required = forms.BooleanField(label="必答", required=False)


QuestionRows = forms.formset_factory(
    QuestionForm, extra=0, max_num=MOST_QUESTIONS, validate_max=True, absolute_max=MOST_QUESTIONS + MORE
)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = require_post(request, Permission.NEEDS_EDIT)
    cancel = reverse("surveys", args=[union_code])
    return _built(
        request,
        union_code,
        "新建调查",
        cancel,
        {"opens_on": clock.today()},
        [],
        lambda given: actions.create(by=actor, at=clock.now(), **given),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.NEEDS_EDIT)
    row = reading.survey(actor, pk)
    initial = {"version": row.version, **{name: getattr(row, name) for name in _FIELDS}}
    asked = [{**one, "choices": "\n".join(choice["text"] for choice in one["choices"])} for one in row.questions]
    here = reverse("survey", args=[union_code, row.pk])

    def act(given: Mapping[str, Any]) -> NeedSurvey:
        version = form_version(request, row)
        return actions.edit(survey=row, version=version, by=actor, at=clock.now(), **given)

    return _built(request, union_code, f"修改调查：{row.title}", here, initial, asked, act)


def form_version(request: HttpRequest, row: NeedSurvey) -> int:
    """The version that the form was opened with; one that is no number is of no row."""
    told = request.POST.get("version", "")
    return int(told) if told.isdecimal() else 0


def _built(
    request: HttpRequest,
    code: str,
    title: str,
    cancel: str,
    initial: Mapping[str, Any],
    asked: list[dict[str, Any]],
    act: Callable[[Mapping[str, Any]], NeedSurvey],
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        more = "more" in request.POST
        form, rows = SurveyForm(request.POST), QuestionRows(_with_more(request.POST) if more else request.POST)
        if more:
            form = SurveyForm(initial=_typed(request.POST))
        elif form.is_valid() and rows.is_valid():
            given = {name: form.cleaned_data[name] for name in _FIELDS}
            entered = [one.cleaned_data for one in rows if str(one.cleaned_data.get("text") or "").strip()]
            given["asked"] = [{**one, "choices": one["choices"].splitlines()} for one in entered]
            try:
                made = carried_out(form, lambda: act(given))
            except Conflict as changed:
                form.add_error(None, changed.message)
                status, made = Conflict.status, None
            if made is not None:
                return HttpResponseRedirect(reverse("survey", args=[code, made.pk]))
        if not more and status == 200:
            status = 422
    else:
        form = SurveyForm(initial=dict(initial))
        rows = QuestionRows(initial=[*asked, *({} for _ in range(MORE))])
    page = FormPage(title, form, "保存", cancel)
    crumbs = [*trail(code, "需求调查", "surveys"), Crumb(title)]
    context = {"page": page, "rows": rows, "more": len(rows.forms) < MOST_QUESTIONS, "breadcrumbs": crumbs}
    return render(request, "needs/survey_form.html", context, status=status)


def _with_more(sent: Any) -> Any:
    """What was sent, with some more empty rows."""
    given = sent.copy()
    told = given.get("form-TOTAL_FORMS", "0")
    now = int(told) if told.isdecimal() else 0
    given["form-TOTAL_FORMS"] = str(min(now + MORE, MOST_QUESTIONS))
    for number in range(now, min(now + MORE, MOST_QUESTIONS)):
        given[f"form-{number}-kind"] = str(QuestionKind.SINGLE)
    return given


def _typed(sent: Any) -> dict[str, Any]:
    """What was typed so far, unjudged."""
    typed = {name: sent.get(name, "") for name in (*_FIELDS, "version")}
    return {**typed, "target_groups": sent.getlist("target_groups")}
