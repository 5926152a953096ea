"""/u/<code>/portal: what one union and the organization have to do with each other. Source: DOMAIN §4.1 org_user, V14."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons import portal
from commons.access.actors import Actor
from commons.kit.clock import now
from commons.kit.errors import NotFound
from commons.web.desk import Card


@dataclass(frozen=True)
class UnionPortalPage:
    union: str
    sections: list[Card]


@require_safe
def union_portal(request: HttpRequest, union_code: str) -> HttpResponse:
    """The sections of the features; for whoever acts for an organization, and nobody else."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.organization or actor.union is None:
        raise NotFound()
    page = UnionPortalPage(actor.union.name_zh, portal.of(actor, now()))
    return render(request, "portal/union.html", {"page": page})
