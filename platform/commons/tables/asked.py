"""What the address of a list asks for: which rows, in which order, with which columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Generic

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.http import urlencode

from commons.access.actors import Actor
from commons.kit.errors import DomainError, NotFound
from commons.tables.declaration import Column, M, Table
from commons.tables.filters import ListFilter
from commons.tables.paging import SIZES, Sort
from commons.tables.saved import View, Views, views

TEXT_LENGTH, MOST_WORDS = 100, 8


class FiltersMisshapen(DomainError):
    """A list is not exported or changed by filters that say nothing: it would be the whole."""

    code = "TABLES.FILTERS"
    sentence = "筛选条件有误，请回到列表改正后再试。"


@dataclass(frozen=True)
class Asked(Generic[M]):
    """A question to a list. `rows` are all rows that fit, not in order."""

    table: Table[M]
    actor: Actor
    query: QueryDict
    rows: QuerySet[M]
    filter: ListFilter | None
    text: str
    sort: str
    size: int
    views: Views
    view: View | None
    columns: tuple[Column, ...]

    @property
    def order(self) -> Sort:
        word = self.sort.removeprefix("-")
        return Sort(self.table.orders.get(word, word), self.sort.startswith("-"))

    @property
    def taken(self) -> QuerySet[M]:
        """The rows that fit and may leave on a sheet."""
        return self.rows if self.table.taken is None else self.table.taken(self.rows)

    @property
    def active(self) -> int:
        """How many filters narrow the list, its free text aside."""
        return len(self.filter.active) if self.filter is not None else 0

    @property
    def pinned(self) -> dict[str, list[str]]:
        """What belongs to the address itself."""
        names = self.filter.pinned if self.filter is not None else []
        return {name: self.query.getlist(name) for name in names if self.query.get(name)}

    @property
    def kept(self) -> dict[str, list[str]]:
        """The words of the filters and of the search, as a saved view keeps them."""
        names = ["q", *(self.filter.filters if self.filter is not None else ())]
        found = {name: [value for value in self.query.getlist(name) if value] for name in names}
        return {name: values for name, values in found.items() if values and name not in self.pinned}

    @property
    def words(self) -> dict[str, list[str]]:
        """The whole question in words, without the place in it."""
        view = {"view": [str(self.view.id)]} if self.view is not None else {}
        sort = {"sort": [self.sort]} if self.query.get("sort") else {}
        size = {"size": [str(self.size)]} if self.query.get("size") else {}
        return {**view, **self.pinned, **self.kept, **sort, **size}

    def address(self, **changes: str) -> str:
        """The query of this list with other words, from its first page; '' takes a word out. Never empty: that would open a first view."""
        words: Mapping[str, Any] = {**self.words, **changes}
        return urlencode({name: value for name, value in words.items() if value}, doseq=True) or "view="

    @property
    def whole(self) -> str:
        """The query of the list with no filter and no view."""
        return urlencode(self.pinned, doseq=True) or "view="

    def require_sound(self) -> None:
        """
        Raises: FiltersMisshapen.
        """
        if self.filter is not None and not self.filter.form.is_valid():
            raise FiltersMisshapen()


def ask(table: Table[M], actor: Actor, query: QueryDict) -> Asked[M]:
    """
    Read the question. What is no possible order, size or view is left out; a misshapen filter narrows nothing and shows its error.

    One statement, for the saved views; the rows are read by whoever takes them.
    Raises: NotFound when what the list is about is misshapen.
    """
    rows, chosen = table.rows(actor), None
    if table.filters is not None:
        chosen = table.filters(query, queryset=rows, actor=actor)
        if set(chosen.pinned) & set(chosen.form.errors):
            raise NotFound()
        rows = chosen.qs
    text = query.get("q", "").replace("\x00", "").strip()[:TEXT_LENGTH] if table.search else ""
    saved = views(table, actor)
    view = saved.one(query.get("view", ""))
    size = query.get("size", "")
    return Asked(
        table=table,
        actor=actor,
        query=query,
        rows=_matching(table, rows, text),
        filter=chosen,
        text=text,
        sort=_sort(table, query.get("sort", "")),
        size=int(size) if size in {str(one) for one in SIZES} else SIZES[0],
        views=saved,
        view=view,
        columns=columns(table, actor, (view.columns if view is not None else ()) or saved.usual),
    )


def columns(table: Table[Any], actor: Actor, names: Iterable[str] = ()) -> tuple[Column, ...]:
    """The fixed columns and those of these names, in the list's order; the list's own when no name is one of its columns."""
    wanted, offered = set(names), table.columns_for(actor)
    if not wanted & {one.name for one in offered if not one.fixed}:
        return tuple(one for one in offered if one.listed and (one.shown or one.fixed))
    return tuple(one for one in offered if one.listed and (one.fixed or one.name in wanted))


def _sort(table: Table[Any], asked: str) -> str:
    return asked if asked.removeprefix("-") in table.orders else table.default_sort


def _matching(table: Table[M], rows: QuerySet[M], text: str) -> QuerySet[M]:
    """The rows in which each word stands somewhere."""
    for word in text.split()[:MOST_WORDS]:
        if callable(table.search):
            rows = table.search(rows, word)
        else:
            rows = rows.filter(reduce(or_, (Q(**{f"{field}__icontains": word}) for field in table.search)))
    return rows


def without_place(query: QueryDict) -> bool:
    """Whether an address asks for nothing at all: then the user's own first view is shown."""
    return not any(query.values()) and "view" not in query
