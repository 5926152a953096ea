"""The pages of appeals: who sees that there is one, who sees what it says."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.people.enums import Role
from commons.tenancy import door
from tenants.needs.enums import AppealChannel, AppealState
from tenants.needs.models import Appeal, WorkerLink
from tests.factories import people
from tests.factories.needs import appeal as make
from tests.tenants.needs.conftest import USCC

BASE = "/u/430105/appeals"


def signed_in(actor: Actor) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def reads() -> int:
    return AuditEvent.objects.filter(event="needs.appeal.read").count()


def test_staff_list_and_open_appeals_without_what_they_say(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    row = make.appeal(appellant="赵小兰", phone="13800000000")
    client = client_of("430105", Role.UNION_STAFF)
    for url in (BASE, f"{BASE}/{row.pk}"):
        page = client.get(url)
        assert (page.status_code, row.number in page.text) == (200, True)
        assert not any(secret in page.text for secret in (make.TEXT, "赵小兰", "13800000000"))
    assert reads() == 0
    assert client.get(f"{BASE}/{row.pk}/note").status_code == 403


def test_the_officer_reads_and_that_is_recorded(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    row = make.appeal(AppealState.HANDLING, client.actor)  # type: ignore[attr-defined]
    assert make.TEXT in client.get(f"{BASE}/{row.pk}").text
    assert reads() == 1
    done = client.post(f"{BASE}/{row.pk}/note", {"handling_note": "已约谈企业", "version": "1"})
    assert done.status_code == 302
    row.refresh_from_db()
    assert row.handling_note == "已约谈企业"
    late = client.post(f"{BASE}/{row.pk}/note", {"handling_note": "另一说法", "version": "1"})
    assert late.status_code == 409
    row.refresh_from_db()
    assert row.handling_note == "已约谈企业"


def test_the_administrator_reads_every_appeal(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    row = make.appeal()
    page = client_of("430105", Role.UNION_ADMIN).get(f"{BASE}/{row.pk}")
    assert (make.TEXT in page.text, reads()) == (True, 1)


def test_leaders_see_counts_and_nothing_else(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    row = make.appeal()
    make.appeal(AppealState.CLOSED)
    client = client_of("430105", Role.LEADER)
    page = client.get(f"{BASE}/counts")
    assert (page.status_code, page.context["page"].total, page.context["page"].open) == (200, 2, 1)
    assert row.number not in page.text
    assert client.get(BASE).status_code == 403
    assert client.get(f"{BASE}/{row.pk}").status_code == 404
    assert client.get(f"{BASE}/new").status_code == 403


@pytest.mark.parametrize("role", [Role.UNION_STAFF, Role.UNION_ADMIN])
def test_received_by_telephone(kaifu: TradeUnion, client_of: Callable[..., Client], role: Role) -> None:
    client = client_of("430105", role)
    given = {
        "channel": "phone",
        "category": "wage",
        "received_on": "2026-11-02",
        "is_anonymous": "on",
        "text": "拖欠工资",
    }
    wrong = client.post(f"{BASE}/new", {**given, "appellant": "张三"})
    assert (wrong.status_code, Appeal.objects.count()) == (422, 0)
    assert client.post(f"{BASE}/new", given).status_code == 302
    row = Appeal.objects.get()
    assert (row.text, row.channel, row.is_anonymous) == ("拖欠工资", AppealChannel.PHONE, True)
    assert row.number in client.get(f"{BASE}/own").text
    page = client.get(f"{BASE}/{row.pk}")
    assert (page.status_code, "拖欠工资" in page.text) == (200, role == Role.UNION_ADMIN)


def test_an_organization_raises_its_own_and_sees_no_other(kaifu: TradeUnion) -> None:
    other = make.appeal(handling_note="内部意见")
    client = signed_in(people.organization("430105", USCC))
    made = client.post(f"{BASE}/new", {"category": "so_staff", "text": "本机构职工没有入会渠道", "phone": ""})
    assert made.status_code == 302
    row = Appeal.objects.get(by_uscc=USCC)
    assert row.channel == AppealChannel.ORGANIZATION
    assert "本机构职工没有入会渠道" in client.get(made["Location"]).text
    listed = client.get(f"{BASE}/own").text
    assert (row.number in listed, other.number in listed) == (True, False)
    assert client.get(f"{BASE}/{other.pk}").status_code == 404
    assert client.get(f"{BASE}/{row.pk}/note").status_code == 404
    assert client.get(BASE).status_code == 403


def test_links_are_shown_once(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    page = client.post(f"{BASE}/links", {"count": "3", "uses": "1", "days": "10"})
    assert (page.status_code, page.text.count("data:image/svg"), WorkerLink.objects.count()) == (200, 3, 3)
    assert "no-store" in page["Cache-Control"]
    assert "data:image/svg" not in client.get(f"{BASE}/links").text
    assert client_of("430105", Role.LEADER).post(f"{BASE}/links", {"count": "3"}).status_code == 403


def test_a_neighbours_appeal_is_not_there(
    kaifu: TradeUnion, country: dict[str, TradeUnion], client_of: Callable[..., Client]
) -> None:
    with door.inside(country["430111"]):
        theirs = make.appeal(number="SQ-90001")
    client = client_of("430105", Role.UNION_ADMIN)
    assert client.get(f"{BASE}/{theirs.pk}").status_code == 404
    assert "SQ-90001" not in client.get(BASE).text


def test_the_list_costs_the_same_however_long(
    kaifu: TradeUnion, client_of: Callable[..., Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of("430105", Role.UNION_STAFF)
    for _ in range(12):
        make.appeal()
    client.get(BASE)
    with django_assert_max_num_queries(20):
        assert client.get(BASE).status_code == 200


def test_the_secretariat_raises_and_follows_its_own(kaifu: TradeUnion, client_of: Callable[..., Client]) -> None:
    other = make.appeal()
    client = client_of("430105", Role.SECRETARIAT, Role.REVIEWER)
    given = {
        "channel": "conference",
        "category": "wage",
        "received_on": "2026-11-02",
        "is_anonymous": "on",
        "text": "拖欠工资",
    }
    made = client.post(f"{BASE}/new", given)
    assert made.status_code == 302
    row = Appeal.objects.exclude(pk=other.pk).get()
    listed = client.get(f"{BASE}/own").text
    assert (row.number in listed, other.number in listed) == (True, False)
    assert client.get(made["Location"]).status_code == 200
    assert [client.get(url).status_code for url in (BASE, f"{BASE}/{other.pk}")] == [403, 404]
