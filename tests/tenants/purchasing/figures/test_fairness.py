"""FAIR-01 to 05, 07 and ENT-03 to 05: who wins, and what comes of bringing people together."""

from datetime import date
from decimal import Decimal

from commons.hierarchy.models import TradeUnion
from commons.tenancy.door import inside
from tenants.purchasing.models import Bid, ServiceProject
from tests.factories import purchase_rows as make
from tests.factories.organizations import credit_code
from tests.tenants.purchasing.figures.asking import exact, figure, figures, fold_all

Country = dict[str, TradeUnion]
DAY = date(2026, 3, 31)


def test_awards_are_told_by_how_the_winner_was_founded_when_it_won(country: Country) -> None:
    with inside(country["430105"]):
        founded = make.provider(founding_mode="union_founded")
        make.award("100.00", DAY, founded, is_first_award=True)
        make.award("100.00", DAY, founded, of={"own_share": 50})
        later = make.provider()
        make.award("50.00", DAY, later)
        type(later).objects.filter(pk=later.pk).update(founding_mode="union_founded")
        make.award("999.00", date(2026, 4, 1))
        lost = make.call(make.project())
        make.bid(lost, "reserve", award_amount=None, founding_mode="union_founded")
    fold_all(country)
    assert figures(country, "430000", "2026-03", "FAIR-01", "FAIR-04") == {
        "FAIR-01": 75,
        "FAIR-04": Decimal("33.33"),
    }
    assert figures(country, "430000", "2026-04", "FAIR-01", "FAIR-04") == {"FAIR-01": 0, "FAIR-04": 0}
    assert figure(country, "440000", "FAIR-01", "2026") is None
    exact()


def test_win_rates_are_of_bids_opened_in_competition(country: Country) -> None:
    with inside(country["430105"]):
        founded, other = make.provider(founding_mode="union_founded"), make.provider()
        first = make.call(make.project(), confirmed_on=DAY)
        make.bid(first, "won", founded, founding_mode="union_founded")
        make.bid(first, "lost", other)
        make.bid(first, "disqualified", make.provider())
        make.bid(first, "lapsed")
        second = make.call(make.project(), confirmed_on=DAY)
        make.bid(second, "reserve", founded)
        make.bid(second, "won", other, founding_mode="independent")
        # Entrusted directly, or not decided yet.
        make.bid(make.call(make.project(), confirmed_on=DAY, method="direct"), "won", founded)
        make.bid(make.call(make.project(), state="review", confirmed_on=None), "scored", founded)
    fold_all(country)
    # One of two against one of three.
    assert figure(country, "430000", "FAIR-02", "2026-03") == Decimal("16.67")
    assert figure(country, "430000", "FAIR-02", "2026") == Decimal("16.67")
    assert figure(country, "430000", "FAIR-02", "2026-04") is None
    exact()


def test_the_gini_adds_up_what_one_provider_has_in_several_unions(country: Country) -> None:
    code = credit_code()
    for union, amount in (("430105", "10.00"), ("430111", "20.00")):
        with inside(country[union]):
            make.award(amount, DAY, make.provider(uscc=code))
    with inside(country["430111"]):
        other = make.award("10.00", date(2026, 5, 1))
        make.award("77.00", DAY, make.provider(kind="individual_expert", uscc="", org_type="", founding_mode=""))
    fold_all(country)
    # Thirty and ten: half the mean difference of 10 over the mean of 20.
    assert figure(country, "430100", "FAIR-03", "2026") == Decimal("0.25")
    assert figure(country, "430105", "FAIR-03", "2026") == 0
    assert figure(country, "430111", "FAIR-03", "2026") == Decimal("0.1667")
    assert figure(country, "430100", "FAIR-03", "2026-05") == 0
    assert figure(country, "440000", "FAIR-03", "2026") is None
    exact()
    with inside(country["430111"]):
        Bid.objects.filter(pk=other.pk).update(award_amount=Decimal("30.00"))
        # The record of an award is its project: changing that alone is noticed as well.
        ServiceProject.objects.filter(calls__bids=other).update(own_share=0)
    fold_all(country)
    assert figure(country, "430100", "FAIR-03", "2026") == 0
    exact()


def test_entrusting_directly_is_told_by_amount_as_the_call_was(country: Country) -> None:
    with inside(country["430105"]):
        open_ = make.award("1.00", DAY, of={"method": "direct"})
        direct = make.award("1.00", DAY, called={"method": "direct"})
        make.contract(open_.call.project, bid=open_, amount=Decimal("60.00"))
        make.contract(direct.call.project, bid=direct, amount=Decimal("25.00"))
        make.purchase(amount=Decimal("15.00"), of={"method": "direct", "direct_reason": "唯一的承接单位"})
        make.purchase(amount=Decimal("900.00"), of={"method": "direct"}, buyer_kind="enterprise")
    fold_all(country)
    assert figure(country, "430000", "FAIR-05", "2026-03") == 40
    assert figure(country, "430000", "FAIR-05", "2026-04") is None
    exact()


def test_regions_are_compared_by_their_members(country: Country) -> None:
    for union, members, amounts in (
        ("430105", 10_000, ("300.00",)),
        ("430111", 20_000, ("100.00", "100.00")),
    ):
        with inside(country[union]):
            make.capacity(2025, union_members_count=members)
            for amount in amounts:
                make.purchase(amount=Decimal(amount))
    with inside(country["430100"]):
        make.purchase(amount=Decimal("5.00"))
    fold_all(country)
    # 300 and 100 for each ten thousand; of 2026 the members of 2025 still stand.
    assert figures(country, "430100", "2026", "FAIR-07", "FAIR-07C") == {"FAIR-07": 3, "FAIR-07C": Decimal("0.5")}
    assert figure(country, "430105", "FAIR-07", "2026") is None
    assert figure(country, "430100", "FAIR-07", "2025") is None
    assert figure(country, "430000", "FAIR-07", "2026") == 1
    exact()


def test_matches_count_when_introduced_and_when_signed_and_succeed_in_the_month_they_were_introduced(
    country: Country,
) -> None:
    with inside(country["430105"]):
        contract = make.contract(None, date(2026, 5, 2), buyer_kind="enterprise")
        make.match(DAY, state="contracted", contract=contract, contracted_on=date(2026, 6, 1))
        other = make.contract(None, date(2026, 4, 1), buyer_kind="enterprise")
        make.match(date(2026, 3, 1), state="contracted", contract=other, contracted_on=date(2026, 4, 1))
        make.match(DAY, state="failed")
        make.match(DAY)
        make.match(date(2026, 4, 1))
        make.match(None)
    fold_all(country)
    told = {
        month: tuple(figures(country, "430000", month, "ENT-03", "ENT-04", "ENT-05").values())
        for month in ("2026-03", "2026-04", "2026-05", "2026-06")
    }
    assert told == {"2026-03": (4, 0, 50), "2026-04": (1, 1, 0), "2026-05": (0, 1, None), "2026-06": (0, 0, None)}
    assert figure(country, "430000", "ENT-05", "2026") == 40
    exact()
