"""/u/<code>/quality: the tickets on a union's desk, and how many lie on the desks below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.hierarchy.models import TradeUnion
from commons.hierarchy.selectors import by_code
from commons.kit.errors import NotFound
from commons.quality import policies, selectors
from commons.quality.enums import UNRESOLVED, WAITING, TicketState
from commons.quality.pages.lines import Line, line
from commons.quality.selectors import DeskBelow
from commons.rollup import selectors as rollup

# What can be asked for under 状态; by default what waits.
_STATES: dict[str, tuple[str, tuple[TicketState, ...]]] = {
    "waiting": ("待说明", WAITING),
    "explained": ("已说明", (TicketState.EXPLAINED,)),
    "resolved": ("已消除", (TicketState.RESOLVED,)),
    "all": ("全部", (*UNRESOLVED, TicketState.RESOLVED)),
}


class Filters(forms.Form):
    """What to look for; a filter that makes no sense filters nothing and says so."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=[(code, label) for code, (label, _) in _STATES.items()]
    )
    indicator = forms.ChoiceField(label="指标", required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = cast(forms.ChoiceField, self.fields["indicator"])
        field.choices = [("", "全部"), *((one.code, f"{one.code} {one.zh}") for one in rollup.catalogue())]


@dataclass(frozen=True)
class Pager:
    previous: str | None
    next: str | None
    shown: int


@dataclass(frozen=True)
class DeskPage:
    base: str
    union: TradeUnion
    is_own: bool
    filters: Filters
    active: int
    chosen: str
    lines: tuple[Line, ...]
    pager: Pager
    below: tuple[DeskBelow, ...]
    why: Decision


@require_safe
def desk(request: HttpRequest, union_code: str, descendant: str = "") -> HttpResponse:
    """The acting union's tickets, or those of one below it."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    why = policies.may_view(actor).require()
    if actor.union is None:
        raise NotFound()
    union = by_code(descendant) if descendant else actor.union
    filters = Filters(request.GET or None)
    asked = {}
    if filters.is_bound:
        filters.is_valid()
        asked = {name: value for name, value in filters.cleaned_data.items() if value}
    chosen = asked.get("state", "waiting")
    rows = selectors.tickets(actor, union=union, states=_STATES[chosen][1], indicator=asked.get("indicator", ""))
    found = selectors.page(rows, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    is_own = union.pk == actor.union.pk
    page = DeskPage(
        base=f"/u/{union_code}",
        union=union,
        is_own=is_own,
        filters=filters,
        active=len(asked),
        chosen=chosen,
        lines=tuple(line(actor, row) for row in found.rows),
        pager=Pager(found.previous, found.next, len(found.rows)),
        below=tuple(selectors.desks_below(actor)) if is_own else (),
        why=why,
    )
    crumbs = (
        [] if is_own else [{"label": "数据质量", "url": f"{page.base}/quality"}, {"label": union.name_zh, "url": ""}]
    )
    return render(request, "quality/desk.html", {"page": page, "breadcrumbs": crumbs})
