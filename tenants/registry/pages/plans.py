"""Pages of an entry's contact plan. Source: N01."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from commons.access.permissions import Permission
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.people.models import User
from commons.web.frame import require_post
from commons.web.widgets import day_input
from tenants.registry import selectors
from tenants.registry.actions import contacts
from tenants.registry.enums import ContactFrequency
from tenants.registry.models import ContactPlan
from tenants.registry.pages.facts import EndForm
from tenants.registry.pages.frame import answer


class PlanForm(forms.Form):
    officer = forms.ChoiceField(
        label="联系人（本会）",
        error_messages={"required": "请选择联系人。", "invalid_choice": "请从名单中选择联系人。"},
    )
    frequency = forms.ChoiceField(label="联系频次", choices=ContactFrequency.choices)
    from_on = forms.DateField(
        label="开始日期",
        widget=day_input(),
        error_messages={"required": "请填写日期。", "invalid": "请填写有效的日期。"},
    )

    def __init__(self, data: object, *, people: list[tuple[str, str]], initial: dict[str, object]) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self.fields["officer"].choices = people  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.CONTACT_EDIT)
    row = selectors.organization(actor, pk)
    people = selectors.possible_officers(actor.union, clock.today()) if actor.union else []
    form = PlanForm(
        request.POST or None,
        people=[(str(one.id), one.name) for one in people],
        initial={"officer": str(actor.user_id), "from_on": clock.today(), "frequency": ContactFrequency.QUARTERLY},
    )

    def act() -> ContactPlan:
        given = form.cleaned_data
        return contacts.plan(
            organization=row,
            officer=User.objects.get(pk=given["officer"]),
            frequency=given["frequency"],
            from_on=given["from_on"],
            by=actor,
            at=clock.now(),
        )

    return answer(request, union_code, row, form, act, "制定联系计划", "新计划开始之日，原计划自动结束。")


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, union_code: str, pk: UUID, plan_pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.CONTACT_EDIT)
    row = selectors.organization(actor, pk)
    plan = selectors.contact_plan(actor, plan_pk)
    if plan.organization_id != row.pk:
        raise NotFound()
    form = EndForm(request.POST or None, initial={"on": clock.today()})

    def act() -> ContactPlan:
        return contacts.end_plan(plan=plan, on=form.cleaned_data["on"], by=actor, at=clock.now())

    return answer(request, union_code, row, form, act, "结束联系计划", "")
