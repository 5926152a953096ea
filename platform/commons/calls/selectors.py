"""Which calls are open. Whoever is signed in may read them: they are published. Source: DOMAIN S6, V7."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from commons.calls.models import OpenCall, OpenCallQuerySet
from commons.kit.errors import NotFound

_PLACE = re.compile(r"^(?P<day>\d{4}-\d{2}-\d{2})(?P<id>[0-9a-f]{32})$")


@dataclass(frozen=True)
class Found:
    """One page, the latest first, and the cursors of its neighbours."""

    rows: list[OpenCall]
    previous: str | None
    next: str | None


def open_calls(*, at: datetime, text: str = "", region: str = "", field: str = "") -> OpenCallQuerySet:
    """The calls that take answers now and fit all that is asked."""
    rows = OpenCall.objects.open_at(at).select_related("union").matching(text[:100])
    if region:
        rows = rows.in_region(region)
    return rows.in_field(field) if field else rows


def paged(rows: OpenCallQuerySet, *, size: int, after: str = "", before: str = "") -> Found:
    """The page after or before a cursor; the first page when the cursor is none of ours."""
    place = _place(after or before)
    backwards = place is not None and not after
    if place is not None:
        rows = rows.filter(_beyond(place, forwards=not backwards))
    order = ("published_on", "id") if backwards else ("-published_on", "-id")
    found = list(rows.order_by(*order)[: size + 1])
    more, shown = len(found) > size, found[:size]
    if backwards:
        shown.reverse()
    earlier = more if backwards else place is not None
    later = backwards or more
    return Found(
        shown,
        cursor(shown[0]) if shown and earlier else None,
        cursor(shown[-1]) if shown and later else None,
    )


def call(pk: UUID) -> OpenCall:
    """
    One call, whatever has become of it.

    Raises: NotFound.
    """
    row = OpenCall.objects.select_related("union").filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def cursor(row: OpenCall) -> str:
    return f"{row.published_on.isoformat()}{row.pk.hex}"


def _place(text: str) -> tuple[date, UUID] | None:
    found = _PLACE.match(text)
    try:
        return (date.fromisoformat(found["day"]), UUID(found["id"])) if found else None
    except ValueError:
        return None


def _beyond(place: tuple[date, UUID], *, forwards: bool) -> Q:
    day, pk = place
    step = "lt" if forwards else "gt"
    return Q(**{f"published_on__{step}": day}) | Q(published_on=day, **{f"id__{step}": pk})
