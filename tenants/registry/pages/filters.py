"""The filters of the list, as a form. The export reads the same words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django_filters.filters import CharFilter, ChoiceFilter
from django_filters.filterset import FilterSet

from commons.access.actors import Actor
from commons.directory.enums import OrgType, RatingGrade
from commons.kit import clock
from tenants.registry import selectors
from tenants.registry.enums import LedgerState, OrgDomain, RightsDomain
from tenants.registry.models import SocialOrganization
from tenants.registry.models.organization import SocialOrganizationQuerySet

_DOMAINS = [
    ("业务领域", OrgDomain.choices()),
    ("权益领域", [choice for choice in RightsDomain.choices() if choice[0] not in set(OrgDomain)]),
]


class OrganizationFilter(FilterSet):
    """Text, type, domain, rating, region and state; each narrows what the actor may see."""

    text = CharFilter(label="名称、编号或信用代码", method="by_text")
    org_type = ChoiceFilter(label="组织类型", choices=OrgType.choices, empty_label="全部")
    domain = ChoiceFilter(label="领域", choices=_DOMAINS, method="by_domain", empty_label="全部")
    grade = ChoiceFilter(
        label="等级", choices=lambda: [*RatingGrade.choices(), ("none", "未评")], method="by_grade", empty_label="全部"
    )
    region = ChoiceFilter(label="地区", method="by_region", empty_label="全部")
    state = ChoiceFilter(label="状态", choices=LedgerState.choices, method="by_state", empty_label="全部")

    class Meta:
        model = SocialOrganization
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any] | None, *, actor: Actor) -> None:
        super().__init__(data, queryset=selectors.organizations(actor))  # type: ignore[no-untyped-call]
        regions = selectors.region_choices(actor.union) if actor.union is not None else []
        self.filters["region"].extra["choices"] = [(code, f"{name}（{code}）") for code, name in regions]
        self.filters["text"].extra["widget"] = forms.TextInput(attrs={"type": "search", "maxlength": 100})

    @property
    def active(self) -> int:
        """How many filters are in force."""
        return sum(bool(value) for value in self.form.cleaned_data.values()) if self.form.is_valid() else 0

    def by_text(self, rows: SocialOrganizationQuerySet, name: str, value: str) -> SocialOrganizationQuerySet:
        return rows.matching(value[:100])

    def by_domain(self, rows: SocialOrganizationQuerySet, name: str, value: str) -> SocialOrganizationQuerySet:
        return rows.in_domain(value)

    def by_grade(self, rows: SocialOrganizationQuerySet, name: str, value: str) -> SocialOrganizationQuerySet:
        return rows.rated(value, clock.today())

    def by_region(self, rows: SocialOrganizationQuerySet, name: str, value: str) -> SocialOrganizationQuerySet:
        return rows.in_region(value)

    def by_state(self, rows: SocialOrganizationQuerySet, name: str, value: str) -> SocialOrganizationQuerySet:
        return rows.in_state(value, clock.today())
