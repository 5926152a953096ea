"""Relay connections paged by key: a page starts after a row, never after a count of rows, and nothing is counted unasked."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import graphene
import orjson
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from api.kit.errors import BadCursor
from api.kit.fields import page_size
from api.kit.loaders import Row, rows

M = TypeVar("M", bound=models.Model)


class PageInfo(graphene.ObjectType):
    """分页信息。 / Where this page stands."""

    has_next_page = graphene.Boolean(required=True, description="后面还有。 / More rows follow.")
    has_previous_page = graphene.Boolean(required=True, description="不是第一页。 / Rows precede.")
    start_cursor = graphene.String(description="本页第一行的游标。 / Cursor of the first row.")
    end_cursor = graphene.String(description="本页最后一行的游标。 / Cursor of the last row.")


@dataclass(frozen=True)
class Edge:
    node: Row[Any]
    cursor: str


@dataclass(frozen=True)
class Page:
    """One page: what a connection field returns."""

    edges: list[Edge]
    has_next: bool
    has_previous: bool
    count: Callable[[], int] | None = field(default=None)


def connection(node: type[graphene.ObjectType], *, counted: bool = False) -> type[graphene.ObjectType]:
    """The connection type of `node`, to be made once; `counted` adds totalCount, which costs a query when asked."""
    name = node._meta.name
    edge = type(
        f"{name}Edge",
        (graphene.ObjectType,),
        {
            "__doc__": f"{name}：一行及其游标。 / One row and its cursor.",
            "node": graphene.Field(node, required=True),
            "cursor": graphene.String(required=True),
        },
    )
    body: dict[str, Any] = {
        "__doc__": f"{name}：一页。 / One page.",
        "edges": graphene.List(graphene.NonNull(edge), required=True),
        "page_info": graphene.Field(PageInfo, required=True),
        "resolve_page_info": lambda page, _info: _page_info(page),
    }
    if counted:
        body["total_count"] = graphene.Int(required=True, description="符合条件的总数。 / Rows in all.")
        body["resolve_total_count"] = lambda page, _info: page.count()
    return type(f"{name}Connection", (graphene.ObjectType,), body)


def _page_info(page: Page) -> PageInfo:
    return PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=page.edges[0].cursor if page.edges else None,
        end_cursor=page.edges[-1].cursor if page.edges else None,
    )


def page_arguments() -> dict[str, graphene.Argument]:
    """`first` and `after`, the same everywhere."""
    return {
        "first": graphene.Argument(graphene.Int, description="条数，1 至 100，默认 20。 / Rows of the page."),
        "after": graphene.Argument(graphene.String, description="从此游标之后开始。 / Start after this cursor."),
    }


class Keyset(Generic[M]):
    """
    An order of rows that ends in something unique, such as ("-updated_at", "id").

    No column of the order may be null.
    """

    def __init__(self, *order: str) -> None:
        self.order = order
        self.names = [name.lstrip("-") for name in order]

    def page(self, found: models.QuerySet[M], *, first: int | None, after: str | None, counted: bool = False) -> Page:
        """
        One page of `found`, by one query.

        Raises: LimitExceeded for a page too large; BadCursor.
        """
        size = page_size(first)
        wanted = found.order_by(*self.order)
        if after is not None:
            wanted = wanted.filter(self.after(found.model, after))
        read = list(wanted[: size + 1])
        return self.cut(read, size, has_previous=after is not None, count=found.count if counted else None)

    def cut(
        self, read: Sequence[M], size: int, *, has_previous: bool = False, count: Callable[[], int] | None = None
    ) -> Page:
        """A page of `size` from rows read with one more than that."""
        edges = [Edge(row, self.cursor(row.it)) for row in rows(read[:size])]
        return Page(edges, has_next=len(read) > size, has_previous=has_previous, count=count)

    def cursor(self, row: M) -> str:
        return encode([getattr(row, name) for name in self.names])

    def after(self, model: type[M], cursor: str) -> Q:
        """
        The rows behind the cursor.

        Raises: BadCursor.
        """
        values = self._values(model, decode(cursor, len(self.order)))
        behind, equal = Q(), Q()
        for name, column, value in zip(self.names, self.order, values, strict=True):
            behind |= equal & Q(**{f"{name}__{'lt' if column.startswith('-') else 'gt'}": value})
            equal &= Q(**{name: value})
        return behind

    def _values(self, model: type[M], raw: list[Any]) -> list[Any]:
        fields = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in self.names]
        try:
            values = [column.to_python(value) for column, value in zip(fields, raw, strict=True)]
        except (ValidationError, TypeError, ValueError, OverflowError):
            raise BadCursor() from None
        if any(value is None for value in values):
            raise BadCursor()
        return values


def encode(values: list[Any]) -> str:
    plain = [
        value.isoformat() if isinstance(value, date | datetime) else str(value) if isinstance(value, UUID) else value
        for value in values
    ]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def decode(cursor: str, width: int) -> list[Any]:
    """
    The values of a cursor.

    Raises: BadCursor.
    """
    try:
        raw = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        values = orjson.loads(raw)
    except (binascii.Error, ValueError, UnicodeEncodeError):
        raise BadCursor() from None
    if not isinstance(values, list) or len(values) != width:
        raise BadCursor()
    if any(not isinstance(value, str | int) or isinstance(value, bool) for value in values):
        raise BadCursor()
    if any("\x00" in value for value in values if isinstance(value, str)):
        raise BadCursor()
    if any(abs(value) >= 2**31 for value in values if isinstance(value, int)):
        raise BadCursor()
    return values
