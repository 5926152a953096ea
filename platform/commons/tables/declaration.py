"""
A list, declared: its rows, columns, filters, search, order, bulk actions and export.

    PROJECTS = Table(
        name="projects", title="服务项目", unit="个", permission=Permission.PROJECT_VIEW,
        rows=selectors.projects, filters=ProjectFilter, search=("title", "code"), default_sort="-created_at",
        columns=(Column("code", "编号", fixed=True, link=_page), Column("budget", "预算（万元）", kind="wan", sort=True), …),
    )
    path("projects", view(PROJECTS), name="projects")        # urls.py
    declaration.register(PROJECTS)                           # AppConfig.ready()
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Generic, Literal, TypeVar

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.urls import reverse

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.files import purposes
from commons.files.purposes import Purpose
from commons.kit.errors import NotFound
from commons.kit.labels import Code
from commons.tables.filters import ListFilter

M = TypeVar("M", bound=Model)
# money is written in 元 with two decimals, wan in 万元; both are declared on values in 元.
Kind = Literal["text", "number", "money", "wan", "percent", "day", "moment", "badge"]
NUMERIC: frozenset[Kind] = frozenset({"number", "money", "wan", "percent"})


@dataclass(frozen=True)
class Around:
    """What stands around the rows of one page: who looks, the day, and what `Table.prefetch` read for all of them."""

    actor: Actor
    today: date
    extras: Any = None

    @property
    def code(self) -> str:
        """The union's code, for addresses."""
        return self.actor.union.code if self.actor.union is not None else ""


Value = Callable[[Any, Around], object]


@dataclass(frozen=True)
class Column:
    """
    One column. `value` is an attribute's path ("organization.name"), by default the column's name, or a function.

    A function reads the row and `around.extras`, never the database. Codes are shown by their label.
    """

    name: str
    label: str
    value: str | Value = ""
    kind: Kind = "text"
    link: Callable[[Any, Around], str] | None = None
    # True: by the field of the column's name; a text: by that field, which may be an annotation or "organization__name".
    sort: bool | str = False
    # Whether it is among the columns of whoever has chosen none; a fixed one is always there.
    shown: bool = True
    fixed: bool = False
    # False: on sheets alone.
    listed: bool = True
    # What a sheet holds, where that is not the value of the list.
    sheet: Value | None = None
    # Longer text is cut in the list, never on a sheet.
    limit: int = 0
    # The colour of a badge by its code, where the colour families of the house do not know it.
    tones: Mapping[str, str] = field(default_factory=dict)
    # A line of small text under the value, in the list only.
    note: Value | None = None
    # The column is there only for whoever holds it.
    permission: Permission | None = None

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def sort_field(self) -> str:
        return self.name if self.sort is True else (self.sort or "")


@dataclass(frozen=True)
class Tabs:
    """
    One tab per code of the filter named, with how many rows there are; a code without rows has a tab only in `always`.

    `counts` where the code is not simply a column of that name: {code: rows}, read in one statement.
    """

    filter: str
    codes: type[Code]
    always: frozenset[str] = frozenset()
    counts: Callable[[Actor], Mapping[Any, int]] | None = None


@dataclass(frozen=True)
class Bulk:
    """
    Something done to each chosen row: `act(row, by, at, given)` calls one action, `given` being the form's answers.

    `refusal(row, actor)` says beforehand why a row will be refused ('' = it will not), without a query; the action checks again.
    """

    name: str
    label: str
    permission: Permission
    act: Callable[[Any, Actor, datetime, Mapping[str, Any]], object]
    lead: str = ""
    form: type[forms.Form] = forms.Form
    refusal: Callable[[Any, Actor], str] | None = None
    danger: bool = False


@dataclass(frozen=True)
class Button:
    """A button beside the heading."""

    label: str
    url: str
    primary: bool = False


@dataclass(frozen=True)
class Empty:
    """What the list says while there is nothing in it; `action_url` may be '' for whom the action is not."""

    title: str = "还没有记录"
    text: str = ""
    action_label: str = ""
    action_url: Callable[[Actor], str] = lambda actor: ""


@dataclass(frozen=True, kw_only=True)
class Table(Generic[M]):
    """
    A list. `name` is kept in saved views, addresses and the audit log, and never changes.

    `rows` begins with a policy's `visible` and joins (`select_related`) what the columns read; what else belongs to the rows of a page is
    read by `prefetch(rows, actor, names of the columns wanted)` for all of them at once. `search` are columns of the table or across a foreign key, or a function that narrows by
    one word; encrypted fields cannot be searched. `also` adds to the template's context. `url_name` is by default the name.
    """

    name: str
    title: str
    permission: Permission
    rows: Callable[[Actor], QuerySet[M]]
    columns: tuple[Column, ...]
    unit: str = "条"
    filters: type[ListFilter] | None = None
    search: tuple[str, ...] | Callable[[QuerySet[M], str], QuerySet[M]] = ()
    search_label: str = "关键词"
    default_sort: str = "-id"
    # Orders that belong to no column: {word in the address: field}.
    sorts: Mapping[str, str] = field(default_factory=dict)
    tabs: Tabs | None = None
    bulk: tuple[Bulk, ...] = ()
    export: Permission | None = None
    # Which of the rows may leave the platform on a sheet, when not all.
    taken: Callable[[QuerySet[M]], QuerySet[M]] | None = None
    empty: Empty = Empty()
    buttons: Callable[[Actor], Sequence[Button]] = lambda actor: ()
    prefetch: Callable[[list[M], Actor, frozenset[str]], object] | None = None
    row_label: Callable[[M], str] = str
    template: str = "tables/list.html"
    also: Callable[[Any], Mapping[str, object]] | None = None
    url_name: str = ""
    # What the rule of visibility is told to rest on besides.
    source: str = ""

    @property
    def purpose(self) -> str:
        """The purpose of its exported files."""
        return f"tables.{self.name}"

    @property
    def orders(self) -> dict[str, str]:
        """{word in the address: field} of every order but its direction."""
        return {**{one.name: one.sort_field for one in self.columns if one.sort_field}, **self.sorts}

    def url(self, code: str, query: str = "") -> str:
        address = reverse(self.url_name or self.name, args=[code])
        return f"{address}?{query}" if query else address

    def columns_for(self, actor: Actor) -> tuple[Column, ...]:
        """The columns that this actor may have."""
        return tuple(one for one in self.columns if one.permission is None or may(actor, one.permission))


_tables: dict[str, Table[Any]] = {}
# Words of a list's address that no filter may bear.
WORDS = frozenset({"q", "sort", "size", "view", "after", "before", "columns"})


def register(*tables: Table[Any]) -> None:
    """
    Make lists known by name, for their saved views, bulk actions and exports.

    Raises: ImproperlyConfigured for a declaration that cannot be.
    """
    for one in tables:
        if wrong := _wrong(one):
            raise ImproperlyConfigured(f"The list {one.name!r}: {wrong}")
        _tables[one.name] = one
        if one.export is not None:
            purposes.register(
                Purpose(
                    one.purpose,
                    f"导出的{one.title}",
                    one.export,
                    own_only=True,
                    kept_for=timedelta(days=3),
                    max_bytes=200 * 1024 * 1024,
                )
            )


def _wrong(table: Table[Any]) -> str:
    filters = set(table.filters.base_filters) if table.filters is not None else set()
    columns, steps = [one.name for one in table.columns], [one.name for one in table.bulk]
    if _tables.get(table.name, table) is not table:
        return "another bears this name"
    if not table.columns or len(set(columns)) < len(columns) or len(set(steps)) < len(steps):
        return "no column, or two columns or two bulk steps of one name"
    if taken := filters & WORDS:
        return f"a filter may not be called {', '.join(sorted(taken))}"
    if table.tabs is not None and table.tabs.filter not in filters:
        return f"tabs need a filter {table.tabs.filter!r}"
    return ""


def named(name: str) -> Table[Any]:
    """
    Raises: NotFound.
    """
    try:
        return _tables[name]
    except KeyError:
        raise NotFound() from None


def known() -> list[Table[Any]]:
    return list(_tables.values())
