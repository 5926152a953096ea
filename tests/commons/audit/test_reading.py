"""That personal data was read is written down: once for an account, an object and a day. Source: 个人信息保护法 第五十一条."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commons.access.actors import Actor, system
from commons.audit.models import AuditEvent
from commons.audit.reading import read_personal
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.registry.models import OrgPerson, SocialOrganization
from tests.api.conftest import ask
from tests.factories import organizations

pytestmark = pytest.mark.django_db
Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
ClientOf = Callable[..., Client]


def entry_of(country: Country, code: str = "430105", **fields: Any) -> SocialOrganization:
    with door.inside(country[code]):
        return organizations.organization(name="启航中心", contact_phone="13800001234", **fields)


def told() -> list[tuple[str, str, dict[str, Any]]]:
    rows = AuditEvent.objects.filter(event="personal.read").order_by("at", "id")
    return [(one.by_name, one.object_id, one.data) for one in rows]


def test_once_for_an_account_an_object_and_a_day(country: Country, actor_of: ActorOf) -> None:
    one, other = actor_of("430105", Role.UNION_STAFF), actor_of("430105", Role.UNION_ADMIN)
    row = entry_of(country)
    # 23:59 in Beijing, and the day after.
    late = datetime(2026, 11, 20, 15, 59, tzinfo=UTC)
    for actor, at in ((one, late), (one, late), (other, late), (one, late + timedelta(minutes=1))):
        # What one process remembers, another does not.
        cache.clear()
        read_personal(actor, row, ["contact_phone"], at)
    events = AuditEvent.objects.filter(event="personal.read")
    assert sorted((event.user_id, event.at) for event in events) == sorted(
        [(one.user_id, late), (other.user_id, late), (one.user_id, late + timedelta(minutes=1))]
    )
    assert {(event.union_code, event.object_kind, event.object_id) for event in events} == {
        ("430105", "registry.socialorganization", str(row.pk))
    }
    assert all(event.data == {"fields": ["contact_phone"]} for event in events)


def test_the_platform_itself_is_not_told_of(country: Country, at: datetime) -> None:
    read_personal(system("测试", country["430105"]), entry_of(country), ["contact_phone"], at)
    assert told() == []


def test_remembering_costs_nothing(
    country: Country, actor_of: ActorOf, at: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    actor, row = actor_of("430105", Role.UNION_STAFF), entry_of(country)
    with django_capture_on_commit_callbacks(execute=True), CaptureQueriesContext(connection) as first:
        read_personal(actor, row, ["contact_phone"], at)
    with CaptureQueriesContext(connection) as again:
        read_personal(actor, row, ["contact_phone"], at)
    assert (sum("INSERT" in one["sql"] for one in first), len(again)) == (1, 0)


@pytest.mark.parametrize(("role", "clear"), [(Role.UNION_STAFF, True), (Role.LEADER, False)])
def test_the_page_of_an_entry_tells_of_those_who_saw_numbers_in_clear(
    country: Country, client_of: ClientOf, role: Role, clear: bool
) -> None:
    client, row = client_of("430105", role), entry_of(country)
    entry_of(country, "430111")
    with door.inside(country["430105"]):
        OrgPerson.objects.create(organization=row, name="王秀英", role="head", phone="13900005678")
    for _ in range(3):
        page = client.get(f"/u/430105/organizations/{row.pk}").content.decode()
    assert ("13800001234" in page) is clear
    name = client.actor.name  # type: ignore[attr-defined]
    assert told() == ([(name, str(row.pk), {"fields": ["contact_phone", "persons.phone"]})] if clear else [])


def test_an_entry_without_numbers_tells_of_nothing(country: Country, client_of: ClientOf) -> None:
    with door.inside(country["430105"]):
        row = organizations.organization(name="无电话", contact_phone="")
    client_of("430105", Role.UNION_STAFF).get(f"/u/430105/organizations/{row.pk}")
    assert told() == []


def test_the_form_shows_it_too(country: Country, client_of: ClientOf) -> None:
    row = entry_of(country)
    client_of("430105", Role.UNION_STAFF).get(f"/u/430105/organizations/{row.pk}/edit")
    assert [(key, data) for _, key, data in told()] == [(str(row.pk), {"fields": ["contact_phone"]})]


def test_a_page_of_the_api_is_told_of_in_one_statement(country: Country, client_of: ClientOf) -> None:
    rows = [entry_of(country) for _ in range(5)]
    client = client_of("430105", Role.UNION_STAFF)
    with CaptureQueriesContext(connection) as asked:
        ask(client, "{ organizations(first: 20) { edges { node { name contactPhone } } } }")
    assert sum('INSERT INTO "audit_auditevent"' in one["sql"] for one in asked) == 1
    assert sorted(key for _, key, _ in told()) == sorted(str(row.pk) for row in rows)
    leader = client_of("430105", Role.LEADER)
    ask(leader, "{ organizations(first: 20) { edges { node { contactPhone } } } }")
    ask(client, "{ organizations(first: 20) { edges { node { name } } } }")
    assert len(told()) == 5


def test_the_log_is_filtered_for_all_of_its_kind(country: Country, client_of: ClientOf) -> None:
    row = entry_of(country)
    staff, admin = client_of("430105", Role.UNION_STAFF), client_of("430105", Role.UNION_ADMIN)
    staff.get(f"/u/430105/organizations/{row.pk}")
    assert staff.get("/u/430105/lists/organizations/export.xlsx?columns=all").status_code == 200
    page = admin.get("/u/430105/audit?event=personal")
    entries = page.context["page"].entries
    assert [entry.code for entry in entries] == ["tables.export", "personal.read"]
    assert "contact_phone" in entries[0].data
    assert "查看个人信息" in page.content.decode()
    assert "个人信息查看和导出" in page.content.decode()
