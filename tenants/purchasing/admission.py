"""
Who may answer a call: its admission conditions as data, held against what is known of an organization. Source: SM-16 ★, SM-17 ★, E10.

The same conditions are asked when a bid is submitted and again when it is opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from commons.codelists.organizations import FoundingMode
from commons.directory.enums import OrgType, RatingGrade
from commons.kit.labels import Code
from tenants.purchasing.enums import ProviderKind, VettingResult

VETTED = (VettingResult.CLEAR, VettingResult.CONDITIONAL)


class UnionBuilt(Code):
    """What a call asks of a bidder's own trade union. Source: 同等条件下优先购买已建工会组织的服务."""

    PREFERRED = "preferred", "同等条件下优先", "Preferred when equal"
    REQUIRED = "required", "须已建工会", "Required"


@dataclass(frozen=True)
class Facts:
    """
    What is known of an organization on the day: from the union's own records, else from the public directory.

    `vetting_until`, `penalty_until`, `blocked_until` are exclusive ends.
    """

    name: str = ""
    kind: ProviderKind = ProviderKind.SOCIAL_ORG
    org_type: str = ""
    registration_valid: bool = False
    registered_on: date | None = None
    rating: str = ""
    has_union: bool = False
    founding_mode: FoundingMode | str = ""
    vetting: VettingResult = VettingResult.UNKNOWN
    vetting_until: date | None = None
    penalty_until: date | None = None
    blocked_until: date | None = None

    def vetted(self, on: date) -> bool:
        """Whether a background check that has not run out lets it work for the union. Source: B07."""
        return self.vetting in VETTED and (self.vetting_until is None or self.vetting_until > on)

    def blocked(self, on: date) -> bool:
        return self.blocked_until is not None and self.blocked_until > on


@dataclass(frozen=True)
class Conditions:
    """
    What a call demands. No open penalty and not being blocked are always demanded.

    Shape of its JSON: {org_types, registration_valid, min_years, rating, vetting, union_built}. Units: whole years since registration.
    """

    org_types: tuple[OrgType, ...] = field(default_factory=tuple)
    registration_valid: bool = True
    min_years: int = 0
    rating: RatingGrade | str = ""
    vetting: bool = False
    union_built: UnionBuilt = UnionBuilt.PREFERRED

    def as_json(self) -> dict[str, Any]:
        return {
            "org_types": [str(one) for one in self.org_types],
            "registration_valid": self.registration_valid,
            "min_years": self.min_years,
            "rating": str(self.rating),
            "vetting": self.vetting,
            "union_built": str(self.union_built),
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """
        The conditions written as JSON; what is not said has its default.

        Raises: ValueError for a code that is none.
        """
        rating = str(data.get("rating") or "")
        return cls(
            org_types=tuple(OrgType(one) for one in data.get("org_types") or ()),
            registration_valid=bool(data.get("registration_valid", True)),
            min_years=int(data.get("min_years") or 0),
            rating=RatingGrade(rating) if rating else "",
            vetting=bool(data.get("vetting", False)),
            union_built=UnionBuilt(data.get("union_built") or UnionBuilt.PREFERRED),
        )

    def sentences(self) -> list[str]:
        """The conditions as a call tells them."""
        told = []
        if self.org_types:
            told.append(f"组织类型为{'、'.join(one.label for one in self.org_types)}。")
        if self.registration_valid:
            told.append("依法登记且登记状态有效。")
        if self.min_years:
            told.append(f"登记成立满 {self.min_years} 年。")
        if self.rating:
            told.append(f"社会组织评估等级 {RatingGrade(self.rating).label} 及以上，且在有效期内。")
        if self.vetting:
            told.append("已通过本级工会的背景核查。")
        told.append("没有尚在期限内的行政处罚，未被本级工会暂停承接资格。")
        told.append(
            "已建立工会组织。" if self.union_built is UnionBuilt.REQUIRED else "同等条件下，优先选择已建工会的组织。"
        )
        return told


def problems(conditions: Conditions, facts: Facts, on: date) -> list[tuple[str, str]]:
    """What of the conditions does not hold on that day: (code, sentence), in a fixed order; empty when all hold."""
    found: list[tuple[str, str]] = []
    if facts.blocked(on):
        found.append(("BLOCKED", f"该组织被暂停承接资格，{_day(facts.blocked_until)}恢复。"))
    if facts.penalty_until is not None and facts.penalty_until > on:
        found.append(("PENALTY", f"该组织有尚在期限内的行政处罚，期限至{_day(facts.penalty_until)}。"))
    if conditions.org_types and facts.org_type not in conditions.org_types:
        named = "、".join(one.label for one in conditions.org_types)
        found.append(("ORG_TYPE", f"本公告只面向{named}。如组织类型登记有误，请联系工会更正台账。"))
    if conditions.registration_valid and not facts.registration_valid:
        found.append(("REGISTRATION", "没有查到该组织有效的登记信息。请联系工会核对台账中的登记状态。"))
    if conditions.min_years and not _old_enough(facts.registered_on, conditions.min_years, on):
        found.append(("YEARS", f"本公告要求登记成立满 {conditions.min_years} 年。"))
    if conditions.rating and (not facts.rating or facts.rating < conditions.rating):
        found.append(("RATING", f"本公告要求评估等级 {RatingGrade(conditions.rating).label} 及以上，且在有效期内。"))
    if conditions.vetting and not facts.vetted(on):
        found.append(("VETTING", "该组织尚未通过本级工会的背景核查，或核查结果已过期。"))
    if conditions.union_built is UnionBuilt.REQUIRED and not facts.has_union:
        found.append(("UNION_BUILT", "本公告只面向已建立工会的组织。如已建会，请联系工会更新信息。"))
    return found


def _old_enough(registered_on: date | None, years: int, on: date) -> bool:
    if registered_on is None:
        return False
    # Founded on 29 February, it is a year old on 1 March of a year without that day.
    try:
        grown = registered_on.replace(year=registered_on.year + years)
    except ValueError:
        grown = date(registered_on.year + years, 3, 1)
    return grown <= on


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
