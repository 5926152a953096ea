"""/u/<code>/visits/<id>/report.docx, /evaluations/<id>/report.pdf …: reports to be filed and signed. Source: E14, E16."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from commons.access.actors import Actor
from commons.audit.recording import record
from commons.documents import Document, docx, pdf
from commons.files.responses import attachment
from commons.kit import clock
from commons.kit.errors import NotFound
from commons.web.frame import actor_of
from tenants.purchasing.course_documents import evaluation_report, visit_report
from tenants.purchasing.enums import VisitState
from tenants.purchasing.selectors import course

_FORMATS = {
    "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (pdf, "application/pdf"),
}


@require_safe
def visit(request: HttpRequest, union_code: str, pk: UUID, format: str) -> HttpResponse:
    """What a visit found; there is no report of one that is only planned."""
    actor = actor_of(request)
    row = course.visit(actor, pk)
    if row.state == VisitState.PLANNED:
        raise NotFound()
    made = visit_report(row, course.project_contract(row.project), union=_union(actor))
    return _answer(actor, row, made, format)


@require_safe
def evaluation(request: HttpRequest, union_code: str, pk: UUID, format: str) -> HttpResponse:
    """An evaluation with its points, once it is concluded."""
    actor = actor_of(request)
    row = course.evaluation(actor, pk)
    if not row.conclusion:
        raise NotFound()
    made = evaluation_report(row, course.project_contract(row.project), union=_union(actor))
    return _answer(actor, row, made, format)


def _union(actor: Actor) -> str:
    return actor.union.name_zh if actor.union is not None else ""


@transaction.atomic
def _answer(actor: Actor, row: Any, made: Document, format: str) -> HttpResponse:
    if format not in _FORMATS:
        raise NotFound()
    write, content_type = _FORMATS[format]
    record(f"{row._meta.label_lower}.document", by=actor, at=clock.now(), on=row, format=format)
    return attachment(write(made), name=f"{row.project.number}{made.title}.{format}", content_type=content_type)
