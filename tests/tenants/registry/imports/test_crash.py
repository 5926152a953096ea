"""A real worker, killed without warning in the middle of an import."""

import io
import time
from pathlib import Path

from commons.hierarchy.models import TradeUnion
from commons.jobs import engine
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.people.enums import Role
from commons.tenancy import door
from tenants.history.models import Change
from tenants.registry.enums import ImportState
from tenants.registry.imports import actions
from tenants.registry.models import ImportBatch, LedgerSpan, SocialOrganization
from tests.commons.jobs import processes
from tests.factories import people
from tests.tenants.registry.imports import sheets

ROWS = 3000


def counted(union: TradeUnion) -> tuple[int, int, int]:
    with door.inside(union):
        return SocialOrganization.objects.count(), LedgerSpan.objects.count(), Change.objects.count()


def test_an_import_killed_in_the_middle_leaves_nothing_and_is_done_once(own_database: str, tmp_path: Path) -> None:
    by = people.actor("430105", Role.UNION_STAFF)
    union = TradeUnion.objects.get(code="430105")
    content = sheets.xlsx([sheets.row(number) for number in range(1, ROWS + 1)])
    with door.inside(union):
        batch = actions.upload(file=io.BytesIO(content), name="台账.xlsx", size=len(content), by=by, at=now())
        chosen = {index: name for name, index in batch.mapping.items()}
        actions.choose_columns(batch=batch, chosen=chosen, by=by, at=now())
    engine.run_due()
    with door.inside(union):
        actions.start(batch=batch, good_rows_only=False, verified=True, by=by, at=now())
    job = Job.objects.get(kind=actions.RUN)

    worker = processes.start("work", processes.environment(own_database, tmp_path / "state"))
    end = time.monotonic() + 120
    while job.progress.get("done", 0) < 1000:
        assert worker.poll() is None, worker.stdout.read() if worker.stdout else ""
        assert time.monotonic() < end, "The worker did not get half-way."
        time.sleep(0.02)
        job.refresh_from_db()
    worker.kill()
    worker.wait(20)

    assert job.state == JobState.RUNNING
    assert counted(union) == (0, 0, 0)
    with door.inside(union):
        assert ImportBatch.objects.get().state == ImportState.IMPORTING

    Job.objects.filter(pk=job.pk).update(leased_until=now())
    engine.run_due()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == (
        JobState.DONE,
        2,
        {"new": ROWS, "changed": 0, "same": 0, "bad": 0},
    )
    assert counted(union) == (ROWS, ROWS, ROWS)
