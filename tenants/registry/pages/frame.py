"""What the pages of the ledger share: who asks, the way here, and how an action's refusal returns to its form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit.errors import Conflict, DomainError, Invalid, NotFound, Refused
from tenants.registry.models import SocialOrganization

T = TypeVar("T")


@dataclass(frozen=True)
class Crumb:
    label: str
    url: str = ""


@dataclass(frozen=True)
class FormPage:
    """A page that is one form. `title` its heading, `lead` a sentence under it."""

    title: str
    form: forms.Form
    submit_label: str
    cancel_url: str
    lead: str = ""
    danger: bool = False


def actor_of(request: HttpRequest) -> Actor:
    """The account acting in the union of the address; the door has let nobody else in."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def require_post(request: HttpRequest, permission: Permission) -> Actor:
    """
    The actor, when they hold the permission that the page's form needs: a form nobody may send is not shown.

    Raises: Refused.
    """
    actor = actor_of(request)
    may(actor, permission).require()
    return actor


def trail(code: str, organization: SocialOrganization | None = None, *more: str) -> list[Crumb]:
    """The way from the list to this page."""
    crumbs = [Crumb("社会组织台账", reverse("organizations", args=[code]))]
    if organization is not None:
        crumbs.append(Crumb(organization.name, organization_url(code, organization)))
    return [*crumbs, *(Crumb(label) for label in more)]


def organization_url(code: str, organization: SocialOrganization) -> str:
    return reverse("organization", args=[code, organization.pk])


def carried_out(form: forms.Form, action: Callable[[], T]) -> T | None:
    """
    What `action` returns; None when it refused, with its sentences on the form.

    What the viewer may not do, what is not there and what has changed meanwhile is not a matter of the form and goes on.
    """
    try:
        return action()
    except (Conflict, NotFound, Refused):
        raise
    except Invalid as wrong:
        for name, sentences in wrong.problems.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)
    except DomainError as refusal:
        name = refusal.path[0] if refusal.path else ""
        form.add_error(name if name in form.fields else None, refusal.message)
    return None


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
    if request.method == "POST" and form.is_valid() and carried_out(form, act) is not None:
        messages.success(request, "已保存。")
        return HttpResponseRedirect(organization_url(code, row))
    page = FormPage(
        title=f"{title}：{row.name}", form=form, submit_label="保存", cancel_url=organization_url(code, row), lead=lead
    )
    context = {"page": page, "breadcrumbs": trail(code, row, title)}
    return render(request, "registry/form.html", context, status=422 if form.errors else 200)
