"""Entering an organization, correcting it, registering an unregistered group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.reading import read_personal
from commons.directory import selectors as directory
from commons.directory.credit_code import normalized
from commons.directory.enums import OrgType
from commons.hierarchy.enums import Level
from commons.kit import clock
from commons.kit.errors import Conflict
from commons.web.frame import answer, carried_out, require_post
from tenants.registry import selectors
from tenants.registry.actions import entries
from tenants.registry.enums import LedgerState, Scope
from tenants.registry.fields import FIELDS
from tenants.registry.models import SocialOrganization
from tenants.registry.pages.entry_form import EntryForm, shown
from tenants.registry.pages.frame import organization_url, trail
from tenants.registry.selectors import Duplicate

# Facts of the public directory with which a new entry begins.
_PUBLIC = (
    "name",
    "uscc",
    "org_type",
    "registration_status",
    "registered_on",
    "registration_authority",
    "region_code",
    "business_supervisor_name",
    "address",
)


@dataclass(frozen=True)
class Twin:
    """An entry that may be the same organization."""

    url: str
    text: str


@dataclass(frozen=True)
class EntryPage:
    """The form of an entry. `twins` are to be looked at before a second entry is made; `latest_url` after somebody else's edit."""

    title: str
    lead: str
    form: EntryForm
    cancel_url: str
    twins: list[Twin]
    latest_url: str = ""


class RegisterForm(forms.Form):
    uscc = forms.CharField(
        label="统一社会信用代码", max_length=40, error_messages={"required": "请填写统一社会信用代码。"}
    )
    org_type = forms.ChoiceField(
        label="组织类型",
        choices=[choice for choice in OrgType.choices() if choice[0] != OrgType.UNREGISTERED],
        error_messages={"required": "请选择组织类型。", "invalid_choice": "请选择组织类型。"},
    )
    certificate_number = forms.CharField(
        label="登记证书号", max_length=80, required=False, help_text="在册的组织，登记库中查不到时须填写。"
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    """/u/<code>/organizations/new; with ?uscc= the public facts of the directory are filled in."""
    actor = require_post(request, Permission.LEDGER_EDIT)
    without = _hidden(actor)
    if request.method == "GET":
        form = EntryForm(
            initial={**_usual(actor), **_from_directory(request.GET.get("uscc", ""))},
            regions=_regions(actor),
            without=without,
        )
        return _new_page(request, union_code, form, [])
    form = EntryForm(request.POST, regions=_regions(actor), without=without)
    twins: list[Duplicate] = []
    if form.is_valid():
        if not request.POST.get("not_a_twin"):
            twins = [twin for twin in selectors.duplicates(actor, form.entry()) if twin.likeness != "code"]
        if not twins:
            made = carried_out(form, lambda: entries.create(fields=form.entry(), by=actor, at=clock.now()))
            if made is not None:
                messages.success(request, f"已登记为草稿，编号{made.number}。资料齐全后请提交核实。")
                return HttpResponseRedirect(organization_url(union_code, made))
    return _new_page(request, union_code, form, twins, status=422)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """/u/<code>/organizations/<id>/edit"""
    actor = require_post(request, Permission.LEDGER_EDIT)
    row = selectors.organization(actor, pk)
    complete = row.state == LedgerState.ACTIVE
    options: dict[str, Any] = {"regions": _regions(actor), "complete": complete, "without": _hidden(actor)}
    if request.method == "GET":
        form = EntryForm(initial={**_initial(row), "version": row.version}, **options)
        if seen := [
            field.name for field in FIELDS if field.personal and field.name in form.fields and getattr(row, field.name)
        ]:
            read_personal(actor, row, seen, clock.now())
        return _edit_page(request, union_code, row, form)
    form = EntryForm(request.POST, **options)
    status, latest = 422, ""
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            done = carried_out(
                form,
                lambda: entries.edit(organization=row, fields=form.entry(), version=version, by=actor, at=clock.now()),
            )
        except Conflict as conflict:
            done, status, latest = None, 409, organization_url(union_code, row)
            form.add_error(None, conflict.message)
        if done is not None:
            messages.success(request, "已保存。")
            return HttpResponseRedirect(organization_url(union_code, done))
    return _edit_page(request, union_code, row, form, latest=latest, status=status)


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """/u/<code>/organizations/<id>/register: an unregistered group has obtained its code."""
    actor = require_post(request, Permission.LEDGER_EDIT)
    row = selectors.organization(actor, pk)
    form = RegisterForm(request.POST or None)
    return answer(
        request,
        form,
        lambda: entries.register(organization=row, by=actor, at=clock.now(), **form.cleaned_data),
        title="办理登记",
        lead=f"“{row.name}”取得统一社会信用代码后在此补登，原有的联系、年度情况和变更记录继续保留。",
        submit_label="保存登记信息",
        done_url=organization_url(union_code, row),
        done=lambda made: f"已办理登记，信用代码{made.uscc}，原有记录全部保留。",
        crumbs=trail(union_code, row, "办理登记"),
    )


def _new_page(
    request: HttpRequest, code: str, form: EntryForm, twins: list[Duplicate], *, status: int = 200
) -> HttpResponse:
    page = EntryPage(
        title="登记社会组织",
        lead="先保存为草稿；带星号的为必填项，其余可在核实前补齐。",
        form=form,
        cancel_url=reverse("organizations", args=[code]),
        twins=[
            Twin(organization_url(code, twin.organization), f"{twin.organization.number} {twin.organization.name}")
            for twin in twins
        ],
    )
    return render(
        request, "registry/entry.html", {"page": page, "breadcrumbs": trail(code, None, "登记")}, status=status
    )


def _edit_page(
    request: HttpRequest, code: str, row: SocialOrganization, form: EntryForm, *, latest: str = "", status: int = 200
) -> HttpResponse:
    page = EntryPage(
        title=f"修改 {row.name}",
        lead="在册条目须保持六类基本情况完整。" if form.complete else "带星号的为必填项，其余可在核实前补齐。",
        form=form,
        cancel_url=organization_url(code, row),
        twins=[],
        latest_url=latest,
    )
    return render(
        request, "registry/entry.html", {"page": page, "breadcrumbs": trail(code, row, "修改")}, status=status
    )


def _initial(row: SocialOrganization) -> dict[str, object]:
    values = {**entries.values_of(row), "staff": selectors.current_staff(row, clock.today())}
    return {field.name: shown(field, values[field.name]) for field in FIELDS}


def _usual(actor: Actor) -> dict[str, object]:
    """What most entries begin with: labour relations, and of a district's union its own division."""
    union = actor.union
    local = union is not None and union.level == Level.DISTRICT and union.division_id
    return {"scope": Scope.LABOUR_RELATIONS.value, "region_code": local or ""}


def _from_directory(text: str) -> dict[str, object]:
    code = normalized(text)[:18]
    known = directory.by_codes([code]).get(code) if code else None
    if known is None:
        return {"uscc": code} if code else {}
    by_name = {field.name: field for field in FIELDS}
    return {name: shown(by_name[name], getattr(known, name)) for name in _PUBLIC}


def _regions(actor: Actor) -> list[tuple[str, str]]:
    return selectors.region_choices(actor.union) if actor.union is not None else []


def _hidden(actor: Actor) -> frozenset[str]:
    """Personal fields that this actor sees masked are no part of their form."""
    if may(actor, Permission.PERSONAL_VIEW):
        return frozenset()
    return frozenset(field.name for field in FIELDS if field.personal)
