"""/u/<code>/purchase-rules/<id>: what is known of a row, what may be done with it, what happened to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.access.policies import Policy
from commons.kit import clock
from commons.web.frame import Crumb, actor_of
from commons.web.objects import ObjectPage, fact, standing
from commons.workflow.declaration import Machine
from tenants.purchasing.machines.rule import RULE
from tenants.purchasing.policies import RULES


@require_safe
def rule(request: HttpRequest, union_code: str, pk: UUID) -> HttpResponse:
    """One edition of a rule."""
    return _page(request, union_code, RULE, RULES, RULE.find(actor_of(request), pk))


def _page(request: HttpRequest, code: str, machine: Machine, policy: Policy[Any], row: Any) -> HttpResponse:
    actor = actor_of(request)
    steps, history = standing(machine, row, actor, clock.now(), code)
    title = machine.title_of(row)
    page = ObjectPage(
        title=title,
        number=machine.zh,
        facts=[fact(label, getattr(row, name)) for name, label in machine.labels.items() if hasattr(row, name)],
        steps=steps,
        history=history,
        why=policy.may_on(actor, row),
    )
    return render(request, "base/object.html", {"page": page, "breadcrumbs": [Crumb(machine.zh), Crumb(title)]})
