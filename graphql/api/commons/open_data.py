"""/open-data/<code>/<file>: open data of purchases for partner systems, whole or as a feed of changes. Source: V10; OCDS 1.1.5."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from api.kit import callers
from api.kit.http import Unreadable
from api.kit.rates import refuse_too_frequent
from commons.access.decisions import Rule, refused
from commons.boundaries import selectors as boundaries
from commons.kit.clock import now
from commons.kit.errors import Invalid, NotFound, Refused
from commons.opendata import serving


@require_safe
def open_data(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """A file of the subtree of the union `code`, which must lie under the partner's root; by bearer token alone."""
    try:
        if "Authorization" not in request.headers:
            raise callers.UNAUTHENTICATED
        context = callers.identify(request, now())
        refuse_too_frequent(context)
        if not context.acting.partner:
            refused(Rule.V10).require()
        union = boundaries.by_any_code(code)
        if union is None:
            raise NotFound()
        uri = request.build_absolute_uri(request.path)
        return serving.answer(name, union, by=context.acting, at=context.at, uri=uri, asked=request.GET)
    except Unreadable as refusal:
        return refusal.answer()
    except Invalid as problem:
        return Unreadable(400, problem.code, problem.message).answer()
    except (NotFound, Refused):
        return Unreadable(404, "NOT_FOUND", "没有找到，或不在授权范围内。").answer()
