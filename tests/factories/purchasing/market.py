"""Demands, offers and matches, made directly in whatever state. Call inside a door."""

from datetime import date
from typing import Any

from commons.codelists.services import ServiceField, TargetGroup
from tenants.purchasing.enums import ListingSide, MatchState, PosterKind
from tenants.purchasing.models import Listing, Match
from tests.factories.purchasing import projects


def demand(**fields: Any) -> Listing:
    """An enterprise that looks for counselling for its new-generation workers."""
    return _listing(
        **{
            "side": ListingSide.DEMAND,
            "poster_kind": PosterKind.ENTERPRISE,
            "poster_name": "长沙三一智造有限公司",
            "title": "一线职工心理健康服务",
            "contact_name": "赵六",
            "contact_phone": "13700001111",
            **fields,
        }
    )


def offer(**fields: Any) -> Listing:
    """An organization that offers counselling."""
    return _listing(
        **{
            "side": ListingSide.OFFER,
            "poster_kind": PosterKind.SOCIAL_ORG,
            "poster_name": "长沙市星城职工服务中心",
            "title": "职工心理咨询进企业",
            "contact_name": "孙七",
            "contact_phone": "13600002222",
            **fields,
        }
    )


def _listing(**fields: Any) -> Listing:
    values: dict[str, Any] = {
        "field": ServiceField.PSYCHOLOGICAL,
        "groups": [TargetGroup.NEW_GENERATION],
        "region_code": "430105",
        "valid_until": date(2027, 6, 1),
        "text": "每月两次现场服务",
        **projects.MADE,
        **fields,
    }
    return Listing.objects.create(**values)


def match(*, state: MatchState = MatchState.RECOMMENDED, **fields: Any) -> Match:
    values: dict[str, Any] = {"score": 100, "basis": [], **projects.MADE, **fields}
    values.setdefault("demand", None)
    values.setdefault("offer", None)
    values["demand"] = values["demand"] or demand()
    values["offer"] = values["offer"] or offer()
    if state in {MatchState.INTRODUCED, MatchState.NEGOTIATING}:
        agreed = {
            "demand_consented_at": projects.MADE_AT,
            "offer_consented_at": projects.MADE_AT,
            "introduced_on": date(2026, 3, 1),
        }
        values = {**agreed, **values}
    return Match.objects.create(state=state, **values)
