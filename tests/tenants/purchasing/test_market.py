"""SM-15: boards, recommendations that explain themselves, contacts only when both have agreed. Source: E36, E38."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from commons.access.actors import system
from commons.codelists.services import ServiceField, TargetGroup
from commons.hierarchy.models import TradeUnion
from commons.jobs.models import Job
from commons.kit.errors import Invalid, NotFound, Refused
from commons.tenancy import door
from commons.workflow.transitions import transition
from tenants.purchasing.actions import market
from tenants.purchasing.enums import ContractState, ListingSide, ListingState, MatchState, PosterKind
from tenants.purchasing.machines.market import LISTING, MATCH, ListingEvent
from tenants.purchasing.machines.market import MatchEvent as E
from tenants.purchasing.matching import fit
from tenants.purchasing.models import Listing, Match
from tenants.purchasing.selectors import market as selectors
from tests.factories import people
from tests.factories.organizations import credit_code
from tests.factories.purchasing import contracts as contracting
from tests.factories.purchasing import market as make
from tests.tenants.purchasing.contracting import CODE, People, everybody, everything, refused
from tests.tenants.purchasing.test_contract_roles import actors, causing

TODAY = date(2026, 11, 20)


@pytest.fixture
def kaifu(country: dict[str, TradeUnion]) -> Iterator[TradeUnion]:
    with door.inside(country[CODE]) as union:
        yield union


@pytest.fixture
def who(kaifu: TradeUnion) -> People:
    return everybody()


def posting(**other: Any) -> dict[str, Any]:
    return {
        "side": "demand",
        "title": "一线职工心理健康服务",
        "field": "psychological",
        "valid_until": date(2027, 6, 1),
        "contact_name": "赵六",
        "contact_phone": "13700001111",
        "poster_name": "长沙三一智造有限公司",
        **other,
    }


def test_an_organization_posts_as_itself(who: People, at: datetime) -> None:
    provider = contracting.provider("长沙市星城职工服务中心")
    account = people.organization(CODE, provider.uscc)
    row = market.post(**posting(side="offer", poster_name="别人", poster_uscc=credit_code(9)), by=account, at=at)
    assert (row.side, row.poster_kind, row.poster_name, row.poster_uscc) == (
        ListingSide.OFFER,
        PosterKind.SOCIAL_ORG,
        "长沙市星城职工服务中心",
        provider.uscc,
    )
    with pytest.raises(Refused):
        market.post(**posting(), by=who.leader, at=at)
    assert Listing.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("poster_name", ""),
        ("contact_phone", ""),
        ("side", "both"),
        ("field", "magic"),
        ("groups", ["everybody"]),
        ("valid_until", TODAY),
        ("budget", Decimal(0)),
        ("region_code", "4301"),
        ("poster_uscc", "123"),
    ],
)
def test_a_listing_is_complete(who: People, at: datetime, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as told:
        market.post(**posting(**{field: value}), by=who.staff, at=at)
    assert list(told.value.problems) == [field]
    assert Listing.objects.count() == 0


@pytest.mark.parametrize(
    ("asked", "offered", "score"),
    [
        ({}, {}, 100),
        ({}, {"field": ServiceField.JOB_PLACEMENT}, 60),
        ({"groups": [TargetGroup.NEW_GENERATION, TargetGroup.WOMEN]}, {}, 87),
        ({"groups": []}, {"groups": []}, 100),
        ({}, {"region_code": "430100"}, 100),
        ({}, {"region_code": "430111"}, 90),
        ({}, {"region_code": "440304"}, 80),
        ({"budget": Decimal(50000)}, {"budget": Decimal("50000.01")}, 85),
        ({"budget": Decimal(50000)}, {"budget": Decimal(50000)}, 100),
    ],
)
def test_a_score_explains_itself(kaifu: TradeUnion, asked: dict[str, Any], offered: dict[str, Any], score: int) -> None:
    """Field 40, groups 25, region 20, budget 15; half the region for the same city."""
    found = fit(make.demand(**asked), make.offer(**offered))
    assert found.score == score
    assert sum(int(line.rsplit("（", 1)[1].removesuffix("分）")) for line in found.basis) == score


def test_recommendations_are_the_best_of_the_other_side(who: People, at: datetime) -> None:
    wanted = make.demand()
    best, good = make.offer(), make.offer(region_code="430111")
    make.offer(field=ServiceField.JOB_PLACEMENT)
    make.offer(state=ListingState.WITHDRAWN)
    make.offer(valid_until=TODAY)
    make.demand()
    known = make.offer()
    market.recommend(demand=wanted, offer=known, by=who.staff, at=at)
    found = selectors.recommended(wanted, TODAY)
    assert [(one, how.score) for one, how in found] == [(best, 100), (good, 90)]


def test_a_match_goes_from_recommendation_to_contract(who: People, at: datetime) -> None:
    provider = contracting.provider()
    account = people.organization(CODE, provider.uscc)
    wanted, offered = make.demand(), make.offer(poster_uscc=provider.uscc)
    row = market.recommend(demand=wanted, offer=offered, by=who.staff, at=at)
    assert (row.score, row.state) == (100, MatchState.RECOMMENDED)
    job = Job.objects.get(kind="workflow.alarm")
    assert job.run_after == datetime(2027, 5, 31, 16, 0, tzinfo=UTC)

    transition(MATCH, row, E.CONSENT_OFFER, by=account, at=at)
    told = refused(MATCH, row, E.INTRODUCE, by=who.staff, at=at)
    assert (told.code, told.params) == ("PURCHASING.MATCH_NO_CONSENT", {"sides": "需求方"})
    transition(MATCH, row, E.CONSENT_DEMAND, by=who.staff, at=at, reason="11月19日电话同意")
    transition(MATCH, row, E.INTRODUCE, by=who.staff, at=at)
    transition(MATCH, row, E.NEGOTIATE, by=account, at=at)
    signed = contracting.contract(state=ContractState.SIGNED, to=provider, signed_on=date(2026, 11, 18))
    transition(MATCH, row, E.CONTRACT, by=who.staff, at=at, data={"contract": str(signed.pk)})
    row.refresh_from_db()
    assert (row.state, row.introduced_on, row.contract, row.contracted_on) == (
        MatchState.CONTRACTED,
        TODAY,
        signed,
        date(2026, 11, 18),
    )


def test_contacts_are_told_when_both_have_agreed(who: People, at: datetime) -> None:
    """SM-15 ★: the counterpart reads who and how only after both consent; staff never reads the contacts before either."""
    provider = contracting.provider()
    account = people.organization(CODE, provider.uscc)
    row = make.match(offer=make.offer(poster_uscc=provider.uscc), demand_consented_at=at)
    before = selectors.side(account, row.demand, of=row)
    assert (before.name, before.text, before.contact_name, before.contact_phone) == ("", "", "", "")
    own = selectors.side(account, row.offer, of=row)
    assert (own.name, own.contact_phone) == ("长沙市星城职工服务中心", "13600002222")
    staff = selectors.side(who.staff, row.demand, of=row)
    assert (staff.name, staff.contact_phone) == ("长沙三一智造有限公司", "")

    agreed = make.match(state=MatchState.INTRODUCED, offer=make.offer(poster_uscc=provider.uscc))
    after = selectors.side(account, agreed.demand, of=agreed)
    assert (after.name, after.contact_name, after.contact_phone) == ("长沙三一智造有限公司", "赵六", "13700001111")


def test_who_has_an_account_consents_itself(who: People, at: datetime) -> None:
    provider = contracting.provider()
    people.organization(CODE, provider.uscc)
    row = make.match(offer=make.offer(poster_uscc=provider.uscc))
    told = refused(MATCH, row, E.CONSENT_OFFER, by=who.staff, at=at, reason="电话同意")
    assert told.code == "PURCHASING.MATCH_CONSENT_OF_ANOTHER"
    # Without an account staff says how it was given.
    told = refused(MATCH, row, E.CONSENT_DEMAND, by=who.staff, at=at)
    assert told.code == "PURCHASING.MATCH_CONSENT_OF_ANOTHER"
    transition(MATCH, row, E.CONSENT_DEMAND, by=who.staff, at=at, reason="电话同意")
    told = refused(MATCH, row, E.CONSENT_DEMAND, by=who.staff, at=at, reason="电话同意")
    assert told.code == "PURCHASING.MATCH_CONSENTED"
    account = people.organization(CODE, provider.uscc)
    transition(MATCH, row, E.CONSENT_OFFER, by=account, at=at)
    assert refused(MATCH, row, E.CONSENT_OFFER, by=account, at=at).code == "PURCHASING.MATCH_CONSENTED"


def test_what_was_withdrawn_is_not_brought_together(who: People, at: datetime) -> None:
    row = make.match(demand_consented_at=at, offer_consented_at=at)
    transition(LISTING, row.demand, ListingEvent.WITHDRAW, by=who.staff, at=at)
    assert refused(MATCH, row, E.INTRODUCE, by=who.staff, at=at).code == "PURCHASING.MATCH_LISTING_CLOSED"
    Match.objects.filter(pk=row.pk).update(demand_consented_at=None, offer_consented_at=None)
    for event in (E.CONSENT_DEMAND, E.CONSENT_OFFER):
        told = refused(MATCH, row, event, by=who.staff, at=at, reason="电话同意")
        assert told.code == "PURCHASING.MATCH_LISTING_CLOSED"
    Listing.objects.filter(pk=row.demand_id).update(valid_until=TODAY)
    told = refused(LISTING, row.demand, ListingEvent.REPOST, by=who.staff, at=at)
    assert told.code == "PURCHASING.LISTING_EXPIRED"


def test_a_contract_that_is_not_signed_yet_counts_for_nothing(who: People, at: datetime) -> None:
    provider = contracting.provider()
    row = make.match(state=MatchState.INTRODUCED, offer=make.offer(poster_uscc=provider.uscc))
    late = contracting.contract(state=ContractState.SIGNED, to=provider, signed_on=date(2026, 11, 21))
    told = refused(MATCH, row, E.CONTRACT, by=who.staff, at=at, data={"contract": str(late.pk)})
    assert told.code == "PURCHASING.MATCH_CONTRACT_NOT_SIGNED"
    foreign = contracting.contract(state=ContractState.SIGNED)
    with pytest.raises(Invalid):
        transition(MATCH, row, E.CONTRACT, by=who.staff, at=at, data={"contract": str(foreign.pk)})


def test_a_match_expires_with_its_listing(who: People, at: datetime) -> None:
    row = make.match(demand=make.demand(valid_until=date(2026, 11, 21)))
    clock = system("到期办理", who.staff.union)
    told = refused(MATCH, row, E.EXPIRE, by=clock, at=at)
    assert told.code == "PURCHASING.MATCH_STILL_VALID"
    with pytest.raises(Refused):
        transition(MATCH, row, E.EXPIRE, by=who.admin, at=at + timedelta(days=1))
    transition(MATCH, row, E.EXPIRE, by=clock, at=at + timedelta(days=1))
    row.refresh_from_db()
    assert row.state == MatchState.EXPIRED


def test_the_database_asks_for_both_consents(kaifu: TradeUnion) -> None:
    for state in (MatchState.INTRODUCED, MatchState.NEGOTIATING):
        row = make.match()
        with pytest.raises(IntegrityError, match="purchasing_match_consent"), transaction.atomic():
            Match.objects.filter(pk=row.pk).update(state=state)


def test_two_are_recommended_once_and_never_to_themselves(who: People, at: datetime) -> None:
    wanted, offered = make.demand(), make.offer()
    market.recommend(demand=wanted, offer=offered, by=who.staff, at=at)
    code = credit_code(5)
    wrong = [
        (wanted, offered),
        (offered, wanted),
        (wanted, make.offer(valid_until=TODAY)),
        (make.demand(poster_uscc=code), make.offer(poster_uscc=code)),
    ]
    before = everything()
    for one, other in wrong:
        with pytest.raises(Invalid):
            market.recommend(demand=one, offer=other, by=who.staff, at=at)
    assert everything() == before


def test_who_causes_which_step(who: People) -> None:
    provider = contracting.provider()
    row = make.match(offer=make.offer(poster_uscc=provider.uscc))
    staff = {"union_admin", "union_staff"}
    assert causing(MATCH, row, actors(provider.uscc)) == {
        "consent_demand": staff,
        "consent_offer": {*staff, "org_user"},
        "introduce": staff,
        "negotiate": {*staff, "org_user"},
        "contract": staff,
        "fail": {*staff, "org_user"},
        "expire": set(),
    }
    assert causing(LISTING, row.offer, actors(provider.uscc)) == {
        "withdraw": {*staff, "org_user"},
        "repost": {*staff, "org_user"},
    }


def test_a_neighbours_market_is_another(who: People, country: dict[str, TradeUnion], at: datetime) -> None:
    with door.inside(country["430111"]):
        theirs = make.match()
    with pytest.raises(NotFound):
        selectors.match(who.staff, theirs.pk)
    with pytest.raises(NotFound):
        selectors.listing(who.staff, theirs.demand_id)
    with pytest.raises(NotFound):
        market.recommend(demand=theirs.demand, offer=make.offer(), by=who.staff, at=at)
    assert selectors.recommended(make.demand(), TODAY)[0][0].poster_name == "长沙市星城职工服务中心"


def test_an_organization_sees_its_own_matches_alone(who: People) -> None:
    provider = contracting.provider()
    account = people.organization(CODE, provider.uscc)
    own = make.match(offer=make.offer(poster_uscc=provider.uscc))
    other = make.match()
    assert list(selectors.matches(account)) == [own]
    with pytest.raises(NotFound):
        selectors.match(account, other.pk)
