"""The way to the pages of an entry, and the form that ends on one."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commons.web import frame
from commons.web.frame import Crumb
from tenants.registry.models import SocialOrganization


def trail(code: str, organization: SocialOrganization | None = None, *more: str) -> list[Crumb]:
    """The way from the list to this page."""
    crumbs = [Crumb("社会组织台账", reverse("organizations", args=[code]))]
    if organization is not None:
        crumbs.append(Crumb(organization.name, organization_url(code, organization)))
    return [*crumbs, *(Crumb(label) for label in more)]


def organization_url(code: str, organization: SocialOrganization) -> str:
    return reverse("organization", args=[code, organization.pk])


def answer(
    request: HttpRequest,
    code: str,
    row: SocialOrganization,
    form: forms.Form,
    act: Callable[[], object],
    title: str,
    lead: str,
) -> HttpResponse:
    """The form, or after its action the entry's page."""
    return frame.answer(
        request,
        form,
        act,
        title=f"{title}：{row.name}",
        lead=lead,
        done_url=organization_url(code, row),
        crumbs=trail(code, row, title),
    )
