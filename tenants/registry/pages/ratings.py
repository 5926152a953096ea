"""Pages of an entry's ratings. Source: SM-03."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from commons.access.permissions import Permission
from commons.directory.enums import RatingGrade
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.web.frame import require_post
from commons.web.widgets import day_input
from tenants.registry import selectors
from tenants.registry.actions import ratings
from tenants.registry.models import OrgRating
from tenants.registry.pages.frame import answer
from tenants.registry.pages.steps import NothingForm, ReasonForm

_DAY = {"required": "请填写日期。", "invalid": "请填写有效的日期。"}


class GrantForm(forms.Form):
    grade = forms.ChoiceField(label="等级", choices=RatingGrade.choices, error_messages={"required": "请选择等级。"})
    assessor = forms.CharField(label="评定机构", max_length=120, error_messages={"required": "请填写评定机构。"})
    certificate_number = forms.CharField(
        label="等级证书号", max_length=80, error_messages={"required": "请填写等级证书号。"}
    )
    assessed_on = forms.DateField(label="评定日期", widget=day_input(), error_messages=_DAY)
    valid_until = forms.DateField(
        label="有效期至",
        widget=day_input(),
        required=False,
        help_text="不填按评定之日起五年计算。",
        error_messages=_DAY,
    )


class NewRatingForm(GrantForm):
    """A new rating: only applied for, or granted already."""

    step = forms.ChoiceField(
        label="登记什么",
        choices=[("grant", "已获评定，登记结果"), ("declare", "刚申报，尚无结果")],
        widget=forms.RadioSelect,
        initial="grant",
    )
    field_order = ("step",)

    def clean(self) -> dict[str, Any]:
        # An application has no result yet, so nothing of a result is asked for.
        if self.data.get("step") == "declare":
            for name in ("assessor", "certificate_number", "assessed_on", "valid_until"):
                self.errors.pop(name, None)
        return self.cleaned_data


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.LEDGER_EDIT)
    row = selectors.organization(actor, pk)
    form = NewRatingForm(request.POST or None, initial={"step": "grant", "grade": RatingGrade.A3})

    def act() -> OrgRating:
        given = dict(form.cleaned_data)
        if given.pop("step") == "declare":
            return ratings.declare(organization=row, grade=given["grade"], by=actor, at=clock.now())
        return ratings.grant(organization=row, by=actor, at=clock.now(), **given)

    return answer(
        request,
        union_code,
        row,
        form,
        act,
        "登记等级",
        "等级由民政部门评定，本会只作登记和推荐。新的等级生效后，原等级自动失效。",
    )


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, union_code: str, pk: UUID, rating_pk: UUID, name: str) -> HttpResponse:
    """recommend, grant, revoke."""
    actor = require_post(request, Permission.LEDGER_EDIT)
    row = selectors.organization(actor, pk)
    rating = selectors.rating(actor, rating_pk)
    if rating.organization_id != row.pk:
        raise NotFound()
    data = request.POST if request.method == "POST" else None
    form: forms.Form
    match name:
        case "recommend":
            form, title = NothingForm(data), "推荐参评"
            lead = f"记录本会推荐该组织参加{RatingGrade.label_of(rating.grade)}评定。"

            def act() -> OrgRating:
                return ratings.recommend(rating=rating, by=actor, at=clock.now())

        case "grant":
            form, title = GrantForm(data, initial={"grade": rating.grade}), "登记评定结果"
            lead = "按等级证书填写。新的等级生效后，原等级自动失效。"

            def act() -> OrgRating:
                return ratings.grant(organization=row, rating=rating, by=actor, at=clock.now(), **form.cleaned_data)

        case "revoke":
            form, title = ReasonForm(data), "取消等级"
            lead = f"{RatingGrade.label_of(rating.grade)}从今天起失效，公开名片不再显示。"

            def act() -> OrgRating:
                return ratings.revoke(rating=rating, by=actor, at=clock.now(), **form.cleaned_data)

        case _:
            raise NotFound()
    return answer(request, union_code, row, form, act, title, lead)
