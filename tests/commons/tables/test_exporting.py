"""A list as a sheet: what is filtered, with the columns chosen, and only what may leave."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from commons.audit.models import AuditEvent
from commons.jobs import engine
from commons.jobs.enums import JobState
from commons.jobs.models import Job
from commons.people.models import RoleAssignment
from commons.tables import exporting
from tenants.registry.enums import Classification
from tests.commons.tables.conftest import Inside
from tests.commons.tables.test_listing import contact
from tests.tenants.registry.imports import sheets

SHEET = "/u/430105/lists/contacts/export.xlsx"


@pytest.fixture
def some(inside: Inside, staff: Client) -> None:
    own = staff.actor.user_id  # type: ignore[attr-defined]
    with inside("430111"):
        contact("邻会走访")
    with inside():
        contact("走访", day=3, next_on=date(2026, 3, 1), participants="=1+1")
        contact("座谈", day=2)
        contact("本人的保密事项", day=4, classification=Classification.CONFIDENTIAL, created_by_id=own)


def lines(answer: Any) -> list[list[object]]:
    return sheets.cells(answer.content if not answer.streaming else b"".join(answer.streaming_content))


def test_the_columns_of_the_list_in_its_order(staff: Client, some: None) -> None:
    assert "本人的保密事项" in staff.get("/u/430105/contacts").content.decode()
    found = lines(staff.get(f"{SHEET}?sort=contacted_on"))
    assert found[0] == ["日期", "社会组织", "方式", "密级", "内容", "下次联系", "登记人"]
    # What is confidential stays in the platform, even for its author. Source: V13.
    assert [line[4] for line in found[1:]] == ["座谈", "走访"]
    assert [str(line[0])[:10] for line in found[1:]] == ["2026-01-02", "2026-01-03"]


def test_the_chosen_columns_or_all(staff: Client, some: None) -> None:
    staff.post("/u/430105/lists/contacts/columns", {"columns": ["participants"]})
    assert lines(staff.get(f"{SHEET}?q=走访"))[1][2:] == ["'=1+1"]
    assert len(lines(staff.get(f"{SHEET}?columns=all"))[0]) == 11


def test_it_is_noted_without_content(staff: Client, some: None) -> None:
    staff.get(f"{SHEET}?q=走访")
    event = AuditEvent.objects.get(event="tables.export")
    assert event.data == {
        "table": "contacts",
        "rows": 1,
        "columns": ["contacted_on", "organization", "kind", "classification", "topics", "next_on", "by"],
    }


def test_a_long_one_is_a_job_of_its_asker_alone(
    staff: Client, admin: Client, neighbour: Client, some: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    place = staff.get(f"{SHEET}?sort=contacted_on")["Location"]
    assert "正在导出（排队中）" in staff.get(place).content.decode()
    engine.run_due()
    page = staff.get(place).context["page"]
    assert (page.rows, page.unit) == (2, "条")
    assert [line[4] for line in lines(staff.get(page.file_url))[1:]] == ["座谈", "走访"]
    for other in (admin, neighbour):
        assert other.get(place).status_code == 404
        assert other.get(page.file_url).status_code == 404
    assert neighbour.get(place.replace("430105", "430111")).status_code == 404
    assert staff.get(place.replace("/contacts/", "/organizations/")).status_code == 404


def test_rights_that_have_ended_write_nothing(staff: Client, some: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    staff.get(SHEET)
    RoleAssignment.objects.filter(user=staff.actor.user).delete()  # type: ignore[attr-defined]
    Job.objects.update(max_attempts=1)
    engine.run_due()
    job = Job.objects.get()
    assert (job.state, job.result) == (JobState.PARKED, {})
