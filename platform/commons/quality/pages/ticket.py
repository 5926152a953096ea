"""/u/<code>/quality/tickets/…: one ticket with its history, and explaining it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.kit.errors import DomainError, Invalid, NotFound, Refused
from commons.quality import actions, policies, selectors
from commons.quality.enums import TicketEvent
from commons.quality.models import Ticket, TicketChange
from commons.quality.pages.lines import Line, line


class ExplainForm(forms.Form):
    use_required_attribute = False

    note = forms.CharField(
        label="说明",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": actions.NOTE_LENGTH}),
        help_text="写明数据为什么是这样，或者准备怎样更正。上级工会可以看到，请不要填写姓名、电话等个人信息。",
    )


@dataclass(frozen=True)
class Step:
    """One entry of the history, as the timeline shows it."""

    at: datetime
    who: str
    what: str
    note: str
    changes: tuple[object, ...] = ()


@dataclass(frozen=True)
class TicketPage:
    base: str
    union: TradeUnion
    line: Line
    history: tuple[Step, ...]
    form: ExplainForm | None
    why: Decision


@require_safe
def ticket(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    return _show(request, actor, union_code, selectors.ticket(actor, pk))


@require_POST
def explain(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    form = ExplainForm(request.POST)
    form.is_valid()
    try:
        actions.explain(ticket_id=pk, note=form.cleaned_data.get("note", ""), by=actor, at=now())
    except (Refused, NotFound):
        raise
    except DomainError as refusal:
        told = refusal.problems["note"] if isinstance(refusal, Invalid) else [refusal.message]
        for sentence in told:
            form.add_error("note", sentence)
        return _show(request, actor, union_code, selectors.ticket(actor, pk), form)
    messages.success(request, "说明已保存。数据再有变化时，会再次提请说明。")
    return HttpResponseRedirect(f"/u/{union_code}/quality")


def _show(
    request: HttpRequest, actor: Actor, union_code: str, row: Ticket, form: ExplainForm | None = None
) -> HttpResponse:
    base, shown = f"/u/{union_code}", line(actor, row)
    page = TicketPage(
        base=base,
        union=row.union,
        line=shown,
        history=tuple(_step(change) for change in selectors.history([row])[row.pk]),
        form=(form or ExplainForm(initial={"note": row.note})) if shown.may_explain else None,
        why=policies.may_view(actor),
    )
    crumbs = [{"label": "数据质量", "url": f"{base}/quality"}]
    if actor.union is not None and row.union_id != actor.union.pk:
        crumbs.append({"label": row.union.name_zh, "url": f"{base}/quality/unions/{row.union.code}"})
    crumbs.append({"label": page.line.kind, "url": ""})
    return render(request, "quality/ticket.html", {"page": page, "breadcrumbs": crumbs})


def _step(change: TicketChange) -> Step:
    value, against = (f"{Decimal(change.figures[part]):,f}" for part in ("value", "against"))
    told = f"当时的数：{value}，对照数：{against}。"
    return Step(
        at=change.at,
        who=change.by_name,
        what=TicketEvent.label_of(change.event),
        note=f"{change.note}（{told.rstrip('。')}）" if change.note else told,
    )
