"""Signing in, locks, limits of sessions. Source: GB/T 22239-2019 8.1.4.1 a), b); ASVS 6.3, 7.2-7.4."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.people.models import Session, User
from commons.people.sessions import stored_key
from tests.commons.accounts.conftest import PASSWORD

Browser = Callable[[Actor], Client]


def test_signing_in_gives_a_new_session_that_knows_whose_it_is(admin: Actor) -> None:
    admin.user.set_password(PASSWORD)
    admin.user.save()
    client = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140"})
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = planted

    client.post("/sign-in", {"username": admin.user.username, "password": PASSWORD})

    assert client.session.session_key != planted
    assert "planted" not in client.session
    assert not Session.objects.filter(session_key=stored_key(planted)).exists()
    row = Session.objects.get(user=admin.user)
    assert (row.ip, row.agent[:11]) == ("127.0.0.1", "Mozilla/5.0")
    assert row.signed_in_at is not None
    assert AuditEvent.objects.filter(event="account.signed_in", union_code="430105").count() == 1


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/u/430105/people?state=former", "/u/430105/people?state=former"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_next_leads_nowhere_else(admin: Actor, wanted: str, led_to: str) -> None:
    admin.user.set_password(PASSWORD)
    admin.user.save()
    answer = Client().post("/sign-in", {"username": admin.user.username, "password": PASSWORD, "next": wanted})
    assert answer["Location"] == led_to


def test_unknown_names_inactive_accounts_and_wrong_passwords_are_answered_alike(admin: Actor) -> None:
    inactive = User.objects.create_user("gone", PASSWORD, name="李四", is_active=False)
    answers = []
    for name, password in ((admin.user.username, "wrong"), ("nobody-here", "wrong"), (inactive.username, PASSWORD)):
        answer = Client().post("/sign-in", {"username": name, "password": password})
        answers.append(
            (answer.status_code, answer.content.decode().replace(name, "—").split("csrfmiddlewaretoken")[1][80:])
        )
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 200
    # A name that is nobody's is not kept: it may be a password.
    assert not AuditEvent.objects.filter(data__icontains="nobody-here").exists()
    assert AuditEvent.objects.filter(event="account.sign_in_failed").count() == 3


@pytest.mark.parametrize("known", [True, False])
def test_five_failures_lock_the_name_from_that_address_only(admin: Actor, known: bool) -> None:
    name = admin.user.username if known else "nobody-here"
    admin.user.set_password(PASSWORD)
    admin.user.save()
    client = Client()
    statuses = [client.post("/sign-in", {"username": name, "password": "no"}).status_code for _ in range(6)]
    assert statuses == [200, 200, 200, 200, 429, 429]

    locked = client.post("/sign-in", {"username": name, "password": PASSWORD})
    assert locked.status_code == 429
    assert locked["Retry-After"] == "1800"
    assert "30 分钟" in locked.content.decode()
    assert "_auth_user_id" not in client.session
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    status = elsewhere.post("/sign-in", {"username": name, "password": PASSWORD}).status_code
    assert status == (302 if known else 200)


def test_an_invented_forwarded_address_does_not_escape_the_lock(admin: Actor) -> None:
    name = admin.user.username
    statuses = [
        Client(HTTP_X_FORWARDED_FOR=f"10.9.8.{n}").post("/sign-in", {"username": name, "password": "no"}).status_code
        for n in range(6)
    ]
    assert statuses[-1] == 429


def test_signing_out_ends_the_session_on_the_server(admin: Actor, browser_of: Browser) -> None:
    client = browser_of(admin)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get("/sign-out").status_code == 405
    client.post("/sign-out")
    replay = Client()
    replay.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert replay.get("/account").status_code == 302
    assert not Session.objects.filter(user=admin.user).exists()


@pytest.mark.parametrize(
    ("change", "served"),
    [
        ({"seen_at": timedelta(minutes=29)}, True),
        ({"seen_at": timedelta(minutes=31)}, False),
        ({"began": timedelta(hours=11)}, True),
        ({"began": timedelta(hours=13)}, False),
    ],
)
def test_idle_and_old_sessions_end(
    admin: Actor, browser_of: Browser, change: dict[str, timedelta], served: bool
) -> None:
    client = browser_of(admin)
    row = Session.objects.get(user=admin.user)
    if "seen_at" in change:
        Session.objects.filter(pk=row.pk).update(seen_at=row.seen_at - change["seen_at"])
    if "began" in change:
        session = client.session
        about = session["about"]
        about["signed_in_at"] = (row.signed_in_at - change["began"]).isoformat()
        session["about"] = about
        session.seen_at = row.seen_at
        session.save()
    answer = client.get("/account")
    if served:
        assert answer.status_code == 200
    else:
        assert answer["Location"] == "/sign-in?reason=timeout&next=%2Faccount"
        assert not Session.objects.filter(user=admin.user).exists()
        assert AuditEvent.objects.filter(event="account.session_timed_out").exists()


def test_presence_is_written_once_a_minute(
    admin: Actor, browser_of: Browser, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = browser_of(admin)
    before = Session.objects.get(user=admin.user).seen_at
    client.get("/account")
    assert Session.objects.get(user=admin.user).seen_at == before
    Session.objects.filter(user=admin.user).update(seen_at=before - timedelta(minutes=2))
    client.get("/account")
    assert Session.objects.get(user=admin.user).seen_at > before - timedelta(minutes=2)


def test_own_sessions_are_listed_and_ended_and_nobody_elses(
    admin: Actor, neighbour: Actor, browser_of: Browser
) -> None:
    here, there, theirs = browser_of(admin), browser_of(admin), browser_of(neighbour)
    handles = {str(row.handle) for row in Session.objects.filter(user=admin.user)}
    text = here.get("/account").content.decode()
    other = (handles - {here.session["about"]["handle"]}).pop()
    assert f"/account/sessions/{other}/end" in text
    assert all(key not in text for key in Session.objects.values_list("session_key", flat=True))

    foreign = theirs.session["about"]["handle"]
    assert here.post(f"/account/sessions/{foreign}/end").status_code == 404
    assert theirs.get("/account").status_code == 200
    assert here.post(f"/account/sessions/{other}/end").status_code == 302
    assert there.get("/account").status_code == 302
    assert here.get("/account").status_code == 200


def test_a_deactivated_account_and_an_ended_role_are_gone_with_the_next_request(
    admin: Actor, browser_of: Browser
) -> None:
    client = browser_of(admin)
    assert client.get("/u/430105/people").status_code == 200
    admin.user.role_assignments.update(until_on="2024-06-01")
    assert client.get("/u/430105/people").status_code == 404
    User.objects.filter(pk=admin.user.pk).update(is_active=False)
    assert client.get("/account").status_code == 302


def test_an_attempt_without_the_form_token_is_refused(admin: Actor) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/sign-in", {"username": admin.user.username, "password": PASSWORD}).status_code == 403
