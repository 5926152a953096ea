"""Pages of numbers: the dashboard of the acting union and of those below it, and its workbook."""

from __future__ import annotations

from urllib.parse import quote

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.audit.recording import record
from commons.kit.clock import now, today
from commons.web.numbers import frame, kept, workbook
from commons.web.numbers.question import Question

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def numbers(request: HttpRequest, union_code: str, descendant: str = "") -> HttpResponse:
    """
    The dashboard. A page that is open asks again with `X-Poll` and what it has `seen`: nothing new, no content.

    Source: V1, V7, V8.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    union, why = frame.union_asked_for(actor, descendant or union_code)
    question = Question.read(request.GET, now())
    page = kept.page(actor, union, question, why=why)
    shown = request.headers.get("X-Poll")
    if shown == page.seen:
        return HttpResponse(status=204)
    context = {"page": page, "frame": page.frame, "poll_s": kept.POLL_S}
    if shown is None:
        return render(
            request, "web/numbers/page.html", {**context, "link": request.build_absolute_uri(page.frame.link)}
        )
    moved = shown.partition(".")[0] != page.digest
    return render(request, "web/numbers/moved.html", {**context, "moved": moved})


@require_safe
def export(request: HttpRequest, union_code: str, descendant: str = "") -> HttpResponse:
    """The same numbers as a workbook, with their definitions and watermark; noted in the audit log."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = now()
    union, _ = frame.union_asked_for(actor, descendant or union_code)
    may(actor, Permission.NUMBERS_EXPORT).require()
    question = Question.read(request.GET, at)
    content = workbook.build(actor, union, question, at=at)
    with transaction.atomic():
        record("numbers.exported", by=actor, at=at, on=union, period=question.span.text, scope=question.scope.value)
    period = question.span.text.replace("..", "至")
    name = f"{union.short_name_zh}统计数据{period}（{today(at):%Y%m%d}导出）.xlsx"
    return HttpResponse(
        content,
        content_type=WORKBOOK,
        headers={"Content-Disposition": f"attachment; filename=\"numbers.xlsx\"; filename*=UTF-8''{quote(name)}"},
    )
