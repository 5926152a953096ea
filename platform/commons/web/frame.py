"""
What pages of all features share: who asks, the way here, and a form that goes to one action.

    @require_http_methods(["GET", "POST"])
    def new(request: HttpRequest, union_code: str) -> HttpResponse:
        actor = require_post(request, Permission.MEETING_EDIT)
        form = MeetingForm(request.POST or None)
        return answer(
            request, form, lambda: meetings.plan(by=actor, at=clock.now(), **form.cleaned_data),
            title="登记联席会议", done_url=lambda row: reverse("meeting", args=[union_code, row.pk]),
            cancel_url=reverse("meetings", args=[union_code]), crumbs=[Crumb("联席会议", …), Crumb("登记")],
        )
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit.errors import Conflict, DomainError, NotFound, Refused
from commons.kit.forms import tell

T = TypeVar("T")


@dataclass(frozen=True)
class Crumb:
    """One step of the way here; the last has no address."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class FormPage:
    """A page that is one form, for `base/form.html`: `title` its heading, `lead` a sentence under it. Without `submit_label` it is not sent."""

    title: str
    form: forms.BaseForm
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


def carried_out(form: forms.BaseForm, action: Callable[[], T]) -> T | None:
    """
    What `action` returns; None when it refused, with its sentences beside the form's fields.

    What the viewer may not do, what is not there and what has changed meanwhile is not a matter of the form and goes on.
    """
    try:
        return action()
    except (Conflict, NotFound, Refused):
        raise
    except DomainError as refusal:
        tell(form, refusal)
    return None


def answer(
    request: HttpRequest,
    form: forms.BaseForm,
    act: Callable[[], T],
    *,
    title: str,
    done_url: str | Callable[[T], str],
    cancel_url: str = "",
    lead: str = "",
    crumbs: Sequence[Crumb] = (),
    submit_label: str = "保存",
    done: str | Callable[[T], str] = "已保存。",
    danger: bool = False,
    template: str = "base/form.html",
    also: Mapping[str, object] | None = None,
) -> HttpResponse:
    """
    The form; or after `act` has been carried out `done_url` with the message `done`: either may depend on what it returned.

    A form that comes back keeps what was typed, with its errors beside the fields: status 422; 409 when somebody else
    changed the row meanwhile. Without `cancel_url` the way back is `done_url`, when that is fixed. `template` extends
    `base/form.html` and is handed `also` too.
    Raises: NotFound, Refused.
    """
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made = carried_out(form, act)
        except Conflict as changed:
            form.add_error(None, changed.message)
            status = Conflict.status
        else:
            if not form.errors:
                return _done(request, cast(T, made), done_url, done)
    back = cancel_url or ("" if callable(done_url) else done_url)
    page = FormPage(title, form, submit_label, back, lead, danger)
    return form_page(request, page, crumbs, template=template, also=also, status=status)


def form_page(
    request: HttpRequest,
    page: FormPage,
    crumbs: Sequence[Crumb],
    *,
    template: str = "base/form.html",
    also: Mapping[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a form: 422 when something is wrong with what was sent, unless `status` says otherwise."""
    if status == 200 and page.form.errors:
        status = 422
    return render(request, template, {**(also or {}), "page": page, "breadcrumbs": list(crumbs)}, status=status)


def _done(request: HttpRequest, made: T, url: str | Callable[[T], str], told: str | Callable[[T], str]) -> HttpResponse:
    messages.success(request, told(made) if callable(told) else told)
    return HttpResponseRedirect(url(made) if callable(url) else url)
