"""/u/<code>/do/<machine>/<id>/<event>: one page by which any event of any workflow is asked for and carried out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from commons.kit import clock
from commons.kit.errors import NotFound
from commons.web.frame import Crumb, actor_of, answer
from commons.workflow import machines
from commons.workflow.declaration import EventForm, Step, Transition
from commons.workflow.errors import UnknownEvent
from commons.workflow.transitions import REASON_LENGTH, foreseen, transition


@require_http_methods(["GET", "POST"])
def do(request: HttpRequest, union_code: str, slug: str, pk: UUID, event: str) -> HttpResponse:
    """
    The form of an event; sent, the event happens and the object's page follows.

    Absent and forbidden rows look alike; a step that the viewer may not take is refused before anything is shown.
    """
    actor, at = actor_of(request), clock.now()
    machine = machines.of(slug)
    row = machine.find(actor, pk)
    try:
        line = foreseen(machine, row, event, by=actor)
    except UnknownEvent:
        # An address that is none.
        raise NotFound() from None
    form_class = _form(line)
    initial = {"version": row.version, **line.form.starting(row)} if line.form else {"version": row.version}
    given = {"row": row, "actor": actor, "initial": initial}
    form = form_class(request.POST, request.FILES, **given) if request.method == "POST" else form_class(**given)

    def act() -> Step:
        step = transition(
            machine,
            row,
            event,
            by=actor,
            at=at,
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            data=request.POST,
            files=request.FILES,
        )
        for warning in step.warnings:
            messages.warning(request, warning)
        return step

    here = f"/u/{union_code}{machine.url(row)}"
    title = machine.title_of(row)
    return answer(
        request,
        form,
        act,
        title=f"{line.event.label}：{title}",
        done_url=here,
        lead=line.hint,
        crumbs=[Crumb(title, here), Crumb(line.event.label)],
        submit_label=line.event.label,
        done=f"已办理“{line.event.label}”。",
        danger=line.danger,
    )


def _form(line: Transition) -> type[EventForm]:
    """The event's own form with the reason and the version that was read."""
    label = "理由" if line.needs_reason else "说明（可不填）"
    fields: dict[str, Any] = {
        "reason": forms.CharField(
            label=label,
            required=line.needs_reason,
            max_length=REASON_LENGTH,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"required": "请填写理由。"},
        ),
        "version": forms.IntegerField(widget=forms.HiddenInput),
    }
    return type("StepForm", (line.form or EventForm,), fields)
