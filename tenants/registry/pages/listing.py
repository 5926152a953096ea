"""/u/<code>/organizations: the ledger as a list, with filters, order and the user's own columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.kit import clock
from commons.tables.paging import Page, Sort, paged
from commons.web.frame import actor_of
from tenants.registry import cells, selectors
from tenants.registry.actions.views import save_columns
from tenants.registry.columns import COLUMNS, Column
from tenants.registry.enums import LedgerState
from tenants.registry.models import SocialOrganization
from tenants.registry.pages.filters import OrganizationFilter
from tenants.registry.pages.frame import organization_url
from tenants.registry.selectors.organizations import with_grade

SORTS = {
    "name": Sort("name"),
    "-name": Sort("name", True),
    "updated": Sort("updated_at"),
    "-updated": Sort("updated_at", True),
}


@dataclass(frozen=True)
class Cell:
    """One cell; `state` when it is shown as a badge."""

    label: str
    text: str
    numeric: bool = False
    state: str = ""


@dataclass(frozen=True)
class Row:
    url: str
    number: str
    name: str
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
    count: int


@dataclass(frozen=True)
class ColumnChoice:
    name: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class ListPage:
    """The ledger's list. The addresses are empty for what the viewer may not do."""

    rows: list[Row]
    headings: list[Heading]
    tabs: list[Tab]
    filters: forms.Form
    active_filters: int
    pager: Page[SocialOrganization]
    columns: list[ColumnChoice]
    columns_url: str
    here: str
    new_url: str
    import_url: str
    export_url: str
    empty_ledger: bool
    why: Decision


@require_safe
def listing(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = actor_of(request)
    why = may(actor, Permission.LEDGER_VIEW).require()
    today = clock.today()
    chosen = OrganizationFilter(request.GET, actor=actor)
    rows = with_grade(chosen.qs, today)
    sort = request.GET.get("sort", "name")
    sort = sort if sort in SORTS else "name"
    page = paged(
        rows,
        SORTS[sort],
        size=_size(request),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        total=chosen.qs.count(),
    )
    names = selectors.saved_columns(actor)
    columns = [COLUMNS[name] for name in names]
    counts = selectors.state_counts(actor, today)
    return render(
        request,
        "registry/list.html",
        {
            "page": ListPage(
                rows=_rows(union_code, page.rows, columns, today),
                headings=_headings(request, columns, sort),
                tabs=_tabs(request, counts),
                filters=chosen.form,
                active_filters=chosen.active,
                pager=page,
                columns=[ColumnChoice(name, column.label, name in names) for name, column in COLUMNS.items()],
                columns_url=reverse("organization-columns", args=[union_code]),
                here=request.get_full_path(),
                new_url=_allowed(actor, Permission.LEDGER_EDIT, "organization-new", union_code),
                import_url=_allowed(actor, Permission.LEDGER_IMPORT, "import-begin", union_code),
                export_url=_export(actor, request, union_code),
                empty_ledger=not any(counts.values()),
                why=why,
            )
        },
    )


@require_POST
def columns(request: HttpRequest, union_code: str) -> HttpResponse:
    """Keep the user's columns, and go back to the list as it was."""
    save_columns(columns=request.POST.getlist("columns"), by=actor_of(request))
    back = request.POST.get("here", "")
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/u/")
    return HttpResponseRedirect(back if ours else reverse("organizations", args=[union_code]))


def _rows(code: str, rows: list[SocialOrganization], columns: list[Column], day: date) -> list[Row]:
    regions = (
        selectors.region_names(row.region_code for row in rows) if any(c.name == "region_code" for c in columns) else {}
    )
    shown = []
    for row in rows:
        written = cells.texts(row, [column.name for column in columns], regions=regions, today=day)
        shown.append(
            Row(
                url=organization_url(code, row),
                number=row.number,
                name=row.name,
                cells=[
                    Cell(
                        column.label, text, column.numeric, str(row.shown_state(day)) if column.name == "state" else ""
                    )
                    for column, text in zip(columns, written, strict=True)
                ],
            )
        )
    return shown


def _headings(request: HttpRequest, columns: list[Column], sort: str) -> list[Heading]:
    def sortable(label: str, key: str) -> Heading:
        now = "ascending" if sort == key else "descending" if sort == f"-{key}" else ""
        return Heading(label, url=_with(request, sort=f"-{key}" if sort == key else key), order=now)

    return [
        sortable("名称", "name"),
        Heading("编号"),
        *(
            sortable(column.label, "updated") if column.name == "updated_at" else Heading(column.label, column.numeric)
            for column in columns
        ),
    ]


def _tabs(request: HttpRequest, counts: dict[LedgerState, int]) -> list[Tab]:
    current = request.GET.get("state", "")
    tabs = [Tab("全部", _with(request, state=""), not current, sum(counts.values()))]
    for state, count in counts.items():
        if count or state in {LedgerState.ACTIVE, LedgerState.TO_VERIFY} or current == state:
            tabs.append(Tab(state.label, _with(request, state=state.value), current == state, count))
    return tabs


def _with(request: HttpRequest, **changes: str) -> str:
    """The address of this list with other parameters, from its first page."""
    kept = {name: value for name, value in request.GET.items() if name not in {"after", "before"}}
    return "?" + urlencode({name: value for name, value in {**kept, **changes}.items() if value})


def _size(request: HttpRequest) -> int:
    text = request.GET.get("size", "")
    return int(text) if text in {"20", "50", "100"} else 20


def _allowed(actor: Actor, permission: Permission, name: str, code: str) -> str:
    return reverse(name, args=[code]) if may(actor, permission) else ""


def _export(actor: Actor, request: HttpRequest, code: str) -> str:
    address = _allowed(actor, Permission.LEDGER_EXPORT, "export", code)
    kept = urlencode(
        {name: value for name, value in request.GET.items() if name not in {"after", "before", "size"} and value}
    )
    return f"{address}?{kept}" if address and kept else address
