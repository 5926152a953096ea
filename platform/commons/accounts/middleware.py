"""Limits of a session, and the gates before the first page."""

from collections.abc import Callable

import structlog
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode

from commons.accounts import gates, sessions
from commons.accounts.actions.sign_in import record_time_out
from commons.accounts.addresses import client_address
from commons.accounts.gates import Gate
from commons.kit.clock import now

# Entrances for programs: they are never led to a page, a session that is not ready counts as nobody there.
_PROGRAMS = ("/graphql", "/oauth/")
_ALWAYS_OPEN = frozenset({"/sign-out", *(gate.value for gate in Gate)})


class SessionLimits:
    """
    Ends idle and old sessions on the server, and lets nobody past a gate they owe.

    Source: ASVS 7.3; GB/T 22239 8.1.4.1.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        structlog.contextvars.bind_contextvars(ip=client_address(request))
        if not request.user.is_authenticated:
            return self.get_response(request)
        at, for_program = now(), request.path.startswith(_PROGRAMS)
        if sessions.over(request, at):
            record_time_out(request, at=at)
            sessions.finish(request)
            return self.get_response(request) if for_program else _lead(request, "/sign-in", reason="timeout")
        # A page that asks by itself whether its numbers moved is nobody at work: it keeps no idle session awake.
        if "X-Poll" not in request.headers:
            sessions.mark(request, at)
        gate = gates.pending(request, at)
        if gate is None or request.path in _ALWAYS_OPEN:
            return self.get_response(request)
        if for_program:
            request.user = AnonymousUser()
            return self.get_response(request)
        return _lead(request, gate.value)


def _lead(request: HttpRequest, path: str, **query: str) -> HttpResponse:
    """To another page and back afterwards; a fragment's request moves the whole page."""
    if request.method == "GET" and not request.headers.get("HX-Request"):
        query["next"] = request.get_full_path()
    address = f"{path}?{urlencode(query)}" if query else path
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
