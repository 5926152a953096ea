"""/u/<code>/attachments/<kind>/<id> and …/<id>/remove: hang a file on an object, take one off."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from commons.access.actors import Actor
from commons.files.errors import Damaged, Empty, KindRefused, TooLarge
from commons.kit.clock import now
from commons.kit.errors import Conflict, DomainError, NotFound, Refused
from commons.kit.forms import tell
from tenants.attachments import actions, owners, selectors
from tenants.attachments.errors import TooMany
from tenants.attachments.owners import Rights
from tenants.attachments.pages.forms import AttachForm, RemoveForm

# What is wrong with the file itself stands beside it.
_OF_THE_FILE = (Empty, KindRefused, TooLarge, Damaged, TooMany)


@dataclass(frozen=True)
class Crumb:
    label: str
    url: str = ""


@dataclass(frozen=True)
class AttachingPage:
    """A page that is one form. `about` names the object."""

    title: str
    about: str
    form: forms.Form
    submit_label: str
    cancel_url: str
    danger: bool = False


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str, object_kind: str, object_id: UUID) -> HttpResponse:
    """The form is a part of the object's page; by itself it is shown where a file was refused."""
    actor = _actor(request)
    rights, row = owners.owner(actor, object_kind, object_id)
    rights.may_add(actor, row).require()
    back = _page_of(rights, union_code, row)
    form = AttachForm(request.POST or None, request.FILES or None, most_bytes=rights.max_bytes)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.attach(
                on=row,
                upload=given["file"],
                label=given["label"],
                classification=given["classification"],
                by=actor,
                at=now(),
            )
        except _OF_THE_FILE as refusal:
            form.add_error("file", refusal.message)
        except (Conflict, NotFound, Refused):
            raise
        except DomainError as refusal:
            tell(form, refusal)
        else:
            messages.success(request, f"已添加附件“{made.label}”。")
            return HttpResponseRedirect(back)
    page = AttachingPage("添加附件", str(row), form, "上传", back)
    return _form(request, page, rights, 422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = _actor(request)
    found, rights, row = selectors.with_owner(actor, pk)
    rights.may_remove(actor, row, found).require()
    back = _page_of(rights, union_code, row)
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.remove(attachment=found, reason=form.cleaned_data["reason"], by=actor, at=now())
        except (Conflict, NotFound, Refused):
            raise
        except DomainError as refusal:
            tell(form, refusal)
        else:
            messages.success(request, f"已移除附件“{found.label}”。原件留存备查。")
            return HttpResponseRedirect(back)
    page = AttachingPage(f"移除附件：{found.label}（{found.name}）", str(row), form, "移除", back, danger=True)
    return _form(request, page, rights, 422 if form.errors else 200)


def _form(request: HttpRequest, page: AttachingPage, rights: Rights[models.Model], status: int) -> HttpResponse:
    crumbs = [Crumb(rights.label), Crumb(page.about, page.cancel_url), Crumb("附件")]
    return render(request, "attachments/form.html", {"page": page, "breadcrumbs": crumbs}, status=status)


def _page_of(rights: Rights[models.Model], union_code: str, row: models.Model) -> str:
    return reverse(rights.page, kwargs={"union_code": union_code, "pk": row.pk})


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]
