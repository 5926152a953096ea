"""Pages of an entry's years and persons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.reading import read_personal
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.web.frame import require_post
from commons.web.widgets import day_input
from tenants.registry import selectors
from tenants.registry.actions import facts
from tenants.registry.enums import PersonRole
from tenants.registry.fields import YEAR_FIELDS
from tenants.registry.models import OrgPerson, OrgYearFact, SocialOrganization
from tenants.registry.pages.frame import answer

_DAY = {"required": "请填写日期。", "invalid": "请填写有效的日期。"}


class YearForm(forms.Form):
    """One year's figures, made from their declaration."""

    year = forms.IntegerField(label="年度", error_messages={"required": "请填写年度。", "invalid": "请填写四位年度。"})

    def __init__(self, data: Mapping[str, Any] | None, *, initial: Mapping[str, Any], fixed: bool) -> None:
        super().__init__(data, initial=dict(initial))
        self.fields["year"].disabled = fixed
        for field in YEAR_FIELDS:
            self.fields[field.name] = forms.CharField(
                label=f"{field.label}（元）" if field.money else field.label,
                required=field.required,
                widget=forms.TextInput(
                    attrs={"inputmode": "decimal" if field.money else "numeric", "autocomplete": "off"}
                ),
                error_messages={"required": f"请填写{field.label}。"},
            )

    def figures(self) -> dict[str, object]:
        return {field.name: self.cleaned_data.get(field.name, "") for field in YEAR_FIELDS}


class PersonForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "请填写姓名。"})
    role = forms.ChoiceField(label="职务", choices=PersonRole.choices, error_messages={"required": "请选择职务。"})
    phone = forms.CharField(
        label="电话", max_length=40, required=False, help_text="手机号，或带区号的固定电话；加密保存。"
    )
    from_on = forms.DateField(label="任职日期", widget=day_input(), required=False, error_messages=_DAY)


class EndForm(forms.Form):
    on = forms.DateField(label="结束日期", widget=day_input(), help_text="从这一天起不再有效。", error_messages=_DAY)


@require_http_methods(["GET", "POST"])
def year(request: HttpRequest, union_code: str, pk: UUID, year: int | None = None) -> HttpResponse:
    """/u/<code>/organizations/<id>/years/new and …/years/<year>"""
    actor, row = _asked(request, pk)
    today = clock.today()
    initial: dict[str, Any] = {"year": year or today.year}
    if year is not None:
        fact = OrgYearFact.objects.filter(organization=row, year=year).first()
        if fact is None:
            raise NotFound()
        initial |= {field.name: getattr(fact, field.name) for field in YEAR_FIELDS}
    form = YearForm(request.POST or None, initial=initial, fixed=year is not None)

    def act() -> OrgYearFact:
        wanted = form.cleaned_data["year"]
        return facts.record_year(organization=row, year=wanted, fields=form.figures(), by=actor, at=clock.now())

    title = f"{year}年度情况" if year else "登记年度情况"
    return answer(request, union_code, row, form, act, title, "同一年度只保存一份，再次登记即为更正。")


@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor, row = _asked(request, pk)
    form = PersonForm(request.POST or None)

    def act() -> OrgPerson:
        return facts.add_person(organization=row, by=actor, at=clock.now(), **form.cleaned_data)

    return answer(request, union_code, row, form, act, "登记负责人", "")


@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, union_code: str, pk: UUID, person_pk: UUID) -> HttpResponse:
    actor, row = _asked(request, pk)
    may(actor, Permission.PERSONAL_VIEW).require()
    found = _person(actor, row, person_pk)
    initial = {"name": found.name, "role": found.role, "phone": found.phone, "from_on": found.from_on}
    form = PersonForm(request.POST or None, initial=initial)
    if found.phone:
        read_personal(actor, row, ["persons.phone"], clock.now())

    def act() -> OrgPerson:
        return facts.edit_person(person=found, by=actor, at=clock.now(), **form.cleaned_data)

    return answer(request, union_code, row, form, act, "修改负责人", "")


@require_http_methods(["GET", "POST"])
def end_person(request: HttpRequest, union_code: str, pk: UUID, person_pk: UUID) -> HttpResponse:
    actor, row = _asked(request, pk)
    found = _person(actor, row, person_pk)
    form = EndForm(request.POST or None, initial={"on": clock.today()})

    def act() -> OrgPerson:
        return facts.end_person(person=found, on=form.cleaned_data["on"], by=actor, at=clock.now())

    label = PersonRole.label_of(found.role)
    return answer(request, union_code, row, form, act, "负责人卸任", f"{found.name}不再担任{label}，记录保留。")


def _asked(request: HttpRequest, pk: UUID) -> tuple[Actor, SocialOrganization]:
    actor = require_post(request, Permission.LEDGER_EDIT)
    return actor, selectors.organization(actor, pk)


def _person(actor: Actor, row: SocialOrganization, pk: UUID) -> OrgPerson:
    found = selectors.person(actor, pk)
    if found.organization_id != row.pk:
        raise NotFound()
    return found
