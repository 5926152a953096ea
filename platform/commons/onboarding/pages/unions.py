"""/u/<code>/unions and one union below: state, who answers, first administrator, suspending and resuming."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.accounts import authority
from commons.accounts.pages.one_time import show_link
from commons.hierarchy.enums import Kind, Level, UnionState
from commons.hierarchy.models import Responsibility, TradeUnion
from commons.kit.clock import now
from commons.kit.errors import DomainError, NotFound, Refused
from commons.kit.forms import tell
from commons.onboarding import actions, policies, selectors
from commons.onboarding.actions.lifecycle import proposed_archive
from commons.onboarding.pages.applications import ApplicationLine, line
from commons.onboarding.pages.forms import AdministratorForm, ReasonForm
from commons.onboarding.pages.joining import provision_now
from commons.onboarding.selectors import Event, UnionLine


@dataclass(frozen=True)
class UnionsPage:
    base: str
    unions: tuple[UnionLine, ...]
    waiting: tuple[ApplicationLine, ...]
    active: int
    direct: bool
    may_add: bool
    why: Decision


@dataclass(frozen=True)
class UnionPage:
    base: str
    union: TradeUnion
    level: str
    kind: str
    state: UnionState
    making: bool
    parent: str
    answerable: Responsibility | None
    earlier: tuple[Responsibility, ...]
    events: tuple[Event, ...]
    invite_form: AdministratorForm | None
    has_administrator: bool
    steps: tuple[str, ...]
    why: Decision


@require_safe
def unions(request: HttpRequest, union_code: str) -> HttpResponse:
    """The unions directly below, and the applications for more."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    lines = selectors.unions(actor)
    page = UnionsPage(
        base=f"/u/{union_code}",
        unions=tuple(lines),
        waiting=tuple(line(row) for row in selectors.open_applications(actor)),
        active=sum(one.state == UnionState.ACTIVE for one in lines),
        direct=bool(policies.may_approve(actor)),
        may_add=actor.union is not None and actor.union.level != Level.DISTRICT,
        why=policies.may_apply(actor),
    )
    return render(request, "onboarding/unions.html", {"page": page})


@require_safe
def union(request: HttpRequest, union_code: str, code: str) -> HttpResponse:
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    return _show(request, actor, union_code, _strictly_below(actor, code))


@require_safe
def progress(request: HttpRequest, union_code: str, code: str) -> HttpResponse:
    """How far the provisioning is: asked again and again by the page until it reloads itself."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    row = _strictly_below(actor, code)
    if row.state != UnionState.PROVISIONING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "onboarding/progress.html", {"page": {"base": f"/u/{union_code}", "union": row}})


@require_POST
def invite(request: HttpRequest, union_code: str, code: str) -> HttpResponse:
    """Make the first administrator's link and show it once."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    row = _strictly_below(actor, code)
    form = AdministratorForm(request.POST)
    if not form.is_valid():
        return _show(request, actor, union_code, row, form)
    try:
        invitation, token = actions.invite_administrator(union=row, by=actor, at=now(), **form.cleaned_data)
    except DomainError as refusal:
        if isinstance(refusal, Refused | NotFound):
            raise
        tell(form, refusal)
        return _show(request, actor, union_code, row, form)
    return show_link(request, invitation, token, back=f"/u/{union_code}/unions/{code}")


_QUESTIONS = {
    "suspend": (
        "停用%s",
        "停用后，该会人员和合作系统立即无法使用平台，未完成的作业暂停；数据全部保留，可以恢复。",
        "停用",
    ),
    "resume": ("恢复%s", "恢复后，该会人员可以照常登录使用，暂停的作业继续执行。", "恢复"),
    "propose-archive": ("申请归档%s", "归档须由两名全国管理员先后办理。归档后不能恢复，数据保留备查。", "申请归档"),
    "archive": ("归档%s", "另一名全国管理员已申请归档。归档后不能恢复，数据保留备查。", "归档"),
    "retry": ("重新开通%s", "将重新建立该会的数据结构。", "重新开通"),
}


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, union_code: str, code: str, name: str) -> HttpResponse:
    """Ask, then suspend, resume, archive or provision again."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    row = _strictly_below(actor, code)
    (policies.may_approve(actor) if name == "retry" else policies.may_suspend(actor)).require()
    title, body, verb = _QUESTIONS[name]
    with_reason = name in {"suspend", "propose-archive"}
    form = ReasonForm(request.POST if request.method == "POST" else None) if with_reason else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            _take(name, row, form.cleaned_data["reason"] if form else "", actor)
        except Refused:
            raise
        except DomainError as refusal:
            if form is None:
                messages.error(request, refusal.message)
                return HttpResponseRedirect(f"/u/{union_code}/unions/{code}")
            tell(form, refusal)
        else:
            messages.success(request, f"已办理：{verb}{row.name_zh}。")
            return HttpResponseRedirect(f"/u/{union_code}/unions/{code}")
    page = {
        "title": title % row.name_zh,
        "body": body,
        "confirm_label": verb,
        "danger": name in {"suspend", "propose-archive", "archive"},
        "cancel_url": f"/u/{union_code}/unions/{code}",
    }
    return render(request, "base/confirm.html", {"page": page, "form": form} if form else {"page": page})


def _take(name: str, row: TradeUnion, reason: str, actor: Actor) -> None:
    at = now()
    if name == "suspend":
        actions.suspend(union=row, reason=reason, by=actor, at=at)
    elif name == "resume":
        actions.resume(union=row, by=actor, at=at)
    elif name == "propose-archive":
        actions.propose_archive(union=row, reason=reason, by=actor, at=at)
    elif name == "archive":
        actions.archive(union=row, by=actor, at=at)
    else:
        actions.retry_provision(union=row, by=actor, at=at)
        provision_now(row.code)


def _strictly_below(actor: Actor, code: str) -> TradeUnion:
    row = selectors.union_below(actor, code)
    if actor.union is not None and row.pk == actor.union.pk:
        raise NotFound()
    return row


def _show(
    request: HttpRequest, actor: Actor, union_code: str, row: TradeUnion, form: AdministratorForm | None = None
) -> HttpResponse:
    answering = selectors.responsibilities(row)
    has_administrator = authority.has_administrator(row)
    state = UnionState(row.state)
    may_invite = bool(policies.may_approve(actor)) and state == UnionState.ACTIVE and not has_administrator
    if may_invite and form is None:
        joined = selectors.application_of(row)
        asked = {"name": joined.admin_name, "phone": joined.admin_phone, "email": joined.admin_email} if joined else {}
        form = AdministratorForm(initial=asked)
    page = UnionPage(
        base=f"/u/{union_code}",
        union=row,
        level=Level.label_of(row.level),
        kind=Kind.label_of(row.kind),
        state=state,
        making=state == UnionState.PROVISIONING,
        parent=row.parent.name_zh if row.parent else "",
        answerable=next((one for one in answering if one.until_on is None), None),
        earlier=tuple(one for one in answering if one.until_on is not None),
        events=tuple(selectors.events(row)),
        invite_form=form if may_invite else None,
        has_administrator=has_administrator,
        steps=_steps(actor, row),
        why=policies.may_apply(actor),
    )
    crumbs = [{"label": "下级工会", "url": f"/u/{union_code}/unions"}, {"label": row.name_zh, "url": ""}]
    return render(request, "onboarding/union.html", {"page": page, "breadcrumbs": crumbs})


def _steps(actor: Actor, row: TradeUnion) -> tuple[str, ...]:
    """What this administrator may do with the union now."""
    if not policies.may_suspend(actor):
        return ()
    if row.state == UnionState.ACTIVE:
        return ("suspend",)
    if row.state == UnionState.SUSPENDED:
        proposal = proposed_archive(row)
        if proposal is None:
            return ("resume", "propose-archive")
        return ("resume",) if proposal.by_id == actor.user_id else ("resume", "archive")
    return ("retry",) if row.state == UnionState.PROVISION_FAILED else ()
