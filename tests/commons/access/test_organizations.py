"""Accounts of organizations act in every union, for their organization and no more. Source: DOMAIN §4.1, S3, V14."""

from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from commons.access import actors
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.access.roles import ROLES
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.people import organizations
from commons.people.enums import AccountKind, LinkState, Role
from commons.people.models import OrgAccountLink, User
from tests.factories import people

Country = dict[str, TradeUnion]
USCC = "51430100MJ0000001X"


def test_an_organization_acts_in_every_active_union(country: Country) -> None:
    holder = people.organization("430105", USCC).user
    for union in country.values():
        actor = actors.acting(holder, union)
        if union.state != UnionState.ACTIVE:
            assert actor is None
            continue
        assert actor is not None
        assert (actor.organization, actor.roles) == (USCC, {Role.ORG_USER})
        assert actor.permissions == ROLES[Role.ORG_USER].permissions
        assert not may(actor, Permission.LEDGER_VIEW)


@pytest.mark.parametrize("state", [state for state in LinkState if state is not LinkState.VERIFIED])
def test_without_a_verified_link_it_acts_nowhere(country: Country, state: LinkState) -> None:
    holder = people.user(kind=AccountKind.SOCIAL_ORG)
    people.link(holder, country["430105"], USCC, state=state)
    assert actors.acting(holder, country["430105"]) is None
    assert actors.unions_of(holder) == []


def test_a_revoked_link_is_gone_with_the_next_question(country: Country, at: datetime) -> None:
    holder = people.organization("430105", USCC).user
    organizations.present(USCC, country["430111"], at)
    assert [one.code for one in actors.unions_of(holder)] == ["430111"]
    OrgAccountLink.objects.update(state=LinkState.REVOKED)
    holder = User.objects.get(pk=holder.pk)
    assert actors.acting(holder, country["430105"]) is None
    assert actors.unions_of(holder) == []


def test_its_unions_are_those_that_deal_with_it_and_those_that_gave_it_a_role(country: Country, at: datetime) -> None:
    holder = people.organization("430105", USCC).user
    organizations.present("51430100MJ0000002T", country["430100"], at)
    organizations.present(USCC, country["430111"], at)
    people.assign(holder, country["430105"], Role.ORG_USER)
    assert [one.code for one in actors.unions_of(holder)] == ["430105", "430111"]


@pytest.mark.parametrize("role", [Role.UNION_STAFF, Role.REVIEWER, Role.NATIONAL_ADMIN])
def test_whoever_holds_another_role_acts_in_it_and_not_for_the_organization(country: Country, role: Role) -> None:
    holder = people.organization("430105", USCC).user
    people.assign(holder, country["430105"], role)
    there, elsewhere = actors.acting(holder, country["430105"]), actors.acting(holder, country["430111"])
    assert there is not None
    assert elsewhere is not None
    assert (there.organization, there.roles, there.permissions) == ("", {role}, ROLES[role].permissions)
    assert (elsewhere.organization, elsewhere.roles) == (USCC, {Role.ORG_USER})


def test_a_flag_adds_nothing_to_an_organization(country: Country) -> None:
    holder = people.organization("430105", USCC).user
    people.assign(holder, country["430105"], Role.AUDITOR)
    actor = actors.acting(holder, country["430105"])
    assert actor is not None
    assert not may(actor, Permission.AUDIT_VIEW)


def test_a_role_alone_speaks_for_no_organization(country: Country) -> None:
    actor = people.actor("430105", Role.ORG_USER)
    assert actor.organization == ""
    assert actors.acting(actor.user, country["430111"]) is None


def test_staff_cost_no_question_more(country: Country, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    staff = people.actor("430105", Role.UNION_STAFF)
    with django_assert_num_queries(1):
        actors.acting(staff.user, country["430105"])
    with django_assert_num_queries(1):
        actors.unions_of(staff.user)
