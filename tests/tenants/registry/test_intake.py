"""Many rows at once, under the same rules. Source: B14, B17."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commons.access.actors import Actor
from commons.directory.models import RegisteredOrganization
from commons.kit.errors import Refused
from tenants.history.models import Change
from tenants.registry import errors
from tenants.registry.actions import entries, ledger
from tenants.registry.actions.intake import bulk_intake
from tenants.registry.intake import Outcome, plan
from tenants.registry.models import Confirmation, LedgerSpan, OrgYearFact, SocialOrganization
from tests.factories.organizations import credit_code
from tests.tenants.registry.conftest import entry_fields

TODAY = date(2026, 11, 20)


def rows(count: int, **other: object) -> list[dict[str, object]]:
    return [entry_fields(uscc=credit_code(1000 + index), name=f"职工服务社{index}", **other) for index in range(count)]


def outcomes(taken: list[object]) -> list[str]:
    return [one.outcome.value for one in taken]  # type: ignore[attr-defined]


def test_complete_rows_go_on_the_ledger_at_once(staff: Actor, at: datetime) -> None:
    taken = bulk_intake(entries=rows(3), by=staff, at=at, verified=True)

    assert outcomes(taken) == ["new", "new", "new"]
    assert list(
        SocialOrganization.objects.order_by("serial").values_list("serial", "state", "first_active_on", "version")
    ) == [
        (1, "active", TODAY, 1),
        (2, "active", TODAY, 1),
        (3, "active", TODAY, 1),
    ]
    assert list(LedgerSpan.objects.values_list("from_on", "until_on")) == [(TODAY, None)] * 3
    assert (Confirmation.objects.count(), OrgYearFact.objects.filter(staff=12, year=2026).count()) == (3, 3)
    assert RegisteredOrganization.objects.count() == 3
    assert set(Change.objects.values_list("event", "to_state")) == {("import_create", "active")}


def test_the_same_rows_again_change_nothing(staff: Actor, at: datetime) -> None:
    bulk_intake(entries=rows(3), by=staff, at=at, verified=True)
    before = list(SocialOrganization.objects.order_by("pk").values())

    taken = bulk_intake(entries=rows(3), by=staff, at=at + timedelta(days=1), verified=True)

    assert outcomes(taken) == ["same"] * 3
    assert list(SocialOrganization.objects.order_by("pk").values()) == before
    assert Change.objects.count() == 3


def test_without_the_wish_rows_wait_for_verification(staff: Actor, at: datetime) -> None:
    bulk_intake(entries=[*rows(1), entry_fields(uscc=credit_code(2), rights_domains=[])], by=staff, at=at)

    assert set(SocialOrganization.objects.values_list("state", flat=True)) == {"to_verify", "draft"}
    assert (LedgerSpan.objects.count(), RegisteredOrganization.objects.count()) == (0, 0)


def test_incomplete_rows_wait_and_say_what_is_missing(staff: Actor, at: datetime) -> None:
    bad = entry_fields(uscc=credit_code(2), working_mode="", certificate_number="")
    planned = plan([bad], verified=True, today=TODAY)

    assert planned[0].missing == ["工作方式", "登记证书号（登记库中没有该信用代码）"]
    bulk_intake(entries=[bad], by=staff, at=at, verified=True)
    assert SocialOrganization.objects.get().state == "to_verify"


def test_a_later_wish_puts_waiting_rows_on_the_ledger(staff: Actor, at: datetime) -> None:
    bulk_intake(entries=rows(1), by=staff, at=at)

    taken = bulk_intake(entries=rows(1), by=staff, at=at, verified=True)

    assert outcomes(taken) == ["changed"]
    assert (SocialOrganization.objects.get().state, LedgerSpan.objects.count()) == ("active", 1)


def test_only_filled_cells_change_an_entry(active: SocialOrganization, staff: Actor, at: datetime) -> None:
    row = {
        "uscc": active.uscc,
        "name": active.name,
        "region_code": "430105",
        "alias": "启航",
        "address": "",
        "contact_phone": None,
    }

    taken = bulk_intake(entries=[row], by=staff, at=at)

    active.refresh_from_db()
    assert outcomes(taken) == ["changed"]
    assert (active.alias, active.contact_phone, active.state) == ("启航", "13812345678", "active")
    assert Change.objects.get(event="import_edit").changes == {"alias": ["", "启航"]}
    assert LedgerSpan.objects.count() == 1


def test_unregistered_groups_are_matched_by_name_and_region(staff: Actor, at: datetime) -> None:
    group = entry_fields(uscc="", org_type="草根组织", name="开福（河东）志愿队", certificate_number="")
    bulk_intake(entries=[group], by=staff, at=at)

    taken = bulk_intake(entries=[{**group, "name": "开福(河东) 志愿队", "note": "新"}], by=staff, at=at)

    assert outcomes(taken) == ["changed"]
    assert SocialOrganization.objects.get().note == "新"


def test_one_bad_row_and_nothing_is_written(staff: Actor, at: datetime) -> None:
    wrong = entry_fields(uscc="52430105MJJ571234X")

    with pytest.raises(errors.RowsInvalid) as refused:
        bulk_intake(entries=[*rows(2), wrong], by=staff, at=at)

    assert list(refused.value.rows) == [2]
    assert (SocialOrganization.objects.count(), Change.objects.count()) == (0, 0)


def test_the_same_organization_twice_in_one_sheet_is_named(staff: Actor, at: datetime) -> None:
    planned = plan([*rows(1), *rows(1)], verified=False, today=TODAY)

    assert planned[1].outcome is Outcome.BAD
    assert planned[1].problems == {"uscc": ["与第 1 行重复，同一组织只能出现一次。"]}


def test_a_closed_entry_is_not_brought_back_by_a_sheet(active: SocialOrganization, staff: Actor, at: datetime) -> None:
    ledger.close(organization=active, reason="注销", on=TODAY, by=staff, at=at)

    planned = plan([entry_fields(uscc=active.uscc)], verified=True, today=TODAY)

    assert planned[0].problems == {"uscc": ["本会台账中已有该组织（SO-00001），状态为“已注销/撤销”，请先恢复再导入。"]}


def test_statements_do_not_grow_with_rows(staff: Actor, at: datetime) -> None:
    counts = []
    for start, size in ((1, 5), (2, 60)):
        batch = [
            entry_fields(uscc=credit_code(start * 10_000 + index), name=f"社{start}-{index}") for index in range(size)
        ]
        with CaptureQueriesContext(connection) as captured:
            bulk_intake(entries=batch, by=staff, at=at, verified=True)
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_a_leader_may_not(leader: Actor, at: datetime) -> None:
    with pytest.raises(Refused):
        bulk_intake(entries=rows(1), by=leader, at=at)
    assert SocialOrganization.objects.count() == 0


def test_numbers_go_on_after_an_intake(staff: Actor, at: datetime) -> None:
    bulk_intake(entries=rows(2), by=staff, at=at)

    assert entries.create(fields=entry_fields(), by=staff, at=at).number == "SO-00003"
