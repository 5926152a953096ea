"""Rows of purchases in any state, made directly: for tests of what is counted of them. Call inside a union's door."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from commons.kit.ids import uuid7
from tenants.purchasing.models import (
    Bid,
    Call,
    Capacity,
    CatalogueItem,
    Contract,
    Evaluation,
    FundingLine,
    Listing,
    Match,
    Payment,
    PaymentMilestone,
    Provider,
    ServiceProject,
    ServiceRecord,
    UnionUnit,
)
from tests.factories.organizations import credit_code

_serial = itertools.count(1)
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
BEGUN = {"created_at": MOMENT, "updated_at": MOMENT, "created_by_id": None, "created_by_name": "李敏"}
MADE = {"created_at": MOMENT, "created_by_id": None, "created_by_name": "李敏"}


def provider(**fields: Any) -> Provider:
    number = next(_serial)
    return Provider.objects.create(
        **{
            "kind": "social_org",
            "name": f"长沙市启航职工服务中心{number}",
            "uscc": credit_code(),
            "org_type": "social_service_institution",
            "founding_mode": "independent",
            **BEGUN,
            **fields,
        }
    )


def unit(**fields: Any) -> UnionUnit:
    return UnionUnit.objects.create(
        **{"kind": "grassroots_union", "name": f"第{next(_serial)}基层工会", **BEGUN, **fields}
    )


def project(**fields: Any) -> ServiceProject:
    number = next(_serial)
    return ServiceProject.objects.create(
        **{
            "year": 2026,
            "serial": number,
            "title": f"职工心理关爱项目{number}",
            "fields": ["psychological"],
            "category": "life_service",
            "target_groups": ["all_workers"],
            "budget": Decimal("100000.00"),
            "starts_on": date(2026, 3, 1),
            "ends_on": date(2026, 12, 1),
            "state": "running",
            **BEGUN,
            **fields,
        }
    )


def contract(on: ServiceProject | None, signed_on: date | None = date(2026, 3, 2), **fields: Any) -> Contract:
    """Signed on that day, with a provider of its own unless one is given."""
    number = next(_serial)
    given = {
        "year": 2026,
        "serial": number,
        "kind": "project",
        "project": on,
        "title": f"服务合同{number}",
        "amount": Decimal("90000.00"),
        "starts_on": signed_on,
        "signed_on": signed_on,
        "state": "performing" if signed_on else "draft",
        **BEGUN,
        **fields,
    }
    if given.get("buyer_kind") == "enterprise":
        given.setdefault("buyer_name", "湘江机械厂")
    given.setdefault("provider", None)
    given["provider"] = given["provider"] or provider()
    return Contract.objects.create(**given)


def purchase(signed_on: date = date(2026, 3, 2), *, of: dict[str, Any] | None = None, **terms: Any) -> Contract:
    """A running project with its contract; `of` are fields of the project."""
    return contract(project(**(of or {})), signed_on, **terms)


def payment(on: Contract, amount: str, paid_on: date, **fields: Any) -> Payment:
    """In the order in which they are made."""
    number = next(_serial)
    milestone = on.milestones.first() or PaymentMilestone.objects.create(
        contract=on, no=1, condition="signed", share=100, amount=on.amount, planned_on=paid_on, **BEGUN
    )
    return Payment.objects.create(
        **{
            "milestone": milestone,
            "contract": on,
            "amount": Decimal(amount),
            "paid_on": paid_on,
            "voucher_no": f"P-{number}",
            "fund_source": "union_funds",
            **MADE,
            "created_at": MOMENT + timedelta(seconds=number),
            **fields,
        }
    )


def reversal(of: Payment, paid_on: date) -> Payment:
    return payment(
        of.contract,
        str(-of.amount),
        paid_on,
        kind="reversal",
        reverses=of,
        reason="收款账户有误",
        fund_source=of.fund_source,
    )


def funding(on: ServiceProject, source: str, amount: str, **fields: Any) -> FundingLine:
    return FundingLine.objects.create(project=on, source=source, amount=Decimal(amount), **fields)


def record(on: ServiceProject, served_on: date, **fields: Any) -> ServiceRecord:
    return ServiceRecord.objects.create(
        **{"project": on, "served_on": served_on, "field": "psychological", "person_times": 10, **MADE, **fields}
    )


def evaluation(on: ServiceProject, kind: str, evaluated_on: date | None, **fields: Any) -> Evaluation:
    concluded = {"conclusion": "pass" if kind == "midterm" else "good", "state": "final"} if evaluated_on else {}
    return Evaluation.objects.create(
        **{"project": on, "kind": kind, "evaluated_on": evaluated_on, **concluded, **BEGUN, **fields}
    )


def call(on: ServiceProject, **fields: Any) -> Call:
    return Call.objects.create(
        **{
            "project": on,
            "title": "心理关爱服务招募公告",
            "ceiling": Decimal("100000.00"),
            "bid_deadline": datetime(2026, 2, 10, 9, tzinfo=UTC),
            "state": "confirmed",
            "confirmed_on": date(2026, 2, 20),
            **BEGUN,
            **fields,
        }
    )


def bid(on: Call, state: str, of: Provider | None = None, **fields: Any) -> Bid:
    sealed = state in {"draft", "submitted", "to_confirm", "withdrawn", "lapsed"}
    given = {"call": on, "owner_mark": uuid7().hex, "state": state, **BEGUN, **fields}
    if not sealed:
        given["provider"] = of or provider()
    return Bid.objects.create(**given)


def award(amount: str, confirmed_on: date, to: Provider | None = None, **fields: Any) -> Bid:
    """A bid that won a call of its own; `of` are fields of the project, `called` those of the call."""
    of, called = fields.pop("of", {}), fields.pop("called", {})
    won = call(project(**of), **{"confirmed_on": confirmed_on, **called})
    winner = to or provider()
    return bid(
        won,
        "won",
        winner,
        **{
            "award_amount": Decimal(amount),
            "confirmed_on": confirmed_on,
            "founding_mode": winner.founding_mode,
            **fields,
        },
    )


def capacity(year: int, **fields: Any) -> Capacity:
    return Capacity.objects.create(year=year, **{**BEGUN, **fields})


def catalogue_item(year: int, change: str, **fields: Any) -> CatalogueItem:
    return CatalogueItem.objects.create(
        **{
            "year": year,
            "change": change,
            "category": "life_service",
            "field": "psychological",
            "name": f"心理关爱{next(_serial)}",
            **BEGUN,
            **fields,
        }
    )


def match(introduced_on: date | None, **fields: Any) -> Match:
    demand, offer = (
        Listing.objects.create(
            side=side,
            poster_kind="enterprise",
            poster_name="湘江机械厂",
            title=f"职工体检{next(_serial)}",
            field="occupational_health",
            valid_until=date(2027, 1, 1),
            **BEGUN,
        )
        for side in ("demand", "offer")
    )
    if fields.get("state") == "contracted":
        fields.setdefault("contract", contract(None, introduced_on, buyer_kind="enterprise"))
    consent = {"demand_consented_at": MOMENT, "offer_consented_at": MOMENT} if introduced_on else {}
    return Match.objects.create(
        **{
            "demand": demand,
            "offer": offer,
            "introduced_on": introduced_on,
            "state": "introduced" if introduced_on else "recommended",
            **consent,
            **BEGUN,
            **fields,
        }
    )
