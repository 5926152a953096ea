"""A sealed bid is read by nobody: not in any table, not in the logs, not by any account. Source: SM-17; issue: sealed until the deadline."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import structlog
from django.db import connection

from commons.access.actors import Actor
from commons.audit.models import AuditEvent
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.kit.errors import NotFound, Refused
from commons.people.enums import Role
from commons.sealing.errors import Damaged, SealedStill
from commons.tenancy.door import inside
from commons.workflow import todo
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing import offers
from tenants.purchasing.actions import bids
from tenants.purchasing.enums import BidState, ProjectState
from tenants.purchasing.machines.bid import BID
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.models import Bid, Call
from tenants.purchasing.policies import BIDS
from tenants.purchasing.selectors import own_bids
from tests.factories import organizations, people
from tests.factories.purchasing import calls as factory
from tests.factories.purchasing.sealed import WORDS, handed_in

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]

# Where an account that speaks for an organization stands, whatever it does: who claimed what was decided by a union.
KNOWN_BEFORE = {"people_orgaccountlink", "people_user", "people_roleassignment", "django_session", "sessions_session"}


def texts() -> Iterator[tuple[str, str, str]]:
    """(table, column, text) of every value of every table that this schema or `public` holds, bytes as they are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema IN (current_schema(), 'public') AND table_type = 'BASE TABLE'"
        )
        columns = cursor.fetchall()
        assert len({name for _, name, _, _ in columns}) > 60
        for schema, table, column, kind in columns:
            value = f"encode({column!r}, 'escape')" if kind == "bytea" else f'"{column}"::text'
            value = value.replace("'" + column + "'", f'"{column}"')
            cursor.execute(f'SELECT {value} FROM "{schema}"."{table}" WHERE "{column}" IS NOT NULL')
            for (text,) in cursor.fetchall():
                yield table, column, text


def where(words: list[str]) -> set[tuple[str, str]]:
    return {
        (table, column)
        for table, column, text in texts()
        if table not in KNOWN_BEFORE and any(word in text for word in words)
    }


@pytest.fixture
def bidder(country: Country) -> Actor:
    return people.organization("430105", organizations.credit_code())


def test_no_table_holds_what_is_sealed_nor_who_sealed_it(country: Country, bidder: Actor) -> None:
    with inside(country["430105"]):
        assert bidder.user is not None
        row = handed_in(bidder)
        who = [bidder.organization, bidder.user.name + "）", str(bidder.user.pk), bidder.user.pk.hex]
        assert where([*WORDS, *who]) == set()
        assert row.state == BidState.SUBMITTED
        assert (row.created_by_id, row.created_by_name, row.provider_id) == (None, "申报单位", None)
        # That the search finds what is there: the call's own text.
        assert ("purchasing_call", "text") in where(["提供心理疏导服务"])


def test_history_and_audit_name_nobody_but_keep_the_receipt(country: Country, bidder: Actor) -> None:
    with inside(country["430105"]):
        structlog.contextvars.bind_contextvars(ip="203.0.113.9", request_id="req-canary")
        try:
            row = handed_in(bidder)
        finally:
            structlog.contextvars.clear_contextvars()
        changes = list(Change.objects.filter(object_id=row.pk).order_by("at", "id"))
        events = list(AuditEvent.objects.filter(object_id=str(row.pk)).order_by("at", "pk"))
    assert [one.event for one in changes] == ["create", "edit", "submit", "withdraw", "resume", "submit"]
    assert {(one.by_id, one.by_name) for one in changes} == {(None, "申报单位")}
    assert {(one.user_id, one.by_name, one.ip, one.request_id) for one in events} == {(None, "申报单位", None, "")}
    receipts = [one.data["receipt"] for one in events if one.event == "purchasing.bid.receipt"]
    assert receipts == [row.receipt, row.receipt]
    assert [one.event for one in events if "read" in one.event] == ["purchasing.bid.read_own"]


def test_the_logs_say_nothing(country: Country, bidder: Actor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with inside(country["430105"]):
        handed_in(bidder)
    assert bidder.user is not None
    told = caplog.text
    for word in (*WORDS, bidder.organization, str(bidder.user.pk)):
        assert word not in told


@pytest.mark.parametrize(
    "role", [Role.UNION_ADMIN, Role.UNION_STAFF, Role.LEADER, Role.REVIEWER, Role.FINANCE, Role.SUPERVISOR]
)
def test_no_role_sees_it_as_a_row(country: Country, bidder: Actor, actor_of: ActorOf, role: Role) -> None:
    roles = (Role.UNION_STAFF, role) if role.is_flag else (role,)
    looking = actor_of("430105", *roles)
    with inside(country["430105"]):
        row = handed_in(bidder)
        assert not BIDS.visible(looking).exists()
        assert not own_bids.own(looking).exists()
        with pytest.raises(NotFound):
            BID.find(looking, row.pk)
        with pytest.raises((NotFound, Refused)):
            bids.read_own(bid_id=row.pk, by=looking, at=clock.now())
        assert [one for one in todo.mine(looking) if one.machine is BID] == []


def test_another_organization_sees_nothing_of_it(country: Country, bidder: Actor) -> None:
    other = people.organization("430105", organizations.credit_code())
    with inside(country["430105"]):
        row = handed_in(bidder)
        assert list(own_bids.own(bidder)) == [row]
        assert list(own_bids.own(other)) == []
        for reader in (other,):
            with pytest.raises(NotFound):
                BID.find(reader, row.pk)
            with pytest.raises(NotFound):
                bids.read_own(bid_id=row.pk, by=reader, at=clock.now())
        with pytest.raises(Damaged):
            offers.read_own(row, other.organization)


def test_whoever_writes_rows_opens_nothing_before_the_moment(country: Country, bidder: Actor) -> None:
    """SQL may move the deadline: the envelope still names its own."""
    with inside(country["430105"]):
        row = handed_in(bidder)
        with pytest.raises(SealedStill):
            offers.opened(row, clock.now() + timedelta(days=20))
        Call.objects.filter(pk=row.call_id).update(bid_deadline=clock.now() - timedelta(days=1))
        row = Bid.objects.get(pk=row.pk)
        with pytest.raises(Damaged):
            offers.opened(row, clock.now())


def test_a_bid_laid_into_another_call_is_damaged(country: Country, bidder: Actor) -> None:
    with inside(country["430105"]):
        row = handed_in(bidder)
        other = factory.call()
        Bid.objects.filter(pk=row.pk).update(call=other)
        moved = Bid.objects.get(pk=row.pk)
        with pytest.raises(Damaged):
            offers.read_own(moved, bidder.organization)


def test_an_addendum_tells_nothing_either(country: Country, bidder: Actor, actor_of: ActorOf, at: datetime) -> None:
    staff = actor_of("430105", Role.UNION_STAFF)
    with inside(country["430105"]):
        row = handed_in(bidder)
        data = {"text": "服务人数增加至四百人。", "material": "on"}
        transition(CALL, row.call, CallEvent.AMEND, by=staff, at=clock.now(), data=data)
        row.refresh_from_db()
        assert row.state == BidState.TO_CONFIRM
        assert where([*WORDS, bidder.organization]) == set()
        last = Change.objects.filter(object_id=row.pk).order_by("-at", "-id").first()
    assert last is not None
    assert (last.event, last.by_name, last.to_state) == ("put_back", staff.name, "to_confirm")


def test_a_neighbour_finds_nothing(country: Country, bidder: Actor) -> None:
    with inside(country["430105"]):
        row = handed_in(bidder)
    there = people.actor("430111", Role.UNION_ADMIN)
    with inside(country["430111"]):
        with pytest.raises(NotFound):
            BID.find(there, row.pk)
        assert not Bid.objects.exists()
        assert factory.sourcing(state=ProjectState.APPROVED).pk
