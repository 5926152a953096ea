"""/u/<code>/profile: what the acting union says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from commons.access.actors import Actor
from commons.access.decisions import Decision
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.hierarchy.actions import DESCRIBED
from commons.hierarchy.enums import Kind, Level, UnionState
from commons.hierarchy.models import Responsibility, TradeUnion
from commons.kit.clock import now
from commons.kit.errors import DomainError, Refused
from commons.kit.forms import tell
from commons.onboarding import actions, selectors
from commons.onboarding.pages.forms import ProfileForm
from commons.onboarding.selectors import Event


@dataclass(frozen=True)
class ProfilePage:
    union: TradeUnion
    level: str
    kind: str
    state: UnionState
    parent: str
    form: ProfileForm
    responsibilities: tuple[Responsibility, ...]
    events: tuple[Event, ...]
    why: Decision


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest, union_code: str) -> HttpResponse:
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    why = may(actor, Permission.UNION_PROFILE).require()
    union = TradeUnion.objects.select_related("parent").get(pk=actor.union.pk)  # type: ignore[union-attr]
    history = selectors.responsibilities(union)
    present = next((one for one in history if one.until_on is None), None)
    form = ProfileForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(union, name) for name in DESCRIBED}
        | {
            name: getattr(present, name, "")
            for name in ("leader_in_charge", "responsible_department", "dedicated_person", "contact_phone")
        },
    )
    if request.method == "POST" and form.is_valid():
        described = {name: form.cleaned_data[name] for name in DESCRIBED}
        try:
            actions.revise(union=union, answerable=form.answerable, by=actor, at=now(), **described)
        except Refused:
            raise
        except DomainError as refusal:
            tell(form, refusal)
        else:
            messages.success(request, "本会信息已保存。")
            return HttpResponseRedirect(f"/u/{union_code}/profile")
    page = ProfilePage(
        union=union,
        level=Level.label_of(union.level),
        kind=Kind.label_of(union.kind),
        state=UnionState(union.state),
        parent=union.parent.name_zh if union.parent else "",
        form=form,
        responsibilities=tuple(history),
        events=tuple(selectors.events(union)),
        why=why,
    )
    return render(request, "onboarding/profile.html", {"page": page})
