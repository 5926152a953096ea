"""/u/<code>/onboarding and /u/<code>/applications/…: what waits for a decision, and the deciding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.hierarchy.actions import Answerable
from commons.hierarchy.enums import Kind, Level
from commons.kit.clock import now
from commons.kit.errors import DomainError, Refused
from commons.kit.forms import tell
from commons.onboarding import actions, policies, selectors
from commons.onboarding.enums import ApplicationState
from commons.onboarding.models import OnboardingApplication
from commons.onboarding.pages.forms import ReasonForm
from commons.onboarding.pages.joining import provision_now


@dataclass(frozen=True)
class ApplicationLine:
    id: UUID
    code: str
    name: str
    level: str
    parent: str
    applied_by: str
    applied_at: object
    state: ApplicationState
    waits_for: str
    decided_at: object


@dataclass(frozen=True)
class ApplicationsPage:
    base: str
    waiting: tuple[ApplicationLine, ...]
    decided: tuple[ApplicationLine, ...]
    why: Decision


@dataclass(frozen=True)
class ApplicationPage:
    base: str
    application: OnboardingApplication
    level: str
    kind: str
    state: ApplicationState
    waits_for: str
    missing: str
    may_confirm: bool
    may_approve: bool
    may_reject: bool
    joined_code: str
    why: Decision


@require_safe
def applications(request: HttpRequest, union_code: str) -> HttpResponse:
    """All that wait, the oldest first, and the latest decisions; for the nation's administrators."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    why = policies.may_approve(actor).require()
    page = ApplicationsPage(
        base=f"/u/{union_code}",
        waiting=tuple(line(row) for row in selectors.open_applications(actor)),
        decided=tuple(line(row) for row in selectors.decided_applications(actor)),
        why=why,
    )
    return render(request, "onboarding/applications.html", {"page": page})


@require_safe
def application(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    row = selectors.application(actor, pk)
    state = ApplicationState(row.state)
    waiting = state in selectors.OPEN
    confirmed = state == ApplicationState.PARENT_CONFIRMED or (row.parent is not None and row.parent.parent_id is None)
    missing = Answerable(row.leader_in_charge, row.responsible_department, row.dedicated_person).missing
    may_approve, may_confirm = bool(policies.may_approve(actor)), bool(policies.may_confirm(actor, row))
    page = ApplicationPage(
        base=f"/u/{union_code}",
        application=row,
        level=Level.label_of(row.level),
        kind=Kind.label_of(row.kind),
        state=state,
        waits_for=_waits_for(row),
        missing="、".join(missing) if waiting else "",
        may_confirm=may_confirm and state == ApplicationState.SUBMITTED,
        may_approve=may_approve and waiting and confirmed and not missing,
        may_reject=waiting and (may_approve or may_confirm),
        joined_code=row.union.code if row.union else "",
        why=policies.may_apply(actor),
    )
    crumbs = [
        {"label": "入驻管理", "url": f"/u/{union_code}/onboarding"}
        if may_approve
        else {"label": "下级工会", "url": f"/u/{union_code}/unions"},
        {"label": row.name_zh, "url": ""},
    ]
    return render(request, "onboarding/application.html", {"page": page, "breadcrumbs": crumbs})


@require_POST
def confirm(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    row = actions.confirm(application_id=pk, by=actor, at=now())
    messages.success(request, f"已确认{row.name_zh}的入驻申请，等待全国管理员批准。")
    return HttpResponseRedirect(f"/u/{union_code}/applications/{pk}")


@require_POST
def approve(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    try:
        union = actions.approve(application_id=pk, by=actor, at=now())
    except Refused:
        raise
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.message)
        return HttpResponseRedirect(f"/u/{union_code}/applications/{pk}")
    provision_now(union.code)
    return HttpResponseRedirect(f"/u/{union_code}/unions/{union.code}")


@require_http_methods(["GET", "POST"])
def reject(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    row = selectors.application(actor, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reject(application_id=pk, reason=form.cleaned_data["reason"], by=actor, at=now())
        except Refused:
            raise
        except DomainError as refusal:
            tell(form, refusal)
        else:
            messages.success(request, f"已退回{row.name_zh}的入驻申请。")
            return HttpResponseRedirect(f"/u/{union_code}/applications/{pk}")
    page = {
        "title": f"退回{row.name_zh}的入驻申请",
        "body": "申请方会看到您填写的原因，修改后可以重新申请。",
        "confirm_label": "退回",
        "danger": True,
        "cancel_url": f"/u/{union_code}/applications/{pk}",
    }
    return render(request, "base/confirm.html", {"page": page, "form": form})


def line(row: OnboardingApplication) -> ApplicationLine:
    """An application in a list."""
    return ApplicationLine(
        id=row.pk,
        code=row.code,
        name=row.name_zh,
        level=Level.label_of(row.level),
        parent=row.parent.name_zh if row.parent else "",
        applied_by=row.applied_by_name,
        applied_at=row.applied_at,
        state=ApplicationState(row.state),
        waits_for=_waits_for(row),
        decided_at=row.decided_at,
    )


def _waits_for(row: OnboardingApplication) -> str:
    if row.state == ApplicationState.PARENT_CONFIRMED:
        return "等待全国管理员批准"
    if row.state != ApplicationState.SUBMITTED:
        return ""
    if row.parent is None or row.parent.parent_id is None:
        return "等待全国管理员批准"
    return f"等待{row.parent.name_zh}确认"
