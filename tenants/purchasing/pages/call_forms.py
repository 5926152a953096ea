"""Drafting a call, and what is said about it: questions, answers, objections. Source: SM-16."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.directory.enums import OrgType, RatingGrade
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.web.frame import Crumb, answer, require_post
from tenants.purchasing.actions import calls, notes
from tenants.purchasing.actions.calls import Draft
from tenants.purchasing.admission import Conditions, UnionBuilt
from tenants.purchasing.enums import NoteKind, ProcurementMethod
from tenants.purchasing.models import Call, ServiceProject
from tenants.purchasing.rules import thresholds
from tenants.purchasing.selectors import calls as selectors
from tenants.purchasing.selectors import projects

_MOMENT = "%Y-%m-%dT%H:%M"
_TYPES = [(one.value, one.label) for one in OrgType if one is not OrgType.UNREGISTERED]


class CallForm(forms.Form):
    title = forms.CharField(label="公告标题", max_length=160, error_messages={"required": "请填写公告标题。"})
    text = forms.CharField(
        label="采购需求和申报要求",
        widget=forms.Textarea(attrs={"rows": 12}),
        required=False,
        max_length=50_000,
        help_text="发布前须填写。写明服务内容、对象、数量、质量要求和申报材料。",
    )
    method = forms.ChoiceField(label="采购方式", choices=[(one.value, one.label) for one in ProcurementMethod])
    ceiling = forms.DecimalField(
        label="最高限价（元）",
        max_digits=16,
        decimal_places=2,
        min_value=Decimal("0.01"),
        help_text="不能超过项目预算。",
        error_messages={"required": "请填写最高限价。", "invalid": "请填写数字。"},
    )
    bid_deadline = forms.DateTimeField(
        label="申报截止时间",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
        error_messages={"invalid": "请填写有效的日期和时间。"},
    )
    min_days = forms.IntegerField(
        label="公告期（天）", min_value=1, max_value=365, help_text="从发布到截止至少这么多天。"
    )
    panel_size = forms.IntegerField(label="评审组人数", min_value=3, max_value=99, help_text="三人以上单数。")
    invited = forms.CharField(
        label="受邀单位",
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="采用邀请、磋商或直接委托的，每行填写一家单位的统一社会信用代码。公开招募不填。",
    )
    org_types = forms.MultipleChoiceField(
        label="申报条件：组织类型",
        choices=_TYPES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="都不勾选的不限类型。",
    )
    registration_valid = forms.BooleanField(label="申报条件：须依法登记且状态有效", required=False)
    vetting = forms.BooleanField(label="申报条件：须已通过本级工会背景核查", required=False)
    min_years = forms.IntegerField(label="申报条件：登记满几年", min_value=0, max_value=50)
    rating = forms.ChoiceField(
        label="申报条件：最低评估等级",
        choices=[("", "不要求"), *((one.value, one.label) for one in RatingGrade)],
        required=False,
    )
    union_built = forms.ChoiceField(label="申报条件：建会情况", choices=[(one.value, one.label) for one in UnionBuilt])

    def draft(self) -> Draft:
        given = self.cleaned_data
        rating = given["rating"]
        return Draft(
            title=given["title"],
            text=given["text"],
            method=ProcurementMethod(given["method"]),
            ceiling=given["ceiling"],
            admission=Conditions(
                org_types=tuple(OrgType(one) for one in given["org_types"]),
                registration_valid=given["registration_valid"],
                min_years=given["min_years"],
                rating=RatingGrade(rating) if rating else "",
                vetting=given["vetting"],
                union_built=UnionBuilt(given["union_built"]),
            ),
            invited=tuple(re.split(r"[\s,，、;；]+", given["invited"].strip())) if given["invited"].strip() else (),
            min_days=given["min_days"],
            panel_size=given["panel_size"],
            bid_deadline=given["bid_deadline"],
        )


class EditForm(CallForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class TextForm(forms.Form):
    text = forms.CharField(
        label="内容",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=notes.TEXT_LENGTH,
        error_messages={"required": "请填写内容。"},
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="答复",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=notes.TEXT_LENGTH,
        error_messages={"required": "请填写答复。"},
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """A call for an approved project; ?copy= begins with what an earlier call of it said."""
    actor = require_post(request, Permission.PROJECTS_EDIT)
    project = projects.project(actor, pk)
    form = CallForm(request.POST or None, initial=_beginning(request, actor, project))
    return answer(
        request,
        form,
        lambda: calls.create(project_id=project.pk, draft=form.draft(), by=actor, at=clock.now()),
        title="起草招募公告",
        lead=f"服务项目：{project.title}，预算 {project.budget:,.2f} 元。保存后可以继续修改，核对无误再发布。",
        done_url=lambda made: reverse("purchase-call", args=[union_code, made.pk]),
        cancel_url=reverse("project", args=[union_code, project.pk]),
        crumbs=[Crumb(project.title, reverse("project", args=[union_code, project.pk])), Crumb("起草招募公告")],
        done="公告已保存为草稿。",
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.PROJECTS_EDIT)
    row = selectors.call(actor, pk)
    form = EditForm(request.POST or None, initial={**_said(calls.copied(row)), "version": row.version})
    here = reverse("purchase-call", args=[union_code, row.pk])
    return answer(
        request,
        form,
        lambda: calls.edit(
            call_id=row.pk, draft=form.draft(), version=form.cleaned_data["version"], by=actor, at=clock.now()
        ),
        title="修改招募公告",
        done_url=here,
        crumbs=[Crumb(row.title, here), Crumb("修改")],
    )


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.BIDS_SUBMIT)
    row = selectors.call(actor, pk)
    form = TextForm(request.POST or None)
    return _about(
        request,
        union_code,
        row,
        form,
        lambda: notes.ask(call_id=row.pk, text=form.cleaned_data["text"], by=actor, at=clock.now()),
        "提问",
        "提问和答复向全部申报单位公布，平台不记录也不显示提问单位。请不要在提问中写明单位名称。",
    )


@require_http_methods(["GET", "POST"])
def object_to(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.BIDS_SUBMIT)
    row = selectors.call(actor, pk)
    form = TextForm(request.POST or None)
    return _about(
        request,
        union_code,
        row,
        form,
        lambda: notes.object_to(call_id=row.pk, text=form.cleaned_data["text"], by=actor, at=clock.now()),
        "提出异议",
        "请写明对哪一项结果有异议和依据。工会须在定标前答复，其他单位看不到您的异议。",
    )


@require_http_methods(["GET", "POST"])
def respond(request: HttpRequest, union_code: str, pk: UUID, note_pk: UUID) -> HttpResponse:
    """The answer to a question, to all; to an objection, to the one who raised it."""
    actor = require_post(request, Permission.PROJECTS_EDIT)
    row = selectors.call(actor, pk)
    note = next((one for one in selectors.notes(actor, row) if one.pk == note_pk), None)
    if note is None:
        raise NotFound()
    form = AnswerForm(request.POST or None)
    return _about(
        request,
        union_code,
        row,
        form,
        lambda: notes.answer(note_id=note.pk, text=form.cleaned_data["answer"], by=actor, at=clock.now()),
        "答复",
        f"{NoteKind(note.kind).label}：{note.text}",
    )


def _about(
    request: HttpRequest, code: str, row: Call, form: forms.Form, act: Any, title: str, lead: str
) -> HttpResponse:
    here = reverse("purchase-call", args=[code, row.pk])
    crumbs = [Crumb(row.title, here), Crumb(title)]
    return answer(
        request, form, act, title=title, lead=lead, done_url=here, crumbs=crumbs, submit_label=title, done="已提交。"
    )


def _beginning(request: HttpRequest, actor: Actor, project: ServiceProject) -> dict[str, Any]:
    try:
        earlier = selectors.call(actor, request.GET["copy"])
    except (KeyError, NotFound):
        limits = thresholds(project.measures)
        fresh = Draft(
            title=f"{project.title}招募公告",
            method=project.method,
            ceiling=project.budget,
            min_days=limits.min_days,
            panel_size=limits.panel_size,
        )
        return _said(fresh)
    return _said(calls.copied(earlier)) if earlier.project_id == project.pk else {}


def _said(draft: Draft) -> dict[str, Any]:
    """A draft as the fields of the form."""
    terms = draft.admission
    due: datetime | None = draft.bid_deadline
    return {
        "title": draft.title,
        "text": draft.text,
        "method": str(draft.method),
        "ceiling": draft.ceiling,
        "bid_deadline": due.astimezone(clock.BEIJING) if due else None,
        "min_days": draft.min_days,
        "panel_size": draft.panel_size,
        "invited": "\n".join(draft.invited),
        "org_types": [str(one) for one in terms.org_types],
        "registration_valid": terms.registration_valid,
        "vetting": terms.vetting,
        "min_years": terms.min_years,
        "rating": str(terms.rating),
        "union_built": str(terms.union_built),
    }
