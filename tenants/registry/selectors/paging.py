"""Pages of a list by the key of its last row: as fast on page 500 as on page 1, and steady while rows are added."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models import Q, QuerySet

M = TypeVar("M", bound=models.Model)
SIZES = (20, 50, 100)


@dataclass(frozen=True)
class Sort:
    """The order of a list: one field, and `id` after it so that the order is total."""

    field: str
    descending: bool = False


@dataclass(frozen=True)
class Page(Generic[M]):
    """The rows of one page and the cursors of its neighbours."""

    rows: list[M]
    previous: str | None
    next: str | None
    size: int
    sizes: tuple[int, ...] = SIZES
    total: int | None = None

    @property
    def shown(self) -> int:
        return len(self.rows)


def paged(
    rows: QuerySet[M],
    sort: Sort,
    *,
    size: int = 20,
    after: str | None = None,
    before: str | None = None,
    total: int | None = None,
) -> Page[M]:
    """The page after or before a cursor; the first page when the cursor is none of ours."""
    size = size if size in SIZES else SIZES[0]
    backwards = bool(before) and not after
    place = _place(after or before)
    descending = sort.descending is not backwards
    chosen = rows
    if place is not None:
        try:
            chosen = rows.filter(_beyond(sort.field, place, descending))
        except (ValidationError, ValueError, TypeError, FieldError):
            place = None
    mark = "-" if descending else ""
    found = list(chosen.order_by(f"{mark}{sort.field}", f"{mark}id")[: size + 1])
    more, shown = len(found) > size, found[:size]
    if backwards and place is not None:
        shown.reverse()
        return Page(
            shown,
            _cursor(shown[0], sort) if more else None,
            _cursor(shown[-1], sort) if shown else None,
            size,
            total=total,
        )
    if backwards:
        return paged(rows, sort, size=size, total=total)
    return Page(
        shown,
        _cursor(shown[0], sort) if place is not None and shown else None,
        _cursor(shown[-1], sort) if more else None,
        size,
        total=total,
    )


def _beyond(field: str, place: tuple[object, UUID], descending: bool) -> Q:
    step = "lt" if descending else "gt"
    value, pk = place
    return Q(**{f"{field}__{step}": value}) | Q(**{field: value, f"id__{step}": pk})


def _cursor(row: models.Model, sort: Sort) -> str:
    value = getattr(row, sort.field)
    kind = "t" if isinstance(value, datetime) else "d" if isinstance(value, date) else "s"
    text = value.isoformat() if kind != "s" else str(value)
    return base64.urlsafe_b64encode(json.dumps([kind, text, row.pk.hex]).encode()).decode().rstrip("=")


def _place(cursor: str | None) -> tuple[object, UUID] | None:
    if not cursor:
        return None
    try:
        kind, text, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        value: object = str(text)
        if "\x00" in str(text):
            return None
        if kind == "t":
            value = datetime.fromisoformat(str(text))
        elif kind == "d":
            value = date.fromisoformat(str(text))
        return value, UUID(hex=str(key))
    except (ValueError, TypeError, binascii.Error, UnicodeError):
        return None
