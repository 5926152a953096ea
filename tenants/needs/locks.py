"""What is locked in needs, in this order: menu item or survey, then numbering, then cluster, then need, order or appeal."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db import connection, models

from commons.kit.errors import Conflict, NotFound

R = TypeVar("R", bound=models.Model)
_NUMBERING = 0x4E65_6501


def numbering() -> None:
    """Hold the union's numbering of needs, orders and appeals until the transaction ends, so that no number has a twin."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", [_NUMBERING])


def next_serial(model: type[models.Model]) -> int:
    """The next number of this kind of row; numbering is held from here on."""
    numbering()
    last = model._default_manager.aggregate(last=models.Max("serial"))["last"]
    return int(last or 0) + 1


def row(model: type[R], pk: UUID, *, version: int | None = None) -> R:
    """
    The row, locked until the transaction ends.

    Raises: NotFound; Conflict when it is no longer the `version` that was read.
    """
    found = model._default_manager.select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    if version is not None and getattr(found, "version", version) != version:
        raise Conflict()
    return found
