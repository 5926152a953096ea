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
from commons.kit.clock import month_text, now, today
from commons.web.numbers import dashboard, workbook
from commons.web.numbers.question import Question

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def numbers(request: HttpRequest, union_code: str, descendant: str = "") -> HttpResponse:
    """
    The dashboard. A page that is open asks again with `X-Poll` and what it has `seen`: nothing new, no content.

    Source: V1, V7, V8.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    union, why = dashboard.union_asked_for(actor, descendant or union_code)
    question = Question.read(request.GET, now())
    glance = dashboard.glance(actor, union, question)
    shown = request.headers.get("X-Poll")
    if shown == glance.text:
        return HttpResponse(status=204)
    page = dashboard.build(actor, union, question, seen=glance, why=why)
    if shown is None:
        return render(request, "web/numbers/page.html", {"page": page, "poll_s": dashboard.POLL_S})
    moved = shown.partition(".")[0] != glance.digest
    return render(request, "web/numbers/moved.html", {"page": page, "poll_s": dashboard.POLL_S, "moved": moved})


@require_safe
def export(request: HttpRequest, union_code: str, descendant: str = "") -> HttpResponse:
    """The same numbers as a workbook, with their definitions and watermark; noted in the audit log."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = now()
    union, _ = dashboard.union_asked_for(actor, descendant or union_code)
    may(actor, Permission.NUMBERS_EXPORT).require()
    question = Question.read(request.GET, at)
    content = workbook.build(actor, union, question, at=at)
    with transaction.atomic():
        record(
            "numbers.exported", by=actor, at=at, on=union, month=month_text(question.month), scope=question.scope.value
        )
    name = f"{union.short_name_zh}统计数据{month_text(question.month)}（{today(at):%Y%m%d}导出）.xlsx"
    return HttpResponse(
        content,
        content_type=WORKBOOK,
        headers={"Content-Disposition": f"attachment; filename=\"numbers.xlsx\"; filename*=UTF-8''{quote(name)}"},
    )
