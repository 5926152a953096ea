"""How often one network address may try worker links. Counted in the cache under a digest, for ten minutes, and kept nowhere else. Source: ASVS 2.4."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache

from commons.kit.errors import DomainError
from commons.kit.ids import digest

WINDOW_S = 600
# A factory's workers share one address, so what opens something may come often; what opens nothing is guessing.
MOST_SENT = 600
MOST_MISSED = 30


class TooOften(DomainError):
    """Source: ASVS 2.4."""

    code = "NEEDS.TOO_OFTEN"
    sentence = "操作过于频繁，请十分钟后再试。"
    status = 429


def hold(kind: str, address: str, most: int, at: datetime) -> None:
    """
    Count one attempt.

    Raises: TooOften.
    """
    key = f"worker-{kind}:{digest(address)[:32]}:{int(at.timestamp()) // WINDOW_S}"
    cache.add(key, 0, timeout=2 * WINDOW_S)
    try:
        tried = cache.incr(key)
    except ValueError:
        return
    if tried > most:
        raise TooOften()
