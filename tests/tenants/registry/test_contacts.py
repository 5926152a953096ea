"""The contact log, who reads a confidential one, the plan. Source: DOMAIN N01; V13."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Invalid, NotFound, Refused
from commons.people.enums import Role
from commons.tenancy import door
from tenants.history.models import Change
from tenants.registry import errors, selectors
from tenants.registry.actions import contacts
from tenants.registry.models import ContactLog, ContactLogGrant, ContactPlan, SocialOrganization
from tenants.registry.selectors.due import due_contacts
from tests.factories import organizations as factory

DAY = date(2026, 11, 18)


@pytest.fixture
def colleague(kaifu: TradeUnion, actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("430105", Role.UNION_STAFF)


@pytest.fixture
def secret(draft: SocialOrganization, staff: Actor, at: datetime) -> ContactLog:
    return contacts.log(
        organization=draft,
        contacted_on=DAY,
        kind="visit",
        topics="涉及敏感诉求",
        classification="confidential",
        by=staff,
        at=at,
    )


def test_a_contact_is_logged_with_its_history(draft: SocialOrganization, staff: Actor, at: datetime) -> None:
    entry = contacts.log(
        organization=draft,
        contacted_on=DAY,
        kind="phone",
        topics=" 了解经费情况 ",
        participants="王五",
        next_on=date(2026, 12, 1),
        by=staff,
        at=at,
    )

    entry.refresh_from_db()
    assert (entry.kind, entry.topics, entry.participants, entry.created_by_name) == (
        "phone",
        "了解经费情况",
        "王五",
        "张三",
    )
    assert list(Change.objects.filter(object_id=entry.pk).values_list("object_kind", "event")) == [
        ("registry.contactlog", "log")
    ]
    assert not Change.objects.filter(object_id=draft.pk, event="log").exists()


def test_what_a_contact_asks_for(draft: SocialOrganization, staff: Actor, at: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        contacts.log(
            organization=draft,
            contacted_on=date(2026, 11, 21),
            kind="carrier_pigeon",
            topics="",
            next_on=date(2026, 1, 1),
            by=staff,
            at=at,
        )

    assert refused.value.problems == {
        "topics": ["请填写联系内容。"],
        "contacted_on": ["联系日期不能晚于今天。"],
        "next_on": ["下次联系日期不能早于联系日期。"],
        "kind": ["请选择联系方式。"],
    }


def test_a_confidential_log_is_nowhere_for_others(
    secret: ContactLog, staff: Actor, colleague: Actor, admin: Actor, leader: Actor
) -> None:
    assert list(selectors.contact_logs(staff)) == [secret]
    for other in (colleague, admin, leader):
        assert list(selectors.contact_logs(other)) == []
        with pytest.raises(NotFound):
            selectors.contact_log(other, secret.pk)


def test_the_administrator_names_officers_and_does_not_read(
    secret: ContactLog, colleague: Actor, admin: Actor, at: datetime
) -> None:
    assert colleague.user is not None
    contacts.name_officers(contact_log=secret, officers=[colleague.user], by=admin, at=at)

    assert list(selectors.contact_logs(colleague)) == [secret]
    assert list(selectors.contact_logs(admin)) == []
    assert [(row.by_name, row.officers) for row in selectors.sealed_logs(admin)] == [("张三", "张三")]
    assert selectors.sealed_logs(colleague) == []

    contacts.name_officers(contact_log=secret, officers=[], by=admin, at=at)
    assert list(selectors.contact_logs(colleague)) == []


def test_a_grant_ends_with_its_log_and_opens_nothing_next_door(
    secret: ContactLog,
    colleague: Actor,
    staff: Actor,
    at: datetime,
    country: dict[str, TradeUnion],
    actor_of: Callable[..., Actor],
) -> None:
    assert colleague.user is not None
    contacts.name_officers(contact_log=secret, officers=[colleague.user], by=staff, at=at)
    both = actor_of("430111", Role.UNION_STAFF, holder=colleague.user)
    with door.inside(country["430111"]):
        organization = factory.organization()
        twin = ContactLog.objects.create(
            pk=secret.pk,
            organization=organization,
            contacted_on=DAY,
            kind="visit",
            topics="邻会",
            classification="confidential",
            created_at=at,
            updated_at=at,
            created_by_name="李四",
        )
        assert list(selectors.contact_logs(both)) == []
        with pytest.raises(NotFound):
            selectors.contact_log(both, twin.pk)

    assert ContactLogGrant.objects.count() == 1
    secret.delete()
    assert ContactLogGrant.objects.count() == 0


def test_an_officer_must_read_contact_logs_in_this_union(
    secret: ContactLog, staff: Actor, at: datetime, actor_of: Callable[..., Actor]
) -> None:
    outsider = actor_of("430111", Role.UNION_STAFF)
    assert outsider.user is not None

    with pytest.raises(errors.OfficerRefused):
        contacts.name_officers(contact_log=secret, officers=[outsider.user], by=staff, at=at)
    assert ContactLogGrant.objects.count() == 0


def test_a_role_that_ended_takes_the_named_officers_sight(
    secret: ContactLog, colleague: Actor, staff: Actor, at: datetime
) -> None:
    assert colleague.user is not None
    contacts.name_officers(contact_log=secret, officers=[colleague.user], by=staff, at=at)

    without_role = Actor(union=colleague.union, user=colleague.user)
    assert list(selectors.contact_logs(without_role)) == []


def test_a_colleague_may_not_name(secret: ContactLog, colleague: Actor, at: datetime) -> None:
    with pytest.raises(Refused):
        contacts.name_officers(contact_log=secret, officers=[], by=colleague, at=at)


def test_the_author_corrects_within_seven_days(
    draft: SocialOrganization, staff: Actor, colleague: Actor, at: datetime
) -> None:
    entry = contacts.log(organization=draft, contacted_on=DAY, kind="visit", topics="原文", by=staff, at=at)
    same = {"contact_log": entry, "contacted_on": DAY, "kind": "visit"}

    contacts.edit(**same, topics="更正", by=staff, at=at + timedelta(days=6, hours=23))
    assert Change.objects.get(event="edit").changes == {"topics": ["原文", "更正"]}
    with pytest.raises(errors.ContactSealed):
        contacts.edit(**same, topics="太迟", by=staff, at=at + timedelta(days=7))
    with pytest.raises(errors.NotTheAuthor):
        contacts.edit(**same, topics="他人", by=colleague, at=at)
    entry.refresh_from_db()
    assert entry.topics == "更正"


def test_the_history_of_a_confidential_log_tells_no_content(secret: ContactLog, staff: Actor, at: datetime) -> None:
    contacts.edit(
        contact_log=secret,
        contacted_on=DAY,
        kind="visit",
        topics="另一内容",
        classification="confidential",
        by=staff,
        at=at,
    )

    assert Change.objects.get(event="edit").changes == {"topics": ["（保密）", "（保密）"]}


def test_a_grant_costs_no_query_per_row(
    draft: SocialOrganization, staff: Actor, colleague: Actor, at: datetime
) -> None:
    assert colleague.user is not None

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert selectors.contact_rows(selectors.contact_logs(colleague))
        return len(captured)

    def add(count: int) -> None:
        for _ in range(count):
            contacts.log(
                organization=draft,
                contacted_on=DAY,
                kind="visit",
                topics="保密",
                classification="confidential",
                officers=[colleague.user],
                by=staff,
                at=at,
            )

    add(1)
    queries()
    one = queries()
    add(7)
    assert (one, queries()) == (1, 1)


def test_the_plan_in_force_ends_when_the_next_begins(draft: SocialOrganization, staff: Actor, at: datetime) -> None:
    assert staff.user is not None
    contacts.plan(organization=draft, officer=staff.user, frequency="yearly", from_on=date(2026, 1, 1), by=staff, at=at)
    contacts.plan(
        organization=draft, officer=staff.user, frequency="monthly", from_on=date(2026, 11, 1), by=staff, at=at
    )

    assert list(ContactPlan.objects.order_by("from_on").values_list("frequency", "from_on", "until_on")) == [
        ("yearly", date(2026, 1, 1), date(2026, 11, 1)),
        ("monthly", date(2026, 11, 1), None),
    ]


def test_what_is_due_by_the_plan(draft: SocialOrganization, staff: Actor, at: datetime) -> None:
    assert staff.user is not None
    contacts.plan(
        organization=draft, officer=staff.user, frequency="quarterly", from_on=date(2026, 1, 31), by=staff, at=at
    )
    contacts.log(
        organization=draft,
        contacted_on=date(2026, 8, 10),
        kind="visit",
        topics="保密",
        classification="confidential",
        by=staff,
        at=at,
    )

    assert due_contacts(staff, date(2026, 11, 9)) == []
    assert [(one.due_on, one.days_late, one.officer_name) for one in due_contacts(staff, date(2026, 11, 20))] == [
        (date(2026, 11, 10), 10, "张三")
    ]
