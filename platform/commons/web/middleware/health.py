"""/healthz and /readyz, answered before sessions, tenants and templates can fail."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from commons.tenancy import door, readiness


class Health:
    """`/healthz`: this process answers. `/readyz`: the database answers and its schema is that of this code."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return JsonResponse({"status": "ok"})
        if request.path == "/readyz":
            return self._ready()
        return self.get_response(request)

    def _ready(self) -> HttpResponse:
        try:
            with door.outside():
                problems = readiness.problems()
        except DatabaseError:
            connection.close()
            problems = ["the database does not answer"]
        return JsonResponse(
            {"status": "not ready" if problems else "ok", "problems": problems}, status=503 if problems else 200
        )
