"""/u/<code>/notices: what the viewer was told of in this union, and that they have read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from commons.kit import clock
from commons.web.frame import actor_of
from tenants.notices import actions, selectors
from tenants.notices.models import Notice
from tenants.notices.selectors import Told

SIZE = 50


@dataclass(frozen=True)
class Line:
    """One notice; `url` is empty for what may no longer be seen, `read_url` for what was read."""

    label: str
    title: str
    url: str
    at: datetime
    read_url: str
    gone: bool


@dataclass(frozen=True)
class Pager:
    previous: str | None
    next: str | None
    shown: int


@dataclass(frozen=True)
class NoticesPage:
    lines: list[Line]
    unread: int
    read_all_url: str
    account_url: str
    pager: Pager


@require_safe
def notices(request: HttpRequest, union_code: str) -> HttpResponse:
    """Latest first, fifty to a page."""
    actor = actor_of(request)
    found, previous, following = _page(request, selectors.mine(actor))
    unread = selectors.unread(actor)
    page = NoticesPage(
        lines=[_line(one, union_code) for one in selectors.told(actor, found)],
        unread=unread,
        read_all_url=reverse("notices-read", args=[union_code]) if unread else "",
        account_url=f"{reverse('account')}#notices",
        pager=Pager(previous, following, len(found)),
    )
    return render(request, "notices/list.html", {"page": page})


@require_safe
def follow(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """Go to what a notice tells of; whoever goes there has read it."""
    actor = actor_of(request)
    found = selectors.notice(actor, pk)
    if found.read_at is None and request.method == "GET":
        actions.mark_read(keys=[pk], by=actor, at=clock.now())
    return HttpResponseRedirect(f"/u/{union_code}{found.url}")


@require_POST
def read(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actions.mark_read(keys=[pk], by=actor_of(request), at=clock.now())
    return HttpResponseRedirect(reverse("notices", args=[union_code]))


@require_POST
def read_all(request: HttpRequest, union_code: str) -> HttpResponse:
    actions.mark_read(by=actor_of(request), at=clock.now())
    return HttpResponseRedirect(reverse("notices", args=[union_code]))


def _line(one: Told, code: str) -> Line:
    return Line(
        label=one.kind.label,
        title=one.title,
        url=reverse("notice", args=[code, one.id]) if one.visible else "",
        at=one.created_at,
        read_url=reverse("notice-read", args=[code, one.id]) if one.read_at is None else "",
        gone=not one.visible,
    )


def _page(request: HttpRequest, rows: QuerySet[Notice]) -> tuple[list[Notice], str | None, str | None]:
    """(the rows, the cursor of the page before, that of the next); a cursor that cannot be read means the first page."""
    after, before = _key(request.GET.get("after", "")), _key(request.GET.get("before", ""))
    if before is not None:
        some = list(rows.filter(pk__gt=before).order_by("id")[: SIZE + 1])
        shown = some[:SIZE][::-1]
        return shown, str(shown[0].pk) if len(some) > SIZE else None, str(shown[-1].pk) if shown else None
    some = list((rows.filter(pk__lt=after) if after is not None else rows)[: SIZE + 1])
    shown = some[:SIZE]
    previous = str(shown[0].pk) if after is not None and shown else None
    return shown, previous, str(shown[-1].pk) if len(some) > SIZE else None


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
