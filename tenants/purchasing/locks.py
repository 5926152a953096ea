"""What is locked in purchasing, in this order: numbering, then the parent, then the row."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

from commons.kit.errors import Conflict, NotFound

R = TypeVar("R", bound=models.Model)
_NUMBERING = 0x5055_5200


def numbering() -> None:
    """Hold the union's numbering of purchases until the transaction ends, so that no number has a twin."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", [_NUMBERING])


def next_number(model: type[models.Model], column: str, **of: Any) -> int:
    """The next number among the rows with these values; numbering is held from here on."""
    numbering()
    last = model._default_manager.filter(**of).aggregate(last=models.Max(column))["last"]
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


def changed(row: models.Model, values: dict[str, Any]) -> dict[str, tuple[object, object]]:
    """Set these values on a row; {field: (old, new)} of those that differ."""
    changes: dict[str, tuple[object, object]] = {}
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            changes[name] = (old, value)
            setattr(row, name, value)
    return changes
