"""The API's limits, placed before sessions and accounts are read: a document that asks too much costs no SQL at all."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from graphql import GraphQLError

from api.kit import callers
from api.kit.errors import LimitExceeded, as_graphql
from api.kit.http import Unreadable, media_type, read
from api.kit.view import admitted, refused


class LimitsFirst:
    """
    Answers /graphql requests that are over a limit.

    Requests without credentials pass: the view answers them with 401 and nothing else. Whatever is wrong in another way passes too,
    and is told only to callers who are known.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/graphql" and callers.carries_credentials(request):
            try:
                media = media_type(request.headers.get("Accept", ""))
                admitted(read(request))
            except LimitExceeded as refusal:
                return refused(request, [as_graphql(refusal)], media)
            except (Unreadable, GraphQLError):
                pass
        return self.get_response(request)
