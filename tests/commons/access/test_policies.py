"""What each kind of actor may: tables. Source: DOMAIN §4.2, §4.3; security H1, H2, H3."""

import pytest

from commons.access import actors
from commons.access.actors import Actor
from commons.access.decisions import Rule
from commons.access.permissions import Permission as P
from commons.access.policies import may, may_see_numbers, unions_with_visible_numbers
from commons.access.roles import ROLES, assignable_by, permissions_of
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import Refused
from commons.people.enums import Role
from tests.factories import people

Country = dict[str, TradeUnion]

RECORDS = {
    P.LEDGER_VIEW, P.LEDGER_EDIT, P.LEDGER_APPROVE, P.LEDGER_IMPORT, P.LEDGER_EXPORT, P.PERSONAL_VIEW, P.CONTACT_VIEW,
    P.CONTACT_EDIT, P.CONFIDENTIAL_NAME,
}  # fmt: skip
WRITING = {P.LEDGER_EDIT, P.LEDGER_APPROVE, P.LEDGER_IMPORT, P.CONTACT_EDIT, P.PEOPLE_MANAGE, P.UNION_PROFILE}

# role: (reads the ledger, writes it, approves, sees personal data, sees numbers, manages people, reads the audit log)
MATRIX = {
    Role.NATIONAL_ADMIN: (0, 0, 0, 0, 1, 1, 1),
    Role.UNION_ADMIN: (1, 1, 1, 1, 1, 1, 1),
    Role.UNION_STAFF: (1, 1, 0, 1, 1, 0, 0),
    Role.LEADER: (1, 0, 0, 0, 1, 0, 0),
    Role.REVIEWER: (0, 0, 0, 0, 0, 0, 0),
    Role.ORG_USER: (0, 0, 0, 0, 0, 0, 0),
    Role.SUPERVISOR: (0, 0, 0, 0, 0, 0, 0),
}
ASKED = (P.LEDGER_VIEW, P.LEDGER_EDIT, P.LEDGER_APPROVE, P.PERSONAL_VIEW, P.NUMBERS_VIEW, P.PEOPLE_MANAGE, P.AUDIT_VIEW)


@pytest.mark.parametrize("role", list(MATRIX))
def test_roles_and_what_they_may(country: Country, role: Role) -> None:
    actor = people.actor("430105", role)
    assert tuple(int(bool(may(actor, permission))) for permission in ASKED) == MATRIX[role]


def test_a_national_admin_reads_no_record_and_is_told_why(country: Country) -> None:
    """V11."""
    admin = people.actor("000000", Role.NATIONAL_ADMIN)
    assert not RECORDS & admin.permissions
    for permission in RECORDS:
        assert may(admin, permission).rule is Rule.V11
        with pytest.raises(Refused) as refused:
            may(admin, permission).require()
        assert refused.value.params["rule"] == "V11"


def test_leaders_and_auditors_write_nothing() -> None:
    assert not WRITING & permissions_of(frozenset({Role.LEADER, Role.AUDITOR, Role.SECRETARIAT}))


def test_every_role_is_declared_and_every_permission_is_somebodys() -> None:
    assert set(ROLES) == set(Role)
    assert permissions_of(frozenset(Role)) == set(P)
    assert all(grant.description.endswith("。") for grant in ROLES.values())


def test_nobody_but_administrators_hands_out_roles() -> None:
    giving = {role for role in Role if assignable_by(frozenset({role}))}
    assert giving == {Role.NATIONAL_ADMIN, Role.UNION_ADMIN}
    assert Role.NATIONAL_ADMIN not in assignable_by(frozenset({Role.UNION_ADMIN}))


@pytest.mark.parametrize(
    ("seer", "seen", "rule"),
    [
        ("000000", "430105", Rule.V1),
        ("430000", "430105", Rule.V1),
        ("430100", "430105", Rule.V1),
        ("430105", "430105", Rule.ROLE),
        ("430105", "430111", Rule.V7),
        ("430105", "430100", Rule.V7),
        ("430105", "000000", Rule.V7),
        ("430000", "440000", Rule.V7),
        ("440300", "430105", Rule.V7),
    ],
)
def test_numbers_are_seen_downwards_and_never_sideways_or_up(
    country: Country, seer: str, seen: str, rule: Rule
) -> None:
    """V1, V7: and the list answers as the single question does."""
    leader = people.actor(seer, Role.LEADER)
    decision = may_see_numbers(leader, country[seen])
    assert decision.rule is rule
    assert bool(decision) == (rule in {Rule.V1, Rule.ROLE})
    assert unions_with_visible_numbers(leader).filter(code=seen).exists() == bool(decision)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ORG_USER, Role.SUPERVISOR])
def test_outsiders_see_no_numbers(country: Country, role: Role) -> None:
    outsider = people.actor("430100", role)
    assert not may_see_numbers(outsider, country["430105"])
    assert not unions_with_visible_numbers(outsider).exists()


def test_a_partner_reads_numbers_below_its_root_and_nothing_else(country: Country) -> None:
    """V10."""
    partner = Actor(union=country["430100"], partner="某省政务平台")
    assert {permission for permission in P if may(partner, permission)} == {
        P.NUMBERS_VIEW,
        P.DIRECTORY_VIEW,
        P.OPEN_DATA_EXPORT,
    }
    assert may_see_numbers(partner, country["430105"]).rule is Rule.V10
    assert not may_see_numbers(partner, country["430000"])


def test_roles_do_not_add_up_across_unions(country: Country) -> None:
    """V14, H3: an account acts with the roles of one union at a time."""
    both = people.actor("430105", Role.UNION_ADMIN)
    people.assign(both.user, country["430100"], Role.LEADER)
    above = actors.acting(both.user, country["430100"])
    assert above is not None
    assert above.roles == {Role.LEADER}
    assert not may(above, P.LEDGER_EDIT)
    assert actors.acting(both.user, country["430111"]) is None
    assert actors.acting(both.user, country["430000"]) is None


def test_flags_add_to_a_role_and_are_nothing_alone(country: Country) -> None:
    staff = people.actor("430105", Role.UNION_STAFF, Role.AUDITOR)
    assert may(staff, P.AUDIT_VIEW)
    flagged = people.user()
    people.assign(flagged, country["430105"], Role.AUDITOR, Role.FINANCE)
    assert actors.acting(flagged, country["430105"]) is None


@pytest.mark.parametrize("state", [state for state in UnionState if state is not UnionState.ACTIVE])
def test_nobody_acts_in_a_union_that_is_not_active(country: Country, state: UnionState) -> None:
    staff = people.actor("430105", Role.UNION_STAFF)
    TradeUnion.objects.filter(code="430105").update(state=state)
    assert actors.acting(staff.user, TradeUnion.objects.get(code="430105")) is None
    assert actors.unions_of(staff.user) == []
