"""Anticipated errors become pages that say what happened; the rest are bugs and become the 500 page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from commons.boundaries.transfer import guard
from commons.kit.errors import DomainError
from commons.web.pages.errors import error_page


class Errors:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except DomainError as refusal:
            return error_page(request, refusal)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        told = exception if isinstance(exception, DomainError) else guard.departed(exception)
        return error_page(request, told) if told is not None else None
