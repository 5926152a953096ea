"""The clock of a call rings late: the deadline holds all the same, and it is opened once. Source: SM-16 closed (deadline, system); SM-17."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.jobs import engine
from commons.jobs.context import JobContext
from commons.jobs.models import Job
from commons.kit import clock
from commons.kit.clock import BEIJING
from commons.kit.errors import NotFound
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow import alarms
from commons.workflow.errors import GuardRefused, StateRefused
from commons.workflow.transitions import transition
from tenants.purchasing.actions import bids, calls
from tenants.purchasing.admission import Conditions
from tenants.purchasing.call_errors import NotTakingBids
from tenants.purchasing.enums import BidState, CallState, ProjectState
from tenants.purchasing.machines.bid import BID, BidEvent
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.models import Bid, Call
from tenants.purchasing.policies import BIDS
from tests.factories import organizations, people
from tests.factories.purchasing import calls as factory
from tests.tenants.purchasing.outcomes import CODE, lead, look, told, written

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]


def wait_for(moment: datetime) -> None:
    while clock.now() <= moment:
        time.sleep(0.02)


def published(staff: Actor, deadline: datetime) -> Call:
    """A call that eleven days ago was published until `deadline`, which one bid opens."""
    begun = deadline - timedelta(days=11)
    project = factory.sourcing(state=ProjectState.APPROVED)
    draft = calls.Draft(
        title="职工心理关爱服务招募公告",
        text="提供心理疏导服务。",
        ceiling=Decimal(90_000),
        admission=Conditions(registration_valid=False),
        bid_deadline=deadline,
    )
    call = calls.create(project_id=project.pk, draft=draft, by=staff, at=begun)
    Call.objects.filter(pk=call.pk).update(min_bids=1)
    transition(CALL, call, CallEvent.PUBLISH, by=staff, at=begun)
    return Call.objects.get(pk=call.pk)


def hand_in(call: Call, by: Actor) -> Bid:
    bid = bids.save(call_id=call.pk, offer=factory.offer(by.organization), version=None, by=by, at=clock.now())
    transition(BID, bid, BidEvent.SUBMIT, by=by, at=clock.now())
    return bid


def rehearsal(staff: Actor) -> None:
    call = published(staff, clock.now() + timedelta(days=20))
    hand_in(call, people.organization(CODE, organizations.credit_code()))


def rung(call: Call) -> list[dict[str, object]]:
    """What came of the alarms, in the order in which they were asked for."""
    with_results = Job.objects.filter(kind=alarms.KIND, payload__id=str(call.pk)).order_by("asked_at", "pk")
    return [{"event": job.payload["event"], **job.result} for job in with_results]


def test_nobody_is_let_in_after_the_deadline_and_the_late_clock_opens_what_was_in(
    country: Country, actor_of: ActorOf
) -> None:
    union, staff = country[CODE], actor_of(CODE, Role.UNION_STAFF)
    early, late, absent = (people.organization(CODE, organizations.credit_code()) for _ in range(3))
    with inside(union):
        deadline = clock.now() + lead(lambda: rehearsal(staff))
        call = published(staff, deadline)
        good = hand_in(call, early)
        draft = bids.save(
            call_id=call.pk, offer=factory.offer(late.organization), version=None, by=late, at=clock.now()
        )
        # Before the moment the clock finds nothing to do.
        assert engine.run_due() == 0
        wait_for(deadline)

        # No worker has come. The call says that it takes bids, and takes none.
        assert Call.objects.get(pk=call.pk).state == CallState.PUBLISHED
        before = look()
        for told_at in (clock.now(), deadline - timedelta(hours=1)):
            with pytest.raises(GuardRefused) as refusal:
                transition(BID, draft, BidEvent.SUBMIT, by=late, at=told_at)
            assert refusal.value.code == "PURCHASING.BID_TOO_LATE"
            with pytest.raises(GuardRefused) as refusal:
                transition(BID, good, BidEvent.WITHDRAW, by=early, at=told_at)
            assert refusal.value.code == "PURCHASING.BID_TOO_LATE"
            with pytest.raises(NotTakingBids):
                bids.save(
                    call_id=call.pk,
                    offer=factory.offer(absent.organization),
                    version=None,
                    by=absent,
                    at=told_at,
                )
        assert look() == before
        assert list(BIDS.visible(staff)) == []

    with inside(union), written() as wrote:
        assert engine.run_due() == 2
    with inside(union):
        call = Call.objects.get(pk=call.pk)
        opened_at = call.opened_at
        assert (call.state, call.bid_deadline) == (CallState.OPENING, deadline)
        assert opened_at is not None
        assert opened_at > deadline
        assert {name: call.opening_record[name] for name in ("due_at", "opened_at", "submitted", "needed", "by")} == {
            "due_at": deadline.isoformat(),
            "opened_at": opened_at.isoformat(),
            "submitted": 1,
            "needed": 1,
            "by": staff.name,
        }
        assert [one["bid"] for one in call.opening_record["opened"]] == [str(good.pk)]
        assert [Bid.objects.get(pk=one.pk).state for one in (good, draft)] == [BidState.OPENED, BidState.LAPSED]
        assert told(draft)[-1] == ("lapse", "draft", "lapsed", "截止时未递交")
        assert [(bid.pk, bid.plan, bid.total) for bid in BIDS.visible(staff)] == [
            (good.pk, "开展二十场团体辅导。", Decimal("80000.00"))
        ]
        assert dict(wrote.history) == {"call.close": 1, "call.open": 1, "bid.open": 1, "bid.lapse": 1}
        assert wrote.audit["purchasing.call.opened"] == 1
    assert rung(call) == [{"event": "close", "rung": True}, {"event": "open", "rung": True}]


def test_a_page_opens_it_first_and_the_clock_then_does_nothing(
    country: Country, actor_of: ActorOf, client_of: Callable[..., Client]
) -> None:
    union, staff = country[CODE], actor_of(CODE, Role.UNION_STAFF)
    by = people.organization(CODE, organizations.credit_code())
    with inside(union):
        deadline = clock.now() + lead(lambda: rehearsal(staff))
        call = published(staff, deadline)
        bid = hand_in(call, by)
    wait_for(deadline)
    page = client_of(CODE, Role.UNION_STAFF).get(f"/u/{CODE}/purchase-calls/{call.pk}")
    assert page.status_code == 200
    text = page.content.decode()
    with inside(union):
        call.refresh_from_db()
        assert (call.state, Bid.objects.get(pk=bid.pk).state) == (CallState.OPENING, BidState.OPENED)
        assert call.opened_at is not None
        assert f"{call.opened_at.astimezone(BEIJING):%H:%M}，递交 1 份，开启 1 份" in text
        assert call.opening_record["by"] == "到期开标"
        # Whoever looks, staff read the bid and a stranger does not.
        assert [one.pk for one in BIDS.visible(staff)] == [bid.pk]
        kept = Call.objects.values().get(pk=call.pk)

    with inside(union), written() as wrote:
        assert engine.run_due() == 2
        assert calls.settle(call=Call.objects.get(pk=call.pk), at=clock.now()).version == call.version
        clockwork = Actor(union=union, system="workflow.alarm")
        with pytest.raises(StateRefused):
            transition(CALL, call, CallEvent.OPEN, by=clockwork, at=clock.now())
    assert (dict(wrote.history), dict(wrote.audit)) == ({}, {})
    assert [(one["rung"], one["why"]) for one in rung(call)] == [(False, "WORKFLOW.STATE")] * 2
    with inside(union):
        assert Call.objects.values().get(pk=call.pk) == kept


def test_a_worker_whose_clock_is_ahead_rings_again(country: Country, actor_of: ActorOf) -> None:
    """By its own clock the moment has come, by the database's it has not; were that the end of it, nobody would open the bids."""
    union, staff = country[CODE], actor_of(CODE, Role.UNION_STAFF)
    deadline = clock.now() + timedelta(days=20)
    with inside(union):
        call = published(staff, deadline)
        job = Job.objects.get(kind=alarms.KIND)
        ahead, wrong = (
            JobContext(job.pk, job.kind, job.payload, union, Actor(union=union, system="到期办理"), at)
            for at in (deadline, deadline - timedelta(days=1))
        )
        before = look()
        with pytest.raises(alarms.RungEarly):
            alarms.ring(ahead)
        # Too early by every clock, it is refused for good: the deadline has been put off, and has an alarm of its own.
        assert alarms.ring(wrong) == {"rung": False, "why": "PURCHASING.CALL_NOT_DUE"}
        assert (look(), Call.objects.get(pk=call.pk).state) == (before, CallState.PUBLISHED)


def test_the_alarm_of_a_deadline_that_was_put_off_does_nothing(country: Country, actor_of: ActorOf) -> None:
    union, staff = country[CODE], actor_of(CODE, Role.UNION_STAFF)
    later = (clock.now() + timedelta(days=5)).astimezone(BEIJING).replace(second=0, microsecond=0)
    with inside(union):
        first = clock.now() + lead(lambda: rehearsal(staff))
        call = published(staff, first)
        bid = hand_in(call, people.organization(CODE, organizations.credit_code()))
        more = {"text": "截止时间顺延。", "later": f"{later:%Y-%m-%dT%H:%M}"}
        transition(CALL, call, CallEvent.AMEND, by=staff, at=clock.now(), data=more)
    wait_for(first)
    with inside(union):
        assert engine.run_due() == 1
        call.refresh_from_db()
        assert (call.state, call.bid_deadline) == (CallState.PUBLISHED, later)
        assert Bid.objects.get(pk=bid.pk).state == BidState.SUBMITTED
        assert list(BIDS.visible(staff)) == []
    done = Job.objects.exclude(finished_at=None).get()
    assert done.result == {"rung": False, "why": "PURCHASING.CALL_NOT_DUE"}
    waiting = Job.objects.get(finished_at=None, payload__id=str(call.pk))
    assert (waiting.payload["event"], waiting.run_after) == ("close", later)


def test_a_neighbour_opens_nothing_by_looking(
    country: Country, actor_of: ActorOf, client_of: Callable[..., Client]
) -> None:
    union = country[CODE]
    with inside(union):
        call = factory.call(deadline=clock.now() - timedelta(minutes=1), min_bids=1)
        factory.sealed(call, organizations.credit_code())
    assert client_of("430111", Role.UNION_STAFF).get(f"/u/430111/purchase-calls/{call.pk}").status_code == 404
    with inside(country["430111"]), pytest.raises(NotFound):
        transition(CALL, call, CallEvent.CLOSE, by=Actor(union=country["430111"], system="x"), at=clock.now())
    with inside(union):
        assert Call.objects.get(pk=call.pk).state == CallState.PUBLISHED
