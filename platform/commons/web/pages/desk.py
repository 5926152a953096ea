"""The desk of the acting union."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.kit.clock import now
from commons.kit.errors import NotFound
from commons.web import navigation
from commons.web.desk import page


@require_safe
def desk(request: HttpRequest, union_code: str) -> HttpResponse:
    """Key figures, what needs doing, what ran lately. Everybody with a role in the union has one."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor is None or actor.union is None:
        raise NotFound()
    if navigation.is_portal(actor):
        return HttpResponseRedirect(f"/u/{union_code}/portal" if actor.organization else "/portal")
    return render(request, "web/desk/page.html", {"page": page.build(actor, actor.union, at=now())})
