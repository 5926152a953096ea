"""/u/<nation>/boundaries: every change of the tree, planned, in force or cancelled, and what kinds there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.access.actors import Actor
from commons.boundaries import policies, selectors, wording
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.models import TreeChange
from commons.boundaries.pages.forms import Filters
from commons.boundaries.transfer import selectors as transfers
from commons.boundaries.transfer.enums import RUNNING
from commons.boundaries.transfer.models import Transfer

SHOWN = 200
KINDS: dict[ChangeKind, str] = {
    ChangeKind.MOVE: "本会和所辖工会一起改到新的上级之下。",
    ChangeKind.REDEFINE: "更名、换代码、县改区、撤地设市；记录和历史不动。",
    ChangeKind.MERGE: "本会撤销，全部记录划转到另一家工会。",
    ChangeKind.SPLIT: "一部分组织划转到另一家或新设立的工会，两家都继续。",
    ChangeKind.CLOSE: "本会不再存在，也没有承接的工会；须两名全国管理员先后办理。",
    ChangeKind.INDUSTRIAL: "在地方工会系统之外，同时计入产业工会系统。",
}


@dataclass(frozen=True)
class ChangeLine:
    id: UUID
    sentence: str
    kind: str
    on: date
    state: ChangeState
    state_label: str
    document: str
    by: str
    transfer: str


@dataclass(frozen=True)
class KindLine:
    url: str
    label: str
    text: str


@dataclass(frozen=True)
class ListPage:
    base: str
    filters: Filters
    active: int
    lines: tuple[ChangeLine, ...]
    more: bool
    kinds: tuple[KindLine, ...]
    shown: int = SHOWN


@require_safe
def changes(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    policies.require(actor)
    filters = Filters(request.GET)
    chosen = filters.cleaned_data if filters.is_valid() else {}
    state = ChangeState(chosen["state"]) if chosen.get("state") else None
    kind = ChangeKind(chosen["kind"]) if chosen.get("kind") else None
    found = list(selectors.changes(actor, state=state, kind=kind, text=chosen.get("q", ""))[: SHOWN + 1])
    running = {
        one.change_id: transfers.told(one)
        for one in Transfer.objects.filter(change_id__in=[row.pk for row in found], state__in=RUNNING)
    }
    base = f"/u/{union_code}/boundaries"
    page = ListPage(
        base=base,
        filters=filters,
        active=sum(bool(value) for value in chosen.values()),
        lines=tuple(line(row, running.get(row.pk, "")) for row in found[:SHOWN]),
        more=len(found) > SHOWN,
        kinds=tuple(KindLine(f"{base}/new/{kind.value}", kind.label, text) for kind, text in KINDS.items()),
    )
    return render(request, "boundaries/list.html", {"page": page})


def line(row: TreeChange, transfer: str = "") -> ChangeLine:
    """A change in a list."""
    state = ChangeState(row.state)
    return ChangeLine(
        id=row.pk,
        sentence=wording.sentence(row),
        kind=ChangeKind.label_of(row.kind),
        on=row.effective_on,
        state=state,
        state_label=state_label(row),
        document=row.document,
        by=row.by_name,
        transfer=transfer,
    )


def state_label(row: TreeChange) -> str:
    """Planned closings wait for a second person."""
    if row.kind == ChangeKind.CLOSE and row.state == ChangeState.PLANNED and row.confirmed_at is None:
        return "待另一名全国管理员确认"
    return ChangeState.label_of(row.state)
