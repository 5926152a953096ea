"""/u/<code>/contacts: contacts with organizations, and who may read the confidential ones. Source: DOMAIN N01; V13."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from commons.access.decisions import Rule
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock
from commons.kit.errors import Refused
from commons.people.models import User
from commons.web.frame import Crumb, actor_of, answer, require_post
from commons.web.widgets import day_input
from tenants.registry import selectors
from tenants.registry.actions import contacts
from tenants.registry.enums import Classification, ContactKind
from tenants.registry.models import ContactLog
from tenants.registry.pages.frame import organization_url
from tenants.registry.selectors import SealedLog
from tenants.registry.selectors.contacts import sealed_log, why_visible
from tenants.registry.selectors.history import HistoryEntry

_DAY = {"required": "请填写日期。", "invalid": "请填写有效的日期。"}


class ContactForm(forms.Form):
    contacted_on = forms.DateField(label="联系日期", widget=day_input(), error_messages=_DAY)
    kind = forms.ChoiceField(
        label="联系方式", choices=ContactKind.choices, error_messages={"required": "请选择联系方式。"}
    )
    participants = forms.CharField(label="参加人员", max_length=200, required=False)
    topics = forms.CharField(
        label="联系内容", widget=forms.Textarea(attrs={"rows": 4}), error_messages={"required": "请填写联系内容。"}
    )
    demands = forms.CharField(label="诉求", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    follow_up = forms.CharField(label="后续事项", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    next_on = forms.DateField(label="下次联系日期", widget=day_input(), required=False, error_messages=_DAY)
    classification = forms.ChoiceField(
        label="密级",
        choices=Classification.choices,
        help_text="保密的记录只有登记人和指定的知悉人可以看到，列表、导出和他人的页面都不显示。",
    )


class NewContactForm(ContactForm):
    organization = forms.CharField(widget=forms.HiddenInput)


class OfficersForm(forms.Form):
    officers = forms.MultipleChoiceField(
        label="知悉人",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "所选人员不在可指定的范围内，请重新选择。"},
    )

    def __init__(self, data: object, *, choices: list[tuple[str, str]], initial: list[str]) -> None:
        super().__init__(data, initial={"officers": initial})  # type: ignore[arg-type]
        self.fields["officers"].choices = choices  # type: ignore[attr-defined]


@dataclass(frozen=True)
class ContactPage:
    log: ContactLog
    organization_url: str
    confidential: bool
    officers: str
    edit_url: str
    officers_url: str
    history: list[HistoryEntry]
    rule: Rule


@dataclass(frozen=True)
class SealedPage:
    rows: list[SealedLog]
    base: str


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str) -> HttpResponse:
    """/u/<code>/contacts/new?organization=<id>"""
    actor = require_post(request, Permission.CONTACT_EDIT)
    row = selectors.organization(actor, request.POST.get("organization") or request.GET.get("organization", ""))
    initial = {"organization": row.pk, "contacted_on": clock.today(), "classification": Classification.INTERNAL}
    form = NewContactForm(request.POST or None, initial=initial)

    def act() -> ContactLog:
        given = {name: value for name, value in form.cleaned_data.items() if name != "organization"}
        return contacts.log(organization=row, by=actor, at=clock.now(), **given)

    def onwards(made: ContactLog) -> str:
        if made.classification == Classification.CONFIDENTIAL:
            return reverse("contact-officers", args=[union_code, made.pk])
        return organization_url(union_code, row)

    return answer(
        request,
        form,
        act,
        title=f"登记联系：{row.name}",
        lead="登记满七天后不能再修改。",
        done_url=onwards,
        done="已登记联系记录。七天内可以更正。",
        cancel_url=organization_url(union_code, row),
        crumbs=_trail(union_code, "登记联系"),
    )


@require_safe
def contact(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    log = selectors.contact_log(actor, pk)
    confidential = log.classification == Classification.CONFIDENTIAL
    author = actor.user_id is not None and log.created_by_id == actor.user_id
    fresh = clock.now() - log.created_at < contacts.SEALED_AFTER
    edits = author and fresh and bool(may(actor, Permission.CONTACT_EDIT))
    names = confidential and (author or bool(may(actor, Permission.CONFIDENTIAL_NAME)))
    page = ContactPage(
        log=log,
        organization_url=organization_url(union_code, log.organization),
        confidential=confidential,
        officers="、".join(officer.name for officer in selectors.officers_of(log)) if confidential else "",
        edit_url=reverse("contact-edit", args=[union_code, log.pk]) if edits else "",
        officers_url=reverse("contact-officers", args=[union_code, log.pk]) if names else "",
        history=selectors.history(log.pk),
        rule=why_visible(actor, log),
    )
    crumbs = _trail(union_code, log.contacted_on.isoformat())
    return render(request, "registry/contact.html", {"page": page, "breadcrumbs": crumbs})


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = require_post(request, Permission.CONTACT_EDIT)
    log = selectors.contact_log(actor, pk)
    initial = {name: getattr(log, name) for name in ContactForm.base_fields}
    form = ContactForm(request.POST or None, initial=initial)
    return answer(
        request,
        form,
        lambda: contacts.edit(contact_log=log, by=actor, at=clock.now(), **form.cleaned_data),
        title="修改联系记录",
        done_url=reverse("contact", args=[union_code, log.pk]),
        crumbs=_trail(union_code, "修改"),
    )


@require_http_methods(["GET", "POST"])
def officers(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Who may read a confidential log; nothing of its content is on this page."""
    actor = actor_of(request)
    log = sealed_log(actor, pk)
    if actor.union is None:
        raise Refused()
    people = [one for one in selectors.possible_officers(actor.union, clock.today()) if one.id != log.created_by_id]
    held = [str(one.id) for one in selectors.officers_of(log)]
    form = OfficersForm(request.POST or None, choices=[(str(one.id), one.name) for one in people], initial=held)
    readable = selectors.contact_logs(actor).filter(pk=log.pk).exists()
    back = reverse("contact", args=[union_code, log.pk]) if readable else reverse("contacts-sealed", args=[union_code])

    def act() -> ContactLog:
        named = list(User.objects.filter(pk__in=form.cleaned_data["officers"]))
        return contacts.name_officers(contact_log=log, officers=named, by=actor, at=clock.now())

    lead = f"{log.created_by_name}于{log.created_at.astimezone(clock.BEIJING):%Y-%m-%d}登记的保密联系记录。指定后，只有登记人和所选人员可以查看内容。"
    return answer(
        request,
        form,
        act,
        title="指定知悉人",
        lead=lead,
        done_url=back,
        done="知悉人已更新。",
        crumbs=_trail(union_code, "指定知悉人"),
    )


@require_safe
def sealed(request: HttpRequest, union_code: str) -> HttpResponse:
    """The confidential logs as their administrator sees them: that they exist, and who may read them."""
    actor = require_post(request, Permission.CONFIDENTIAL_NAME)
    page = SealedPage(rows=selectors.sealed_logs(actor), base=reverse("contacts", args=[union_code]))
    crumbs = _trail(union_code, "保密记录知悉人")
    return render(request, "registry/sealed.html", {"page": page, "breadcrumbs": crumbs})


def _trail(code: str, here: str) -> list[Crumb]:
    return [Crumb("联系记录", reverse("contacts", args=[code])), Crumb(here)]
