"""Invitations and resets: once, in time, for one union. Source: ASVS 6.4.1; security T8, H5."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from commons.access import actors
from commons.access.actors import Actor
from commons.accounts import actions
from commons.accounts.actions import passwords
from commons.accounts.errors import LinkUnusable, RoleAlreadyHeld
from commons.hierarchy.enums import UnionState
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.kit.errors import Invalid, NotFound, Refused
from commons.people.enums import Role
from commons.people.models import Invitation, PasswordReset, RoleAssignment, Session, User
from tests.commons.accounts.conftest import PASSWORD
from tests.factories import people

Country = dict[str, TradeUnion]
FORM = {"name": "王五", "username": "wang.wu", "password": PASSWORD, "again": PASSWORD}


def _invite(admin: Actor, role: Role = Role.UNION_STAFF) -> str:
    assert admin.union is not None
    return actions.invite(union=admin.union, role=role, name="王五", by=admin, at=now())[1]


def test_a_newcomer_makes_an_account_and_is_inside(country: Country, admin: Actor) -> None:
    token, client = _invite(admin), Client()
    assert "开福" in client.get(f"/invitation/{token}").content.decode()
    answer = client.post(f"/invitation/{token}", {**FORM, "role": "union_admin", "union": "430000", "is_staff": "1"})
    assert answer["Location"] == "/u/430105/"
    user = User.objects.get(username="wang.wu")
    assert [(row.union.code, row.role) for row in user.role_assignments.all()] == [("430105", Role.UNION_STAFF)]
    assert (user.is_superuser, user.must_change_password) == (False, False)
    assert user.role_assignments.get().granted_by == admin.user
    assert client.get("/u/430105/people").status_code == 403
    assert client.get("/u/430100/").status_code == 404


def test_somebody_with_an_account_keeps_it(
    country: Country, admin: Actor, neighbour: Actor, browser_of: Callable[[Actor], Client]
) -> None:
    token, client = _invite(admin, Role.LEADER), browser_of(neighbour)
    accounts = User.objects.count()
    assert neighbour.user.username in client.get(f"/invitation/{token}").content.decode()
    assert client.post(f"/invitation/{token}").status_code == 302
    assert User.objects.count() == accounts
    assert [union.code for union in actors.unions_of(neighbour.user)] == ["430105", "430111"]


def test_a_link_that_does_not_work_never_tells_why(country: Country, admin: Actor, neighbour: Actor) -> None:
    used, expired, revoked, suspended = (_invite(admin), _invite(admin), _invite(admin), _invite(neighbour))
    actions.accept(token=used, username="first", password=PASSWORD, name="赵六", at=now())
    rows = list(Invitation.objects.order_by("invited_at"))
    Invitation.objects.filter(pk=rows[1].pk).update(expires_at=now() - timedelta(seconds=1))
    actions.revoke(invitation=rows[2], by=admin, at=now())
    TradeUnion.objects.filter(code="430111").update(state=UnionState.SUSPENDED)
    answers = set()
    for token in (used, expired, revoked, suspended, "no-such-token"):
        shown, sent = Client().get(f"/invitation/{token}"), Client().post(f"/invitation/{token}", FORM)
        assert (shown.status_code, sent.status_code) == (404, 404)
        answers.add(shown.content.decode().split("<main")[1].split("</main")[0])
        with pytest.raises(LinkUnusable):
            actions.accept(token=token, username="late", password=PASSWORD, name="钱七", at=now())
        with pytest.raises(LinkUnusable):
            actions.accept_as(token=token, user=admin.user, at=now())
    assert len(answers) == 1
    assert not User.objects.filter(username__in=["late", "wang.wu"]).exists()


def test_a_role_already_held_does_not_use_the_link_up(country: Country, admin: Actor) -> None:
    token, staff = _invite(admin), people.actor("430105", Role.UNION_STAFF)
    with pytest.raises(RoleAlreadyHeld):
        actions.accept_as(token=token, user=staff.user, at=now())
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.parametrize(
    ("by", "union", "role", "outcome"),
    [
        (("430105", Role.UNION_ADMIN), "430105", Role.LEADER, None),
        (("430105", Role.UNION_ADMIN), "430105", Role.FINANCE, Invalid),
        (("430105", Role.UNION_ADMIN), "430105", Role.NATIONAL_ADMIN, Refused),
        (("430105", Role.UNION_ADMIN), "430111", Role.LEADER, NotFound),
        (("430100", Role.UNION_ADMIN), "430105", Role.UNION_ADMIN, NotFound),
        (("430105", Role.UNION_STAFF), "430105", Role.UNION_STAFF, Refused),
        (("000000", Role.NATIONAL_ADMIN), "000000", Role.NATIONAL_ADMIN, None),
        (("000000", Role.NATIONAL_ADMIN), "000000", Role.UNION_STAFF, Refused),
        # The first administrator of a new union, and nobody else there.
        (("000000", Role.NATIONAL_ADMIN), "440304", Role.UNION_ADMIN, None),
        (("000000", Role.NATIONAL_ADMIN), "440304", Role.UNION_STAFF, NotFound),
    ],
)
def test_who_may_invite_whom(
    country: Country, at: datetime, by: tuple[str, Role], union: str, role: Role, outcome: type[Exception] | None
) -> None:
    giver = people.actor(*by)
    if outcome is None:
        invitation, token = actions.invite(union=country[union], role=role, name="王五", by=giver, at=at)
        assert token not in {str(value) for value in invitation.__dict__.values()}
    else:
        with pytest.raises(outcome):
            actions.invite(union=country[union], role=role, name="王五", by=giver, at=at)
        assert not Invitation.objects.exists()


def test_a_union_with_an_administrator_is_closed_to_the_nation(country: Country, admin: Actor, at: datetime) -> None:
    """V11: else a national admin would let themselves in."""
    national = people.actor("000000", Role.NATIONAL_ADMIN)
    with pytest.raises(NotFound):
        actions.invite(union=country["430105"], role=Role.UNION_ADMIN, name="王五", by=national, at=at)


def test_the_link_is_shown_once(country: Country, admin: Actor, browser_of: Callable[[Actor], Client]) -> None:
    client = browser_of(admin)
    shown = client.post("/u/430105/people/invite", {"name": "王五", "role": "union_staff", "union": "430111"})
    text = shown.content.decode()
    invitation = Invitation.objects.get()
    assert invitation.union.code == "430105"
    token = text.split("http://testserver/invitation/")[1].split('"')[0]
    assert shown["Cache-Control"] == "no-store, private"
    assert token not in client.get("/u/430105/people").content.decode()
    refused = client.post("/u/430105/people/invite", {"name": "王五", "role": "national_admin"})
    assert refused.status_code == 200
    assert Invitation.objects.count() == 1
    client.post(f"/u/430105/people/invitations/{invitation.pk}/revoke")
    assert Client().get(f"/invitation/{token}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"username": "a"}, "用户名由"),
        ({"username": "Wang Wu"}, "用户名由"),
        ({"username": "TAKEN"}, "已被使用"),
        ({"name": "  "}, "姓名"),
        ({"again": "Other-Harbour-27"}, "不一致"),
        ({"password": "short1A", "again": "short1A"}, "10"),
        ({"password": "1234567890123", "again": "1234567890123"}, "三种"),
        ({"password": "onlylowercase", "again": "onlylowercase"}, "三种"),
        ({"password": "wang.wu-2026A", "again": "wang.wu-2026A"}, "用户名"),
        ({"password": "", "again": ""}, "必填"),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field(
    country: Country, admin: Actor, changes: dict[str, str], complaint: str
) -> None:
    User.objects.create_user("taken", PASSWORD, name="有主")
    answer = Client().post(f"/invitation/{_invite(admin)}", {**FORM, **changes})
    assert answer.status_code == 200
    assert complaint in answer.content.decode()
    assert Invitation.objects.get().accepted_at is None
    assert not User.objects.filter(username="wang.wu").exists()


def test_a_reset_link_works_once_in_time_and_ends_every_session(
    country: Country, admin: Actor, browser_of: Callable[[Actor], Client]
) -> None:
    staff = people.actor("430105", Role.UNION_STAFF)
    theirs, client = browser_of(staff), browser_of(admin)
    first = passwords.issue_reset(user=staff.user, by=admin, at=now())[1]
    text = client.post(f"/u/430105/people/{staff.user.pk}/reset").content.decode()
    token = text.split("http://testserver/reset/")[1].split('"')[0]
    assert Client().get(f"/reset/{first}").status_code == 404, "an older link ends with a newer one"
    new = {"password": "Windy-Harbour-28", "again": "Windy-Harbour-28"}
    assert Client().post(f"/reset/{token}", {"password": PASSWORD, "again": PASSWORD}).status_code == 200
    assert Client().post(f"/reset/{token}", new).status_code == 302
    assert theirs.get("/account").status_code == 302
    assert not Session.objects.filter(user=staff.user).exists()
    assert Client().post(f"/reset/{token}", new).status_code == 404
    assert User.objects.get(pk=staff.user.pk).check_password("Windy-Harbour-28")
    late = passwords.issue_reset(user=staff.user, by=admin, at=now())[1]
    PasswordReset.objects.update(expires_at=now())
    assert Client().post(f"/reset/{late}", new).status_code == 404


def test_an_invitation_is_no_reset_and_a_reset_no_invitation(country: Country, admin: Actor) -> None:
    staff = people.actor("430105", Role.UNION_STAFF)
    reset, invitation = passwords.issue_reset(user=staff.user, by=admin, at=now())[1], _invite(admin)
    assert Client().get(f"/reset/{invitation}").status_code == 404
    assert Client().get(f"/invitation/{reset}").status_code == 404
    assert RoleAssignment.objects.filter(user=staff.user).count() == 1
