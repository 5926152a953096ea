"""One step for several rows: first what will happen, then what has happened to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from commons.access.actors import Actor
from commons.kit import clock
from commons.kit.errors import DomainError, NotFound
from commons.tables.asked import ask
from commons.tables.declaration import Bulk, Table, named
from commons.tables.paging import SIZES
from commons.web.frame import Crumb, FormPage, form_page, require_post

MOST = SIZES[-1]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Line:
    """One chosen row: what it is called, and why not when it is refused. `id` is empty for one that is not there."""

    id: str
    label: str
    refusal: str = ""


@dataclass(frozen=True)
class ResultPage:
    title: str
    unit: str
    done: list[Line]
    refused: list[Line]
    back_url: str


@require_POST
def bulk(request: HttpRequest, union_code: str, name: str, step: str) -> HttpResponse:
    """Ask, and when confirmed do: each row is a transaction of its own, and each is accounted for."""
    table = named(name)
    wanted = next((one for one in table.bulk if one.name == step), None)
    if wanted is None:
        raise NotFound()
    require_post(request, table.permission)
    actor = require_post(request, wanted.permission)
    query = ask(table, actor, QueryDict(request.POST.get("query", "")[:4000])).address()
    back = table.url(union_code, query)
    ids = list(dict.fromkeys(request.POST.getlist("ids")))
    if not ids or len(ids) > MOST:
        messages.error(request, f"请先勾选要处理的记录，一次最多{MOST}条。")
        return HttpResponseRedirect(back)
    crumbs = [Crumb(table.title, back), Crumb(wanted.label)]
    form = wanted.form(request.POST if "confirmed" in request.POST else None)
    if form.is_bound and form.is_valid():
        lines = [carry_out(table, wanted, pk, form.cleaned_data, actor) for pk in ids]
        page = ResultPage(
            title=f"{wanted.label}：结果",
            unit=table.unit,
            done=[line for line in lines if not line.refusal],
            refused=[line for line in lines if line.refusal],
            back_url=back,
        )
        return render(request, "tables/result.html", {"page": page, "breadcrumbs": crumbs})
    lines = _foreseen(table, wanted, ids, actor)
    will = sum(not line.refusal for line in lines)
    page_of_form = FormPage(
        title=wanted.label,
        form=form,
        submit_label=f"确认{wanted.label}（{will}{table.unit}）" if will else "",
        cancel_url=back,
        lead=wanted.lead,
        danger=wanted.danger,
    )
    also = {"lines": lines, "will": will, "unit": table.unit, "query": query}
    return form_page(request, page_of_form, crumbs, template="tables/bulk.html", also=also)


def carry_out(table: Table[Any], wanted: Bulk, pk: str, given: Mapping[str, Any], actor: Actor) -> Line:
    """Do it to one row, whole or not at all, and say how it went."""
    label = ""
    try:
        with transaction.atomic():
            row = table.rows(actor).filter(pk=_key(pk)).first()
            if row is None:
                raise NotFound()
            label = table.row_label(row)
            wanted.act(row, actor, clock.now(), given)
    except DomainError as refusal:
        return Line(pk if label else "", label or "一条记录", _sentence(refusal))
    except Exception:
        # What was done to earlier rows stands, so the rest must be told too: a bug in one row is its line, and an alarm in the log.
        log.exception("bulk_failed", table=table.name, step=wanted.name, row=pk)
        return Line(pk, label or "一条记录", "系统出错，这一条没有处理。请稍后再试，仍不成功的请联系平台管理员。")
    return Line(pk, label)


def _foreseen(table: Table[Any], wanted: Bulk, ids: list[str], actor: Actor) -> list[Line]:
    keys = [key for key in map(_key, ids) if key is not None]
    rows = {row.pk: row for row in table.rows(actor).filter(pk__in=keys)}
    lines = []
    for pk in ids:
        row = rows.get(_key(pk))
        if row is None:
            lines.append(Line("", "一条记录", NotFound().message))
            continue
        lines.append(Line(pk, table.row_label(row), wanted.refusal(row, actor) if wanted.refusal is not None else ""))
    return lines


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _sentence(refusal: DomainError) -> str:
    problems = getattr(refusal, "problems", None)
    return (
        "".join(sentence for sentences in problems.values() for sentence in sentences) if problems else refusal.message
    )
