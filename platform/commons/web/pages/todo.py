"""/u/<code>/todo: 待办, what waits for the viewer in this union."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commons.kit import clock
from commons.web.desk.todo import due_text
from commons.web.frame import actor_of
from commons.workflow import todo as waiting

SHOWN = 200


@dataclass(frozen=True)
class TodoRow:
    """One row that waits."""

    label: str
    kind: str
    title: str
    url: str
    since: datetime
    due: str
    overdue: bool


@dataclass(frozen=True)
class TodoPage:
    rows: list[TodoRow]
    count: int
    overdue: int
    shown: int


@require_safe
def todo(request: HttpRequest, union_code: str) -> HttpResponse:
    """The most urgent first: overdue, then by due day, then what waits longest. At most 200 are listed, and the page says so."""
    actor, day = actor_of(request), clock.today()
    found, count = waiting.mine_and_count(actor, limit=SHOWN)
    rows = [
        TodoRow(
            label=one.waiting.label,
            kind=one.machine.zh,
            title=one.title,
            url=f"/u/{union_code}{one.url}",
            since=one.since,
            due=due_text(one, day),
            overdue=one.overdue(day),
        )
        for one in found
    ]
    page = TodoPage(rows, count, sum(1 for row in rows if row.overdue), SHOWN)
    return render(request, "web/todo/page.html", {"page": page})
