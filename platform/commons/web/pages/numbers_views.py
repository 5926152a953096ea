"""The other pages of a union's numbers: compared, changed, ranked; and publishing a ranking."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from commons.access.actors import Actor
from commons.kit.clock import now
from commons.kit.errors import DomainError, Refused
from commons.rankings import actions
from commons.rollup import selectors as rollup
from commons.web.numbers import changes, compare, frame, freshness, ranking
from commons.web.numbers.question import Question


@require_safe
def compared(request: HttpRequest, union_code: str, descendant: str) -> HttpResponse:
    """Two periods or two unions side by side. Source: V1, V7."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    union, why = frame.union_asked_for(actor, descendant)
    near, question = frame.surroundings(actor, union, Question.read(request.GET, now()))
    settled, other = compare.settled(actor, union, question)
    page = compare.build(actor, union, other, settled, near, f"/u/{union_code}/numbers/")
    # The form carries on what was chosen, not what stands in for it.
    asked = replace(question, misread=settled.misread, beside=settled.beside)
    outer = frame.build(actor, union, asked, near, why=why, view="compare", exported=settled)
    return _rendered(request, "web/numbers/compare.html", page, outer, freshness.of(union))


@require_safe
def changed(request: HttpRequest, union_code: str, descendant: str) -> HttpResponse:
    """Which figures moved since yesterday or a chosen day, and who moved them. Source: V1, V7."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    union, why = frame.union_asked_for(actor, descendant)
    near, question = frame.surroundings(actor, union, Question.read(request.GET, now()))
    page = changes.build(actor, union, question, near)
    outer = frame.build(actor, union, question, near, why=why, view="changes")
    return _rendered(request, "web/numbers/changes.html", page, outer, freshness.of(union))


@require_safe
def ranked(request: HttpRequest, union_code: str, descendant: str) -> HttpResponse:
    """Those below by rank (V1), and what the union above has published (V7)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    union, why = frame.union_asked_for(actor, descendant)
    near, question = frame.surroundings(actor, union, Question.read(request.GET, now()))
    page = ranking.build(actor, union, question, near)
    outer = frame.build(actor, union, question, near, why=why, view="ranking")
    return _rendered(request, "web/numbers/ranking.html", page, outer, freshness.of(union))


@require_POST
def publish(request: HttpRequest, union_code: str, name: str) -> HttpResponse:
    """`name`: publish or withdraw the ranking of an indicator."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    action = {"publish": actions.publish, "withdraw": actions.withdraw}[name]
    asked = Question.read(request.POST, now())
    try:
        row = action(indicator=request.POST.get("indicator", ""), by=actor, at=now())
    except Refused:
        raise
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        done = "已公布，下级工会现在可以看到" if name == "publish" else "已撤回，下级工会不再看到"
        messages.success(request, f"{done}“{rollup.indicator(row.indicator).zh}”的排名。")
    return HttpResponseRedirect(f"/u/{union_code}/numbers/{union_code}/ranking{asked.query()}")


def _rendered(
    request: HttpRequest, template: str, page: Any, outer: frame.Frame, fresh: freshness.Freshness
) -> HttpResponse:
    context = {"page": page, "frame": outer, "freshness": fresh, "link": request.build_absolute_uri(outer.link)}
    return render(request, template, {**context, "breadcrumbs": outer.breadcrumbs})
