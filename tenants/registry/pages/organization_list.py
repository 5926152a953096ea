"""/u/<code>/organizations: the ledger as a list. Source: DOMAIN T1; SM-02 for what is done to several entries at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django_filters.filters import ChoiceFilter

from commons.access.actors import Actor
from commons.access.permissions import Permission
from commons.access.policies import may
from commons.directory.enums import OrgType, RatingGrade
from commons.kit import clock
from commons.kit.errors import DomainError
from commons.tables.declaration import Bulk, Button, Empty, Table, Tabs
from commons.tables.filters import EMPTY, ListFilter
from commons.tables.listing import view
from tenants.registry import guards, selectors
from tenants.registry.columns import COLUMNS, extras
from tenants.registry.enums import LedgerState, OrgDomain, RightsDomain
from tenants.registry.models import SocialOrganization
from tenants.registry.models.organization import SocialOrganizationQuerySet
from tenants.registry.pages.steps import STEPS, ReasonForm
from tenants.registry.selectors.organizations import with_grade
from tenants.registry.transitions import TRANSITIONS

_DOMAINS = [
    ("业务领域", OrgDomain.choices()),
    ("权益领域", [choice for choice in RightsDomain.choices() if choice[0] not in set(OrgDomain)]),
]


class OrganizationFilter(ListFilter):
    """Type, domain, rating, region and state; each narrows what the actor may see."""

    org_type = ChoiceFilter(label="组织类型", choices=OrgType.choices, empty_label=EMPTY)
    domain = ChoiceFilter(label="领域", choices=_DOMAINS, method="by_domain", empty_label=EMPTY)
    grade = ChoiceFilter(
        label="等级", choices=lambda: [*RatingGrade.choices(), ("none", "未评")], method="by_grade", empty_label=EMPTY
    )
    region = ChoiceFilter(label="地区", method="by_region", empty_label=EMPTY)
    state = ChoiceFilter(label="状态", choices=LedgerState.choices, method="by_state", empty_label=EMPTY)

    class Meta:
        model = SocialOrganization
        fields: tuple[str, ...] = ()

    def prepare(self, actor: Actor) -> None:
        regions = selectors.region_choices(actor.union) if actor.union is not None else []
        self.filters["region"].extra["choices"] = [(code, f"{name}（{code}）") for code, name in regions]

    def by_domain(self, rows: SocialOrganizationQuerySet, name: str, value: str) -> SocialOrganizationQuerySet:
        return rows.in_domain(value)

    def by_grade(self, rows: SocialOrganizationQuerySet, name: str, value: str) -> SocialOrganizationQuerySet:
        return rows.rated(value, clock.today())

    def by_region(self, rows: SocialOrganizationQuerySet, name: str, value: str) -> SocialOrganizationQuerySet:
        return rows.in_region(value)

    def by_state(self, rows: SocialOrganizationQuerySet, name: str, value: str) -> SocialOrganizationQuerySet:
        return rows.in_state(value, clock.today())


def _rows(actor: Actor) -> SocialOrganizationQuerySet:
    return with_grade(selectors.organizations(actor), clock.today())


def _matching(rows: Any, word: str) -> SocialOrganizationQuerySet:
    found: SocialOrganizationQuerySet = rows.matching(word)
    return found


def _counts(actor: Actor) -> Mapping[LedgerState, int]:
    return selectors.state_counts(actor, clock.today())


def _buttons(actor: Actor) -> Sequence[Button]:
    new, many = _new_url(actor), _allowed(actor, Permission.LEDGER_IMPORT, "import-begin")
    made = [Button("登记", new, primary=True)] if new else []
    return [*made, Button("批量导入", many)] if many else made


def _new_url(actor: Actor) -> str:
    return _allowed(actor, Permission.LEDGER_EDIT, "organization-new")


def _allowed(actor: Actor, permission: Permission, name: str) -> str:
    return reverse(name, args=[actor.union.code]) if actor.union is not None and may(actor, permission) else ""


def _bulk(name: str) -> Bulk:
    """One step of SM-02 for several entries; what is asked of a single entry alone stays on its own page."""
    step = STEPS[name]

    def act(row: SocialOrganization, by: Actor, at: datetime, given: Mapping[str, Any]) -> SocialOrganization:
        return step.action(organization=row, by=by, at=at, **given)

    def refusal(row: SocialOrganization, actor: Actor) -> str:
        try:
            guards.require_source(row, step.event, clock.now())
        except DomainError as refused:
            return refused.message
        return ""

    return Bulk(
        name=name,
        label=step.event.label,
        permission=TRANSITIONS[step.event].permission,
        act=act,
        lead=step.lead,
        form=ReasonForm if step.form is ReasonForm else forms.Form,
        refusal=refusal,
    )


ORGANIZATIONS = Table(
    name="organizations",
    title="社会组织台账",
    unit="家",
    permission=Permission.LEDGER_VIEW,
    rows=_rows,
    columns=COLUMNS,
    filters=OrganizationFilter,
    search=_matching,
    search_label="名称、编号或信用代码",
    default_sort="name",
    tabs=Tabs("state", LedgerState, always=frozenset({LedgerState.ACTIVE, LedgerState.TO_VERIFY}), counts=_counts),
    bulk=tuple(_bulk(name) for name in ("submit", "verify", "send-back", "confirm")),
    export=Permission.LEDGER_EXPORT,
    buttons=_buttons,
    prefetch=extras,
    empty=Empty(
        "台账里还没有社会组织",
        "逐个登记，或按模板填好表格后批量导入；登记后会显示在这里。",
        "登记第一家",
        _new_url,
    ),
)
listing = view(ORGANIZATIONS)
