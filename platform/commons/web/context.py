"""What every page is handed."""

from typing import Any

import structlog
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from commons.access import actors
from commons.people.models import User
from commons.web import bell, navigation


def page(request: HttpRequest) -> dict[str, Any]:
    """`actor` (None when nobody is signed in), `my_unions`, `bell`, `navigation`, `request_id`."""
    actor = getattr(request, "actor", None)
    user = getattr(request, "user", None)
    return {
        "actor": actor,
        "user": user if isinstance(user, User) else None,
        "my_unions": SimpleLazyObject(lambda: actors.unions_of(user)) if isinstance(user, User) else [],
        # Asked where the top bar is drawn, and nowhere else.
        "bell": SimpleLazyObject(lambda: bell.of(actor)),
        "navigation": navigation.of(actor, user if isinstance(user, User) else None, request.path),
        "request_id": structlog.contextvars.get_contextvars().get("request_id", ""),
    }
