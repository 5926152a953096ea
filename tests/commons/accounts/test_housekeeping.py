"""Cleaning, the operator's reset link, addresses behind proxies, tokens and the log."""

from datetime import timedelta
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.test.utils import override_settings

from commons.access.actors import Actor
from commons.accounts.addresses import client_address
from commons.accounts.agents import described
from commons.accounts.tasks import clean_accounts
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.kit.redaction import without_tokens
from commons.people.enums import Role
from commons.people.models import Invitation, Session
from config.celery import app


def _session(key: str, *, idle: timedelta = timedelta(), age: timedelta = timedelta(), ends: timedelta) -> None:
    Session.objects.create(
        session_key=key, session_data="", expire_date=now() + ends, seen_at=now() - idle, signed_in_at=now() - age
    )


def test_what_is_over_is_cleaned_and_nothing_else(admin: Actor) -> None:
    hour = timedelta(hours=1)
    _session("fresh", ends=hour)
    _session("idle", ends=hour, idle=hour)
    _session("old", ends=hour, age=13 * hour)
    _session("expired", ends=-hour)
    for name, ago in (("recent", timedelta()), ("past", hour)):
        attempt = AccessAttempt.objects.create(username=name, ip_address="10.0.0.1", failures_since_start=1)
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=now() - ago)
    assert clean_accounts() == {"sessions": 3, "attempts": 1}
    assert clean_accounts() == {"sessions": 0, "attempts": 0}
    assert list(Session.objects.values_list("session_key", flat=True)) == ["fresh"]


def test_the_schedule_names_the_task() -> None:
    app.loader.import_default_modules()
    assert app.conf.beat_schedule["clean-sessions"]["task"] in app.tasks


def test_an_operator_invites_the_first_national_administrator(country: dict[str, TradeUnion]) -> None:
    out = StringIO()
    call_command("invite_admin", "000000", "王芳", "--national", stdout=out)
    assert Client().get(out.getvalue().strip()).status_code == 200
    assert Invitation.objects.get(union=country["000000"]).role == Role.NATIONAL_ADMIN
    for wrong in (["430105", "王芳", "--national"], ["999999", "王芳"], ["430105", " "]):
        with pytest.raises(CommandError):
            call_command("invite_admin", *wrong)


def test_an_operator_prints_a_reset_link(admin: Actor) -> None:
    out = StringIO()
    call_command("reset_link", admin.user.username.upper(), stdout=out)
    assert Client().get(out.getvalue().strip()[out.getvalue().index("/reset/") :]).status_code == 200
    with pytest.raises(CommandError):
        call_command("reset_link", "nobody-here")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "10.1.1.1, 203.0.113.7", "203.0.113.7"),
        (2, "10.1.1.1, 203.0.113.7, 198.51.100.2", "203.0.113.7"),
        (2, "203.0.113.7", "192.0.2.1"),
        (1, "<script>", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(proxies: int, forwarded: str, found: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_address(request) == found


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("GET /invitation/Ab3-x_Y9", "GET /invitation/…"),
        ("GET /sign-in?next=%2Finvitation%2FAb3-x_Y9&x=1", "GET /sign-in?next=%2Finvitation%2F…&x=1"),
        ("POST /reset/Ab3-x_Y9", "POST /reset/…"),
        ("GET /u/430105/people/invite", "GET /u/430105/people/invite"),
        ("POST /w/430105/Ab3-x_Y9", "POST /w/430105/…"),
    ],
)
def test_tokens_do_not_reach_the_log(line: str, kept: str) -> None:
    assert without_tokens(None, "info", {"request": line, "code": 200}) == {"request": kept, "code": 200}


def test_the_log_does_not_keep_where_a_worker_writes_from() -> None:
    """V6."""
    worker = {"request": "POST /w/430105/Ab3-x_Y9", "ip": "192.0.2.1"}
    staff = {"request": "GET /u/430105/w/x", "ip": "192.0.2.1"}
    assert without_tokens(None, "info", worker) == {"request": "POST /w/430105/…"}
    assert without_tokens(None, "info", staff) == staff


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge（Windows）",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari（iPhone）"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 MicroMessenger/8.0", "微信（安卓）"),
        ("curl/8.0", "其他浏览器"),
    ],
)
def test_browsers_are_named_as_their_owners_know_them(agent: str, words: str) -> None:
    assert described(agent) == words
