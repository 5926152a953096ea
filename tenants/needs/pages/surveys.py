"""/u/<code>/needs/surveys: surveys, their addresses and what they came to. Source: SM-11; F02; V6."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_filters.filters import ChoiceFilter, NumberFilter

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock
from commons.tables.declaration import Around, Button, Column, Empty, Table
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.objects import Link, ObjectPage, Section, fact, standing, trail
from tenants.needs import questions, tally
from tenants.needs.actions import surveys as actions
from tenants.needs.enums import SurveyMethod, SurveyState
from tenants.needs.machines.survey import SURVEY
from tenants.needs.models import Need, NeedSurvey
from tenants.needs.pages.links import address, picture
from tenants.needs.pages.worker_forms import answer_form
from tenants.needs.policies import SURVEYS
from tenants.needs.selectors import surveys as reading

_PAPER = (SurveyState.OPEN, SurveyState.CLOSED)
_ANALYSED = (SurveyState.ANALYSED, SurveyState.PUBLISHED)


class SurveyFilter(ListFilter):
    state = ChoiceFilter(label="状态", choices=SurveyState.choices, empty_label=EMPTY)
    method = ChoiceFilter(label="调查方式", choices=SurveyMethod.choices, empty_label=EMPTY)
    year = NumberFilter(label="年度")

    class Meta:
        model = NeedSurvey
        fields: tuple[str, ...] = ()


def _url(row: NeedSurvey, around: Around) -> str:
    return reverse("survey", args=[around.code, row.pk])


def _buttons(actor: Actor) -> Sequence[Button]:
    if actor.union is None or not may(actor, Permission.NEEDS_EDIT):
        return ()
    return (Button("新建调查", reverse("survey-new", args=[actor.union.code]), primary=True),)


SURVEY_LIST = Table(
    name="surveys",
    title="需求调查",
    permission=Permission.NEEDS_VIEW,
    rows=reading.surveys,
    filters=SurveyFilter,
    search=("title",),
    search_label="调查名称",
    columns=(
        Column("title", "调查名称", link=_url, fixed=True, limit=40),
        Column("state", "状态", kind="badge"),
        Column("method", "调查方式"),
        Column("opens_on", "开始日期", kind="day", sort=True),
        Column("closes_on", "截止日期", kind="day", sort=True),
        Column("sample_target", "计划份数", kind="number"),
        Column("answers_valid", "有效答卷", kind="number"),
    ),
    default_sort="-opens_on",
    buttons=_buttons,
    empty=Empty("还没有需求调查", "新建调查、编好题目后开始，职工扫码匿名填写。"),
    row_label=str,
)
listing = view(SURVEY_LIST)


@require_safe
def survey(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    row = reading.survey(actor, pk)
    shown, history = standing(SURVEY, row, actor, at, union_code)
    came = reading.returned(row)
    edits = bool(may(actor, Permission.NEEDS_EDIT))
    url = address(request, union_code, row.open_token) if row.open_token and row.state == SurveyState.OPEN else ""
    asked = questions.read(row.questions)
    page = ObjectPage(
        title=row.title,
        number=f"{row.year} 年",
        facts=[
            fact("说明", row.intro),
            fact("调查方式", row.method),
            fact("面向人群", row.target_groups),
            fact("开始日期", row.opens_on),
            fact("截止日期", row.closes_on),
            fact("计划份数", row.sample_target),
            fact("收到答卷", f"{came.total} 份，其中有效 {came.valid} 份、纸质 {came.on_paper} 份"),
            fact("未用的一次性链接", came.links_left),
            fact("公开填写地址", url, url),
        ],
        steps=shown,
        history=history,
        why=SURVEYS.may_on(actor, row),
        links=_links(row, union_code, edits=edits),
        texts=[("调查结论", row.report)] if row.report else [],
        sections=[
            Section(
                "题目",
                ("题号", "题目", "题型", "选项", "必答"),
                [
                    (number, one.text, one.kind.label, "、".join(choice.text for choice in one.choices) or "—",
                     "是" if one.required else "否")
                    for number, one in enumerate(asked, start=1)
                ],
                "还没有题目，请修改补充。",
            )
        ],
    )  # fmt: skip
    crumbs = trail(union_code, "需求调查", "surveys", row.title)
    also = {"page": page, "breadcrumbs": crumbs, "picture": picture(url) if url else ""}
    return render(request, "needs/survey.html", also)


def _links(row: NeedSurvey, code: str, *, edits: bool) -> list[Link]:
    def to(label: str, name: str) -> Link:
        return Link(label, reverse(name, args=[code, row.pk]))

    links = []
    if edits and row.state == SurveyState.DRAFT:
        links.append(to("修改", "survey-edit"))
    if edits and row.state == SurveyState.OPEN:
        links.append(to("生成一次性链接", "survey-links"))
    if edits and row.state in _PAPER:
        links.append(to("录入纸质答卷", "survey-paper"))
    if row.state in (SurveyState.CLOSED, *_ANALYSED):
        links.append(to("调查结果", "survey-result"))
    return links


@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """One answer from paper; the form comes back empty for the next."""
    actor = require_post(request, Permission.NEEDS_EDIT)
    row = reading.survey(actor, pk)
    form = answer_form(questions.read(row.questions))(request.POST or None)
    for field in form.fields.values():
        # What was left open on paper stays open.
        field.required = False
    here = reverse("survey", args=[union_code, row.pk])
    return answer(
        request,
        form,
        lambda: actions.enter_paper(survey=row, given=form.cleaned_data, by=actor, at=clock.now()),
        title=f"录入纸质答卷：{row.title}",
        lead="按答卷原样录入，没有回答的留空；请勿录入姓名和电话。",
        done_url=reverse("survey-paper", args=[union_code, row.pk]),
        done=lambda valid: "已录入，请录下一份。" if valid else "已录入；这份漏答必答题或作答过少，不计入有效答卷。",
        cancel_url=here,
        crumbs=[*trail(union_code, "需求调查", "surveys"), Crumb(row.title, here), Crumb("纸质答卷")],
    )


@dataclass(frozen=True)
class Shown:
    """One question's result with what was written, and whether its answers can become needs."""

    told: tally.Told
    written: list[str]
    picks: bool


@dataclass(frozen=True)
class ResultPage:
    title: str
    valid: str
    shown: list[Shown]
    report: str
    can_turn: bool
    taken: set[str]
    back_url: str
    turn_url: str


@require_safe
def result(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """What it came to; a count below five, and what would tell of one, is not there."""
    actor = actor_of(request)
    row = reading.survey(actor, pk)
    found = reading.result(row)
    edits = bool(may(actor, Permission.NEEDS_EDIT))
    asked = {one.code: one for one in questions.read(row.questions)}
    written = reading.texts(row) if edits else {}
    turns = edits and row.state in _ANALYSED
    valid = "尚无结果" if found is None else "少于 5" if found.valid is None else f"{found.valid} 份"
    page = ResultPage(
        title=row.title,
        valid=valid,
        shown=[
            Shown(one, written.get(one.code, []), turns and asked[one.code].field is not None and bool(one.cells))
            for one in (found.questions if found else [])
        ],
        report=row.report,
        can_turn=turns,
        taken=reading.needs_of(row) if turns else set(),
        back_url=reverse("survey", args=[union_code, row.pk]),
        turn_url=reverse("survey-needs", args=[union_code, row.pk]),
    )
    crumbs = [*trail(union_code, "需求调查", "surveys"), Crumb(row.title, page.back_url), Crumb("调查结果")]
    return render(request, "needs/survey_result.html", {"page": page, "breadcrumbs": crumbs})


class TurnForm(forms.Form):
    picked = forms.MultipleChoiceField(
        label="转为需求的答案", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请至少选择一项答案。"}
    )


@require_http_methods(["GET", "POST"])
def turn(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Answers that were shown, as needs."""
    actor = require_post(request, Permission.NEEDS_EDIT)
    row = reading.survey(actor, pk)
    form = TurnForm(request.POST or None)
    form.fields["picked"].choices = _pickable(row)  # type: ignore[attr-defined]

    def act() -> list[Need]:
        picked = [tuple(one.split(".", 1)) for one in form.cleaned_data["picked"]]
        return actions.turn_into_needs(survey=row, picked=_pairs(picked), by=actor, at=clock.now())

    here = reverse("survey-result", args=[union_code, row.pk])
    return answer(
        request,
        form,
        act,
        title=f"转为需求：{row.title}",
        lead="一项答案登记为一条需求，选择的人数作为预计人数；已经转过的不再重复。",
        submit_label="转为需求",
        done_url=here,
        done=lambda made: f"已登记 {len(made)} 条需求。",
        crumbs=[*trail(union_code, "需求调查", "surveys"), Crumb("调查结果", here), Crumb("转为需求")],
    )


def _pairs(picked: Sequence[tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(one[0], one[1]) for one in picked]


def _pickable(row: NeedSurvey) -> list[tuple[str, Any]]:
    """The answers whose counts are shown, of questions with a field."""
    found = reading.result(row) if row.state in _ANALYSED else None
    asked = {one.code: one for one in questions.read(row.questions)}
    return [
        (f"{told.code}.{cell.code}", f"{cell.label}（{cell.count} 人）")
        for told in (found.questions if found else [])
        if asked[told.code].field is not None
        for cell in told.cells
        if cell.count
    ]
