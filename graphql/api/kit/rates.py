"""How often one caller may ask. Counted per minute in the shared cache; one caller's flood is no other's trouble."""

from __future__ import annotations

from django.core.cache import cache

from api.kit.context import Context
from api.kit.errors import LimitExceeded
from api.kit.http import Unreadable
from commons.kit.ids import digest

REQUESTS_PER_MINUTE = 1_200


def refuse_too_frequent(context: Context) -> None:
    """
    Count this request.

    Raises: Unreadable 429 with Retry-After.
    """
    if context.user is not None:
        caller = f"user:{context.user.pk}"
    else:
        caller = f"partner:{context.acting.partner}:{context.union.pk}"
    minute, second = divmod(int(context.at.timestamp()), 60)
    key = f"api-rate:{digest(caller)[:32]}:{minute}"
    cache.add(key, 0, timeout=120)
    try:
        asked = cache.incr(key)
    except ValueError:
        return
    if asked > REQUESTS_PER_MINUTE:
        limit = LimitExceeded("RATE", REQUESTS_PER_MINUTE)
        raise Unreadable(429, limit.code, limit.message, {"Retry-After": str(60 - second)})
