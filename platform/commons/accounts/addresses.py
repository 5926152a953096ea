"""From which address a request comes, as far as our own proxies can be believed."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """
    The address of the browser: the peer's own, or what TRUSTED_PROXIES proxies in front of us have written.

    Each proxy appends the address it saw, so with n proxies the n-th from the right was written by ours;
    whatever stands further left the client may have invented.
    """
    peer = request.META.get("REMOTE_ADDR") or "127.0.0.1"
    written = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    proxies = settings.TRUSTED_PROXIES
    candidate = written[-proxies] if 0 < proxies <= len(written) else peer
    try:
        return str(ipaddress.ip_address(candidate))
    except ValueError:
        return peer
