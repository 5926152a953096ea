"""How well a demand and an offer fit: what they have in common, counted, so that everybody can follow it. Source: E38, SM-15."""

from __future__ import annotations

from dataclasses import dataclass

from commons.codelists.services import TargetGroup
from tenants.purchasing.models import Listing

# Points of 100.
FIELD, GROUPS, REGION, BUDGET = 40, 25, 20, 15
# Less than the field and something more in common is not worth a recommendation.
ENOUGH = 50


@dataclass(frozen=True)
class Fit:
    """Points of 100, and what they are for, in words."""

    score: int
    basis: list[str]


def fit(demand: Listing, offer: Listing) -> Fit:
    """What a demand and an offer have in common; nothing of who they are counts."""
    score, basis = 0, []
    if demand.field == offer.field:
        score += FIELD
        basis.append(f"服务领域相同：{demand.field.label}（{FIELD}分）")
    if not demand.groups or (shared := [one for one in demand.groups if one in offer.groups]):
        named = "、".join(TargetGroup.label_of(one) for one in shared) if demand.groups else "需求不限"
        points = GROUPS if not demand.groups else GROUPS * len(shared) // len(demand.groups)
        score += points
        basis.append(f"服务对象相合：{named}（{points}分）")
    if points := _region(demand.region_code, offer.region_code):
        score += points
        basis.append(f"所在地区{'相同' if points == REGION else '同属一市或一省'}（{points}分）")
    if demand.budget is None or offer.budget is None or offer.budget <= demand.budget:
        score += BUDGET
        basis.append(f"预算可以承受（{BUDGET}分）")
    return Fit(score, basis)


def _region(one: str, other: str) -> int:
    """The whole for the same district, or where one of them serves everywhere above it; half for the same city."""
    one, other = one[:6], other[:6]
    short, long = sorted((one.rstrip("0"), other.rstrip("0")), key=len)
    if long.startswith(short):
        return REGION
    return REGION // 2 if one[:4] == other[:4] else 0
