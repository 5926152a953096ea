"""Addresses of one-time links. The token is in the path only; pages that show it are never cached."""

from django.conf import settings


def invitation_path(token: str) -> str:
    return f"/invitation/{token}"


def reset_path(token: str) -> str:
    return f"/reset/{token}"


def absolute(path: str) -> str:
    """With PUBLIC_URL before it, when that is set; pages complete it from the request instead."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"
