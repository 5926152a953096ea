"""Passwords that must change, and the second factor. Source: GB/T 22239-2019 8.1.4.1 a), d); security I2, I6, I7."""

import time
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import override_settings

from commons.access.actors import Actor
from commons.accounts import gates
from commons.accounts.middleware import SessionLimits
from commons.accounts.models import Authenticator, PreviousPassword, RecoveryCodes
from commons.kit.clock import now
from commons.people.enums import Role
from commons.people.models import Session, User
from tests.commons.accounts.conftest import PASSWORD
from tests.factories import people

Browser = Callable[[Actor], Client]
NEW = {"password": "Windy-Harbour-28", "again": "Windy-Harbour-28"}


def _secret(user: User) -> str:
    return Authenticator.objects.get(user=user).secret_text.replace(" ", "")


def _enrol(client: Client, user: User) -> tuple[str, list[str]]:
    """The secret and the recovery codes."""
    assert client.get("/account/second-factor/enrol").status_code == 200
    text = client.post("/account/second-factor/enrol", {"code": pyotp.TOTP(_secret(user)).now()}).content.decode()
    return _secret(user), [part.split("</code>")[0] for part in text.split("<code>")[1:]]


def _later(user: User) -> None:
    """As if the last code were long ago."""
    Authenticator.objects.filter(user=user).update(last_step=-1, throttling_failure_count=0)
    RecoveryCodes.objects.filter(user=user).update(throttling_failure_count=0)


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({"must_change_password": True}, True),
        ({"password_changed_at": timedelta(days=91)}, True),
        ({"password_changed_at": timedelta(days=89)}, False),
    ],
)
def test_a_first_or_old_password_must_change_before_anything_else(
    admin: Actor, browser_of: Browser, fields: dict[str, object], due: bool
) -> None:
    client = browser_of(admin)
    changes = {name: now() - value if isinstance(value, timedelta) else value for name, value in fields.items()}
    User.objects.filter(pk=admin.user.pk).update(**changes)
    answer = client.get("/u/430105/people?q=x")
    if not due:
        assert answer.status_code == 200
        return
    assert answer["Location"] == "/account/password?next=%2Fu%2F430105%2Fpeople%3Fq%3Dx"
    assert client.get("/account")["Location"].startswith("/account/password")
    assert client.get("/u/430105/people", headers={"hx-request": "true"})["HX-Redirect"] == "/account/password"
    form = {"present": PASSWORD, **NEW, "next": "/u/430105/people"}
    assert client.post("/account/password", form)["Location"] == "/u/430105/people"
    assert client.get("/u/430105/people").status_code == 200


def test_changing_the_password_ends_all_other_sessions_and_remembers(admin: Actor, browser_of: Browser) -> None:
    here, there = browser_of(admin), browser_of(admin)
    before = here.session.session_key
    wrong = here.post("/account/password", {"present": "wrong", **NEW})
    assert "现在的密码不正确" in wrong.content.decode()
    assert here.post("/account/password", {"present": PASSWORD, **NEW}).status_code == 302
    assert there.get("/account").status_code == 302
    assert here.get("/account").status_code == 200
    assert here.session.session_key != before
    assert Session.objects.filter(user=admin.user).count() == 1
    assert PreviousPassword.objects.filter(user=admin.user).count() == 1
    back = here.post("/account/password", {"present": NEW["password"], "password": PASSWORD, "again": PASSWORD})
    assert "用过的密码" in back.content.decode()


def test_guessing_the_present_password_locks(admin: Actor, browser_of: Browser) -> None:
    client = browser_of(admin)
    statuses = [client.post("/account/password", {"present": "no", **NEW}).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]


@pytest.mark.usefixtures("demanding")
def test_a_demanding_role_sees_no_page_before_enrolling(admin: Actor, browser_of: Browser) -> None:
    client = browser_of(admin)
    for path in ("/", "/account", "/u/430105/people", "/u/430105/people/invite", "/account/password"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/second-factor")
    assert client.post("/u/430105/people/invite", {"name": "王五", "role": "leader"}).status_code == 302
    _, codes = _enrol(client, admin.user)
    assert len(codes) == 10
    assert client.get("/u/430105/people").status_code == 200
    assert client.post("/account/second-factor/drop").status_code == 422 or Authenticator.objects.exists()


@pytest.mark.usefixtures("demanding")
def test_the_second_sign_in_asks_for_a_code_that_counts_once(admin: Actor, browser_of: Browser) -> None:
    first = browser_of(admin)
    secret, codes = _enrol(first, admin.user)
    client = browser_of(admin)
    password_only = client.session.session_key
    code = pyotp.TOTP(secret).now()
    used = client.post("/account/second-factor", {"code": code})
    assert "不正确或已经用过" in used.content.decode(), "the code that enrolled is used up"
    throttled = client.post("/account/second-factor", {"code": code})
    assert "秒之后再试" in throttled.content.decode()
    assert client.get("/u/430105/people").status_code == 302

    _later(admin.user)
    answer = client.post("/account/second-factor", {"code": code, "next": "/u/430105/people"})
    assert answer["Location"] == "/u/430105/people"
    assert client.get("/u/430105/people").status_code == 200
    assert client.session.session_key != password_only

    third = browser_of(admin)
    assert third.post("/account/second-factor", {"code": codes[0].upper()})["Location"] == "/"
    fourth = browser_of(admin)
    assert "不正确" in fourth.post("/account/second-factor", {"code": codes[0]}).content.decode()
    assert len(RecoveryCodes.objects.get(user=admin.user).digests) == 9


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
@pytest.mark.usefixtures("demanding")
def test_codes_of_other_times_are_refused(admin: Actor, browser_of: Browser, steps: int) -> None:
    client = browser_of(admin)
    client.get("/account/second-factor/enrol")
    code = pyotp.TOTP(_secret(admin.user)).at(int(time.time()) + 30 * steps)
    assert "不正确" in client.post("/account/second-factor/enrol", {"code": code}).content.decode()
    assert not Authenticator.objects.get(user=admin.user).confirmed


def test_who_enrols_freely_is_asked_from_then_on_and_may_stop(admin: Actor, browser_of: Browser) -> None:
    other, client = browser_of(admin), browser_of(admin)
    _enrol(client, admin.user)
    assert other.get("/account").status_code == 302, "sessions without the factor end"
    assert browser_of(admin).get("/account")["Location"].startswith("/account/second-factor?")
    assert client.post("/account/second-factor/drop").status_code == 302
    assert browser_of(admin).get("/account").status_code == 200


@pytest.mark.usefixtures("demanding")
def test_programs_find_nobody_until_the_session_is_ready(admin: Actor, browser_of: Browser) -> None:
    client = browser_of(admin)
    request = RequestFactory().post("/graphql")
    request.session, request.user = client.session, User.objects.get(pk=admin.user.pk)
    assert gates.second_factor_pending(request)
    assert not gates.session_ready(request)
    SessionLimits(lambda _: HttpResponse())(request)
    assert not request.user.is_authenticated


def test_the_secret_and_the_codes_are_not_readable_in_the_database(admin: Actor, browser_of: Browser) -> None:
    from django.db import connection

    secret, codes = _enrol(browser_of(admin), admin.user)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT secret FROM accounts_authenticator UNION ALL SELECT digests::text FROM accounts_recoverycodes"
        )
        stored = " ".join(row[0] for row in cursor.fetchall())
    assert pyotp.TOTP(secret).byte_secret().hex() not in stored
    assert all(code.replace("-", "") not in stored for code in codes)


def test_only_the_roles_named_are_asked(country: object, browser_of: Browser) -> None:
    with override_settings(SECOND_FACTOR_ROLES=["national_admin"]):
        assert browser_of(people.actor("430105", Role.UNION_STAFF)).get("/account").status_code == 200
        assert browser_of(people.actor("000000", Role.NATIONAL_ADMIN)).get("/account").status_code == 302
