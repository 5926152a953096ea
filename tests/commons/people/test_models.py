"""What the database itself refuses, and what a session row keeps. Source: DOMAIN S3; STYLE: the database is the last witness."""

from datetime import date, datetime
from importlib import import_module

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.people.models import RoleAssignment, Session, User
from commons.people.sessions import SessionStore, stored_key
from tests.factories import people

Country = dict[str, TradeUnion]


def _refused(**fields: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(**fields)


def test_no_account_stands_outside_the_rules(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("root", name="超级", is_superuser=True)


def test_names_are_kept_in_lower_case_and_once(db: None) -> None:
    assert User.objects.create_user(" Zhang.San ", name="张三").username == "zhang.san"
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ZHANG.SAN", name="张三")


def test_a_role_is_open_once_and_ends_after_it_begins(country: Country, at: datetime) -> None:
    holder, union = people.user(), country["430105"]
    fields = {"user": holder, "union": union, "role": Role.LEADER, "from_on": date(2026, 1, 1), "granted_at": at}
    RoleAssignment.objects.create(**fields)
    _refused(**fields)
    _refused(**{**fields, "until_on": date(2025, 12, 31)})
    _refused(**{**fields, "user": people.user(), "role": "emperor"})
    RoleAssignment.objects.create(**{**fields, "role": Role.REVIEWER, "until_on": date(2026, 2, 1)})
    RoleAssignment.objects.create(**{**fields, "role": Role.REVIEWER, "from_on": date(2026, 2, 1)})


def test_a_role_ends_on_the_day_it_names(country: Country, at: datetime) -> None:
    holder = people.user()
    RoleAssignment.objects.create(
        user=holder,
        union=country["430105"],
        role=Role.LEADER,
        from_on=date(2026, 1, 10),
        until_on=date(2026, 2, 1),
        granted_at=at,
    )
    held = RoleAssignment.objects.filter(user=holder)
    days = {day: held.valid_on(date(2026, *day)).exists() for day in ((1, 9), (1, 10), (1, 31), (2, 1))}
    assert days == {(1, 9): False, (1, 10): True, (1, 31): True, (2, 1): False}


def test_phone_numbers_are_sealed(db: None) -> None:
    holder = people.user(phone="13812345678")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM people_user WHERE id = %s", [holder.pk])
        stored = cursor.fetchone()[0]
    assert "13812345678" not in stored
    assert User.objects.get(pk=holder.pk).phone == "13812345678"


def test_saving_a_session_does_not_undo_when_it_was_last_seen(db: None, at: datetime) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    first = store()
    first["about"] = {"handle": "01890000-0000-7000-8000-000000000001", "signed_in_at": at.isoformat()}
    first.save()
    second = store(first.session_key)
    second["chosen"] = "430105"
    second.mark_seen(at.replace(hour=3))
    second.save()
    row = Session.objects.get(session_key=stored_key(first.session_key))
    assert (row.seen_at, row.signed_in_at) == (at.replace(hour=3), at)
    assert str(row.handle) == "01890000-0000-7000-8000-000000000001"


def test_the_table_does_not_hold_the_key_of_a_cookie(db: None) -> None:
    """Whoever reads the database takes nobody's session."""
    store = SessionStore()
    store["about"] = {}
    store.save()
    assert store.session_key
    assert Session.objects.values_list("session_key", flat=True).get() == stored_key(store.session_key)
    assert stored_key(store.session_key) != store.session_key
    assert SessionStore(store.session_key).load() == {"about": {}}
    assert SessionStore(stored_key(store.session_key)).load() == {}
    assert store.exists(store.session_key)
    store.delete()
    assert Session.objects.count() == 0
