"""Demands of enterprises and offers of organizations, and those brought together."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from commons.codelists.services import ServiceField as F
from commons.codelists.services import TargetGroup as G
from commons.directory.enums import OrgType
from commons.kit.clock import today
from commons.workflow.transitions import transition
from config.demo import invention
from config.demo.cast import Cast
from tenants.purchasing.actions import enterprise, market
from tenants.purchasing.enums import ListingSide, PosterKind
from tenants.purchasing.machines.market import MATCH, MatchEvent
from tenants.purchasing.models import Listing, Match, Provider

_DEMANDS = [
    ("园区企业联合采购职工心理健康服务", F.PSYCHOLOGICAL, G.ALL_WORKERS, 40_000, "启明智能装备有限公司"),
    ("厂区暑期子女托管班", F.CHILD_CARE, G.FAMILY_MEMBERS, 30_000, "金桥食品有限公司"),
    ("一线班组长安全技能培训", F.SKILLS_TRAINING, G.MIGRANT_WORKERS, 25_000, "长青建设工程有限公司"),
]
_OFFERS = [
    ("职工心理咨询驻点与热线", F.PSYCHOLOGICAL, G.ALL_WORKERS, "心桥社会工作服务中心"),
    ("企业职工子女托管运营", F.CHILD_CARE, G.FAMILY_MEMBERS, "春晖社会工作服务中心"),
]


def fill(there: Cast, *, at: datetime) -> None:
    demands = [
        _post(there, ListingSide.DEMAND, PosterKind.ENTERPRISE, title, field, group, company, at, Decimal(budget))
        for title, field, group, budget, company in _DEMANDS
    ]
    offers = [
        _post(there, ListingSide.OFFER, PosterKind.SOCIAL_ORG, title, field, group, name, at)
        for title, field, group, name in _OFFERS
    ]
    pairs = zip(demands, offers, strict=False)
    both, _ = (market.recommend(demand=asked, offer=offered, by=there.staff, at=at) for asked, offered in pairs)
    for event in (MatchEvent.CONSENT_DEMAND, MatchEvent.CONSENT_OFFER, MatchEvent.INTRODUCE):
        both.refresh_from_db()
        reason = "" if event == MatchEvent.INTRODUCE else "对方联系人今日来电，同意向另一方公开联系方式。"
        transition(MATCH, both, event, by=there.staff, at=at, reason=reason)
    _contract(there, both, at)


def _contract(there: Cast, match: Match, at: datetime) -> None:
    """What the enterprise and the organization agreed upon, registered by the union that brought them together."""
    match.refresh_from_db()
    transition(MATCH, match, MatchEvent.NEGOTIATE, by=there.staff, at=at)
    day = today(at)
    contract = enterprise.register_enterprise(
        provider=Provider.objects.get(uscc=match.offer.poster_uscc),
        buyer_name=match.demand.poster_name,
        buyer_uscc=invention.enterprise_code(there.union.code, 830_000),
        title=f"{match.demand.title}合同",
        amount=Decimal(38_000),
        signed_on=day,
        starts_on=day,
        ends_on=day + timedelta(days=180),
        by=there.staff,
        at=at,
    )
    match.refresh_from_db()
    transition(MATCH, match, MatchEvent.CONTRACT, by=there.staff, at=at, data={"contract": str(contract.pk)})


def _post(
    there: Cast,
    side: ListingSide,
    kind: PosterKind,
    title: str,
    field: F,
    group: G,
    name: str,
    at: datetime,
    budget: Decimal | None = None,
) -> Listing:
    known = Provider.objects.filter(name=f"{there.place}{name}").values_list("uscc", flat=True).first()
    code = known or invention.credit_code(there.union.code, OrgType.SOCIAL_SERVICE_INSTITUTION, 820_000)
    return market.post(
        side=side,
        title=title,
        text="具体内容和时间可以商议，请通过工会牵线联系。",
        field=field,
        groups=[group],
        budget=budget,
        region_code=there.union.code,
        valid_until=today(at) + timedelta(days=120),
        poster_kind=kind,
        poster_name=f"{there.place}{name}",
        poster_uscc=code if kind == PosterKind.SOCIAL_ORG else "",
        contact_name="李主任",
        contact_phone="19900000300",
        by=there.staff,
        at=at,
    )
