"""The key by which an organization is counted once, without saying which organization it is. Source: DOMAIN Q12."""

import hashlib
import hmac

from django.conf import settings


def key(uscc: str) -> bytes:
    """The 32 bytes that stand for this credit code in roll-up tables: useless to whoever lacks DIRECTORY_HMAC_KEY."""
    return hmac.new(settings.DIRECTORY_HMAC_KEY.encode(), uscc.encode(), hashlib.sha256).digest()
