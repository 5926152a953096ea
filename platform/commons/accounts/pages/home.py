"""/ leads to the desk of the acting union; /acting chooses it. Source: V14."""

from dataclasses import dataclass
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from commons.access import actors
from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import NotFound
from commons.people.enums import AccountKind
from commons.people.models import User


@dataclass(frozen=True)
class Choice:
    code: str
    name: str
    level: str


@dataclass(frozen=True)
class ChooserPage:
    name: str
    choices: tuple[Choice, ...]


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """An organization's portal; else the desk of the union chosen last, or of the only one; else the choice; else a word on whom to ask."""
    if cast(User, request.user).kind == AccountKind.SOCIAL_ORG:
        return HttpResponseRedirect("/portal")
    actor = cast(Actor | None, request.actor)  # type: ignore[attr-defined]
    if actor is not None and actor.union is not None:
        return HttpResponseRedirect(_desk(actor.union))
    user = cast(User, request.user)
    unions = actors.unions_of(user)
    if len(unions) == 1:
        return HttpResponseRedirect(_desk(unions[0]))
    page = ChooserPage(user.name, tuple(Choice(one.code, one.name_zh, one.level.label) for one in unions))
    return render(request, "people/chooser.html", {"page": page})


@login_required
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose the acting union: one of the account's own."""
    code = request.POST.get("code", "")
    union = next((one for one in actors.unions_of(cast(User, request.user)) if one.code == code), None)
    if union is None:
        raise NotFound()
    request.session["acting_union"] = union.code
    return HttpResponseRedirect(_desk(union))


def _desk(union: TradeUnion) -> str:
    return f"/u/{union.code}/"
