"""One bid per organization and call, within the ceiling, whoever of the organization writes it. Source: DOMAIN §3.6 SM-17."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from commons.access.actors import Actor
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.kit.errors import Conflict, NotFound
from commons.people.enums import Role
from commons.tenancy.door import inside
from commons.workflow.errors import GuardRefused, StateRefused
from commons.workflow.transitions import transition
from tenants.purchasing.actions import bids, calls
from tenants.purchasing.admission import Conditions, UnionBuilt
from tenants.purchasing.call_errors import BidNotEditable
from tenants.purchasing.enums import BidState, CallState, ProcurementMethod
from tenants.purchasing.machines.bid import BID, BidEvent
from tenants.purchasing.machines.call import CALL, CallEvent
from tenants.purchasing.models import Bid, Call
from tests.factories import organizations, people
from tests.factories.purchasing import calls as factory
from tests.factories.purchasing import projects
from tests.tenants.purchasing.outcomes import CODE, told, written

Country = dict[str, TradeUnion]
ActorOf = Callable[..., Actor]
E = BidEvent


def test_an_organization_has_one_bid_for_a_call_whoever_writes_it(country: Country) -> None:
    uscc = organizations.credit_code()
    first, second = people.organization(CODE, uscc), people.organization(CODE, uscc)
    with inside(country[CODE]):
        call, other = factory.call(), factory.call()
        bid = save(call, first, plan="方案一", version=None)
        with pytest.raises(Conflict):
            save(call, second, plan="方案二", version=None)
        # The colleague goes on with the same one.
        again = save(call, second, plan="方案二", version=bid.version)
        assert (again.pk, again.version) == (bid.pk, 2)
        transition(BID, bid, E.SUBMIT, by=second, at=clock.now())
        with pytest.raises(BidNotEditable):
            save(call, first, plan="方案三", version=3)
        with pytest.raises(StateRefused):
            transition(BID, bid, E.SUBMIT, by=first, at=clock.now())
        # For another call it bids again, by a mark that does not tell that it is the same.
        elsewhere = save(other, first, plan="方案一", version=None)
        assert elsewhere.owner_mark != again.owner_mark
        assert Bid.objects.count() == 2


def test_a_bid_that_was_withdrawn_is_taken_up_again_and_no_second_one_begun(country: Country) -> None:
    by = people.organization(CODE, organizations.credit_code())
    with inside(country[CODE]):
        call = factory.call()
        bid = save(call, by, plan="方案一", version=None)
        for event in (E.SUBMIT, E.WITHDRAW):
            transition(BID, bid, event, by=by, at=clock.now())
        for version in (None, 3):
            with pytest.raises(BidNotEditable):
                save(call, by, plan="方案二", version=version)
        transition(BID, bid, E.RESUME, by=by, at=clock.now())
        with written() as wrote:
            save(call, by, plan="方案二", version=4)
            transition(BID, bid, E.SUBMIT, by=by, at=clock.now())
        assert [one[0] for one in told(bid)] == ["create", "submit", "withdraw", "resume", "edit", "submit"]
        assert dict(wrote.audit) == {
            "purchasing.bid.edit": 1, "purchasing.bid.receipt": 1, "purchasing.bid.submit": 1,
        }  # fmt: skip
        assert bids.read_own(bid_id=bid.pk, by=by, at=clock.now()).plan == "方案二"
        assert Bid.objects.count() == 1


def test_the_database_holds_one_bid_per_organization_and_call_whatever_the_code_does(country: Country) -> None:
    with inside(country[CODE]):
        bid = factory.sealed(factory.call(), organizations.credit_code())
        with pytest.raises(IntegrityError, match="purchasing_bid_one_per_provider"), transaction.atomic():
            Bid.objects.create(call=bid.call, owner_mark=bid.owner_mark, **projects.MADE)


@pytest.mark.parametrize(
    ("amounts", "taken"),
    [
        (["50000", "40000.00"], True),
        (["50000", "40000.01"], False),
        (["0", "0.00"], False),
        (["0.01"], True),
    ],
)
def test_the_price_is_the_sum_of_its_lines_up_to_the_ceiling(country: Country, amounts: list[str], taken: bool) -> None:
    by = people.organization(CODE, organizations.credit_code())
    lines = [{"name": f"第{number}项", "amount": amount} for number, amount in enumerate(amounts, start=1)]
    with inside(country[CODE]):
        call = factory.call(ceiling=Decimal(90_000))
        offer = factory.offer("", lines=lines)
        bid = bids.save(call_id=call.pk, offer=offer, version=None, by=by, at=clock.now())
        if taken:
            transition(BID, bid, E.SUBMIT, by=by, at=clock.now())
        else:
            with pytest.raises(GuardRefused) as refusal:
                transition(BID, bid, E.SUBMIT, by=by, at=clock.now())
            assert refusal.value.code == "PURCHASING.BID_ABOVE_CEILING"
        bid.refresh_from_db()
    assert bid.state == (BidState.SUBMITTED if taken else BidState.DRAFT)
    assert bid.total is None


def test_a_change_of_substance_asks_everything_anew(country: Country, actor_of: ActorOf) -> None:
    """Blocked since it was handed in, it is not confirmed, and lapses at the deadline."""
    staff = actor_of(CODE, Role.UNION_STAFF)
    fit, unfit = (people.organization(CODE, organizations.credit_code()) for _ in range(2))
    with inside(country[CODE]):
        call = factory.call()
        handed = [save(call, by, plan="方案", version=None) for by in (fit, unfit)]
        for bid, by in zip(handed, (fit, unfit), strict=True):
            transition(BID, bid, E.SUBMIT, by=by, at=clock.now())
        projects.provider(uscc=unfit.organization, blocked_until=date(2099, 1, 1))
        more = {"text": "服务人次改为八百。", "material": "on"}
        with written() as wrote:
            transition(CALL, call, CallEvent.AMEND, by=staff, at=clock.now(), data=more)
        assert dict(wrote.history) == {"call.amend": 1, "bid.put_back": 2}
        transition(BID, handed[0], E.CONFIRM, by=fit, at=clock.now())
        with pytest.raises(GuardRefused) as refusal:
            transition(BID, handed[1], E.CONFIRM, by=unfit, at=clock.now())
        assert refusal.value.code == "PURCHASING.BID_BLOCKED"
        assert [str(Bid.objects.get(pk=bid.pk).state) for bid in handed] == ["submitted", "to_confirm"]


def test_who_is_not_invited_finds_nothing(country: Country, actor_of: ActorOf) -> None:
    asked, other = (people.organization(CODE, organizations.credit_code()) for _ in range(2))
    with inside(country[CODE]):
        call = factory.call(method=ProcurementMethod.INVITED, invited=[asked.organization])
        with pytest.raises(NotFound):
            save(call, other, plan="方案", version=None)
        bid = save(call, asked, plan="方案", version=None)
        transition(BID, bid, E.SUBMIT, by=asked, at=clock.now())
        assert list(Bid.objects.values_list("state", flat=True)) == ["submitted"]


def test_a_call_that_demands_a_union_takes_and_opens_such_bids_alone(country: Country) -> None:
    """Asked at the submission, and again at the opening of one who lost it meanwhile."""
    with_union, without = organizations.credit_code(), organizations.credit_code()
    demands = Conditions(registration_valid=False, union_built=UnionBuilt.REQUIRED)
    with inside(country[CODE]):
        provider = projects.provider(uscc=with_union, has_union=True)
        call = factory.call(conditions=demands)
        for code, taken in ((with_union, True), (without, False)):
            by = people.organization(CODE, code)
            bid = save(call, by, plan="方案", version=None)
            if taken:
                transition(BID, bid, E.SUBMIT, by=by, at=clock.now())
                continue
            with pytest.raises(GuardRefused) as refusal:
                transition(BID, bid, E.SUBMIT, by=by, at=clock.now())
            assert refusal.value.code == "PURCHASING.BID_NOT_ADMITTED"
            assert "本公告只面向已建立工会的组织" in refusal.value.message

        provider.has_union = False
        provider.save()
        over = factory.call(conditions=demands, min_bids=1, deadline=clock.now() - timedelta(minutes=1))
        lost = factory.sealed(over, with_union)
        assert calls.settle(call=Call.objects.get(pk=over.pk), at=clock.now()).state == CallState.OPENING
        lost.refresh_from_db()
    assert (lost.state, lost.refusal_code) == (BidState.DISQUALIFIED, "admission")
    assert lost.refusal_note == "本公告只面向已建立工会的组织。如已建会，请联系工会更新信息。"


def save(call: Call, by: Actor, *, plan: str, version: int | None) -> Bid:
    return bids.save(call_id=call.pk, offer=factory.offer("", plan=plan), version=version, by=by, at=clock.now())
