"""The digest that stands for an organization in the numbers, useless without the national secret. Source: R2."""

import hmac
from functools import lru_cache

from django.conf import settings


@lru_cache(maxsize=100_000)
def key(uscc: str) -> bytes:
    """HMAC-SHA256 of a credit code under DIRECTORY_HMAC_KEY."""
    return hmac.digest(settings.DIRECTORY_HMAC_KEY.encode(), uscc.encode(), "sha256")
