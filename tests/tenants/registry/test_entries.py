"""Creating, editing and registering entries. Source: SM-02; DOMAIN T1; B05, B06."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.directory.models import RegisteredOrganization
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Conflict, Invalid, NotFound, Refused
from commons.people.enums import Role
from commons.tenancy import door
from tenants.history.models import Change
from tenants.registry import errors
from tenants.registry.actions import entries
from tenants.registry.models import LedgerSpan, OrgYearFact, SocialOrganization
from tests.factories.organizations import credit_code
from tests.tenants.registry.conftest import entry_fields


def test_a_draft_keeps_what_was_told_and_counts_nowhere(staff: Actor, at: datetime) -> None:
    fields = entry_fields(uscc=credit_code(7).lower(), org_type="社会团体", contact_phone="138 1234 5678", is_hub="是")

    row = entries.create(fields=fields, by=staff, at=at)

    row.refresh_from_db()
    assert (row.number, row.state, row.version) == ("SO-00001", "draft", 1)
    assert (row.uscc, row.org_type, row.registration_status) == (credit_code(7), "social_group", "registered")
    assert row.rights_domains == ["employment", "skills_training"]
    assert (row.contact_phone, row.is_hub, row.created_by_id) == ("13812345678", True, staff.user_id)
    assert list(OrgYearFact.objects.values_list("year", "staff")) == [(2026, 12)]
    assert (LedgerSpan.objects.count(), RegisteredOrganization.objects.count()) == (0, 0)
    assert list(Change.objects.values_list("event", "to_state", "by_name")) == [("create", "draft", "张三")]
    assert list(AuditEvent.objects.values_list("event", "union_code")) == [("registry.organization.create", "430105")]


def test_the_phone_is_sealed_in_the_database(draft: SocialOrganization) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone FROM registry_socialorganization")
        assert "138" not in cursor.fetchone()[0]


def test_serial_numbers_go_on_from_the_last(staff: Actor, at: datetime, draft: SocialOrganization) -> None:
    row = entries.create(fields=entry_fields(), by=staff, at=at)

    assert row.number == "SO-00002"


def test_a_code_already_on_the_ledger_is_refused_naming_the_entry(
    staff: Actor, at: datetime, draft: SocialOrganization
) -> None:
    with pytest.raises(errors.DuplicateCreditCode) as refused:
        entries.create(fields=entry_fields(uscc=draft.uscc, name="另一个名称"), by=staff, at=at)

    assert refused.value.message == (
        f"统一社会信用代码{draft.uscc}已在本会台账中：SO-00001 长沙市启航职工服务中心（草稿）。请直接打开该条目维护，不要重复登记。"
    )
    assert refused.value.path == ("uscc",)
    assert SocialOrganization.objects.count() == 1


def test_the_same_organization_stands_on_two_ledgers(
    draft: SocialOrganization, country: dict[str, TradeUnion], actor_of: Callable[..., Actor], at: datetime
) -> None:
    neighbour = actor_of("430111", Role.UNION_STAFF)
    with door.inside(country["430111"]):
        row = entries.create(fields=entry_fields(uscc=draft.uscc), by=neighbour, at=at)
        assert (row.number, SocialOrganization.objects.count()) == ("SO-00001", 1)


def test_an_unknown_region_is_named(staff: Actor, at: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        entries.create(fields=entry_fields(region_code="999999"), by=staff, at=at)

    assert refused.value.problems == {"region_code": ["行政区划代码999999不存在，请核对。"]}
    assert SocialOrganization.objects.count() == 0


def test_edit_changes_only_what_was_given_and_keeps_history(
    draft: SocialOrganization, staff: Actor, at: datetime
) -> None:
    row = entries.edit(
        organization=draft, fields={"alias": "启航", "contact_phone": "13900001111"}, version=1, by=staff, at=at
    )

    row.refresh_from_db()
    assert (row.alias, row.contact_phone, row.name, row.version) == ("启航", "13900001111", "长沙市启航职工服务中心", 2)
    last = Change.objects.get(event="edit")
    assert last.changes == {"alias": ["", "启航"], "contact_phone": ["138****5678", "139****1111"]}


def test_edit_without_a_difference_writes_nothing(draft: SocialOrganization, staff: Actor, at: datetime) -> None:
    row = entries.edit(organization=draft, fields={"name": draft.name, "staff": 12}, version=1, by=staff, at=at)

    assert row.version == 1
    assert not Change.objects.filter(event="edit").exists()


def test_a_stale_version_is_a_conflict(draft: SocialOrganization, staff: Actor, at: datetime) -> None:
    entries.edit(organization=draft, fields={"alias": "一"}, version=1, by=staff, at=at)

    with pytest.raises(Conflict):
        entries.edit(organization=draft, fields={"alias": "二"}, version=1, by=staff, at=at)

    draft.refresh_from_db()
    assert draft.alias == "一"


def test_an_entry_on_the_ledger_stays_complete_and_keeps_its_code(
    active: SocialOrganization, staff: Actor, at: datetime
) -> None:
    with pytest.raises(Invalid) as refused:
        entries.edit(organization=active, fields={"working_mode": " "}, version=active.version, by=staff, at=at)
    assert refused.value.problems == {"working_mode": ["请填写工作方式。"]}

    with pytest.raises(errors.CreditCodeFixed):
        entries.edit(organization=active, fields={"uscc": credit_code()}, version=active.version, by=staff, at=at)


def test_editing_an_entry_on_the_ledger_tells_the_directory_only_public_facts(
    active: SocialOrganization, staff: Actor, at: datetime
) -> None:
    entries.edit(
        organization=active,
        fields={"address": "芙蓉中路1号", "note": "内部意见"},
        version=active.version,
        by=staff,
        at=at,
    )

    public = RegisteredOrganization.objects.get()
    assert (public.uscc, public.address) == (active.uscc, "芙蓉中路1号")
    assert "内部意见" not in str({field.name: getattr(public, field.name) for field in public._meta.fields})


def test_an_unregistered_group_obtains_a_code_and_keeps_its_history(staff: Actor, at: datetime) -> None:
    group = entries.create(fields=entry_fields(uscc="", org_type="草根组织"), by=staff, at=at)
    assert (group.uscc, group.registration_status) == ("", "unregistered")

    row = entries.register(organization=group, uscc=credit_code(9), org_type="social_group", by=staff, at=at)

    row.refresh_from_db()
    assert (row.uscc, row.org_type, row.registration_status, row.serial) == (
        credit_code(9),
        "social_group",
        "registered",
        group.serial,
    )
    assert list(Change.objects.filter(object_id=row.pk).order_by("id").values_list("event", flat=True)) == [
        "create",
        "register",
    ]
    with pytest.raises(errors.AlreadyRegistered):
        entries.register(organization=row, uscc=credit_code(10), org_type="social_group", by=staff, at=at)


def test_registering_needs_a_form_that_fits_the_code(staff: Actor, at: datetime) -> None:
    group = entries.create(fields=entry_fields(uscc="", org_type="unregistered"), by=staff, at=at)

    with pytest.raises(Invalid) as refused:
        entries.register(organization=group, uscc=credit_code(9), org_type="foundation", by=staff, at=at)

    assert refused.value.problems == {"org_type": ["信用代码前两位“51”表示社会团体，与所选类型“基金会”不符。"]}


@pytest.mark.parametrize("role", [Role.LEADER, Role.REVIEWER, Role.ORG_USER, Role.SUPERVISOR, Role.NATIONAL_ADMIN])
def test_roles_that_do_not_write_are_refused_and_write_nothing(
    role: Role, kaifu: TradeUnion, actor_of: Callable[..., Actor], at: datetime
) -> None:
    with pytest.raises(Refused):
        entries.create(fields=entry_fields(), by=actor_of("430105", role), at=at)

    assert (SocialOrganization.objects.count(), Change.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)


def test_an_actor_of_one_union_in_the_schema_of_another_is_a_bug(
    country: dict[str, TradeUnion], actor_of: Callable[..., Actor], at: datetime
) -> None:
    neighbour = actor_of("430111", Role.UNION_ADMIN)
    with door.inside(country["430105"]), pytest.raises(RuntimeError):
        entries.create(fields=entry_fields(), by=neighbour, at=at)


def test_a_neighbours_entry_is_not_there(
    draft: SocialOrganization, country: dict[str, TradeUnion], actor_of: Callable[..., Actor], at: datetime
) -> None:
    neighbour = actor_of("430111", Role.UNION_ADMIN)
    with door.inside(country["430111"]), pytest.raises(NotFound):
        entries.edit(organization=draft, fields={"alias": "越界"}, version=1, by=neighbour, at=at)

    draft.refresh_from_db()
    assert draft.alias == ""


def test_a_day_in_the_future_is_no_day_of_registration(staff: Actor, at: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        entries.create(fields=entry_fields(registered_on=date(2026, 11, 21)), by=staff, at=at)

    assert refused.value.problems == {"registered_on": ["成立登记日期不能晚于今天。"]}
