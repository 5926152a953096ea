"""How far a transfer has come, for whoever may know; and one that stands still."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from commons.access.actors import Actor, system
from commons.audit.models import AuditEvent
from commons.boundaries.transfer import actions, selectors
from commons.boundaries.transfer.enums import Mode
from commons.boundaries.transfer.models import Transfer
from commons.hierarchy.models import TradeUnion
from commons.jobs import actions as jobs
from commons.jobs import engine
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.kit.clock import now
from commons.kit.errors import NotFound
from commons.people.enums import Role
from commons.tenancy.door import inside
from tests.commons.boundaries.transfer.ledgers import NOVEMBER, full, run, settle

Country = dict[str, TradeUnion]


@pytest.fixture
def transfer(country: Country) -> Transfer:
    for code in ("430105", "430111"):
        with inside(country[code]):
            full("职工文体协会", active_on=date(2026, 3, 1))
    settle()
    return actions.start(
        source=country["430105"],
        target=country["430111"],
        month=NOVEMBER,
        mode=Mode.MERGE,
        by=system("测试"),
        at=now(),
    )


def test_whoever_may_know(country: Country, transfer: Transfer, actor_of: Callable[..., Actor]) -> None:
    admin = actor_of("000000", Role.NATIONAL_ADMIN)
    assert selectors.told(selectors.transfer(admin, transfer.pk)) == "搬移中"
    engine.run_due(limit=1)
    assert selectors.told(selectors.transfer(admin, transfer.pk)) == "搬移中：0 / 1 条"
    run(transfer)
    assert selectors.told(selectors.transfer(admin, transfer.pk)) == "已完成"
    assert selectors.transfers(admin, union=country["430111"]) == [transfer]
    assert selectors.transfers(admin, union=country["440304"]) == []
    assert selectors.transfers(admin, change_id=transfer.pk) == []
    for code in ("430000", "430105", "440304"):
        other = actor_of(code, Role.UNION_ADMIN)
        assert selectors.transfers(other) == []
        with pytest.raises(NotFound):
            selectors.transfer(other, transfer.pk)
    events = AuditEvent.objects.filter(event__startswith="transfer.").order_by("at", "pk")
    assert list(events.values_list("event", "union_code")) == [
        ("transfer.start", "430105"),
        ("transfer.done", "430111"),
    ]


def test_one_that_stands_still_goes_on_when_its_job_is_tried_again(country: Country, transfer: Transfer) -> None:
    engine.run_due(limit=1)
    job = Job.objects.get(kind="transfer.copy")
    Job.objects.filter(pk=job.pk).update(max_attempts=1)
    with inside(country["430111"]), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # Something that this code does not know forbids the copy.
        cursor.execute(
            "ALTER TABLE registry_contactlog ADD CONSTRAINT strange CHECK (contacted_on < '2026-11-01') NOT VALID"
        )
    engine.run_due()
    assert Job.objects.get(pk=job.pk).state == JobState.PARKED
    assert selectors.stopped(transfer) == job
    with inside(country["430111"]), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE registry_contactlog DROP CONSTRAINT strange")
    jobs.retry(job_id=job.pk, by=system("测试"), at=now())
    done = run(transfer)
    assert selectors.told(done) == "已完成"
    assert selectors.stopped(done) is None
