"""Errors that a player meets: which are part of the torture, which are refusals as they should be, which are wrong."""

from __future__ import annotations

import psycopg2
from django.db import Error, IntegrityError, InterfaceError, OperationalError

from commons.kit.errors import DomainError

# admin_shutdown, crash_shutdown, cannot_connect_now, and the class of lost connections.
_ENDED = ("57P01", "57P02", "57P03", "08")
_LOCK_NOT_AVAILABLE = "55P03"


def is_lost(error: BaseException) -> bool:
    """Whether the server or the connection has died."""
    if isinstance(error, InterfaceError | psycopg2.InterfaceError):
        return True
    code = code_of(error)
    if code is None:
        return isinstance(error, OperationalError | psycopg2.OperationalError)
    return code.startswith(_ENDED)


def is_refusal(error: BaseException) -> bool:
    """Whether a rule or a constraint said no, or somebody would have had to wait too long; nothing was written."""
    return isinstance(error, DomainError | IntegrityError) or code_of(error) == _LOCK_NOT_AVAILABLE


def code_of(error: BaseException) -> str | None:
    """The database's code, such as 40P01 for a deadlock."""
    found = getattr(error.__cause__ if isinstance(error, Error) else error, "pgcode", None)
    return str(found) if found else None


def told(error: BaseException) -> str:
    first = next(iter(str(error).strip().splitlines()), "")
    return f"{type(error).__name__} {code_of(error) or ''} {first}"[:400]
