"""Workers and folders killed without warning in the middle of a transfer: it goes on, and no figure was ever wrong."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction

from commons.access.actors import system
from commons.boundaries.transfer import actions, guard
from commons.boundaries.transfer.enums import Mode, TransferState
from commons.boundaries.transfer.errors import TransferRunning
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.models import TradeUnion
from commons.jobs import engine
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.rollup.fold import fold_many
from commons.rollup.models import Cell, CellVersion
from commons.rollup.verify import verify
from commons.tenancy.door import inside
from tenants.registry.models import LedgerSpan, SocialOrganization
from tests.commons.boundaries.transfer import processes
from tests.commons.boundaries.transfer.ledgers import NOVEMBER, contact, figures, full, run, schema_text, settle
from tests.commons.jobs.processes import environment
from tests.factories import organizations as make

ABOVE = ("430100", "430000", "000000")
RECORDS = 231


@pytest.fixture
def env(own_database: str, tmp_path: Path) -> dict[str, str]:
    """Two batches of records in 开福, one in 雨花, all counted."""
    giver, taker, neighbour = (TradeUnion.objects.get(code=code) for code in ("430105", "430111", "440304"))
    with inside(giver), transaction.atomic():
        for number in range(RECORDS - 1):
            make.organization(name=f"开福区社团{number}", active_on=date(2026, 3, 1))
        full("长沙市启航职工服务中心", active_on=date(2026, 3, 1))
    for union in (taker, neighbour):
        with inside(union), transaction.atomic():
            full("职工文体协会", active_on=date(2026, 2, 1))
    settle("430105", "430111", "440304")
    return environment(own_database, tmp_path / "state")


@contextmanager
def another(database: str) -> Iterator[Any]:
    """A transaction of somebody else, rolled back at the end."""
    where = connection.settings_dict
    other = psycopg2.connect(
        dbname=database, host=where["HOST"], port=where["PORT"], user=where["USER"], password=where["PASSWORD"]
    )
    try:
        with other.cursor() as cursor:
            yield cursor
    finally:
        other.rollback()
        other.close()


def killed_while_waiting(what: str, env: dict[str, str]) -> None:
    """Start a process, kill it when it waits for a lock that the test holds."""
    process = processes.start(what, env)
    until(waits)
    process.kill()
    process.wait(10)


def waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
            "WHERE NOT l.granted AND a.datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def until(true: Callable[[], bool], patience_s: float = 60) -> None:
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.05)


def work() -> None:
    while engine.run_due():
        pass


def leases_run_out() -> None:
    Job.objects.filter(state=JobState.RUNNING).update(leased_until=now() - timedelta(seconds=1))


def known() -> tuple[int, list[Any]]:
    """What is known of the unions above: versions that were superseded, and the cells as they stand."""
    above = TradeUnion.objects.filter(code__in=ABOVE).values_list("pk", flat=True)
    cells = Cell.objects.filter(union_id__in=above).order_by("pk").values_list("pk", "subtree", "known_from")
    return CellVersion.objects.filter(union_id__in=list(above)).count(), list(cells)


def merged() -> Transfer:
    giver, taker = TradeUnion.objects.get(code="430105"), TradeUnion.objects.get(code="430111")
    return actions.start(source=giver, target=taker, month=NOVEMBER, mode=Mode.MERGE, by=system("测试"), at=now())


def test_a_worker_killed_in_mid_batch_costs_that_batch_only(env: dict[str, str], own_database: str) -> None:
    before, neighbour = known(), schema_text(TradeUnion.objects.get(code="440304"))
    transfer = merged()
    assert engine.run_due(limit=2) == 2
    with inside(transfer.source):
        last = SocialOrganization.objects.order_by("pk").last()
        span = LedgerSpan.objects.get(organization=last)
    with inside(transfer.target):
        standing = SocialOrganization.objects.get(name="职工文体协会")
    with another(own_database) as cursor:
        # The second batch waits for this span, whose key it is about to insert, with half of it written.
        cursor.execute(
            "INSERT INTO d430111.registry_ledgerspan (id, organization_id, from_on, until_on) "
            "VALUES (%s, %s, '2026-01-01', '2026-01-02')",
            [str(span.pk), str(standing.pk)],
        )
        killed_while_waiting("work", env)
    transfer.refresh_from_db()
    assert (transfer.state, transfer.moved, transfer.total) == (TransferState.COPYING, 200, RECORDS)
    with inside(transfer.target):
        assert SocialOrganization.objects.count() == 201
    assert engine.run_due() == 0, "its lease has not run out"
    leases_run_out()
    assert run(transfer).state == TransferState.DONE
    with inside(transfer.target):
        assert SocialOrganization.objects.count() == RECORDS + 1
        assert LedgerSpan.objects.count() == RECORDS + 1
    assert known() == before
    assert schema_text(TradeUnion.objects.get(code="440304")) == neighbour
    assert verify().differences == []


def test_a_folder_killed_in_mid_switch(env: dict[str, str], own_database: str) -> None:
    before, own = known(), figures("430105", "430111", own=True)
    transfer = merged()
    work()
    transfer.refresh_from_db()
    assert transfer.state == TransferState.SWITCHING
    with another(own_database) as cursor:
        cursor.execute("SELECT 1 FROM d430111.marks_tenure FOR UPDATE")
        killed_while_waiting("fold", env)
    with inside(transfer.source), connection.cursor() as mine:
        mine.execute("SELECT count(*) FROM marks_tenure WHERE until_month = %s", [NOVEMBER])
        assert mine.fetchone() == (RECORDS,), "the giver's half was written, the receiver's was not"
    assert figures("430105", "430111", own=True) == own
    with inside(transfer.source):
        # Somebody enters a new organization, so that the giver is folded first.
        added = make.organization(name="新入册协会", active_on=date(2026, 12, 1))
    fold_many([transfer.source])
    with inside(transfer.source):
        added.delete()
    fold_many([transfer.source])
    transfer.refresh_from_db()
    assert transfer.state == TransferState.DONE
    after = figures("430105", "430111", own=True)
    assert after[("430111", "ORG-01", "2026-11")][0] == RECORDS + 1
    assert after[("430105", "ORG-01", "2026-11")][0] == 0
    assert after[("430105", "ORG-01", "2026-10")] == own[("430105", "ORG-01", "2026-10")]
    totals = {pk: subtree for pk, subtree, _ in known()[1]}
    assert totals.items() >= {pk: subtree for pk, subtree, _ in before[1]}.items()
    assert verify().differences == []


def test_an_undoing_killed_on_every_step(env: dict[str, str], own_database: str) -> None:
    before, own = known(), figures("430105", "430111", own=True)
    transfer = run(merged())
    moved = figures("430105", "430111", own=True)
    receiver = TradeUnion.objects.get(code="430111")
    actions.undo(transfer=transfer, by=system("测试"), at=now())
    with another(own_database) as cursor:
        cursor.execute("SELECT 1 FROM d430105.registry_socialorganization FOR UPDATE")
        killed_while_waiting("work", env)
    leases_run_out()
    work()
    assert Transfer.objects.get().state == TransferState.SWITCHING_BACK
    with another(own_database) as cursor:
        cursor.execute("SELECT 1 FROM d430111.marks_tenure FOR UPDATE")
        killed_while_waiting("fold", env)
    assert figures("430105", "430111", own=True) == moved
    fold_many([receiver])
    assert Transfer.objects.get().state == TransferState.CLEANING
    assert figures("430105", "430111", own=True) == own
    with another(own_database) as cursor:
        cursor.execute("SELECT 1 FROM d430111.registry_socialorganization FOR UPDATE")
        killed_while_waiting("work", env)
    leases_run_out()
    assert run(transfer).state == TransferState.UNDONE
    assert figures("430105", "430111", own=True) == own
    assert known()[1] == before[1]
    with inside(receiver):
        assert SocialOrganization.objects.count() == 1
    assert verify().differences == []


def test_a_change_begun_before_the_records_are_closed_goes_along(env: dict[str, str], own_database: str) -> None:
    transfer = merged()
    with inside(transfer.source):
        row = SocialOrganization.objects.get(name="长沙市启航职工服务中心")
    done: list[int] = []

    def one() -> None:
        try:
            done.append(engine.run_due(limit=1))
        finally:
            connection.close()

    with another(own_database) as cursor:
        cursor.execute(
            "UPDATE d430105.registry_socialorganization SET address = '芙蓉北路1号' WHERE id = %s", [str(row.pk)]
        )
        worker = Thread(target=one)
        worker.start()
        until(waits)
        cursor.connection.commit()
    worker.join(30)
    assert done == [1]
    with inside(transfer.source), pytest.raises(IntegrityError) as refused, transaction.atomic():
        contact(row, date(2026, 11, 6))
    assert guard.departed(refused.value) is not None
    run(transfer)
    with inside(transfer.target):
        assert SocialOrganization.objects.get(pk=row.pk).address == "芙蓉北路1号"


def test_of_two_that_begin_at_once_one_is_told(env: dict[str, str]) -> None:
    told: list[str] = []
    together = Barrier(2)

    def begin() -> None:
        try:
            together.wait()
            merged()
            told.append("begun")
        except TransferRunning as running:
            told.append(running.message)
        finally:
            connection.close()

    both = [Thread(target=begin) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert sorted(told) == ["begun", "长沙市开福区总工会正在办理另一项记录划转，请等它完成后再办。"]
    assert Transfer.objects.count() == 1
