"""Notices by mail, to a real server on loopback: what leaves, how often, and what becomes of refusals."""

from __future__ import annotations

import email
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import Client
from pytest_django import Settings

from commons.access import actors
from commons.access.actors import Actor, system
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.jobs.context import JobContext
from commons.jobs.models import Job
from commons.kit.ids import uuid7
from commons.people.enums import Role
from commons.people.models import RoleAssignment, User
from commons.tenancy import door
from tenants.notices import actions, mailing
from tenants.notices.enums import NoticeKind
from tenants.notices.models import Notice
from tenants.notices.names import MAIL
from tenants.registry.models import SocialOrganization
from tests.factories import organizations, people

pytestmark = pytest.mark.django_db
Country = dict[str, TradeUnion]


class Box:
    """Takes mail as a server does; `answer` to RCPT, when it is not 250, refuses."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []
        self.answer = "250 OK"

    async def handle_RCPT(self, _s: SMTP, _n: Session, envelope: Envelope, address: str, _options: list[str]) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.letters.append(envelope)
        return "250 OK"

    def read(self, place: int = -1) -> EmailMessage:
        content = self.letters[place].content
        assert isinstance(content, bytes)
        found = email.message_from_bytes(content, policy=default)
        assert isinstance(found, EmailMessage)
        return found


@pytest.fixture
def box(settings: Settings) -> Iterator[Box]:
    box = Box()
    # Port 0 is not for aiosmtpd's controller, which asks itself whether it answers.
    controller = Controller(box, hostname="127.0.0.1", port=_free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.MAIL_CONFIGURED = True
    settings.PUBLIC_URL = "https://pt.example.cn"
    settings.DEFAULT_FROM_EMAIL = "no-reply@pt.example.cn"
    yield box
    controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def entry(country: Country) -> SocialOrganization:
    with door.inside(country["430105"]):
        return organizations.organization(name="启航职工服务中心")


@pytest.fixture
def reader(country: Country) -> Actor:
    holder = people.user("李敏", email="limin@example.cn")
    return people.actor("430105", Role.UNION_STAFF, holder=holder)


def give(reader: Actor, entry: SocialOrganization, at: datetime, kind: NoticeKind = NoticeKind.MENTION) -> Notice:
    assert reader.user is not None
    assert reader.union is not None
    reader.user.refresh_from_db()
    with door.inside(reader.union):
        [made] = actions.give(kind=kind, to=[reader.user], title="启航 SECRET", url="/x", on=entry, at=at)
    return made


def run(notice: Notice, union: TradeUnion, at: datetime) -> Any:
    """One attempt, as the worker makes it."""
    job = JobContext(uuid7(), MAIL, {"notice": str(notice.pk)}, union, system("通知", union), at)
    with door.inside(union):
        return mailing.mail(job)


def test_a_mail_says_that_there_is_something_and_where_never_what(
    box: Box, reader: Actor, entry: SocialOrganization, country: Country, at: datetime
) -> None:
    first = give(reader, entry, at)
    give(reader, entry, at, NoticeKind.WAITING)
    [job, _] = Job.objects.filter(kind=MAIL).order_by("asked_at", "id")
    assert (job.union, job.payload, job.run_after) == (
        country["430105"], {"notice": str(first.pk)}, at + timedelta(minutes=1),
    )  # fmt: skip

    assert run(first, country["430105"], at) == {"mailed": 2, "refused": False}

    [letter] = box.letters
    told = box.read()
    assert (letter.mail_from, letter.rcpt_tos) == ("no-reply@pt.example.cn", ["limin@example.cn"])
    assert told["Subject"].strip() == "您有2条新通知（长沙市开福区总工会）"
    assert (told["Auto-Submitted"], told["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    bodies = {part.get_content_type(): part.get_content() for part in told.walk() if not part.is_multipart()}
    assert set(bodies) == {"text/plain", "text/html"}
    for body in bodies.values():
        assert "https://pt.example.cn/u/430105/notices" in body
        assert "等您办理 1 条" in body
        assert "提到您 1 条" in body
        assert "SECRET" not in body
        assert "启航" not in body
    with door.inside(country["430105"]):
        assert set(Notice.objects.values_list("mailed_at", flat=True)) == {at}


def test_there_is_at_most_one_in_ten_minutes_whatever_the_union(
    box: Box, reader: Actor, entry: SocialOrganization, country: Country, at: datetime
) -> None:
    assert reader.user is not None
    people.assign(reader.user, country["430111"], Role.UNION_STAFF)
    beside = actors.acting(reader.user, country["430111"])
    assert beside is not None
    assert run(give(reader, entry, at), country["430105"], at) == {"mailed": 1, "refused": False}
    second = give(beside, entry, at)

    soon = at + timedelta(minutes=9)
    assert run(second, country["430111"], soon) == {"mailed": 0}
    assert run(second, country["430111"], soon) == {"mailed": 0}

    [later] = Job.objects.filter(kind=MAIL, run_after=at + timedelta(minutes=10))
    assert (later.union, later.payload) == (country["430111"], {"notice": str(second.pk)})
    assert len(box.letters) == 1
    assert run(second, country["430111"], at + timedelta(minutes=10)) == {"mailed": 1, "refused": False}
    assert run(second, country["430111"], at + timedelta(minutes=30)) == {"mailed": 0}
    assert len(box.letters) == 2


@pytest.mark.parametrize("why", ["read", "unwished", "no_address", "gone", "switched_off"])
def test_none_leaves_where_there_is_no_reason_to(
    box: Box,
    reader: Actor,
    entry: SocialOrganization,
    country: Country,
    at: datetime,
    why: str,
    settings: Settings,
) -> None:
    notice = give(reader, entry, at)
    account = User.objects.filter(pk=reader.user_id)
    if why == "read":
        with door.inside(country["430105"]):
            actions.mark_read(by=reader, at=at)
    elif why == "unwished":
        account.update(mails_notices=False)
    elif why == "no_address":
        account.update(email="")
    elif why == "gone":
        RoleAssignment.objects.filter(user_id=reader.user_id).update(until_on=at.date() - timedelta(days=30))
    else:
        settings.MAIL_CONFIGURED = False

    assert run(notice, country["430105"], at) == {"mailed": 0}

    assert box.letters == []
    with door.inside(country["430105"]):
        assert Notice.objects.get().mailed_at is None


def test_an_address_that_is_refused_for_good_is_not_tried_again(
    box: Box, reader: Actor, entry: SocialOrganization, country: Country, at: datetime
) -> None:
    box.answer = "550 no such user"
    notice = give(reader, entry, at)
    assert run(notice, country["430105"], at) == {"mailed": 0, "refused": True}
    assert run(notice, country["430105"], at + timedelta(hours=1)) == {"mailed": 0}
    with door.inside(country["430105"]):
        assert Notice.objects.get().mailed_at == at


def test_a_server_that_is_busy_is_asked_again(
    box: Box, reader: Actor, entry: SocialOrganization, country: Country, at: datetime
) -> None:
    box.answer = "451 try again later"
    notice = give(reader, entry, at)
    with pytest.raises(Exception, match="451"):
        run(notice, country["430105"], at)
    with door.inside(country["430105"]):
        assert Notice.objects.get().mailed_at is None
    box.answer = "250 OK"
    assert run(notice, country["430105"], at) == {"mailed": 1, "refused": False}


def test_without_a_mail_server_nothing_is_asked_for_and_the_page_says_so(
    reader: Actor, entry: SocialOrganization, at: datetime, settings: Settings, client: Client
) -> None:
    settings.MAIL_CONFIGURED = False
    give(reader, entry, at)
    assert not Job.objects.filter(kind=MAIL).exists()
    client.force_login(reader.user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    assert "本系统没有配置邮件服务，通知只在平台内显示。" in client.get("/account").content.decode()


def test_whoever_wants_no_mail_says_so_once(
    box: Box, reader: Actor, entry: SocialOrganization, at: datetime, client: Client
) -> None:
    client.force_login(reader.user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    assert "有新通知时发邮件到 limin@example.cn" in client.get("/account").content.decode()

    assert client.post("/account/notices", {}).status_code == 302
    assert client.post("/account/notices", {}).status_code == 302

    assert User.objects.get(pk=reader.user_id).mails_notices is False
    assert AuditEvent.objects.filter(event="account.notices_not_mailed", user_id=reader.user_id).count() == 1
    give(reader, entry, at)
    assert not Job.objects.filter(kind=MAIL).exists()
    client.post("/account/notices", {"mail": "on"})
    assert User.objects.get(pk=reader.user_id).mails_notices is True
