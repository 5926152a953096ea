"""Object grants: one union, one row, one query. Source: DESIGN §3.2; V13; security H6."""

from collections.abc import Callable
from datetime import datetime

import pytest

from commons.access import grants
from commons.hierarchy.models import TradeUnion
from commons.kit.ids import uuid7
from commons.people.enums import Role
from commons.people.models import User
from commons.tenancy import door
from tenants.registry.actions import entries
from tenants.registry.models import ContactLog, ContactLogGrant
from tests.factories import people
from tests.tenants.registry.conftest import entry_fields

Country = dict[str, TradeUnion]
SAME = uuid7()


def _log(union: TradeUnion, at: datetime, **fields: object) -> ContactLog:
    staff = people.actor(union.code, Role.UNION_STAFF)
    organization = entries.create(fields=entry_fields(region_code=union.code), by=staff, at=at)
    return ContactLog.objects.create(
        organization=organization,
        contacted_on=at.date(),
        kind="visit",
        topics="走访",
        created_at=at,
        updated_at=at,
        **fields,
    )


@pytest.fixture
def officer(country: Country) -> User:
    """Somebody with a role in two sibling unions."""
    user = people.user("钱多多")
    people.assign(user, country["430105"], Role.UNION_STAFF)
    people.assign(user, country["430111"], Role.UNION_STAFF)
    return user


def test_a_grant_in_one_union_opens_nothing_in_another_even_for_the_same_id(
    country: Country, officer: User, at: datetime
) -> None:
    with door.inside(country["430111"]):
        _log(country["430111"], at, pk=SAME)
    with door.inside(country["430105"]):
        grants.name_officer(officer, _log(country["430105"], at, pk=SAME))
        assert [row.pk for row in grants.rows_named_to(officer, ContactLog)] == [SAME]
    with door.inside(country["430111"]):
        assert list(grants.rows_named_to(officer, ContactLog)) == []
        assert not ContactLogGrant.objects.exists()


def test_a_grant_ends_with_its_object_and_does_not_come_back_with_the_id(
    country: Country, officer: User, at: datetime
) -> None:
    with door.inside(country["430105"]):
        row = _log(country["430105"], at, pk=SAME)
        grants.name_officer(officer, row)
        row.delete()
        assert not ContactLogGrant.objects.exists()
        again = _log(country["430105"], at, pk=SAME)
        assert list(grants.officers(again)) == []


def test_naming_and_dismissing(country: Country, officer: User, at: datetime) -> None:
    with door.inside(country["430105"]):
        row, other = _log(country["430105"], at), _log(country["430105"], at)
        grants.name_officer(officer, row)
        grants.name_officer(officer, row)
        assert list(grants.officers(row)) == [officer]
        assert list(grants.officers(other)) == []
        grants.dismiss_officer(officer, row)
        assert list(grants.rows_named_to(officer, ContactLog)) == []


def test_the_list_is_one_query_whatever_its_length(
    country: Country, officer: User, at: datetime, django_assert_num_queries: Callable[..., object]
) -> None:
    with door.inside(country["430105"]):
        grants.name_officer(officer, _log(country["430105"], at))
        list(grants.rows_named_to(officer, ContactLog))  # content types
        for number in range(5):
            with django_assert_num_queries(1):
                assert len(list(grants.rows_named_to(officer, ContactLog))) == number + 1
            grants.name_officer(officer, _log(country["430105"], at))


def test_a_model_without_its_own_table_is_refused(country: Country, officer: User) -> None:
    """Else its grants would go to the generic table unseen."""
    with door.inside(country["430105"]), pytest.raises(TypeError):
        grants.name_officer(officer, country["430105"])
