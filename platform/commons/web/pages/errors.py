"""The pages of what went wrong, each with the request id that finds its log line."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commons.kit.errors import DomainError, Refused


def error_page(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """The page of an anticipated error, with its own status; a refusal names its rule."""
    status = refusal.status if refusal.status in {400, 403, 404, 405, 409, 413, 429} else 400
    template = f"errors/{status}.html" if status != 409 else "errors/400.html"
    context = {"refusal": refusal, "rule": refusal.params.get("rule") if isinstance(refusal, Refused) else None}
    return render(request, template, context, status=status)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Named by CSRF_FAILURE_VIEW: the form was too old or came from elsewhere."""
    structlog.get_logger(__name__).warning("csrf_refused", reason=reason)
    return render(request, "errors/403.html", {"stale_form": True}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/500.html", status=500)
