"""
Two at once, each in a transaction of its own: one wins, the other is told, and history, audit log and notices have each step once.

Source: DOMAIN §3.6 SM-15P, SM-16, SM-17; E14.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from commons.access import actors
from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.kit.errors import Conflict
from commons.people.enums import Role
from commons.tenancy import door
from commons.workflow.errors import GuardRefused, StateRefused
from commons.workflow.transitions import transition
from tenants.notices.models import Notice
from tenants.purchasing.actions import bids, calls, reviews
from tenants.purchasing.call_errors import ScoresLocked
from tenants.purchasing.enums import BidState, CallState
from tenants.purchasing.machines.bid import BID, BidEvent
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.models import Bid, Call, Provider, Review
from tests.factories import organizations, people
from tests.factories.purchasing import calls as factory
from tests.tenants.purchasing import outcomes
from tests.tenants.purchasing.outcomes import CODE, kinds, lead, look, since, told
from tests.tenants.purchasing.test_payment_races import together

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
OVER = date(2026, 11, 20)
E = CallEvent


@pytest.fixture
def union(own_database: str) -> TradeUnion:
    return TradeUnion.objects.get(code=CODE)


def wait_for(moment: datetime) -> None:
    while clock.now() <= moment:
        time.sleep(0.005)


# Bids


def test_two_accounts_of_one_organization_save_its_first_bid_at_once(union: TradeUnion) -> None:
    uscc = organizations.credit_code()
    first, second = people.organization(CODE, uscc), people.organization(CODE, uscc)
    with door.inside(union):
        call = factory.call()
        before = look()

    def save(by: Actor) -> Bid:
        offer = factory.offer(uscc, plan=f"方案：{by.user_id}")
        return bids.save(call_id=call.pk, offer=offer, version=None, by=by, at=clock.now())

    refusals = together(union, [lambda: save(first), lambda: save(second)])
    assert kinds(refusals) == [Conflict]
    with door.inside(union):
        [bid] = Bid.objects.all()
        assert (bid.state, bid.version) == (BidState.DRAFT, 1)
        # Whole: what one of them wrote, for both to read.
        [plan] = {bids.read_own(bid_id=bid.pk, by=by, at=clock.now()).plan for by in (first, second)}
        assert plan in {f"方案：{by.user_id}" for by in (first, second)}
        history, audit = since(before)
        assert (history, audit) == ({"bid.create": 1}, {"purchasing.bid.create": 1, "purchasing.bid.read_own": 2})
        assert Notice.objects.count() == 0


def test_a_bid_under_way_at_the_deadline_is_in_and_opened(union: TradeUnion) -> None:
    """Accepted before the moment, committed after it: the opening waits for it."""
    by, uscc = handing_in()

    def rehearsal() -> None:
        with door.inside(union):
            other = factory.sealed(factory.call(), uscc, state=BidState.DRAFT)
        assert together(union, [lambda: transition(BID, other, BidEvent.SUBMIT, by=by, at=clock.now())]) == []

    deadline = clock.now() + lead(rehearsal)
    with door.inside(union):
        call = factory.call(deadline=deadline, min_bids=1)
        bid = factory.sealed(call, uscc, state=BidState.DRAFT)
    holds = threading.Event()

    def submit() -> None:
        with transaction.atomic():
            transition(BID, bid, BidEvent.SUBMIT, by=by, at=clock.now())
            assert clock.now() < deadline
            holds.set()
            wait_for(deadline + timedelta(seconds=0.3))

    def open_() -> None:
        assert holds.wait(10)
        wait_for(deadline)
        # A copy read while the other has not committed.
        calls.settle(call=Call.objects.get(pk=call.pk), at=clock.now())

    assert together(union, [submit, open_, open_]) == []
    with door.inside(union):
        call.refresh_from_db()
        bid.refresh_from_db()
        assert (call.state, bid.state, call.opening_record["submitted"]) == (CallState.OPENING, BidState.OPENED, 1)
        assert bid.submitted_at is not None
        assert bid.submitted_at < deadline
        assert [one[:3] for one in told(bid)] == [("submit", "draft", "submitted"), ("open", "submitted", "opened")]
        # Once each; which of the two that looked took which step is told by nothing.
        assert sorted(one[:3] for one in told(call)) == [
            ("close", "published", "closed"),
            ("open", "closed", "opening"),
        ]


def test_a_bid_that_comes_while_it_is_opened_is_refused_whatever_time_it_tells(union: TradeUnion) -> None:
    by, uscc = handing_in()
    with door.inside(union):
        deadline = clock.now() - timedelta(seconds=1)
        call = factory.call(deadline=deadline, min_bids=1)
        factory.sealed(call, organizations.credit_code())
        bid = factory.sealed(call, uscc, state=BidState.DRAFT)
    opening = threading.Event()

    def open_() -> None:
        with transaction.atomic():
            calls.settle(call=Call.objects.get(pk=call.pk), at=clock.now())
            opening.set()
            time.sleep(0.3)

    def submit() -> None:
        assert opening.wait(10)
        transition(BID, bid, BidEvent.SUBMIT, by=by, at=deadline - timedelta(seconds=30))

    refusals = together(union, [open_, submit])
    # Once it is opened the draft has lapsed; before, the deadline is over. Either way it is told.
    assert kinds(refusals) == [StateRefused]
    with door.inside(union):
        bid.refresh_from_db()
        assert (bid.state, bid.submitted_at) == (BidState.LAPSED, None)
        assert Call.objects.get(pk=call.pk).opening_record["submitted"] == 1


def test_bids_that_rush_in_at_the_deadline_are_opened_or_refused_and_none_stays_sealed(union: TradeUnion) -> None:
    offsets = [-0.5, -0.05, -0.01, 0.0, 0.01, 0.3]
    bidders = [handing_in() for _ in offsets]

    def prepared(deadline: datetime) -> tuple[Call, list[tuple[Actor, Bid, float]]]:
        call = factory.call(deadline=deadline, min_bids=1)
        return call, [
            (by, factory.sealed(call, uscc, state=BidState.DRAFT), offset)
            for (by, uscc), offset in zip(bidders, offsets, strict=True)
        ]

    with door.inside(union):
        deadline = clock.now() + lead(lambda: prepared(clock.now() + timedelta(days=9)))
        call, rushing = prepared(deadline)
        before = look()
    came: dict[object, str] = {}

    def submit(by: Actor, bid: Bid, offset: float) -> None:
        wait_for(deadline + timedelta(seconds=offset))
        try:
            transition(BID, bid, BidEvent.SUBMIT, by=by, at=clock.now())
        except (GuardRefused, StateRefused) as refusal:
            came[bid.pk] = refusal.code
        else:
            came[bid.pk] = "in"

    def open_() -> None:
        row = Call.objects.get(pk=call.pk)
        while row.state in (CallState.PUBLISHED, CallState.CLOSED):
            row = calls.settle(call=row, at=clock.now())
            time.sleep(0.003)

    works: list[Callable[[], object]] = [lambda one=one: submit(*one) for one in rushing]  # type: ignore[misc]
    assert together(union, [*works, open_, open_]) == []
    with door.inside(union):
        call.refresh_from_db()
        entered = [pk for pk, how in came.items() if how == "in"]
        assert len(came) == len(offsets)
        assert set(came.values()) <= {"in", "PURCHASING.BID_TOO_LATE", "WORKFLOW.STATE"}
        # The last came too late whatever the machine was doing.
        assert came[rushing[-1][1].pk] != "in"
        found = {bid.pk: str(bid.state) for bid in Bid.objects.filter(call=call)}
        opens = bool(entered)
        assert found == {pk: "opened" if pk in entered else "lapsed" for pk in came}
        assert call.state == (CallState.OPENING if opens else CallState.FAILED)
        assert call.opening_record["submitted"] == len(entered)
        assert sorted(one["bid"] for one in call.opening_record["opened"]) == sorted(map(str, entered))
        history, audit = since(before)
        expected = Counter({"call.close": 1, "call.open": 1, "bid.submit": len(entered), "bid.open": len(entered)})
        expected["bid.lapse"] = len(offsets) - len(entered)
        expected["serviceproject.sourcing_failed"] = 0 if opens else 1
        assert history == {name: count for name, count in expected.items() if count}
        assert audit.get("purchasing.bid.receipt", 0) == len(entered)
        assert audit["purchasing.call.opened"] == 1


def test_two_calls_with_the_same_new_bidders_are_opened_at_once(union: TradeUnion) -> None:
    """Each bidder joins the providers once, in whichever order the bids of the two came."""
    codes = [organizations.credit_code() for _ in range(5)]
    with door.inside(union):
        found = [factory.call(deadline=clock.now() - timedelta(minutes=1)) for _ in range(2)]
        for call, order in zip(found, (codes, codes[::-1]), strict=True):
            for code in order:
                factory.sealed(call, code)
    opening = [lambda call=call: calls.settle(call=call, at=clock.now()) for call in found]  # type: ignore[misc]
    assert together(union, list(opening)) == []
    with door.inside(union):
        assert [str(Call.objects.get(pk=call.pk).state) for call in found] == ["opening", "opening"]
        assert sorted(Provider.objects.values_list("uscc", flat=True)) == sorted(codes)
        assert set(Bid.objects.values_list("state", flat=True)) == {"opened"}


def test_a_deadline_that_is_put_off_at_the_last_moment_holds(union: TradeUnion) -> None:
    """Decided before the moment, committed after it: whoever wanted to open finds the new one."""
    by = staff(union)
    later = (clock.now() + timedelta(days=5)).replace(second=0, microsecond=0)
    more = {"text": "截止时间顺延。", "later": f"{later.astimezone(clock.BEIJING):%Y-%m-%dT%H:%M}"}

    def rehearsal() -> None:
        with door.inside(union):
            other = factory.call()
            factory.sealed(other, organizations.credit_code())
        amend = lambda: transition(CALL, other, E.AMEND, by=by, at=clock.now(), data={"text": "补充"})  # noqa: E731
        assert together(union, [amend]) == []

    deadline = clock.now() + lead(rehearsal)
    with door.inside(union):
        call = factory.call(deadline=deadline, min_bids=1)
        bid = factory.sealed(call, organizations.credit_code())
    holds = threading.Event()

    def amend() -> None:
        with transaction.atomic():
            transition(CALL, call, E.AMEND, by=by, at=clock.now(), data=more)
            holds.set()
            wait_for(deadline + timedelta(seconds=0.3))

    def open_() -> None:
        assert holds.wait(30)
        wait_for(deadline)
        calls.settle(call=Call.objects.get(pk=call.pk), at=clock.now())

    assert together(union, [amend, open_, open_]) == []
    with door.inside(union):
        call.refresh_from_db()
        bid.refresh_from_db()
        assert (call.state, call.bid_deadline, bid.state) == (CallState.PUBLISHED, later, BidState.SUBMITTED)
        assert [one[0] for one in told(call)] == ["amend"]


def handing_in() -> tuple[Actor, str]:
    uscc = organizations.credit_code()
    return people.organization(CODE, uscc), uscc


# Scores


def test_one_expert_locks_twice_at_once(union: TradeUnion) -> None:
    with door.inside(union):
        call = factory.call(state=CallState.REVIEW)
        seat, holder = factory.member(call, union)
        bid = factory.bid(call, state=BidState.QUALIFIED)
        review = factory.review(seat, bid, [80] * 6, locked=False)
        before = look()
    by = actors.acting(holder, union)
    assert by is not None
    lock = lambda: reviews.lock(bid_id=bid.pk, version=review.version, by=replace(by), at=AT)  # noqa: E731
    assert kinds(together(union, [lock, lock])) == [ScoresLocked]
    with door.inside(union):
        review.refresh_from_db()
        assert (review.locked_at, review.version) == (AT, 2)
        assert since(before) == ({"review.lock": 1}, {"purchasing.review.lock": 1})


def test_an_expert_changes_points_in_one_tab_and_locks_them_in_another(union: TradeUnion) -> None:
    """What stands is what was locked: never points that came after."""
    with door.inside(union):
        call = factory.call(state=CallState.REVIEW)
        seat, holder = factory.member(call, union)
        bid = factory.bid(call, state=BidState.QUALIFIED)
        review = factory.review(seat, bid, [80] * 6, locked=False)
        before = look()
    by = actors.acting(holder, union)
    assert by is not None
    higher = {str(item["code"]): "95" for item in factory.ITEMS}
    refusals = together(
        union,
        [
            lambda: reviews.lock(bid_id=bid.pk, version=review.version, by=by, at=AT),
            lambda: reviews.score(bid_id=bid.pk, scores=higher, version=review.version, by=by, at=AT),
        ],
    )
    with door.inside(union):
        review.refresh_from_db()
        points = set(review.scores.values())
        outcome = (kinds(refusals), points, review.locked_at, since(before)[0])
    assert outcome in (
        ([ScoresLocked], {"80"}, AT, {"review.lock": 1}),
        ([Conflict], {"95"}, None, {"review.edit": 1}),
    )


def test_the_last_two_experts_lock_at_once_and_the_totals_are_reckoned_once(union: TradeUnion) -> None:
    first, second = staff(union), staff(union)
    with door.inside(union):
        call = factory.call(state=CallState.REVIEW, draw_record={"seed": outcomes.SEED})
        seats = [factory.member(call, union) for _ in range(3)]
        opened = [factory.bid(call, state=BidState.QUALIFIED) for _ in range(2)]
        for place, (seat, _) in enumerate(seats):
            for bid, points in zip(opened, (90, 70), strict=True):
                factory.review(seat, bid, [points + place] * 6, locked=place == 0 or bid is opened[0])
        before = look()
    last = [actors.acting(holder, union) for _, holder in seats[1:]]
    works = [
        lambda by=by: reviews.lock(bid_id=opened[1].pk, version=1, by=by, at=AT)  # type: ignore[misc]
        for by in last
    ]
    assert together(union, list(works)) == []
    publicise = [lambda by=by: transition(CALL, call, E.PUBLICISE, by=by, at=AT) for by in (first, second)]  # type: ignore[misc]
    assert kinds(together(union, list(publicise))) == [StateRefused]
    with door.inside(union):
        assert list(Bid.objects.order_by("rank").values_list("pk", "score", "state", "version")) == [
            (opened[0].pk, Decimal("91.0000"), "scored", 2),
            (opened[1].pk, Decimal("71.0000"), "scored", 2),
        ]
        assert since(before) == (
            {"review.lock": 2, "bid.score": 2, "call.publicise": 1},
            {"purchasing.review.lock": 2, "purchasing.bid.score": 2, "purchasing.call.publicise": 1},
        )


def test_the_last_sheet_and_the_end_of_the_review_at_once(union: TradeUnion) -> None:
    """Either the sheet counts, or the review is not over yet."""
    by = staff(union)
    with door.inside(union):
        call = factory.call(state=CallState.REVIEW, draw_record={"seed": outcomes.SEED})
        seats = [factory.member(call, union) for _ in range(3)]
        bid = factory.bid(call, state=BidState.QUALIFIED)
        for place, (seat, _) in enumerate(seats):
            factory.review(seat, bid, [80 + place] * 6, locked=place != 2)
    expert = actors.acting(seats[2][1], union)
    assert expert is not None
    refusals = together(
        union,
        [
            lambda: transition(CALL, call, E.PUBLICISE, by=by, at=AT),
            lambda: reviews.lock(bid_id=bid.pk, version=1, by=expert, at=AT),
        ],
    )
    with door.inside(union):
        bid.refresh_from_db()
        assert Review.objects.filter(locked_at=None).count() == 0
        if refusals:
            assert [one.code for one in refusals] == ["PURCHASING.CALL_SCORES_OPEN"]
            assert (Call.objects.get(pk=call.pk).state, bid.score) == (CallState.REVIEW, None)
        else:
            assert (Call.objects.get(pk=call.pk).state, bid.score) == (CallState.PUBLICISED, Decimal("81.0000"))


def staff(union: TradeUnion) -> Actor:
    return people.actor(union.code, Role.UNION_STAFF)
