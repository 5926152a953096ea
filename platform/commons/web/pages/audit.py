"""The audit log of the acting union."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.access.decisions import Decision
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit import events, selectors
from commons.audit.models import AuditEvent


class AuditFilters(forms.Form):
    """What to look for; a filter that makes no sense filters nothing and says so."""

    event = forms.ChoiceField(label="事项", required=False)
    person = forms.CharField(label="操作人", required=False, max_length=60)
    first_day = forms.DateField(label="从", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label="到", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["event"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "全部"), *events.choices()]


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    at: datetime
    event: str
    code: str
    result: str
    result_tone: str
    by: str
    object: str
    ip: str
    request_id: str
    data: str


@dataclass(frozen=True)
class Pager:
    previous: str | None
    next: str | None
    shown: int


@dataclass(frozen=True)
class AuditPage:
    entries: tuple[Entry, ...]
    filters: AuditFilters
    active: int
    pager: Pager
    why: Decision


@require_safe
def audit(request: HttpRequest, union_code: str) -> HttpResponse:
    """Newest first, a page at a time. What happened in another union is in that union's log."""
    actor = request.actor  # type: ignore[attr-defined]
    why = may(actor, Permission.AUDIT_VIEW).require()
    filters = AuditFilters(request.GET or None)
    asked: dict[str, str | date] = {}
    if filters.is_bound:
        filters.is_valid()
        asked = {name: value for name, value in filters.cleaned_data.items() if value}
    found = selectors.log(actor, after=request.GET.get("after", ""), before=request.GET.get("before", ""), **asked)  # type: ignore[arg-type]
    page = AuditPage(
        entries=tuple(_entry(row) for row in found.rows),
        filters=filters,
        active=len(asked),
        pager=Pager(found.previous, found.next, len(found.rows)),
        why=why,
    )
    return render(request, "web/audit/page.html", {"page": page})


def _entry(row: AuditEvent) -> Entry:
    label, tone = events.result(row.result)
    return Entry(
        at=row.at,
        event=events.label_of(row.event),
        code=row.event,
        result=label,
        result_tone=tone,
        by=row.by_name or "—",
        object=events.object_label(row.object_kind),
        ip=row.ip or "—",
        request_id=row.request_id,
        data="，".join(f"{key}={value}" for key, value in sorted(row.data.items())),
    )
