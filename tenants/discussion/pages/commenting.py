"""/u/<code>/comments/…: say something about an object, change it, take it back."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from commons.kit import clock
from commons.kit.errors import Refused
from commons.tenancy.objects import Owned
from commons.web.frame import Crumb, actor_of, answer
from tenants.discussion import actions, selectors
from tenants.discussion.pages.forms import CommentForm, EditForm
from tenants.notices import naming


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, union_code: str, object_kind: str, object_id: UUID) -> HttpResponse:
    """The form is a part of the object's page; by itself it is shown where a comment was refused."""
    actor = actor_of(request)
    owned, row = selectors.discussed(actor, object_kind, object_id)
    form = CommentForm(request.POST or None, people=selectors.mentionable(actor, owned, row))
    back = _page_of(owned, union_code, row)
    return answer(
        request,
        form,
        lambda: actions.comment(on=row, by=actor, at=clock.now(), **form.cleaned_data),
        title="写留言",
        lead=naming.of_object(owned, row),
        submit_label="发出",
        done="已留言。",
        done_url=back,
        crumbs=[Crumb(owned.label, back), Crumb("留言")],
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found, owned, row = selectors.comment(actor, pk)
    if found.created_by_id != actor.user_id or found.removed_at is not None:
        raise Refused()
    form = EditForm(request.POST or None, initial={"text": found.text})
    back = _page_of(owned, union_code, row)
    return answer(
        request,
        form,
        lambda: actions.edit(comment=found, by=actor, at=clock.now(), **form.cleaned_data),
        title="修改留言",
        lead=naming.of_object(owned, row),
        done="已修改留言。",
        done_url=back,
        crumbs=[Crumb(owned.label, back), Crumb("留言")],
    )


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found, owned, row = selectors.comment(actor, pk)
    if not selectors.may_remove(actor, found):
        raise Refused()
    back = _page_of(owned, union_code, row)
    return answer(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        lambda: actions.remove(comment=found, by=actor, at=clock.now()),
        title=f"移除{found.created_by_name}的留言",
        lead="移除后内容不再显示，只留下“留言已移除”的记录。",
        submit_label="移除",
        done="已移除留言。",
        done_url=back,
        crumbs=[Crumb(owned.label, back), Crumb("留言")],
        danger=True,
    )


def _page_of(owned: Owned[models.Model], union_code: str, row: models.Model) -> str:
    return f"{reverse(owned.page, kwargs={'union_code': union_code, 'pk': row.pk})}#discussion"
