"""The acting union of a request (V14): `/u/<code>/…` runs in exactly that union's schema, for its own people only."""

import re
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.utils.http import urlencode

from commons.access import actors
from commons.boundaries import calendar
from commons.boundaries import selectors as boundaries
from commons.hierarchy import selectors as hierarchy
from commons.kit.errors import NotFound
from commons.tenancy import door
from commons.web.pages.errors import error_page

_UNION_PATH = re.compile(r"^/u/(?P<code>[0-9A-Za-z_]{1,12})(?:/|$)")


class ActingUnion:
    """
    Sets `request.actor`: for `/u/<code>/…` the account acting in that union, elsewhere in the one chosen last.

    A union that does not exist, is suspended, or is not theirs looks the same: not found. Roles are read anew each time, so an ended role or a
    suspended union is gone with the next request. Source: V7, V14.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        match = _UNION_PATH.match(request.path)
        # What was planned for a day is in force with the first request of that day.
        calendar.look()
        if not request.user.is_authenticated:
            if match:
                return HttpResponseRedirect(f"/sign-in?{urlencode({'next': request.get_full_path()})}")
            return self.get_response(request)
        user = request.user
        if match is None:
            code = request.session.get("acting_union")
            union = hierarchy.by_code_or_none(code) if code else None
            request.actor = actors.acting(user, union) if union else None  # type: ignore[attr-defined]
            return self.get_response(request)
        union = boundaries.by_any_code(match["code"])
        actor = actors.acting(user, union) if union else None
        if union is not None and actor is not None and union.code != match["code"]:
            # A code that the union once had; for those who may not enter it is as absent as any other.
            return HttpResponsePermanentRedirect(f"/u/{union.code}{request.get_full_path()[match.end('code') :]}")
        if union is None or actor is None:
            # Django turns what a middleware raises into a 500 before an outer one could catch it.
            return error_page(request, NotFound())
        request.actor = actor  # type: ignore[attr-defined]
        # A page that only asks whether its numbers moved chooses nothing: another tab may act elsewhere.
        if request.session.get("acting_union") != union.code and "X-Poll" not in request.headers:
            request.session["acting_union"] = union.code
        structlog.contextvars.bind_contextvars(union=union.code)
        with door.inside(union):
            response = self.get_response(request)
            if hasattr(response, "render") and callable(response.render):
                response.render()
        return response
