"""
What was delivered, day by day; a wrong record is voided with a reason and entered anew, never changed or deleted.

Whoever pays from above reads the sums as of the same moment. Source: F06, H01, E18, E23.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from commons.access.actors import Actor
from commons.access.decisions import refused
from commons.audit.recording import record, record_change
from commons.kit.clock import today
from commons.kit.errors import Invalid
from commons.tenancy.acting import stands_in_own_union
from tenants.purchasing import locks, subsidised
from tenants.purchasing.enums import ProjectState
from tenants.purchasing.errors import NotEditable
from tenants.purchasing.models import ServiceProject, ServiceRecord
from tenants.purchasing.who import PROVIDER, STAFF_COURSE

FIELDS = (
    "served_on", "place", "field", "groups", "sessions", "person_times", "persons_new", "union_staff",
    "social_workers", "volunteers", "satisfaction_sum", "satisfaction_count", "note",
)  # fmt: skip
OPEN = (ProjectState.RUNNING, ProjectState.MIDTERM, ProjectState.RECTIFYING, ProjectState.ASSESSING)


def may_write(actor: Actor, project: ServiceProject) -> bool:
    """Staff of its department and its provider, while it is carried out or assessed."""
    who = STAFF_COURSE.may(actor, project) or PROVIDER.may(actor, project)
    return bool(who) and project.state in OPEN


@transaction.atomic
def add(*, project: ServiceProject, fields: Mapping[str, Any], by: Actor, at: datetime) -> ServiceRecord:
    """
    Record what was delivered on one day at one place.

    Units: persons, person-times, sessions; satisfaction as a sum of marks 1-5 and their count.
    Raises: Refused, NotFound, NotEditable, Invalid.
    """
    row = _open(project, by)
    values = {name: fields[name] for name in FIELDS if name in fields}
    _check(row, values, at)
    kept = ServiceRecord.objects.create(
        project=row, **values, created_at=at, created_by_id=by.user_id, created_by_name=by.name[:120]
    )
    record_change("create", on=kept, by=by, at=at)
    record("purchasing.servicerecord.create", by=by, at=at, on=kept)
    subsidised.refresh(row, at=at)
    return kept


@transaction.atomic
def void(*, service_record: ServiceRecord, reason: str, by: Actor, at: datetime) -> ServiceRecord:
    """
    Let a wrong record count no more.

    Raises: Refused, NotFound, NotEditable, Invalid.
    """
    project = _open(service_record.project, by)
    kept = locks.row(ServiceRecord, service_record.pk)
    if not reason.strip():
        raise Invalid({"reason": ["请写明作废的理由。"]})
    if kept.is_void:
        return kept
    kept.is_void, kept.void_reason = True, reason.strip()[:300]
    kept.save(update_fields=["is_void", "void_reason"])
    record_change("void", on=kept, by=by, at=at, reason=kept.void_reason)
    record("purchasing.servicerecord.void", by=by, at=at, on=kept)
    subsidised.refresh(project, at=at)
    return kept


def _open(project: ServiceProject, by: Actor) -> ServiceProject:
    stands_in_own_union(by)
    # The project first: what is being concluded gets no more records.
    row = locks.row(ServiceProject, project.pk)
    decision = STAFF_COURSE.may(by, row) or PROVIDER.may(by, row)
    (decision or refused()).require()
    if row.state not in OPEN:
        raise NotEditable(title=row.title, state=ProjectState.label_of(row.state))
    return row


def _check(project: ServiceProject, values: dict[str, Any], at: datetime) -> None:
    wrong: dict[str, list[str]] = {}
    day = values.get("served_on")
    if day is None:
        wrong["served_on"] = ["请填写服务日期。"]
    elif day > today(at):
        wrong["served_on"] = ["服务日期不能晚于今天。"]
    elif project.starts_on is not None and day < project.starts_on:
        wrong["served_on"] = ["服务日期不能早于项目开始日期。"]
    for name, value in values.items():
        if isinstance(value, int) and value < 0:
            wrong[name] = ["不能为负数。"]
    if values.get("persons_new", 0) > values.get("person_times", 0):
        wrong["persons_new"] = ["首次服务人数不能大于服务人次。"]
    marks, count = values.get("satisfaction_sum", 0), values.get("satisfaction_count", 0)
    if not count <= marks <= 5 * count:
        wrong["satisfaction_sum"] = ["满意度合计分须在评价份数的1倍至5倍之间（每份1至5分）。"]
    if count > values.get("person_times", 0):
        wrong["satisfaction_count"] = ["评价份数不能大于服务人次。"]
    if wrong:
        raise Invalid(wrong)
