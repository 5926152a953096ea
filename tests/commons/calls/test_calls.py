"""Open calls of the country: shown, found, closed, withdrawn. Source: DOMAIN S6."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.test import Client

from commons.access.actors import Actor, system
from commons.calls import actions, selectors
from commons.calls.actions import Notice
from commons.calls.enums import CallState
from commons.calls.models import OpenCall
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import now
from commons.kit.errors import NotFound
from commons.people.enums import AccountKind, Role
from tests.factories import people

Country = dict[str, TradeUnion]
ClientOf = Callable[..., Client]
USCC = "51430100MJ0000001X"


def notice(**changes: object) -> Notice:
    told = Notice(
        call_id=uuid4(),
        number="开福购〔2026〕3号",
        title="职工心理关爱服务",
        buyer_name="长沙市开福区总工会",
        fields=["psychological_care"],
        published_on=date(2026, 11, 1),
        deadline_at=now() + timedelta(days=20),
        region_code="430105",
        path="portal/calls/1",
        budget=Decimal("120000.00"),
    )
    return replace(told, **changes)


def titles(**asked: str) -> list[str]:
    return [row.title for row in selectors.open_calls(at=now(), **asked).order_by("title")]


@pytest.fixture
def kaifu(country: Country) -> Actor:
    return system("测试", country["430105"])


@pytest.fixture
def yuhua(country: Country) -> Actor:
    return system("测试", country["430111"])


def test_a_call_is_shown_once_as_it_now_is(kaifu: Actor, at: datetime) -> None:
    first = notice()
    shown = actions.publish(notice=first, by=kaifu, at=at)
    again = actions.publish(notice=replace(first, title="职工心理关爱服务（补充）"), by=kaifu, at=at)
    row = OpenCall.objects.get()
    assert shown.pk == again.pk == row.pk
    assert (row.title, row.union.code, row.state, row.budget) == (
        "职工心理关爱服务（补充）",
        "430105",
        CallState.OPEN,
        Decimal("120000.00"),
    )


@pytest.mark.parametrize(("leave", "state"), [("close", CallState.CLOSED), ("withdraw", CallState.WITHDRAWN)])
def test_a_call_that_ended_is_found_no_more(
    kaifu: Actor, yuhua: Actor, at: datetime, leave: str, state: CallState
) -> None:
    told = notice()
    actions.publish(notice=told, by=kaifu, at=at)
    # The neighbour's call, by chance with the same id, is another one.
    actions.publish(notice=replace(told, title="邻居的公告"), by=yuhua, at=at)
    getattr(actions, leave)(call_id=told.call_id, by=kaifu, at=at)
    assert titles() == ["邻居的公告"]
    assert OpenCall.objects.get(union=kaifu.union).state == state
    assert OpenCall.objects.get(union=yuhua.union).state == CallState.OPEN


def test_what_is_over_stays_over_when_left_again(kaifu: Actor, at: datetime) -> None:
    told = notice()
    actions.publish(notice=told, by=kaifu, at=at)
    actions.withdraw(call_id=told.call_id, by=kaifu, at=at)
    actions.close(call_id=told.call_id, by=kaifu, at=at)
    actions.close(call_id=uuid4(), by=kaifu, at=at)
    assert OpenCall.objects.get().state == CallState.WITHDRAWN


def test_an_actor_without_a_union_shows_nothing(db: None, at: datetime) -> None:
    with pytest.raises(RuntimeError):
        actions.publish(notice=notice(), by=system("测试"), at=at)


def test_calls_are_found_by_region_field_and_text(kaifu: Actor, yuhua: Actor, at: datetime) -> None:
    actions.publish(notice=notice(title="甲"), by=kaifu, at=at)
    actions.publish(notice=notice(title="乙", region_code="430111", fields=["legal_aid"]), by=yuhua, at=at)
    actions.publish(notice=notice(title="丙", deadline_at=now() - timedelta(minutes=1)), by=kaifu, at=at)
    assert titles() == sorted(["甲", "乙"])
    assert titles(region="430105") == ["甲"]
    assert titles(region="430100") == sorted(["甲", "乙"])
    assert titles(region="440000") == []
    assert titles(field="legal_aid") == ["乙"]
    assert titles(text="开福区 甲") == ["甲"]
    assert titles(text="甲\x00") == ["甲"]


def test_pages_follow_each_other_both_ways(kaifu: Actor, at: datetime) -> None:
    for day in range(1, 6):
        actions.publish(notice=notice(title=f"公告{day}", published_on=date(2026, 11, day)), by=kaifu, at=at)
    rows = selectors.open_calls(at=now())
    first = selectors.paged(rows, size=2)
    second = selectors.paged(rows, size=2, after=first.next or "")
    third = selectors.paged(rows, size=2, after=second.next or "")
    back = selectors.paged(rows, size=2, before=third.previous or "")
    assert [[row.title for row in page.rows] for page in (first, second, third, back)] == [
        ["公告5", "公告4"],
        ["公告3", "公告2"],
        ["公告1"],
        ["公告3", "公告2"],
    ]
    assert (first.previous, third.next) == (None, None)
    assert selectors.paged(rows, size=2, after="2026-13-45" + "0" * 32).rows == first.rows


def test_an_unknown_call_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        selectors.call(UUID(int=1))


@pytest.mark.parametrize("role", [Role.UNION_STAFF, Role.LEADER, Role.ORG_USER, Role.NATIONAL_ADMIN])
def test_everybody_signed_in_reads_the_list(kaifu: Actor, client_of: ClientOf, at: datetime, role: Role) -> None:
    row = actions.publish(notice=notice(), by=kaifu, at=at)
    code = "000000" if role is Role.NATIONAL_ADMIN else "430111"
    client = client_of(code, role)
    for address in ("/calls", f"/u/{code}/calls"):
        page = client.get(address)
        assert page.status_code == 200
        assert "职工心理关爱服务" in page.content.decode()
    page = client.get(f"/u/{code}/calls/{row.pk}").content.decode()
    assert "12.00" in page
    assert "查看全文并申报" not in page


def test_nobody_else_does(kaifu: Actor, at: datetime) -> None:
    row = actions.publish(notice=notice(), by=kaifu, at=at)
    for address in ("/calls", f"/calls/{row.pk}", "/u/430105/calls"):
        answer = Client().get(address)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in")


def test_an_organization_finds_the_way_to_answer_until_the_deadline(kaifu: Actor, at: datetime) -> None:
    told = notice()
    row = actions.publish(notice=told, by=kaifu, at=at)
    client = Client()
    holder = people.organization("430111", USCC).user
    client.force_login(holder, backend="django.contrib.auth.backends.ModelBackend")
    assert 'href="/u/430105/portal/calls/1"' in client.get(f"/calls/{row.pk}").content.decode()
    waiting = Client()
    waiting.force_login(people.user(kind=AccountKind.SOCIAL_ORG), backend="django.contrib.auth.backends.ModelBackend")
    assert "portal/calls/1" not in waiting.get(f"/calls/{row.pk}").content.decode()
    OpenCall.objects.update(deadline_at=now() - timedelta(minutes=1))
    page = client.get(f"/calls/{row.pk}").content.decode()
    assert "portal/calls/1" not in page
    assert "申报已经截止" in page
    actions.withdraw(call_id=told.call_id, by=kaifu, at=at)
    assert "购买方已撤回这份公告" in client.get(f"/calls/{row.pk}").content.decode()


def test_a_region_that_is_none_is_said_so(client_of: ClientOf) -> None:
    page = client_of("430105", Role.UNION_STAFF).get("/calls", {"region": "火星"})
    assert page.status_code == 422
    assert "没有这个地区" in page.content.decode()
