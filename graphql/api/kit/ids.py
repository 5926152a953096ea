"""Global ids: the type's name and the row's key, opaque to clients. An id names a row; it opens nothing."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from api.kit.errors import BadId
from commons.kit.errors import NotFound


def to_global(type_name: str, key: object) -> str:
    return base64.urlsafe_b64encode(f"{type_name}:{key}".encode()).decode()


def from_global(global_id: str) -> tuple[str, str]:
    """
    (type name, key).

    Raises: BadId.
    """
    try:
        type_name, colon, key = (
            base64.b64decode(global_id.encode(), altchars=b"-_", validate=True).decode().partition(":")
        )
    except (binascii.Error, UnicodeDecodeError, UnicodeEncodeError, ValueError):
        raise BadId() from None
    if not colon or not type_name or not 1 <= len(key) <= 64 or not key.isprintable():
        raise BadId()
    return type_name, key


def key_of(global_id: str, type_name: str) -> str:
    """
    The key in an id of this very type.

    Raises: BadId; NotFound for an id of another type, which looks like an id of nothing.
    """
    found, key = from_global(global_id)
    if found != type_name:
        raise NotFound()
    return key


def uuid_of(global_id: str, type_name: str) -> UUID:
    """
    The row's UUID in an id of this very type.

    Raises: BadId, NotFound.
    """
    try:
        return UUID(key_of(global_id, type_name))
    except ValueError:
        raise NotFound() from None
