"""A call from its draft to the award, with real sealing and the real clock. Source: SM-16, SM-17; Appendix F4."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from commons.access import actors
from commons.access.actors import Actor
from commons.calls.models import OpenCall
from commons.hierarchy.models import TradeUnion
from commons.kit import clock, drawing, workdays
from commons.kit.clock import today
from commons.people.enums import Role
from commons.people.models import User
from commons.tenancy.door import inside
from commons.workflow.transitions import transition
from tenants.purchasing import offers
from tenants.purchasing.actions import bids, calls, notes, reviews
from tenants.purchasing.admission import Conditions
from tenants.purchasing.enums import BidState, CallState, ProjectState
from tenants.purchasing.machines.bid import BID, BidEvent
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.machines.member import MEMBER, MemberEvent
from tenants.purchasing.models import Bid, Call, PanelMember, Provider, ServiceProject
from tests.factories import organizations, people
from tests.factories.purchasing import calls as factory

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
NAMES = ["星城职工服务中心", "芙蓉社会工作服务社", "湘江法律援助中心"]


def wait_for(moment: datetime) -> None:
    while clock.now() <= moment:
        time.sleep(0.02)


def test_a_call_goes_all_the_way(country: Country, actor_of: ActorOf) -> None:
    union = country["430105"]
    staff, admin = actor_of("430105", Role.UNION_STAFF), actor_of("430105", Role.UNION_ADMIN)
    codes = [organizations.credit_code() for _ in NAMES]
    bidders = [people.organization("430105", code) for code in codes]
    with inside(union):
        for name, code in zip(NAMES, codes, strict=True):
            organizations.organization(name=name, uscc=code, registered_on=date(2020, 1, 1))
        project = factory.sourcing(state=ProjectState.APPROVED, budget=100_000)
        experts = [factory.expert(union) for _ in range(5)]
        deadline = clock.now() + timedelta(seconds=2)
        begun = deadline - timedelta(days=11)
        draft = calls.Draft(
            title="职工心理关爱服务招募公告",
            text="提供心理疏导服务。",
            ceiling=Decimal(90_000),
            admission=Conditions(min_years=2),
            bid_deadline=deadline,
        )
        call = calls.create(project_id=project.pk, draft=draft, by=staff, at=begun)
        transition(CALL, call, CallEvent.PUBLISH, by=staff, at=begun)
        shown = OpenCall.objects.get(call_id=call.pk)
        assert (shown.title, shown.state, shown.budget) == (draft.title, "open", Decimal(90_000))
        assert ServiceProject.objects.get(pk=project.pk).state == ProjectState.SOURCING

        for number, (code, by) in enumerate(zip(codes, bidders, strict=True)):
            offer = factory.offer(code, name=NAMES[number], total=80_000 - number * 1000, files=(factory.enclosed(),))
            bid = bids.save(call_id=call.pk, offer=offer, version=None, by=by, at=clock.now())
            transition(BID, bid, BidEvent.SUBMIT, by=by, at=clock.now())
        assert set(Bid.objects.values_list("state", flat=True)) == {"submitted"}
        assert Provider.objects.count() == 0

        wait_for(deadline)
        call = calls.settle(call=Call.objects.get(pk=call.pk), at=clock.now())
        assert call.state == CallState.OPENING
        opened = {bid.provider.uscc: bid for bid in Bid.objects.select_related("provider") if bid.provider}
        assert sorted(opened) == sorted(codes)
        first = opened[codes[0]]
        assert (first.plan, first.total) == ("开展二十场团体辅导。", Decimal("80000.00"))
        assert [one["receipt"] for one in call.opening_record["opened"]] == [
            bid.receipt for bid in sorted(opened.values(), key=lambda bid: bid.submitted_at or deadline)
        ]
        assert call.opening_record["submitted"] == 3
        assert offers.opened(first, clock.now()).files[0].content == b"%PDF-1.4 canary"
        assert OpenCall.objects.get(call_id=call.pk).state == "closed"

        at = clock.now()
        transition(CALL, call, CallEvent.DRAW, by=staff, at=at)
        call.refresh_from_db()
        pool = [expert.code for expert, _ in experts]
        assert call.draw_record["drawn"] == drawing.draw(pool, seed=call.draw_record["seed"], wanted=3)
        members = list(PanelMember.objects.select_related("expert").order_by("position"))
        reviewers = {member.pk: actors.acting(User.objects.get(pk=member.expert.user_id), union) for member in members}
        for member in members:
            transition(MEMBER, member, MemberEvent.DECLARE, by=seat(reviewers[member.pk]), at=at)
        transition(CALL, call, CallEvent.QUALIFY, by=staff, at=at)
        for bid in opened.values():
            transition(BID, bid, BidEvent.QUALIFY, by=staff, at=at)
        transition(CALL, call, CallEvent.REVIEW, by=staff, at=at)
        for number, code in enumerate(codes):
            for member in members:
                scores = {str(item["code"]): str(90 - number * 5) for item in factory.ITEMS}
                by = seat(reviewers[member.pk])
                review = reviews.score(bid_id=opened[code].pk, scores=scores, version=None, by=by, at=at)
                reviews.lock(bid_id=opened[code].pk, version=review.version, by=by, at=at)
        transition(CALL, call, CallEvent.PUBLICISE, by=staff, at=at)
        call.refresh_from_db()
        assert call.publicity_until == workdays.workdays_after(today(at), 5) + timedelta(days=1)
        ranked = Bid.objects.order_by("rank").values_list("provider__uscc", "rank", "score", "state")
        assert list(ranked) == [
            (codes[0], 1, Decimal("90.0000"), "scored"),
            (codes[1], 2, Decimal("85.0000"), "scored"),
            (codes[2], 3, Decimal("80.0000"), "scored"),
        ]
        note = notes.object_to(call_id=call.pk, text="对评分有异议。", by=bidders[1], at=at)
        notes.answer(note_id=note.pk, text="经复核，评分无误。", by=staff, at=at)
        Provider.objects.update(vetting_result="clear", has_union=True)
        later = datetime.combine(call.publicity_until, datetime.min.time(), tzinfo=clock.BEIJING)
        transition(CALL, call, CallEvent.CONFIRM, by=admin, at=later, data={"amount": "78000"})

        call.refresh_from_db()
        states = dict(Bid.objects.values_list("provider__uscc", "state"))
        won = Bid.objects.get(state=BidState.WON)
        project.refresh_from_db()
    assert call.state == CallState.CONFIRMED
    assert states == {codes[0]: "won", codes[1]: "reserve", codes[2]: "reserve"}
    assert (won.award_amount, won.confirmed_on, won.had_union, won.is_first_award) == (
        Decimal("78000.00"),
        call.publicity_until,
        True,
        True,
    )
    assert project.state == ProjectState.AWARDED


def seat(actor: Any) -> Actor:
    assert isinstance(actor, Actor)
    return replace(actor)
