"""At least one row of whatever purchases and needs count. Call inside a union's door."""

from datetime import date
from decimal import Decimal

from commons.hierarchy.models import TradeUnion
from commons.subsidies.models import Subsidy, SubsidyRound
from tests.factories import need_rows, purchase_rows
from tests.factories.purchasing.projects import MADE

DAY = date(2026, 3, 2)


def purchases() -> None:
    make = purchase_rows
    founded = make.provider(founding_mode="union_founded")
    bought = {"decided_on": DAY, "approved_on": DAY, "midterm_on": DAY, "principal": "区民政局", "with_mass_org": True}
    signed = make.purchase(of=bought, provider=founded)
    assert signed.project is not None
    make.contract(signed.project, kind="supervision")
    make.contract(None, kind="post", posts_count=2)
    make.purchase(buyer_kind="enterprise")
    make.purchase(of={"state": "terminated", "ended_on": DAY, "method": "direct"})
    make.purchase(of={"state": "completed", "ended_on": DAY})
    make.funding(signed.project, "union_funds", "100000.00")
    make.payment(signed, "100.00", DAY)
    make.record(signed.project, DAY, persons_new=5, satisfaction_sum=9, satisfaction_count=2, groups=["women"])
    make.evaluation(signed.project, "midterm", DAY)
    make.evaluation(signed.project, "performance", DAY, total=Decimal("95"), conclusion="excellent")
    make.award("100.00", DAY, founded, is_first_award=True)
    make.capacity(2026, purchase_budget=Decimal("100.00"), union_members_count=1000)
    make.catalogue_item(2026, "new")
    make.match(DAY, state="contracted", contracted_on=DAY)


def needs() -> None:
    make = need_rows
    make.response(make.survey(DAY), DAY, group="women")
    make.need(DAY, state="adopted", sorted_on=DAY, adopted_on=DAY, groups=["women"])
    make.order(make.menu_item(), DAY, "rated", rating=5, rated_on=DAY)
    make.appeal(DAY, DAY, state="closed", closed_on=DAY)


def subsidy(giver: TradeUnion, taker: TradeUnion) -> None:
    """What one union paid to another."""
    taking = SubsidyRound.objects.create(
        from_union=giver, year=2026, title="补贴", standard=100, budget=1000, apply_by=DAY, **MADE
    )
    Subsidy.objects.create(
        round=taking,
        from_union=giver,
        to_union=taker,
        headcount=10,
        standard=100,
        ceiling=1000,
        applied=1000,
        granted=1000,
        granted_on=DAY,
        paid_on=DAY,
        state="paid",
        **MADE,
    )
