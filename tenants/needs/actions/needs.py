"""Needs: recorded from every source, corrected, adopted and satisfied by projects. Source: SM-12; F01, E02."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.kit.clock import today
from commons.kit.errors import Invalid
from commons.tenancy.acting import require
from commons.workflow.declaration import Step
from commons.workflow.locks import changed
from commons.workflow.rows import made
from commons.workflow.transitions import begun, edited, follow
from tenants.needs import errors, locks
from tenants.needs.enums import NeedSource, NeedState
from tenants.needs.machines.need import NEED, SATISFIED_FROM, NeedEvent
from tenants.needs.models import Need

# Fields a person may correct while the need is not decided upon.
EDITABLE = (
    "title", "text", "source", "field", "groups", "street", "persons_estimate", "intensity", "comparative_benefit",
    "fit_for_so", "collected_on",
)  # fmt: skip
MARKS = ("intensity", "comparative_benefit", "fit_for_so")
_OPEN = (NeedState.COLLECTED, NeedState.SORTED, NeedState.CLUSTERED)


@transaction.atomic
def register(
    *,
    title: str,
    source: NeedSource,
    field: str,
    by: Actor,
    at: datetime,
    text: str = "",
    groups: Iterable[str] = (),
    street: str = "",
    persons_estimate: int = 0,
    intensity: int = 3,
    comparative_benefit: int = 3,
    fit_for_so: int = 3,
    collected_on: date | None = None,
    origin_id: UUID | None = None,
) -> Need:
    """
    Record a need; its year is that of the day on which it was collected.

    Raises: Refused, Invalid.
    """
    require(by, Permission.NEEDS_EDIT)
    day = collected_on or today(at)
    marks = {"intensity": intensity, "comparative_benefit": comparative_benefit, "fit_for_so": fit_for_so}
    _check(title=title, collected_on=day, at=at, persons_estimate=persons_estimate, **marks)
    row = Need.objects.create(
        serial=locks.next_serial(Need),
        title=title.strip(),
        text=text.strip(),
        source=source,
        origin_id=origin_id,
        field=field,
        groups=list(groups),
        street=street.strip(),
        persons_estimate=persons_estimate,
        intensity=intensity,
        comparative_benefit=comparative_benefit,
        fit_for_so=fit_for_so,
        year=day.year,
        collected_on=day,
        **made(by, at),
    )
    begun(NEED, row, by=by, at=at)
    return row


@transaction.atomic
def edit(*, need: Need, version: int, by: Actor, at: datetime, **given: Any) -> Need:
    """
    Correct fields of a need that is not adopted or closed; `given` names those of `EDITABLE` that change.

    A gathered need keeps its field, which is that of its cluster.
    Raises: Refused, NotFound, Conflict, WrongState, Invalid.
    """
    require(by, Permission.NEEDS_EDIT)
    row = locks.row(Need, need.pk, version=version)
    if row.state not in _OPEN:
        raise errors.WrongState(title=row.title, state=row.state.label)
    wanted = {name: given[name] for name in EDITABLE if name in given}
    for name in ("title", "text", "street"):
        if name in wanted:
            wanted[name] = str(wanted[name]).strip()
    told = {
        name: wanted.get(name, getattr(row, name)) for name in ("title", "collected_on", "persons_estimate", *MARKS)
    }
    _check(at=at, **told)
    if row.cluster_id is not None and wanted.get("field", row.field) != row.field:
        raise Invalid({"field": ["这条需求已经归类，请先移出归类，再改服务领域。"]})
    if "collected_on" in wanted:
        wanted["year"] = wanted["collected_on"].year
        if row.cluster_id is not None and wanted["year"] != row.year:
            raise Invalid({"collected_on": ["这条需求已经归类，收集日期须在同一年度。"]})
    edited(row, by=by, at=at, changes=changed(row, wanted))
    return row


@transaction.atomic
def adopt(*, needs: Iterable[UUID], project_id: UUID, after: Step) -> list[Need]:
    """
    Let gathered needs be adopted by a service project, as a consequence of the step that took it beyond its draft.

    The caller holds that the project is beyond its draft. Needs it has adopted already are left as they are.
    Raises: StateRefused for a need that is not gathered into a cluster, NotFound.
    """
    adopted = []
    for pk in sorted(needs):
        row = locks.row(Need, pk)
        if row.state == NeedState.ADOPTED and row.project_id == project_id:
            continue
        step = follow(NEED, row, NeedEvent.ADOPT, after=after, data={"project_id": str(project_id)})
        adopted.append(step.row)
    return adopted


@transaction.atomic
def release(*, project_id: UUID, after: Step) -> list[Need]:
    """Give the needs of a project that was stopped back, so that another may adopt them."""
    return [follow(NEED, row, NeedEvent.RELEASE, after=after).row for row in _adopted(project_id)]


@transaction.atomic
def satisfy(*, project_id: UUID, satisfaction: Decimal | None, after: Step) -> list[Need]:
    """
    Let the needs of a completed project be satisfied, when those served gave at least 3.5 on average; else they stay adopted.

    Source: SM-12.
    """
    if satisfaction is None or satisfaction < SATISFIED_FROM:
        return []
    data = {"satisfaction": str(satisfaction)}
    return [follow(NEED, row, NeedEvent.SATISFY, after=after, data=data).row for row in _adopted(project_id)]


def _adopted(project_id: UUID) -> list[Need]:
    return list(Need.objects.filter(project_id=project_id, state=NeedState.ADOPTED).order_by("pk"))


def _check(*, title: str, collected_on: date, at: datetime, persons_estimate: int, **marks: int) -> None:
    problems: dict[str, list[str]] = {}
    if not title.strip():
        problems["title"] = ["请填写需求名称。"]
    elif len(title.strip()) > 120:
        problems["title"] = ["需求名称最多 120 个字。"]
    if collected_on > today(at):
        problems["collected_on"] = ["收集日期不能晚于今天。"]
    if persons_estimate < 0:
        problems["persons_estimate"] = ["预计人数不能为负。"]
    problems |= {name: ["请打 1 到 5 分。"] for name, mark in marks.items() if not 1 <= mark <= 5}
    if problems:
        raise Invalid(problems)
