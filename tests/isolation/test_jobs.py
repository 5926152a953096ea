"""For every kind of job and every task: with a neighbour's keys it finds nothing and changes nothing. Source: V7; T7."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from inspect import signature
from typing import Any

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from commons.boundaries.calendar import HAND_OVER
from commons.boundaries.enums import ChangeKind, ChangeState
from commons.boundaries.models import TreeChange
from commons.boundaries.transfer import steps
from commons.boundaries.transfer.enums import Mode, TransferState
from commons.boundaries.transfer.models import Transfer
from commons.files.models import StoredFile
from commons.files.selectors import content
from commons.hierarchy.models import TradeUnion
from commons.jobs import actions, engine, register
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import month_index, now, today
from commons.onboarding.actions.applications import PROVISION
from commons.subsidies.sources import PUBLISH
from commons.tables.exporting import EXPORT
from commons.workflow.alarms import KIND as ALARM
from tenants.notices.names import MAIL
from tenants.registry.imports.actions import CHECK, RUN
from tests.isolation.rows import Rows, snapshot


def transfer(rows: Rows, state: TransferState) -> dict[str, Any]:
    """A transfer that the other union takes part in, in the state in which the job would act."""
    assert rows.union.parent is not None
    row = Transfer.objects.create(
        mode=Mode.MERGE,
        source=rows.union,
        target=rows.union.parent,
        month=month_index(today()),
        state=state,
        total=1,
        by_name="王芳",
        at=now(),
    )
    return {"transfer": str(row.pk)}


def merger(rows: Rows) -> dict[str, Any]:
    """The other union merged into the one above it, its records not yet on their way."""
    change = TreeChange.objects.create(
        kind=ChangeKind.MERGE,
        state=ChangeState.APPLIED,
        union=rows.union,
        other=rows.union.parent,
        effective_on=today().replace(day=1),
        reason="测试",
        by_name="王芳",
        at=now(),
    )
    return {"change": str(change.pk)}


# What each kind is told, filled with the keys of a union that is not its own.
PAYLOADS: dict[str, Callable[[Rows], dict[str, Any]]] = {
    CHECK: lambda rows: {"batch": str(rows.keys["batch"])},
    RUN: lambda rows: {"batch": str(rows.keys["batch"])},
    EXPORT: lambda rows: {"table": "organizations", "query": f"q={rows.canary}", "columns": ["name"]},
    # A row of a neighbour is looked up in the job's own schema: not found.
    ALARM: lambda rows: {"machine": "serviceproject", "id": str(rows.keys["organization"]), "event": "finish"},
    # A subsidy of a neighbour: none of its projects is ours to tell of.
    PUBLISH: lambda rows: {"subsidy_id": str(rows.keys["subsidy"])},
    PROVISION: lambda rows: {"union": rows.union.code, "application": str(rows.keys["application"])},
    HAND_OVER: merger,
    MAIL: lambda rows: {"notice": str(rows.keys["notice"])},
    steps.FREEZE: lambda rows: transfer(rows, TransferState.COPYING),
    steps.COPY: lambda rows: transfer(rows, TransferState.COPYING),
    steps.SWITCH: lambda rows: transfer(rows, TransferState.COPYING),
    steps.HOLD: lambda rows: transfer(rows, TransferState.RETURNING),
    steps.RETURN: lambda rows: transfer(rows, TransferState.RETURNING),
    steps.CLEAN: lambda rows: transfer(rows, TransferState.CLEANING),
}


def kinds() -> list[str]:
    """The platform's own: other tests register some that are for themselves."""
    return sorted(kind.name for kind in register.known() if not kind.name.startswith("test."))


def test_each_kind_has_been_taught(db: None) -> None:
    assert set(kinds()) == set(PAYLOADS)


@pytest.mark.parametrize("kind", sorted(PAYLOADS))
def test_a_job_with_anothers_keys_changes_nothing_there(theirs: Rows, ours: Rows, kind: str) -> None:
    payload = PAYLOADS[kind](theirs)
    before = snapshot(theirs.union)
    job = actions.enqueue(kind=kind, union=ours.union, payload=payload, key=f"probe-{kind}", by=ours.admin, at=now())
    for _ in range(job.max_attempts):
        Job.objects.filter(pk=job.pk, state=JobState.QUEUED).update(run_after=now() - timedelta(seconds=1))
        engine.run_one(job.pk)
    job.refresh_from_db()
    assert job.state in {JobState.DONE, JobState.PARKED}
    assert snapshot(theirs.union) == before
    assert theirs.canary not in str((job.result, job.error, job.progress))
    if "transfer" in job.payload:
        # Not an error: a step whose transfer is elsewhere has nothing to do, and asks for no further step.
        moved = Transfer.objects.get(pk=job.payload["transfer"])
        assert (job.state, job.result, moved.moved, moved.step) == (JobState.DONE, {}, 0, 0)
    for file in StoredFile.objects.filter(union=ours.union):
        assert theirs.canary.encode() not in content(file)


def test_a_job_sees_the_rights_of_who_asked(theirs: Rows, ours: Rows) -> None:
    """An officer of 雨花 cannot have 开福's ledger written for them, even when the row says so."""
    job = Job.objects.create(
        kind=EXPORT,
        union=theirs.union,
        payload={"table": "organizations", "query": "", "columns": ["name"]},
        key="forged",
        run_after=now(),
        asked_at=now(),
        asked_by_id=ours.admin.user_id,
        asked_by_name=ours.admin.name,
        max_attempts=1,
    )
    files = StoredFile.objects.count()
    engine.run_one(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.PARKED
    assert StoredFile.objects.count() == files


def test_no_task_takes_a_key(country: dict[str, TradeUnion]) -> None:
    """A message names no union and no row: whoever can write to the broker can only wake a worker."""
    application = import_string(settings.TASK_APPLICATION)
    application.loader.import_default_modules()
    ours = {name: task for name, task in application.tasks.items() if name.startswith(("commons.", "tenants.", "api."))}
    assert ours
    for name, task in ours.items():
        named = [one for one in signature(task.run).parameters.values() if one.kind is not one.VAR_KEYWORD]
        assert not named, name
