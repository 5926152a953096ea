"""Pages of a list by the key of its last row: as fast on page 500 as on page 1, and steady while rows are added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP

M = TypeVar("M", bound=models.Model)
SIZES = (20, 50, 100)
_SIGNER = Signer(salt="commons.tables.paging")
_READ: dict[str, Callable[[str], object]] = {
    "s": str,
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "m": Decimal,
    "i": int,
    "b": lambda text: text == "True",
    "n": lambda text: None,
}


@dataclass(frozen=True)
class Sort:
    """The order of a list: one field, rows without a value last, and `id` after it so that the order is total."""

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
    place = _place(after or before, rows, sort)
    if backwards and place is None:
        return paged(rows, sort, size=size, total=total)
    chosen = rows if place is None else rows.filter(_beyond(rows, sort, place, backwards))
    found = list(ordered(chosen, sort, backwards=backwards)[: size + 1])
    more, shown = len(found) > size, found[:size]
    if backwards:
        shown.reverse()
    first, last = (_cursor(shown[0], sort), _cursor(shown[-1], sort)) if shown else (None, None)
    if backwards:
        return Page(shown, first if more else None, last, size, total=total)
    return Page(shown, first if place is not None else None, last if more else None, size, total=total)


def ordered(rows: QuerySet[M], sort: Sort, *, backwards: bool = False) -> QuerySet[M]:
    """`rows` in this order, or from its end."""
    descending = sort.descending is not backwards
    key = "-id" if descending else "id"
    if not _nullable(rows, sort.field):
        # Without NULLS LAST, so that a plain index serves both directions.
        return rows.order_by(f"{'-' if descending else ''}{sort.field}", key)
    field = F(sort.field)
    if backwards:
        return rows.order_by(field.desc(nulls_first=True) if descending else field.asc(nulls_first=True), key)
    return rows.order_by(field.desc(nulls_last=True) if descending else field.asc(nulls_last=True), key)


def _beyond(rows: QuerySet[Any], sort: Sort, place: tuple[object, UUID], backwards: bool) -> Q:
    """The rows past `place`. Rows without a value stand at the end, so backwards they come first."""
    field, (value, pk) = sort.field, place
    step = "lt" if sort.descending is not backwards else "gt"
    if value is None:
        same = Q(**{f"{field}__isnull": True, f"id__{step}": pk})
        return same | Q(**{f"{field}__isnull": False}) if backwards else same
    # The first condition is what an index finds the place by.
    past = Q(**{f"{field}__{step}e": value}) & (Q(**{f"{field}__{step}": value}) | Q(**{f"id__{step}": pk}))
    if _nullable(rows, field) and not backwards:
        return past | Q(**{f"{field}__isnull": True})
    return past


def _nullable(rows: QuerySet[Any], field: str) -> bool:
    """Whether a row may be without a value; of an annotation or a field across a key it is assumed."""
    if field in rows.query.annotations or LOOKUP_SEP in field:
        return True
    try:
        return bool(rows.model._meta.get_field(field).null)
    except FieldDoesNotExist:
        return True


def _value(row: Any, field: str) -> Any:
    for part in field.split(LOOKUP_SEP):
        row = getattr(row, part, None)
    return row


def _cursor(row: models.Model, sort: Sort) -> str:
    """Signed, so that a place is always one that a page of this list has named, with a value that its field can hold."""
    value = _value(row, sort.field)
    kind, text = _kind(value), ""
    if value is not None:
        text = value.isoformat() if kind in "td" else str(value)
    return _SIGNER.sign_object([row._meta.label_lower, sort.field, kind, text, row.pk.hex])


def _kind(value: object) -> str:
    match value:
        case None:
            return "n"
        case bool():
            return "b"
        case int():
            return "i"
        case Decimal():
            return "m"
        case datetime():
            return "t"
        case date():
            return "d"
        case _:
            return "s"


def _place(cursor: str | None, rows: QuerySet[Any], sort: Sort) -> tuple[object, UUID] | None:
    try:
        label, field, kind, text, key = _SIGNER.unsign_object(cursor or "")
    except (BadSignature, ValueError):
        return None
    return (_READ[kind](text), UUID(hex=key)) if [label, field] == [rows.model._meta.label_lower, sort.field] else None
