"""Nobody edits what was recorded, whatever code they reach. Source: GB/T 22239 安全审计 c."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from commons.access.actors import Actor, system
from commons.audit.models import AuditEvent
from commons.audit.recording import record, record_change
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.subsidies.machines import ROUND
from commons.subsidies.models import SubsidyChange, SubsidyRound
from commons.tenancy import door
from commons.workflow.rows import made
from commons.workflow.transitions import begun
from tenants.history.models import Change
from tests.factories import organizations


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_auditevent SET by_name = 'x'", "DELETE FROM audit_auditevent", "TRUNCATE audit_auditevent"],
)
def test_an_audit_event_stays(at: datetime, country: dict[str, TradeUnion], statement: str) -> None:
    record("TEST.DONE", by=system("测试"), at=at, union=country["430105"], n=3)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    row = AuditEvent.objects.get(event="TEST.DONE")
    assert (row.by_name, row.union_code, row.user_id, row.data) == ("测试", "430105", None, {"n": 3})


@pytest.mark.parametrize(
    "statement", ["UPDATE history_change SET by_name = 'x'", "DELETE FROM history_change", "TRUNCATE history_change"]
)
def test_the_history_of_a_row_stays_and_is_its_unions_own(
    at: datetime, country: dict[str, TradeUnion], actor_of: Callable[..., Actor], statement: str
) -> None:
    officer = actor_of("430105", Role.UNION_STAFF)
    with door.inside(country["430105"]):
        row = organizations.organization(name="启航职工技能培训中心")
        record_change("edit", on=row, by=officer, at=at, changes={"name": ("启航", "启航职工技能培训中心")})
        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        change = Change.objects.get(object_id=row.pk)
        assert (change.event, change.by_name, change.changes) == (
            "edit",
            "张三",
            {"name": ["启航", "启航职工技能培训中心"]},
        )
    with door.inside(country["430111"]):
        assert Change.objects.count() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE subsidies_subsidychange SET by_name = 'x'",
        "DELETE FROM subsidies_subsidychange",
        "TRUNCATE subsidies_subsidychange",
    ],
)
def test_the_history_of_a_subsidy_stays(
    at: datetime, country: dict[str, TradeUnion], actor_of: Callable[..., Actor], statement: str
) -> None:
    by = actor_of("310000", Role.UNION_ADMIN)
    values = {"year": 2026, "title": "补贴", "standard": Decimal(100), "budget": Decimal(1000), "apply_by": at.date()}
    row = SubsidyRound.objects.create(from_union=country["310000"], **values, **made(by, at))
    begun(ROUND, row, by=by, at=at)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    change = SubsidyChange.objects.get()
    assert (change.object_id, change.event, change.by_name, change.to_state) == (row.pk, "create", by.name, "draft")
