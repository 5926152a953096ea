"""How a call ends: ties, too few bids, the blocked, the winner who does not take it. Source: DOMAIN §3.6 SM-16, SM-17; E14; 同等条件下优先."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.errors import GuardRefused, StateRefused
from commons.workflow.transitions import transition
from tenants.history.models import Change
from tenants.purchasing.actions import calls, notes
from tenants.purchasing.call_errors import CallUnderWay, NotAnObjector
from tenants.purchasing.enums import BidState, CallState, ProjectState
from tenants.purchasing.machines.bid import BID, BidEvent
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.models import Bid, Call, Provider, ServiceProject
from tenants.purchasing.selectors import calls as selectors
from tests.factories import organizations, people
from tests.factories.purchasing import calls as factory
from tests.factories.purchasing import projects
from tests.tenants.purchasing import outcomes
from tests.tenants.purchasing.outcomes import CODE, Bidder, told, written

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
E = CallEvent
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
OVER = date(2026, 11, 20)


def a_draft(project: ServiceProject) -> calls.Draft:
    return calls.Draft(title="第二次招募公告", text="提供心理疏导服务。", ceiling=project.budget)


# Ties


def test_of_equal_scores_the_built_union_goes_first_then_the_lower_price_and_the_record_says_so(
    country: Country, actor_of: ActorOf
) -> None:
    union, staff = country[CODE], actor_of(CODE, Role.UNION_STAFF)
    with inside(union):
        call, bids = outcomes.in_review(
            union,
            [Bidder(85, 60_000), Bidder(90, 90_000), Bidder(85, 80_000, has_union=True), Bidder(85, 70_000)],
        )
        transition(CALL, call, E.PUBLICISE, by=staff, at=AT)
        ranks = [(bid.rank, bid.score, bid.had_union) for bid in map(refreshed, bids)]
        reasons = [[why for event, *_, why in told(bid) if event == "score"] for bid in bids]

        # What becomes of a union afterwards changes no rank.
        Provider.objects.filter(pk=bids[2].provider_id).update(has_union=False)
        assert [line.rank for line in selectors.results(refreshed_call(call))] == [1, 2, 3, 4]
        assert refreshed(bids[2]).had_union is True
    eighty_five = Decimal("85.0000")
    assert ranks == [
        (3, eighty_five, False),
        (1, Decimal("90.0000"), False),
        (2, eighty_five, True),
        (4, eighty_five, False),
    ]
    assert reasons == [
        ["与第2名同分，已建工会的组织优先；与第4名同分，报价低者优先"],
        [""],
        ["与第3名同分，已建工会的组织优先"],
        ["与第3名同分，报价低者优先"],
    ]


@pytest.mark.parametrize("has_union", [True, False])
def test_what_is_equal_in_everything_is_drawn_by_the_published_seed(
    country: Country, actor_of: ActorOf, has_union: bool
) -> None:
    union, staff = country[CODE], actor_of(CODE, Role.UNION_STAFF)
    with inside(union):
        call, bids = outcomes.in_review(union, [Bidder(85, 70_000, has_union=has_union) for _ in range(3)])
        transition(CALL, call, E.PUBLICISE, by=staff, at=AT)
        ranked = list(Bid.objects.order_by("rank").values_list("receipt", flat=True))
        seed = refreshed_call(call).draw_record["seed"]
        first = told(Bid.objects.get(rank=1))[-1]
    assert ranked == sorted(
        (bid.receipt for bid in bids), key=lambda receipt: sha256(f"{seed}\n{receipt}".encode()).hexdigest()
    )
    assert first == ("score", "qualified", "scored", "与第2名同分，按公布的抽取种子排序")


# Too few


def test_a_call_with_too_few_bids_fails_and_may_be_repeated_with_one(country: Country, actor_of: ActorOf) -> None:
    union, staff = country[CODE], actor_of(CODE, Role.UNION_STAFF)
    with inside(union):
        call = factory.call(deadline=clock.now() - timedelta(minutes=1))
        submitted = [factory.sealed(call, organizations.credit_code()) for _ in range(2)]
        others = [
            factory.sealed(call, organizations.credit_code(), state=state)
            for state in (BidState.DRAFT, BidState.TO_CONFIRM, BidState.WITHDRAWN)
        ]
        with written() as wrote:
            call = calls.settle(call=call, at=clock.now())
        project = ServiceProject.objects.get(pk=call.project_id)
        record = call.opening_record
        assert (call.state, project.state) == (CallState.FAILED, ProjectState.APPROVED)
        assert (record["submitted"], record["needed"], record["opened"], record["withdrawn"]) == (2, 3, [], 1)
        assert [str(refreshed(bid).state) for bid in (*submitted, *others)] == ["lapsed"] * 4 + ["withdrawn"]
        assert [told(bid) for bid in submitted] == [[("lapse", "submitted", "lapsed", "未达开标家数")]] * 2
        # Nobody learns who bid in vain.
        assert (Provider.objects.count(), Bid.objects.exclude(plan="").count()) == (0, 0)
        assert dict(wrote.history) == {
            "call.close": 1, "call.open": 1, "bid.lapse": 4, "serviceproject.sourcing_failed": 1,
        }  # fmt: skip
        assert dict(wrote.audit) == {
            "purchasing.call.close": 1, "purchasing.call.open": 1, "purchasing.call.opened": 1,
            "purchasing.bid.lapse": 4, "purchasing.serviceproject.sourcing_failed": 1,
        }  # fmt: skip

        second = calls.create(project_id=project.pk, draft=a_draft(project), by=staff, at=AT)
        assert (second.round, second.min_bids) == (2, 1)
        with pytest.raises(CallUnderWay):
            calls.create(project_id=project.pk, draft=a_draft(project), by=staff, at=AT)


def test_one_bid_opens_the_second_call_and_none_lets_a_third_follow(country: Country, actor_of: ActorOf) -> None:
    union, staff = country[CODE], actor_of(CODE, Role.UNION_STAFF)
    past = clock.now() - timedelta(minutes=1)
    with inside(union):
        opened = factory.call(round=2, min_bids=1, deadline=past)
        bid = factory.sealed(opened, organizations.credit_code())
        assert calls.settle(call=opened, at=clock.now()).state == CallState.OPENING
        assert refreshed(bid).state == BidState.OPENED

        project = factory.sourcing()
        factory.call(project=project, state=CallState.FAILED)
        empty = factory.call(project=project, round=2, min_bids=1, deadline=past)
        assert calls.settle(call=empty, at=clock.now()).state == CallState.FAILED
        third = calls.create(project_id=project.pk, draft=a_draft(project), by=staff, at=AT)
        assert (third.round, third.min_bids, third.state) == (3, 1, CallState.DRAFT)


@pytest.mark.parametrize(
    ("state", "measures", "needed"),
    [
        (CallState.CANCELLED, {}, 3),
        (CallState.FAILED, {}, 1),
        (CallState.CANCELLED, {"min_bids": "5", "min_bids_again": "2"}, 5),
        (CallState.FAILED, {"min_bids": "5", "min_bids_again": "2"}, 2),
    ],
)
def test_a_cancelled_call_makes_the_next_no_easier(
    country: Country, actor_of: ActorOf, state: CallState, measures: dict[str, str], needed: int
) -> None:
    staff = actor_of(CODE, Role.UNION_STAFF)
    with inside(country[CODE]):
        project = factory.sourcing(state=ProjectState.APPROVED, ruled=projects.rules(**measures))
        factory.call(project=project, state=state)
        again = calls.create(project_id=project.pk, draft=a_draft(project), by=staff, at=AT)
    assert (again.round, again.min_bids) == (2, needed)


# Blocked meanwhile


def test_who_is_blocked_after_handing_in_is_set_aside_at_the_opening(country: Country, actor_of: ActorOf) -> None:
    union, staff = country[CODE], actor_of(CODE, Role.UNION_STAFF)
    blocked, free = organizations.credit_code(), organizations.credit_code()
    with inside(union):
        call = factory.call(deadline=clock.now() - timedelta(minutes=1), min_bids=2)
        bids = {code: factory.sealed(call, code) for code in (blocked, free)}
        projects.provider("芙蓉社会工作服务社", uscc=blocked, blocked_until=date(2099, 5, 1))
        with written() as wrote:
            call = calls.settle(call=call, at=clock.now())
        out, in_ = refreshed(bids[blocked]), refreshed(bids[free])
        assert call.state == CallState.OPENING
        assert (out.state, out.refusal_code) == (BidState.DISQUALIFIED, "admission")
        assert out.refusal_note == "该组织被暂停承接资格，2099年5月1日恢复。"
        assert (in_.state, in_.refusal_code, in_.refusal_note) == (BidState.OPENED, "", "")
        assert [one[:3] for one in told(out)] == [
            ("open", "submitted", "opened"),
            ("disqualify", "opened", "disqualified"),
        ]
        assert len(call.opening_record["opened"]) == 2
        assert dict(wrote.history) == {"call.close": 1, "call.open": 1, "bid.open": 2, "bid.disqualify": 1}

        # Nobody lets it in while it is blocked; once that is lifted the check may.
        Call.objects.filter(pk=call.pk).update(state=CallState.QUALIFICATION)
        with pytest.raises(GuardRefused) as refusal:
            transition(BID, out, BidEvent.QUALIFY, by=staff, at=clock.now())
        assert refusal.value.code == "PURCHASING.BID_STILL_NOT_ADMITTED"
        Provider.objects.filter(uscc=blocked).update(blocked_until=None)
        transition(BID, out, BidEvent.QUALIFY, by=staff, at=clock.now())
        again = refreshed(out)
    assert (again.state, again.refusal_code, again.refusal_note) == (BidState.QUALIFIED, "", "")


def test_a_check_of_the_papers_may_be_taken_back_whatever_the_conditions_say(
    country: Country, actor_of: ActorOf
) -> None:
    with inside(country[CODE]):
        call = factory.call(state=CallState.QUALIFICATION)
        provider = projects.provider(blocked_until=date(2099, 1, 1))
        bid = factory.bid(call, provider, state=BidState.DISQUALIFIED, refusal_code="documents", refusal_note="缺页")
        transition(BID, bid, BidEvent.QUALIFY, by=actor_of(CODE, Role.UNION_STAFF), at=AT)
        assert refreshed(bid).state == BidState.QUALIFIED


# The award and who steps in


def test_the_reserves_step_in_one_after_another_and_then_the_call_may_fail(country: Country, actor_of: ActorOf) -> None:
    admin, staff = actor_of(CODE, Role.UNION_ADMIN), actor_of(CODE, Role.UNION_STAFF)
    with inside(country[CODE]):
        call, bids = outcomes.publicised(OVER, 90, 85, 80, 75)
        transition(CALL, call, E.CONFIRM, by=admin, at=AT)
        assert outcomes.states(call) == {1: "won", 2: "reserve", 3: "reserve", 4: "lost"}

        with written() as wrote:
            transition(CALL, call, E.NEXT_RESERVE, by=admin, at=AT, reason="中标单位来函放弃")
        assert outcomes.states(call) == {1: "lost", 2: "won", 3: "reserve", 4: "lost"}
        first, second = refreshed(bids[0]), refreshed(bids[1])
        assert (first.award_amount, first.confirmed_on, first.is_first_award) == (None, OVER, False)
        assert (second.award_amount, second.confirmed_on, second.is_first_award) == (outcomes.yuan(78_000), OVER, True)
        # The notice tells the amount of who has it now alone.
        assert [(line.rank, line.amount) for line in selectors.results(refreshed_call(call))] == [
            (1, None),
            (2, outcomes.yuan(78_000)),
            (3, None),
            (4, None),
        ]
        assert told(first)[-1] == ("decline", "won", "lost", "中标单位来函放弃")
        assert told(second)[-1] == ("win", "reserve", "won", "中标单位来函放弃")
        assert dict(wrote.history) == {"bid.decline": 1, "bid.win": 1, "call.next_reserve": 1}
        assert ServiceProject.objects.get(pk=call.project_id).state == ProjectState.AWARDED

        # While somebody can step in, nobody calls it failed.
        with pytest.raises(GuardRefused) as refusal:
            transition(CALL, call, E.FAIL, by=admin, at=AT, reason="放弃")
        assert refusal.value.code == "PURCHASING.CALL_RESERVE_LEFT"
        transition(CALL, call, E.NEXT_RESERVE, by=admin, at=AT, reason="第二名放弃")
        with pytest.raises(GuardRefused) as refusal:
            transition(CALL, call, E.NEXT_RESERVE, by=admin, at=AT, reason="第三名放弃")
        assert refusal.value.code == "PURCHASING.CALL_NO_RESERVE"

        with written() as wrote:
            transition(CALL, call, E.FAIL, by=admin, at=AT, reason="第三名放弃")
        assert dict(wrote.history) == {"bid.decline": 1, "call.fail": 1, "serviceproject.sourcing_failed": 1}
        assert outcomes.states(call) == {1: "lost", 2: "lost", 3: "lost", 4: "lost"}
        assert Bid.objects.filter(award_amount__isnull=False).count() == 0
        project = ServiceProject.objects.get(pk=call.project_id)
        assert (refreshed_call(call).state, project.state) == (CallState.FAILED, ProjectState.APPROVED)
        again = calls.create(project_id=project.pk, draft=a_draft(project), by=staff, at=AT)
    assert (again.round, again.min_bids) == (2, 1)


def test_a_reserve_who_became_unfit_holds_nobody_up(country: Country, actor_of: ActorOf) -> None:
    admin = actor_of(CODE, Role.UNION_ADMIN)
    with inside(country[CODE]):
        call, bids = outcomes.publicised(OVER, 90, 85)
        transition(CALL, call, E.CONFIRM, by=admin, at=AT)
        Provider.objects.filter(pk=bids[1].provider_id).update(blocked_until=date(2027, 6, 1))
        with pytest.raises(GuardRefused) as refusal:
            transition(CALL, call, E.NEXT_RESERVE, by=admin, at=AT, reason="放弃")
        assert refusal.value.code == "PURCHASING.CALL_RESERVE_UNFIT"
        transition(CALL, call, E.FAIL, by=admin, at=AT, reason="中标单位放弃，备选单位被暂停承接资格")
        assert outcomes.states(call) == {1: "lost", 2: "lost"}
        assert ServiceProject.objects.get(pk=call.project_id).state == ProjectState.APPROVED


def test_a_first_found_unfit_is_set_aside_and_the_result_publicised_anew(country: Country, actor_of: ActorOf) -> None:
    admin = actor_of(CODE, Role.UNION_ADMIN)
    found = {"code": "false_statement", "note": "业绩证明系伪造"}
    with inside(country[CODE]):
        call, bids = outcomes.publicised(OVER, 90, 85, 80, publicity_from=date(2026, 11, 12))
        with written() as wrote:
            transition(CALL, call, E.SET_ASIDE, by=admin, at=AT, data=found)
        call, first = refreshed_call(call), refreshed(bids[0])
        assert (first.state, first.refusal_code, first.refusal_note) == ("disqualified", *found.values())
        # From Friday the 20th five whole working days: 23 to 27.
        assert (call.state, call.publicity_from, call.publicity_until) == (
            CallState.PUBLICISED, date(2026, 11, 20), date(2026, 11, 28),
        )  # fmt: skip
        assert dict(wrote.history) == {"bid.disqualify": 1, "bid.score": 2, "call.set_aside": 1}
        assert told(bids[1])[-1] == ("score", "scored", "scored", "第一名被取消候选资格，名次依次递进")
        assert [(line.rank, line.state, line.amount, line.note) for line in selectors.results(call)] == [
            (1, "已评分", outcomes.yuan(78_000), ""),
            (2, "已评分", None, ""),
            (None, "资质不合格", None, "业绩证明系伪造"),
        ]
        with pytest.raises(GuardRefused) as refusal:
            transition(CALL, call, E.CONFIRM, by=admin, at=AT)
        assert refusal.value.code == "PURCHASING.CALL_PUBLICITY"
        transition(CALL, call, E.CONFIRM, by=admin, at=AT + timedelta(days=8))
        assert outcomes.states(call) == {None: "disqualified", 1: "won", 2: "reserve"}
        assert refreshed(bids[1]).award_amount == outcomes.yuan(78_000)
        with pytest.raises(StateRefused):
            transition(CALL, call, E.SET_ASIDE, by=admin, at=AT, data=found)


# Objections


def test_an_open_objection_holds_the_award_until_it_is_answered(country: Country, actor_of: ActorOf) -> None:
    admin, staff = actor_of(CODE, Role.UNION_ADMIN), actor_of(CODE, Role.UNION_STAFF)
    with inside(country[CODE]):
        call, bids = outcomes.publicised(OVER, 90, 85)
        assert bids[1].provider is not None
        loser = people.organization(CODE, bids[1].provider.uscc)
        note = notes.object_to(call_id=call.pk, text="对评分有异议。", by=loser, at=AT - timedelta(days=1))
        history = Change.objects.count()
        with pytest.raises(GuardRefused) as refusal:
            transition(CALL, call, E.CONFIRM, by=admin, at=AT)
        assert (refusal.value.code, refusal.value.message) == (
            "PURCHASING.CALL_OBJECTIONS", "还有 1 件异议没有答复，请先在公告页面逐件答复。",
        )  # fmt: skip
        assert (Change.objects.count(), outcomes.states(call)) == (history, {1: "scored", 2: "scored"})
        assert ServiceProject.objects.get(pk=call.project_id).state == ProjectState.SOURCING

        notes.answer(note_id=note.pk, text="经复核，评分无误。", by=staff, at=AT)
        with written() as wrote:
            transition(CALL, call, E.CONFIRM, by=admin, at=AT)
        # After the publicity nobody objects any more.
        with pytest.raises(NotAnObjector):
            notes.object_to(call_id=call.pk, text="仍有异议。", by=loser, at=AT)
        assert outcomes.states(call) == {1: "won", 2: "reserve"}
    assert dict(wrote.history) == {"bid.win": 1, "bid.reserve": 1, "call.confirm": 1, "serviceproject.award": 1}


def refreshed(bid: Bid) -> Bid:
    return Bid.objects.get(pk=bid.pk)


def refreshed_call(call: Call) -> Call:
    return Call.objects.select_related("project").get(pk=call.pk)
