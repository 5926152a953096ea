"""Who may hand out what to whom: tables. Source: DOMAIN §4.1, §4.2; V7, V11; security H1, H5, I8."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from commons.access import actors
from commons.access.actors import Actor
from commons.accounts import actions, authority
from commons.accounts.actions import passwords, second_factor, users
from commons.accounts.errors import (
    AccountElsewhere,
    FlagAlone,
    LastAdministrator,
    OwnAccount,
    RoleAlreadyHeld,
    RoleEnded,
)
from commons.hierarchy.models import TradeUnion
from commons.kit.errors import DomainError, NotFound, Refused
from commons.people.enums import Role
from commons.people.models import Invitation, PasswordReset, RoleAssignment, Session, User
from tests.factories import people

Country = dict[str, TradeUnion]
UNION_ROLES = frozenset(Role) - {Role.NATIONAL_ADMIN}


@pytest.mark.parametrize(
    ("held", "may_assign"),
    [
        ((Role.NATIONAL_ADMIN,), {Role.NATIONAL_ADMIN}),
        ((Role.UNION_ADMIN,), UNION_ROLES),
        ((Role.NATIONAL_ADMIN, Role.UNION_ADMIN), frozenset(Role)),
        ((Role.UNION_STAFF,), frozenset()),
        ((Role.LEADER,), frozenset()),
        ((Role.REVIEWER,), frozenset()),
        ((Role.ORG_USER,), frozenset()),
        ((Role.SUPERVISOR,), frozenset()),
        ((Role.UNION_STAFF, Role.AUDITOR, Role.FINANCE, Role.SECRETARIAT), frozenset()),
    ],
)
def test_who_may_assign_what(country: Country, held: tuple[Role, ...], may_assign: frozenset[Role]) -> None:
    assert authority.manageable(people.actor("000000", *held)) == may_assign


@pytest.mark.parametrize("role", sorted(UNION_ROLES))
def test_no_role_gives_more_than_its_giver_holds(country: Country, role: Role) -> None:
    """An administrator whose own permissions were narrowed could not pass on what is missing."""
    giver = people.actor("430105", Role.UNION_ADMIN)
    given = people.actors.permissions_of(frozenset({role}))
    poorer = Actor(union=giver.union, user=giver.user, roles=giver.roles, permissions=giver.permissions - given)
    if given:
        assert not authority.may_assign(poorer, role)


REFUSED = "—"


@pytest.mark.parametrize(
    ("by", "role", "outcome"),
    [
        (("430105", Role.UNION_ADMIN), Role.LEADER, "ok"),
        (("430105", Role.UNION_ADMIN), Role.FINANCE, "ok"),
        (("430105", Role.UNION_ADMIN), Role.NATIONAL_ADMIN, Refused),
        (("430105", Role.UNION_ADMIN), Role.UNION_STAFF, RoleAlreadyHeld),
        (("430105", Role.UNION_STAFF), Role.LEADER, Refused),
        (("430105", Role.LEADER), Role.LEADER, Refused),
        (("430111", Role.UNION_ADMIN), Role.LEADER, NotFound),
        (("430100", Role.UNION_ADMIN), Role.LEADER, NotFound),
        (("000000", Role.NATIONAL_ADMIN), Role.LEADER, NotFound),
        (("000000", Role.NATIONAL_ADMIN), Role.NATIONAL_ADMIN, NotFound),
    ],
)
def test_assigning_in_kaifu(
    country: Country, at: datetime, by: tuple[str, Role], role: Role, outcome: type[DomainError] | str
) -> None:
    giver, staff = people.actor(*by), people.actor("430105", Role.UNION_STAFF)
    before = RoleAssignment.objects.count()
    if outcome == "ok":
        actions.assign(union=country["430105"], user=staff.user, role=role, by=giver, at=at)
        found = actors.acting(staff.user, country["430105"])
        assert found is not None
        assert found.roles == {Role.UNION_STAFF, role}
        assert RoleAssignment.objects.get(user=staff.user, role=role).granted_by == giver.user
    else:
        with pytest.raises(outcome):
            actions.assign(union=country["430105"], user=staff.user, role=role, by=giver, at=at)
        assert RoleAssignment.objects.count() == before


def test_a_neighbours_user_cannot_be_drawn_in_by_id(
    country: Country, admin: Actor, neighbour: Actor, at: datetime
) -> None:
    with pytest.raises(NotFound):
        actions.assign(union=country["430105"], user=neighbour.user, role=Role.LEADER, by=admin, at=at)


def test_a_flag_needs_a_role_and_ends_with_it(country: Country, admin: Actor, at: datetime) -> None:
    staff = people.actor("430105", Role.UNION_STAFF)
    actions.assign(union=country["430105"], user=staff.user, role=Role.FINANCE, by=admin, at=at)
    base = RoleAssignment.objects.get(user=staff.user, role=Role.UNION_STAFF)
    actions.end(assignment=base, by=admin, at=at)
    assert not RoleAssignment.objects.open_on(at.date()).filter(user=staff.user).exists()
    with pytest.raises(FlagAlone):
        actions.assign(union=country["430105"], user=staff.user, role=Role.FINANCE, by=admin, at=at)
    with pytest.raises(RoleEnded):
        actions.end(assignment=base, by=admin, at=at)


def test_the_last_administrator_stays(country: Country, admin: Actor, at: datetime) -> None:
    own = RoleAssignment.objects.get(user=admin.user)
    with pytest.raises(LastAdministrator):
        actions.end(assignment=own, by=admin, at=at)
    second = people.actor("430105", Role.UNION_ADMIN)
    actions.end(assignment=own, by=admin, at=at)
    with pytest.raises(LastAdministrator):
        actions.end(assignment=RoleAssignment.objects.get(user=second.user), by=second, at=at)


def test_an_account_that_serves_another_union_is_not_ours_to_touch(
    country: Country, admin: Actor, at: datetime
) -> None:
    """Else 开福's administrator could become 长沙's leader by a reset link."""
    shared = people.actor("430105", Role.UNION_STAFF)
    people.assign(shared.user, country["430100"], Role.LEADER)
    for step in (passwords.issue_reset, users.deactivate, users.sign_out_everywhere, second_factor.drop):
        with pytest.raises(AccountElsewhere):
            step(user=shared.user, by=admin, at=at)
    assert not PasswordReset.objects.exists()
    assert User.objects.get(pk=shared.user.pk).is_active
    actions.end(assignment=RoleAssignment.objects.get(user=shared.user, union=country["430105"]), by=admin, at=at)
    assert actors.acting(shared.user, country["430100"]) is not None


def test_an_administrator_of_the_nations_union_does_not_reach_national_admins(country: Country, at: datetime) -> None:
    union_admin, national = people.actor("000000", Role.UNION_ADMIN), people.actor("000000", Role.NATIONAL_ADMIN)
    both = people.actor("000000", Role.UNION_STAFF, Role.NATIONAL_ADMIN)
    with pytest.raises(NotFound):
        passwords.issue_reset(user=national.user, by=union_admin, at=at)
    with pytest.raises(AccountElsewhere):
        passwords.issue_reset(user=both.user, by=union_admin, at=at)
    with pytest.raises(NotFound):
        passwords.issue_reset(user=union_admin.user, by=national, at=at)


def test_deactivating_ends_roles_and_sessions_and_comes_back_without_roles(
    country: Country, admin: Actor, at: datetime, browser_of: Callable[[Actor], Client]
) -> None:
    staff = people.actor("430105", Role.UNION_STAFF)
    client = browser_of(staff)
    users.deactivate(user=staff.user, by=admin, at=at)
    assert client.get("/u/430105/").status_code == 302
    assert not Session.objects.filter(user=staff.user).exists()
    users.reactivate(user=staff.user, by=admin, at=at)
    assert actors.unions_of(User.objects.get(pk=staff.user.pk)) == []
    with pytest.raises(OwnAccount):
        users.deactivate(user=admin.user, by=admin, at=at)


PAGES = [
    "people/{user}",
    "people/{user}/reset",
    "people/{user}/sign-out",
    "people/{user}/second-factor",
    "people/{user}/deactivate",
    "people/{user}/reactivate",
    "people/roles/{role}/end",
    "people/invitations/{invitation}/revoke",
]
NOBODY = "01890000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("page", PAGES)
def test_a_neighbours_rows_look_absent(
    country: Country, admin: Actor, neighbour: Actor, at: datetime, browser_of: Callable[[Actor], Client], page: str
) -> None:
    """Security T1, T9: the same answer as for an id that is nobody's."""
    invitation, _ = actions.invite(union=neighbour.union, role=Role.LEADER, name="王五", by=neighbour, at=at)
    role = RoleAssignment.objects.get(user=neighbour.user)
    client = browser_of(admin)
    theirs = "/u/430105/" + page.format(user=neighbour.user.pk, role=role.pk, invitation=invitation.pk)
    nobodys = "/u/430105/" + page.format(user=NOBODY, role=NOBODY, invitation=NOBODY)
    for method in (client.get, client.post):
        found, absent = method(theirs), method(nobodys)
        assert (found.status_code, absent.status_code) in {(404, 404), (405, 405)}
        assert neighbour.user.username not in found.content.decode()
    assert client.get(theirs.replace("430105", "430111")).status_code == 404
    assert Invitation.objects.get().revoked_at is None


@pytest.mark.parametrize("role", [Role.UNION_STAFF, Role.LEADER, Role.REVIEWER, Role.ORG_USER, Role.SUPERVISOR])
def test_the_pages_are_for_administrators(
    country: Country, admin: Actor, browser_of: Callable[[Actor], Client], role: Role
) -> None:
    client = browser_of(people.actor("430105", role))
    assert client.get("/u/430105/people").status_code == 403
    assert client.get("/u/430105/people/invite").status_code == 403
    assert client.get(f"/u/430105/people/{admin.user.pk}").status_code == 403
    assert client.post(f"/u/430105/people/{admin.user.pk}/assign", {"role": "leader"}).status_code == 403


def test_the_list_shows_the_union_and_nobody_else_in_a_fixed_number_of_queries(
    country: Country,
    admin: Actor,
    neighbour: Actor,
    at: datetime,
    browser_of: Callable[[Actor], Client],
    django_assert_num_queries: Callable[..., object],
) -> None:
    client = browser_of(admin)
    url = "/u/430105/people"
    client.get(url)  # content types and the like
    # Session, account; union and roles of the actor; its schema; people, their roles, invitations; unions of the menu.
    with django_assert_num_queries(9):
        client.get(url)
    for number in range(20):
        people.actor("430105", Role.UNION_STAFF, Role.FINANCE, holder=people.user(f"职工{number}"))
        actions.invite(union=admin.union, role=Role.LEADER, name=f"客人{number}", by=admin, at=at)
    with django_assert_num_queries(9):
        text = client.get(url).content.decode()
    assert "职工19" in text
    assert neighbour.user.username not in text


def test_fields_that_no_form_has_change_nothing(
    country: Country, admin: Actor, browser_of: Callable[[Actor], Client]
) -> None:
    """Security H5."""
    client, staff = browser_of(admin), people.actor("430105", Role.UNION_STAFF)
    client.post(
        f"/u/430105/people/{staff.user.pk}/assign",
        {"role": "leader", "union": "430000", "union_id": "1", "is_superuser": "1", "user": str(admin.user.pk),
         "granted_by": str(staff.user.pk), "from_on": "2000-01-01"},
    )  # fmt: skip
    made = RoleAssignment.objects.get(role=Role.LEADER)
    assert (made.user, made.union.code, made.granted_by) == (staff.user, "430105", admin.user)
    assert made.from_on.year >= 2024
    refused = client.post(f"/u/430105/people/{staff.user.pk}/assign", {"role": "national_admin"})
    assert refused.status_code == 200
    assert not RoleAssignment.objects.filter(role=Role.NATIONAL_ADMIN, user=staff.user).exists()


def test_every_step_asks_first_and_then_says_what_it_did(
    country: Country, admin: Actor, at: datetime, browser_of: Callable[[Actor], Client]
) -> None:
    client, staff = browser_of(admin), people.actor("430105", Role.UNION_STAFF, holder=people.user("李建国"))
    base = f"/u/430105/people/{staff.user.pk}"
    role = RoleAssignment.objects.get(user=staff.user)
    steps = [
        (f"{base}/sign-out", "退出李建国的全部登录？", "李建国的登录已全部退出。"),
        (f"{base}/second-factor", "解除李建国的动态验证码？", "李建国的动态验证码已解除。"),
        (
            f"/u/430105/people/roles/{role.pk}/end",
            "结束李建国的“工会工作人员”角色？",
            "已结束李建国的“工会工作人员”角色。",
        ),
        (f"{base}/deactivate", "停用李建国的账号？", "李建国的账号已停用。"),
        (f"{base}/reactivate", "恢复李建国的账号？", "李建国的账号已恢复"),
    ]
    for url, question, answer in steps:
        assert question in client.get(url).content.decode()
        assert answer in client.post(url, follow=True).content.decode()
    own = RoleAssignment.objects.get(user=admin.user)
    refused = client.post(f"/u/430105/people/roles/{own.pk}/end", follow=True)
    assert "最后一位工会管理员" in refused.content.decode()
