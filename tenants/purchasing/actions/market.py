"""How demands and offers are posted and brought together. Source: SM-15; E36, E38."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.codelists.services import ServiceField, TargetGroup
from commons.directory import credit_code
from commons.kit import clock
from commons.kit.errors import Invalid, NotFound, Refused
from commons.people import organizations
from commons.tenancy.acting import require
from commons.workflow import alarms
from commons.workflow.rows import made
from commons.workflow.transitions import begun
from tenants.purchasing.enums import ListingSide, ListingState, PosterKind
from tenants.purchasing.machines.market import LISTING, MATCH, MatchEvent, expires_at
from tenants.purchasing.matching import fit
from tenants.purchasing.models import Listing, Match, Provider

_LONGEST = {"title": 120, "text": 4000, "poster_name": 120, "contact_name": 60, "contact_phone": 40, "broker": 120}
MOST_MONEY = Decimal("99999999999999.99")


@transaction.atomic
def post(
    *,
    side: str,
    title: str,
    field: str,
    valid_until: date,
    contact_name: str,
    contact_phone: str,
    by: Actor,
    at: datetime,
    text: str = "",
    groups: Sequence[str] = (),
    budget: Decimal | None = None,
    region_code: str = "",
    poster_kind: str = PosterKind.ENTERPRISE,
    poster_name: str = "",
    poster_uscc: str = "",
) -> Listing:
    """
    Post a demand or an offer: an organization's account its own, staff on behalf of an enterprise, a unit or an organization.

    Who posts is then told by the account, not by what was entered. Raises: Refused, Invalid. Source: E38.
    """
    if by.organization:
        require(by, Permission.MARKET_POST)
        poster_kind, poster_uscc = PosterKind.SOCIAL_ORG, by.organization
        poster_name = _name_of(by)
    else:
        require(by, Permission.MARKET_EDIT)
    given = {
        "title": title.strip(),
        "text": text.strip(),
        "poster_name": poster_name.strip(),
        "contact_name": contact_name.strip(),
        "contact_phone": contact_phone.strip(),
    }
    problems = {name: [f"最多{_LONGEST[name]}个字。"] for name, value in given.items() if len(value) > _LONGEST[name]}
    for name, told in (
        ("title", "请填写标题。"),
        ("poster_name", "请填写发布单位。"),
        ("contact_name", "请填写联系人。"),
        ("contact_phone", "请填写联系电话。"),
    ):
        if not given[name]:
            problems[name] = [told]
    if side not in set(ListingSide):
        problems["side"] = ["请选择需求或供给。"]
    if field not in set(ServiceField):
        problems["field"] = ["请选择服务领域。"]
    if any(one not in set(TargetGroup) for one in groups):
        problems["groups"] = ["请选择服务对象。"]
    if poster_kind not in set(PosterKind):
        problems["poster_kind"] = ["请选择单位类型。"]
    if valid_until <= clock.today(at):
        problems["valid_until"] = ["有效期须晚于今天。"]
    if budget is not None and not 0 < budget <= MOST_MONEY:
        problems["budget"] = ["请填写正确的预算。"]
    if region_code and not (region_code.isdigit() and len(region_code) in {6, 9}):
        problems["region_code"] = ["请填写六位行政区划代码。"]
    code = ""
    if poster_uscc.strip():
        try:
            code = credit_code.validated(poster_uscc)
        except credit_code.CreditCodeInvalid as wrong:
            problems["poster_uscc"] = [wrong.message]
    if problems:
        raise Invalid(problems)
    row = Listing.objects.create(
        side=ListingSide(side),
        poster_kind=PosterKind(poster_kind),
        poster_uscc=code,
        field=ServiceField(field),
        groups=[TargetGroup(one) for one in dict.fromkeys(groups)],
        budget=budget,
        region_code=region_code,
        valid_until=valid_until,
        **given,
        **made(by, at),
    )
    begun(LISTING, row, by=by, at=at)
    if by.union is not None and code and row.poster_kind == PosterKind.SOCIAL_ORG:
        organizations.present(code, by.union, at)
    return row


@transaction.atomic
def recommend(*, demand: Listing, offer: Listing, by: Actor, at: datetime, broker: str = "") -> Match:
    """
    Recommend a demand and an offer to one another, with what they have in common; it expires when one of them does.

    Raises: Refused, NotFound, Invalid. Source: SM-15 (system, staff or a broker).
    """
    require(by, Permission.MARKET_EDIT)
    rows = Listing.objects.select_for_update().filter(pk__in=[demand.pk, offer.pk]).order_by("pk")
    found: dict[UUID, Listing] = {row.pk: row for row in rows}
    if demand.pk not in found or offer.pk not in found:
        raise NotFound()
    asked, offered = found[demand.pk], found[offer.pk]
    problems: dict[str, list[str]] = {}
    if asked.side != ListingSide.DEMAND or offered.side != ListingSide.OFFER:
        problems[""] = ["对接须由一条需求和一条供给组成。"]
    elif any(one.state != ListingState.POSTED or one.valid_until <= clock.today(at) for one in (asked, offered)):
        problems[""] = ["已撤下或过期的供需信息不能对接。"]
    elif asked.poster_uscc and asked.poster_uscc == offered.poster_uscc:
        problems[""] = ["需求和供给是同一单位发布的，不能对接。"]
    elif Match.objects.filter(demand=asked, offer=offered).exists():
        problems[""] = ["这条需求和这条供给已经推荐过。"]
    if len(broker) > _LONGEST["broker"]:
        problems["broker"] = [f"最多{_LONGEST['broker']}个字。"]
    if problems:
        raise Invalid(problems)
    common = fit(asked, offered)
    row = Match.objects.create(
        demand=asked,
        offer=offered,
        broker=broker.strip(),
        score=common.score,
        basis=common.basis,
        **made(by, at),
    )
    begun(MATCH, row, by=by, at=at, event="recommend")
    alarms.ring_at(expires_at(row), MATCH, row, MatchEvent.EXPIRE, by=by, at=at)
    return row


def _name_of(by: Actor) -> str:
    """What the organization of an account is called, as this union knows it, else as it was verified."""
    known = Provider.objects.filter(uscc=by.organization).values_list("name", flat=True).first()
    if known:
        return known
    if by.user is None:
        raise Refused()
    return organizations.name_of(by.user) or by.organization
