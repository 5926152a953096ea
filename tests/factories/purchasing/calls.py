"""Calls, bids and panels, made directly in whatever state: for tests that are not about how they come to be. Call inside a door."""

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from commons.access import grants
from commons.hierarchy.models import TradeUnion
from commons.kit import clock
from commons.kit.clock import BEIJING
from commons.people.enums import Role
from commons.people.models import User
from commons.sealing import documents
from tenants.purchasing import offers
from tenants.purchasing.admission import Conditions
from tenants.purchasing.enums import BidState, CallState, MemberState, ProjectState, RuleKind
from tenants.purchasing.models import (
    Bid,
    Call,
    Expert,
    PanelMember,
    Provider,
    PurchaseRule,
    Review,
    ServiceProject,
)
from tenants.purchasing.offers import Enclosed, Offer
from tests.factories import people
from tests.factories.purchasing import projects
from tests.factories.purchasing.projects import MADE

_serial = itertools.count(1)
# The bid system of Appendix C1.
ITEMS = [
    {"code": "need", "name": "需求理解", "weight": 15, "max": 100, "guide": ""},
    {"code": "plan", "name": "服务方案", "weight": 25, "max": 100, "guide": ""},
    {"code": "team", "name": "团队与资质", "weight": 20, "max": 100, "guide": ""},
    {"code": "past", "name": "经验与评估等级", "weight": 15, "max": 100, "guide": ""},
    {"code": "budget", "name": "预算合理性", "weight": 15, "max": 100, "guide": ""},
    {"code": "brand", "name": "创新与品牌", "weight": 10, "max": 100, "guide": ""},
]
OPENED = (BidState.OPENED, BidState.QUALIFIED, BidState.DISQUALIFIED, BidState.SCORED, BidState.WON, BidState.RESERVE, BidState.LOST)  # fmt: skip
OPEN_TO_ALL = Conditions(registration_valid=False)


def bid_system() -> PurchaseRule:
    """The bid system in force, with the items of Appendix C1."""
    return projects.rule(RuleKind.BID_SYSTEM, content={"items": ITEMS})


def sourcing(**fields: Any) -> ServiceProject:
    """A project that is being called for, with a bid system of its own."""
    return projects.project(**{"state": ProjectState.SOURCING, "bid_system": bid_system(), **fields})


def call(
    *,
    state: CallState = CallState.PUBLISHED,
    project: ServiceProject | None = None,
    deadline: datetime | None = None,
    conditions: Conditions = OPEN_TO_ALL,
    **fields: Any,
) -> Call:
    """A call in `state`; its bids are due in ten days, or were a day ago when it is beyond its deadline."""
    number = next(_serial)
    before = state in (CallState.DRAFT, CallState.PUBLISHED)
    now = clock.now().replace(microsecond=0)
    due = deadline or (now + timedelta(days=10) if before else now - timedelta(days=1))
    if project is None:
        project = sourcing() if state != CallState.DRAFT else sourcing(state=ProjectState.APPROVED)
    values: dict[str, Any] = {
        "title": f"职工心理关爱服务招募公告{number}",
        "text": "为辖区职工提供心理疏导服务，详见采购需求。",
        "ceiling": project.budget,
        "admission": conditions.as_json(),
        "bid_deadline": due,
        "round": 1,
        **MADE,
        **fields,
    }
    row = Call(project=project, state=state, **values)
    if state != CallState.DRAFT:
        row.envelope, row.envelope_public = offers.enveloped(row, due)
        row.published_on = row.published_on or date(2026, 10, 1)
    row.save(force_insert=True)
    return row


def offer(uscc: str, *, name: str = "", total: Decimal | int = 80_000, **fields: Any) -> Offer:
    values: dict[str, Any] = {
        "name": name or "长沙市星城职工服务中心",
        "contact_name": "刘芳",
        "contact_phone": "13800000001",
        "plan": "开展二十场团体辅导。",
        "lines": [{"name": "服务费", "amount": f"{Decimal(total):.2f}"}],
        "team": [{"name": "陈静", "role": "项目主管", "qualification": "社会工作师"}],
        **fields,
    }
    return Offer(uscc=uscc, **values)


def sealed(call: Call, uscc: str, *, state: BidState = BidState.SUBMITTED, **fields: Any) -> Bid:
    """A sealed bid of the organization with this code."""
    text, receipt = offers.sealed(call, offer(uscc, **fields))
    made = {**MADE, "created_by_name": "申报单位"}
    return Bid.objects.create(
        call=call,
        owner_mark=offers.mark_of(call, uscc),
        sealed=text,
        receipt=receipt,
        state=state,
        submitted_at=None if state == BidState.DRAFT else datetime(2026, 10, 5, 2, 0, tzinfo=UTC),
        **made,
    )


def bid(
    call: Call,
    provider: Provider | None = None,
    *,
    state: BidState = BidState.OPENED,
    total: Decimal | int = 80_000,
    **fields: Any,
) -> Bid:
    """An opened bid, as its opening leaves it; the opening record of the call names its receipt."""
    provider = provider or projects.provider(vetting_result="clear", vetting_until=date(2030, 1, 1))
    row = sealed(call, provider.uscc, name=provider.name, total=total)
    shown = offer(provider.uscc, name=provider.name, total=total)
    values = {"plan": shown.plan, "lines": shown.lines, "team": shown.team, "total": shown.total, **fields}
    Bid.objects.filter(pk=row.pk).update(state=state, provider=provider, opened_at=call.bid_deadline, **values)
    record = call.opening_record or {"opened": [], "damaged": [], "submitted": 0, "withdrawn": 0}
    record["opened"].append({"bid": str(row.pk), "receipt": row.receipt, "submitted_at": "2026-10-05T02:00:00+00:00"})
    call.opening_record = record
    call.save(update_fields=["opening_record"])
    row.refresh_from_db()
    return row


def expert(union: TradeUnion, **fields: Any) -> tuple[Expert, User]:
    """An expert with an account that reviews in `union`."""
    holder = people.user(f"评审专家{next(_serial)}")
    people.assign(holder, union, Role.REVIEWER)
    return projects.expert(holder.name, user_id=holder.pk, **fields), holder


def member(
    call: Call,
    union: TradeUnion,
    *,
    state: MemberState = MemberState.CONFIRMED,
    position: int | None = None,
    **fields: Any,
) -> tuple[PanelMember, User]:
    """A member of a call's panel with the account that reviews, named on the call."""
    row, holder = expert(union, **fields)
    place = position or PanelMember.objects.filter(call=call).count() + 1
    seat = PanelMember.objects.create(call=call, expert=row, position=place, is_chair=place == 1, state=state, **MADE)
    if state != MemberState.EXCLUDED:
        grants.name_officer(holder, call)
    return seat, holder


def review(member: PanelMember, bid: Bid, points: list[int | str], *, locked: bool = True) -> Review:
    """Points in the order of the bid system."""
    scores = {str(item["code"]): str(one) for item, one in zip(ITEMS, points, strict=False)}
    at = datetime(2026, 11, 1, tzinfo=UTC) if locked else None
    return Review.objects.create(member=member, bid=bid, scores=scores, locked_at=at, **MADE)


def enclosed(name: str = "营业执照.pdf", content: bytes = b"%PDF-1.4 canary") -> Enclosed:
    return Enclosed(name, content)


def receipt_of(bid: Bid) -> str:
    return documents.receipt(offers._raw(bid.sealed))


def local(moment: datetime) -> str:
    """As a form's field holds it."""
    return f"{moment.astimezone(BEIJING):%Y-%m-%dT%H:%M}"
