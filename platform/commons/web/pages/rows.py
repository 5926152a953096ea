"""The page of the rows behind one figure."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.access.actors import Actor
from commons.kit.clock import now
from commons.web.numbers import frame
from commons.web.numbers import rows as behind
from commons.web.numbers.drill import Asked


@require_safe
def rows(request: HttpRequest, union_code: str, descendant: str = "") -> HttpResponse:
    """Which records make a figure. Those of the acting union are listed, all others are counted. Source: V1, V5."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    union, why = frame.union_asked_for(actor, descendant or union_code)
    asked = Asked.read(request.GET, now())
    page = behind.build(actor, union, asked, why=why)
    return render(request, "web/numbers/rows.html", {"page": page})
