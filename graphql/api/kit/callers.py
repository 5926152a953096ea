"""Who calls: a partner by bearer token, or somebody signed in, acting in one union."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from api.kit.context import Context
from api.kit.http import Unreadable
from commons.access import actors, partners
from commons.access.actors import Actor
from commons.boundaries import selectors as boundaries
from commons.people.models import User

ACTING_HEADER = "X-Acting-Union"
_CODE = re.compile(r"[0-9A-Za-z_]{1,12}")
UNAUTHENTICATED = Unreadable(
    401,
    "UNAUTHENTICATED",
    "请先登录，或提供有效的访问令牌。",
    {"WWW-Authenticate": 'Bearer realm="graphql"'},
)


class _Csrf(CsrfViewMiddleware):
    """Django's own check, answering with the reason instead of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


def carries_credentials(request: HttpRequest) -> bool:
    """Something that might be a token or a session, not yet looked up."""
    return "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES


def identify(request: HttpRequest, at: datetime) -> Context:
    """
    The caller. A token, when there is one, is the only credential that counts.

    A session that still owes a second factor or a new password arrives here as nobody (commons.accounts).

    Raises: Unreadable 401 for nobody, 403 for a request without its CSRF token or for a union that is not theirs.
    """
    if "Authorization" in request.headers:
        return _partner(request, at)
    if not request.user.is_authenticated:
        raise UNAUTHENTICATED
    return _person(request, request.user, at)


def _partner(request: HttpRequest, at: datetime) -> Context:
    scheme, _, token = request.headers["Authorization"].partition(" ")
    actor = partners.authenticate(token.strip(), at=at) if scheme.lower() == "bearer" else None
    if actor is None or actor.union is None:
        raise UNAUTHENTICATED
    if (code := request.headers.get(ACTING_HEADER)) and code != actor.union.code:
        raise _not_theirs()
    return Context(actor=actor, user=None, at=at)


def _person(request: HttpRequest, user: User, at: datetime) -> Context:
    _refuse_forged(request)
    return Context(actor=_acting(request, user), user=user, at=at)


def _acting(request: HttpRequest, user: User) -> Actor | None:
    """By header, else the union chosen last on the pages, else the only one there is."""
    if code := request.headers.get(ACTING_HEADER):
        union = boundaries.by_any_code(code) if _CODE.fullmatch(code) else None
        actor = actors.acting(user, union) if union else None
        if actor is None:
            raise _not_theirs()
        return actor
    chosen: Actor | None = getattr(request, "actor", None)
    if chosen is not None:
        return chosen
    theirs = actors.unions_of(user)
    return actors.acting(user, theirs[0]) if len(theirs) == 1 else None


def _not_theirs() -> Unreadable:
    return Unreadable(403, "NOT_FOUND", f"请求头 {ACTING_HEADER} 所写的工会不存在，或您在其中没有角色。")


def _refuse_forged(request: HttpRequest) -> None:
    check = _Csrf(lambda _request: None)  # type: ignore[arg-type]
    check.process_request(request)
    if check.process_view(request, HttpResponse, (), {}) is not None:
        raise Unreadable(403, "CSRF", "请求缺少有效的 X-CSRFToken，请刷新页面后再试。")
