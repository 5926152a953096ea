"""The page of a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.access.policies import may
from commons.kit import clock
from commons.tables import cells, saved
from commons.tables.asked import Asked, ask, without_place
from commons.tables.cells import Cell
from commons.tables.declaration import Around, Button, Column, Table
from commons.tables.paging import Page, paged
from commons.web.frame import actor_of


@dataclass(frozen=True)
class Row:
    """One row: its key, what it is called, and its cells."""

    id: str
    label: str
    cells: list[Cell]


@dataclass(frozen=True)
class Heading:
    """A column's heading; `url` sorts by it, `order` says how it is sorted now."""

    label: str
    numeric: bool = False
    url: str = ""
    order: str = ""


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Choice:
    name: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class BulkButton:
    label: str
    url: str
    danger: bool


@dataclass(frozen=True)
class Nothing:
    """What stands in place of the rows when there are none."""

    title: str
    text: str
    action_label: str
    action_url: str


@dataclass(frozen=True)
class Saving:
    """The forms of the user's own views: how the list is kept as one, and where the current one is changed."""

    url: str
    name: str
    is_default: bool
    shared: bool
    may_share: bool
    change_url: str


@dataclass(frozen=True)
class ListPage:
    """A list. Addresses are empty for what the viewer may not do; `query` is the question in words, `hidden` what its form carries."""

    title: str
    unit: str
    rows: list[Row]
    headings: list[Heading]
    pager: Page[Any]
    tabs: list[Tab]
    views: list[Tab]
    searchable: bool
    search_label: str
    text: str
    filters: forms.Form | None
    active_filters: int
    hidden: list[tuple[str, str]]
    clear_url: str
    nothing: Nothing | None
    bulk: list[BulkButton]
    columns: list[Choice]
    columns_url: str
    saving: Saving | None
    query: str
    export_url: str
    export_all_url: str
    buttons: list[Button]
    why: Decision
    source: str


def view(table: Table[Any]) -> Callable[..., HttpResponse]:
    """The list as a Django view: `path("projects", view(PROJECTS), name="projects")`."""

    @require_safe
    def listing(request: HttpRequest, union_code: str) -> HttpResponse:
        actor = actor_of(request)
        why = may(actor, table.permission).require()
        asked = ask(table, actor, request.GET)
        first = asked.views.default
        if first is not None and without_place(request.GET):
            return HttpResponseRedirect(table.url(union_code, first.query))
        page = made(asked, union_code, why, after=request.GET.get("after"), before=request.GET.get("before"))
        also: Mapping[str, object] = table.also(asked) if table.also is not None else {}
        return render(request, table.template, {**also, "page": page})

    return listing


def made(asked: Asked[Any], code: str, why: Decision, *, after: str | None, before: str | None) -> ListPage:
    """The finished page: five statements at most besides the table's own `prefetch`, however many rows it has."""
    table, actor = asked.table, asked.actor
    found = paged(asked.rows, asked.order, size=asked.size, after=after, before=before, total=asked.rows.count())
    bulk = [
        BulkButton(one.label, reverse("list-bulk", args=[code, table.name, one.name]), one.danger)
        for one in table.bulk
        if may(actor, one.permission)
    ]
    return ListPage(
        title=table.title,
        unit=table.unit,
        rows=_rows(asked, found.rows),
        headings=[_heading(asked, column) for column in asked.columns],
        pager=found,
        tabs=_tabs(asked),
        views=_views(asked),
        searchable=bool(table.search),
        search_label=table.search_label,
        text=asked.text,
        filters=asked.filter.form if asked.filter is not None else None,
        active_filters=asked.active,
        hidden=[(name, asked.words[name][0]) for name in ("view", "sort", "size") if name in asked.words],
        clear_url=f"?{asked.whole}",
        nothing=_nothing(asked) if not found.rows else None,
        bulk=bulk if found.rows else [],
        columns=[
            Choice(one.name, one.label, one in asked.columns)
            for one in table.columns_for(actor)
            if one.listed and not one.fixed
        ],
        columns_url=reverse("list-columns", args=[code, table.name]),
        saving=_saving(asked, code),
        query=asked.address(),
        export_url=_export(asked, code) if found.rows else "",
        export_all_url=_export(asked, code, columns="all") if found.rows else "",
        buttons=list(table.buttons(actor)),
        why=why,
        source=table.source,
    )


def around(table: Table[Any], actor: Actor, rows: list[Any], columns: Sequence[Column]) -> Around:
    """What these columns of these rows need, read for all of them at once."""
    names = frozenset(column.name for column in columns)
    extras = table.prefetch(rows, actor, names) if table.prefetch is not None and rows else None
    return Around(actor, clock.today(), extras)


def _rows(asked: Asked[Any], found: list[Any]) -> list[Row]:
    stands = around(asked.table, asked.actor, found, asked.columns)
    return [
        Row(str(row.pk), asked.table.row_label(row), [cells.shown(row, column, stands) for column in asked.columns])
        for row in found
    ]


def _heading(asked: Asked[Any], column: Column) -> Heading:
    if not column.sort:
        return Heading(column.label, column.numeric)
    now = "ascending" if asked.sort == column.name else "descending" if asked.sort == f"-{column.name}" else ""
    following = f"-{column.name}" if asked.sort == column.name else column.name
    return Heading(column.label, column.numeric, f"?{asked.address(sort=following)}", now)


def _tabs(asked: Asked[Any]) -> list[Tab]:
    tabs, table = asked.table.tabs, asked.table
    if tabs is None:
        return []
    name = tabs.filter
    if tabs.counts is not None:
        counts = {str(code): count for code, count in tabs.counts(asked.actor).items()}
    else:
        counted = table.rows(asked.actor).order_by().values_list(name).annotate(rows=Count("pk"))
        counts = {str(code): rows for code, rows in counted}
    current = asked.query.get(name, "")
    made = [Tab("全部", _tab(asked, name, ""), not current, sum(counts.values()))]
    for code in tabs.codes:
        count = counts.get(code.value, 0)
        if count or code.value in tabs.always or current == code.value:
            made.append(Tab(code.label, _tab(asked, name, code.value), current == code.value, count))
    return made


def _tab(asked: Asked[Any], name: str, value: str) -> str:
    """A tab keeps the other filters but leaves the saved view, whose name would no longer tell what is shown."""
    return f"?{asked.address(**{name: value, 'view': ''})}"


def _views(asked: Asked[Any]) -> list[Tab]:
    found = asked.views.all
    if not found:
        return []
    pinned = f"&{asked.whole}" if asked.pinned else ""
    made = [Tab("不用视图", f"?view={pinned}", asked.view is None)]
    for one in found:
        label = one.name if one.own else f"{one.name}（共享）"
        made.append(Tab(label, f"?{one.query}{pinned}", one == asked.view))
    return made


def _nothing(asked: Asked[Any]) -> Nothing:
    table = asked.table
    if asked.text or asked.kept or asked.pinned:
        title = f"没有符合条件的{table.title}"
        return Nothing(title, "请放宽筛选条件，或清除后重新查询。", "清除筛选", f"?{asked.whole}")
    empty = table.empty
    return Nothing(empty.title, empty.text, empty.action_label, empty.action_url(asked.actor))


def _saving(asked: Asked[Any], code: str) -> Saving | None:
    actor, table, view = asked.actor, asked.table, asked.view
    if actor.user_id is None:
        return None
    change = view is not None and saved.editable(actor, view)
    return Saving(
        url=reverse("list-views", args=[code, table.name]),
        name=view.name if view is not None and view.own else "",
        is_default=view is not None and view.own and view.is_default,
        shared=view is not None and view.own and view.shared,
        may_share=bool(may(actor, saved.SHARE)),
        change_url=reverse("list-view", args=[code, table.name, view.id]) if change and view is not None else "",
    )


def _export(asked: Asked[Any], code: str, **more: str) -> str:
    table = asked.table
    if table.export is None or not may(asked.actor, table.export):
        return ""
    return f"{reverse('list-export', args=[code, table.name])}?{asked.address(size='', **more)}"
