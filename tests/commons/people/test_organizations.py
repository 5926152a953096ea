"""Who speaks for an organization, and which unions deal with it. Source: DOMAIN S3, §3.12, Q12."""

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.people import organizations
from commons.people.enums import AccountKind, LinkState
from commons.people.models import OrgAccountLink, OrgPresence
from tests.factories import people

Country = dict[str, TradeUnion]
USCC = "51430100MJ0000001X"
OTHER = "51430100MJ0000002T"


def test_one_open_link_for_an_organization_and_one_verified_organization(country: Country, at: datetime) -> None:
    holder = people.user(kind=AccountKind.SOCIAL_ORG)
    people.link(holder, country["430105"], USCC)
    with pytest.raises(IntegrityError), transaction.atomic():
        people.link(holder, country["430105"], USCC, state=LinkState.CLAIMED)
    with pytest.raises(IntegrityError), transaction.atomic():
        people.link(holder, country["430105"], OTHER)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrgAccountLink.objects.create(
            user=holder, uscc=OTHER, organization_name="乙", state=LinkState.REFUSED, claimed_at=at
        )
    people.link(holder, country["430105"], OTHER, state=LinkState.REFUSED)
    people.link(holder, country["430105"], OTHER, state=LinkState.CLAIMED)
    assert organizations.spoken_for(holder) == USCC


@pytest.mark.parametrize("state", [state for state in LinkState if state is not LinkState.VERIFIED])
def test_only_a_verified_link_speaks(country: Country, state: LinkState) -> None:
    holder = people.user(kind=AccountKind.SOCIAL_ORG)
    people.link(holder, country["430105"], USCC, state=state)
    assert (organizations.spoken_for(holder), organizations.speakers(USCC)) == ("", [])


def test_speakers_are_the_accounts_that_can_sign_in(country: Country) -> None:
    first, second, gone = (people.user(kind=AccountKind.SOCIAL_ORG) for _ in range(3))
    for holder in (first, second, gone):
        people.link(holder, country["430105"], USCC)
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    assert organizations.speakers(USCC) == sorted([first.pk, second.pk])
    assert organizations.speakers(OTHER) == []


def test_presence_is_noted_once_and_tells_no_name(country: Country, at: datetime) -> None:
    organizations.present(USCC, country["430111"], at)
    organizations.present(USCC, country["430111"], at)
    organizations.all_present([USCC, OTHER, ""], country["430105"], at)
    assert OrgPresence.objects.count() == 3
    assert [one.code for one in organizations.unions_dealing_with(USCC)] == ["430105", "430111"]
    assert [one.code for one in organizations.unions_dealing_with(OTHER)] == ["430105"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_orgpresence::text FROM people_orgpresence")
        assert not [row for (row,) in cursor.fetchall() if USCC in row or USCC.encode().hex() in row]


def test_a_union_that_is_not_active_is_not_asked(country: Country, at: datetime) -> None:
    organizations.present(USCC, country["430111"], at)
    TradeUnion.objects.filter(code="430111").update(state=UnionState.SUSPENDED)
    assert not organizations.unions_dealing_with(USCC).exists()
