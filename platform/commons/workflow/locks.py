"""Locks that every feature with a life of its own takes: a row with the version that was read, and a union's numbering."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

from commons.kit.errors import Conflict, NotFound

R = TypeVar("R", bound=models.Model)


def numbering(key: int) -> None:
    """Hold the acting union's numbering `key` until the transaction ends, so that no number has a twin. Each feature has keys of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", [key])


def next_number(model: type[models.Model], column: str = "serial", *, key: int, **of: Any) -> int:
    """The next number among the rows with the values `of`; numbering `key` is held from here on."""
    numbering(key)
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


def changed(row: models.Model, values: Mapping[str, Any]) -> dict[str, tuple[object, object]]:
    """Set these values on a locked row; {field: (old, new)} of those that differ, as `transitions.edited` takes it."""
    changes: dict[str, tuple[object, object]] = {}
    for name, value in values.items():
        old = getattr(row, name)
        if old != value:
            changes[name] = (old, value)
            setattr(row, name, value)
    return changes
