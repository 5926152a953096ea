"""Which entries are exported: the filters of the list, as plain values that a job can carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Self

from commons.access.actors import Actor
from commons.directory.enums import OrgType, RatingGrade
from tenants.registry.enums import LedgerState, OrgDomain, RightsDomain
from tenants.registry.models.organization import SocialOrganizationQuerySet
from tenants.registry.selectors.organizations import organizations


@dataclass(frozen=True)
class Filters:
    """The same words as in the address of the list; what is not a possible value is ignored, as it is there."""

    text: str = ""
    org_type: str = ""
    domain: str = ""
    grade: str = ""
    region: str = ""
    state: str = ""

    @classmethod
    def read(cls, asked: Mapping[str, object]) -> Self:
        """From an address or from a job."""
        told = {field.name: str(asked.get(field.name) or "").strip()[:100] for field in fields(cls)}
        return cls(**told)

    def carried(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value}

    def rows(self, actor: Actor, today: date) -> SocialOrganizationQuerySet:
        """The entries that this actor may see and that fit, in the order of their numbers."""
        rows = organizations(actor)
        if self.text:
            rows = rows.matching(self.text)
        if self.org_type in set(OrgType):
            rows = rows.filter(org_type=self.org_type)
        if self.domain in {*OrgDomain, *RightsDomain}:
            rows = rows.in_domain(self.domain)
        if self.grade in {*RatingGrade, "none"}:
            rows = rows.rated(self.grade, today)
        if self.region.isdigit() and len(self.region) == 6:
            rows = rows.in_region(self.region)
        if self.state in set(LedgerState):
            rows = rows.in_state(self.state, today)
        return rows.order_by("serial")
