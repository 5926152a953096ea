"""No answer for somebody signed in is kept by a browser or a proxy. Source: ASVS 14.3.2."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class NoStore:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response
