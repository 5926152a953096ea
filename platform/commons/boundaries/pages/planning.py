"""/u/<nation>/boundaries/new/<kind>: the form, the rehearsal, and the planning of what was rehearsed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from commons.access.actors import Actor
from commons.boundaries import policies, rehearsing, wording
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.pages.forms import ChangeForm
from commons.boundaries.pages.listing import KINDS
from commons.boundaries.rehearsing import Before, Rehearsed
from commons.boundaries.transfer.rehearsal import Clash
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import month_of, now, today
from commons.kit.errors import DomainError, NotFound, Refused

SHOWN_UNIONS = 30
SHOWN_CLASHES = 50


@dataclass(frozen=True)
class FormPage:
    base: str
    kind: str
    text: str
    form: ChangeForm
    onboarding: str


@dataclass(frozen=True)
class RecordFigure:
    """One indicator of both unions' own records."""

    label: str
    unit: str
    source_before: Decimal
    source_after: Decimal
    target_before: Decimal
    target_after: Decimal
    difference: Decimal


@dataclass(frozen=True)
class RecordsTold:
    """What a merger or a split would move."""

    source: str
    target: str
    records: int
    tables: tuple[tuple[str, int], ...]
    left: tuple[tuple[str, int], ...]
    clashes: tuple[Clash, ...]
    clashes_more: int
    renumbered: int
    figures: tuple[RecordFigure, ...]


@dataclass(frozen=True)
class RehearsalPage:
    base: str
    kind: str
    sentence: str
    on: date
    at_once: bool
    needs_second: bool
    form: ChangeForm
    way_before: str
    way_after: str
    affected: tuple[TradeUnion, ...]
    affected_count: int
    month: str
    figures: tuple[Before, ...]
    unchanged: int
    watched: tuple[str, ...]
    nation_stays: bool
    records: RecordsTold | None


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, union_code: str, kind: str) -> HttpResponse:
    """Asked, rehearsed, confirmed: each step is the same form sent on, so nothing is kept in between."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    policies.require(actor)
    if kind not in {one.value for one in ChangeKind}:
        raise NotFound()
    base, chosen, step = f"/u/{union_code}/boundaries", ChangeKind(kind), request.POST.get("step", "")
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        kind=chosen,
        initial={name: request.GET[name] for name in ("union", "other") if name in request.GET},
    )
    if request.method == "POST" and form.is_valid() and step != "edit":
        at = now()
        try:
            wished = form.plan()
            if step == "make":
                made = wished.make(by=actor, at=at)
                said = (
                    "已生效" if made.state == ChangeState.APPLIED else f"已安排，自 {made.effective_on:%Y-%m-%d} 起生效"
                )
                if chosen is ChangeKind.CLOSE:
                    said = "已登记，须由另一名全国管理员确认"
                messages.success(request, f"{wording.sentence(made)}：{said}。")
                return HttpResponseRedirect(f"{base}/{made.pk}")
            return _rehearsed(request, base, form, rehearsing.rehearse(wished, by=actor, at=at))
        except (Refused, NotFound):
            raise
        except DomainError as refusal:
            form.refuse(refusal)
    page = FormPage(base, chosen.label, KINDS[chosen], form, f"/u/{union_code}/unions/new")
    return render(request, "boundaries/form.html", {"page": page, "breadcrumbs": _crumbs(base, chosen)})


def _rehearsed(request: HttpRequest, base: str, form: ChangeForm, told: Rehearsed) -> HttpResponse:
    changed = tuple(one for one in told.figures if one.changes)
    year, month = month_of(told.month)
    page = RehearsalPage(
        base=base,
        kind=form.kind.label,
        sentence=wording.sentence(told.plan),
        on=told.plan.on,
        at_once=told.plan.on <= today() and form.kind is not ChangeKind.CLOSE,
        needs_second=form.kind is ChangeKind.CLOSE,
        form=form,
        way_before=" › ".join(told.way_before),
        way_after=" › ".join(told.way_after),
        affected=told.affected[:SHOWN_UNIONS],
        affected_count=len(told.affected),
        month=f"{year}年{month}月",
        figures=changed,
        unchanged=len(told.figures) - len(changed),
        watched=tuple(dict.fromkeys(one.union for one in told.figures)),
        nation_stays=told.nation_stays,
        records=_records(told),
    )
    crumbs = _crumbs(base, form.kind)
    return render(request, "boundaries/rehearsal.html", {"page": page, "breadcrumbs": crumbs})


def _records(told: Rehearsed) -> RecordsTold | None:
    found, other = told.records, told.plan.other
    if found is None or other is None:
        return None
    figures = tuple(
        RecordFigure(
            one.indicator.zh,
            one.indicator.unit,
            one.source_before,
            one.source_after,
            one.target_before,
            one.target_after,
            one.difference,
        )
        for one in found.figures
        if one.source_before != one.source_after or one.target_before != one.target_after
    )
    return RecordsTold(
        source=told.plan.union.name_zh,
        target=other.name_zh,
        records=found.records,
        tables=tuple((name, rows) for name, rows in found.tables.items() if rows),
        left=tuple(found.left.items()),
        clashes=tuple(found.clashes[:SHOWN_CLASHES]),
        clashes_more=max(len(found.clashes) - SHOWN_CLASHES, 0),
        renumbered=found.renumbered,
        figures=figures,
    )


def _crumbs(base: str, kind: ChangeKind) -> list[dict[str, str]]:
    return [{"label": "区划调整", "url": base}, {"label": kind.label, "url": ""}]
