"""
Keeps the tokens of one-time links out of the log: whoever reads it could otherwise use them. Source: ASVS 16.2.5.

Of a worker who answers, orders or appeals without an account the log does not keep the network address either. Source: V6.
"""

import re
from typing import Any

_LINK = re.compile(r"(?P<path>(?:/|%2F)(?:invitation|reset|w(?:/|%2F)[0-9A-Z_]{1,12})(?:/|%2F))[\w-]+", re.IGNORECASE)
_WORKER = re.compile(r"(?:^|\s|https?://[^/\s]+)/w/[0-9A-Z_]{1,12}/", re.IGNORECASE)


def without_tokens(logger: object, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: every text of the event, with the tokens of our links cut out."""
    if "ip" in event and any(isinstance(value, str) and _WORKER.search(value) for value in event.values()):
        event = {name: value for name, value in event.items() if name != "ip"}
    return {name: _LINK.sub(r"\g<path>…", value) if isinstance(value, str) else value for name, value in event.items()}
