"""Service projects and their ground, made directly in whatever state: for tests that are not about how they come to be. Call inside a door."""

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from commons.codelists.services import FundSource, PurchaseCategory, ServiceField
from commons.kit.ids import uuid7
from tenants.purchasing.enums import (
    ExpertKind,
    ProjectState,
    ProviderKind,
    RuleKind,
    RuleState,
    UnitKind,
)
from tenants.purchasing.models import (
    Expert,
    FundingLine,
    Provider,
    PurchaseRule,
    ServiceProject,
    ServiceRecord,
    UnionUnit,
)
from tenants.purchasing.rules import FIXED
from tests.factories.organizations import credit_code

# Beyond what a union's own numbering comes to in a test.
_serial = itertools.count(5001)
MADE_AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
MADE: dict[str, Any] = {"created_at": MADE_AT, "updated_at": MADE_AT, "created_by_name": "王五"}

SYSTEM: dict[str, Any] = {
    "items": [
        {"code": "plan", "name": "方案与目标", "weight": 60, "max": 100, "guide": "", "is_satisfaction": False},
        {"code": "satisfaction", "name": "职工满意度", "weight": 40, "max": 100, "guide": "", "is_satisfaction": True},
    ],
    "pass_mark": 60,
}


def unit(name: str = "", **fields: Any) -> UnionUnit:
    """A department of the union."""
    name = name or f"权益保障部{next(_serial)}"
    return UnionUnit.objects.create(**{"kind": UnitKind.DEPARTMENT, "name": name, **MADE, **fields})


def rule(kind: RuleKind, *, content: dict[str, Any] | None = None, **fields: Any) -> PurchaseRule:
    """An edition of a rule, in force; it takes the place of the one that was."""
    values: dict[str, Any] = {"state": RuleState.IN_FORCE, "in_force_from": date(2026, 1, 1), **fields}
    if values["state"] == RuleState.IN_FORCE:
        PurchaseRule.objects.filter(kind=kind, state=RuleState.IN_FORCE).update(
            state=RuleState.REPEALED, in_force_until=values["in_force_from"]
        )
    last = PurchaseRule.objects.filter(kind=kind).order_by("-edition").first()
    content = (SYSTEM if kind.is_system else {}) if content is None else content
    return PurchaseRule.objects.create(
        **{
            "kind": kind,
            "edition": last.edition + 1 if last else 1,
            "title": kind.label,
            "content": content,
            **MADE,
            **values,
        }
    )


def rules(**measures: Any) -> dict[str, PurchaseRule]:
    """Measures with these thresholds and the four indicator systems, in force: {field of a project: rule}."""
    return {
        name: rule(kind, content=dict(measures) if kind is RuleKind.MEASURES else None) for name, kind in FIXED.items()
    }


def provider(name: str = "", *, kind: ProviderKind = ProviderKind.SOCIAL_ORG, **fields: Any) -> Provider:
    number = next(_serial)
    values: dict[str, Any] = {"name": name or f"长沙市星城职工服务中心{number}", "uscc": credit_code(number), **fields}
    return Provider.objects.create(kind=kind, **MADE, **values)


def expert(name: str = "", *, user_id: UUID | None = None, **fields: Any) -> Expert:
    last = Expert.objects.order_by("-number").values_list("number", flat=True).first() or 0
    values: dict[str, Any] = {
        "number": last + 1,
        "name": name or f"专家{last + 1}",
        "kind": ExpertKind.SCHOLAR,
        "fields": [ServiceField.PSYCHOLOGICAL.value],
        **fields,
    }
    return Expert.objects.create(user_id=user_id, **MADE, **values)


def project(
    *,
    state: ProjectState = ProjectState.DRAFT,
    title: str = "",
    budget: Decimal | int = 100_000,
    funded: bool = True,
    owner: UnionUnit | None = None,
    ruled: dict[str, PurchaseRule] | None = None,
    **fields: Any,
) -> ServiceProject:
    """
    A project in `state`, suitable and funded, of the year 2026, made by nobody who acts in a test.

    Beyond its draft it has `ruled`, by default `rules()` anew unless measures are in force already.
    """
    number = next(_serial)
    if ruled is None and state is not ProjectState.DRAFT:
        found = {
            name: PurchaseRule.objects.filter(kind=kind, state=RuleState.IN_FORCE).first()
            for name, kind in FIXED.items()
        }
        ruled = {name: one for name, one in found.items() if one} if all(found.values()) else rules()
    decided = state not in (ProjectState.DRAFT, ProjectState.APPROVAL_REVIEW)
    approved = decided and state is not ProjectState.REJECTED
    values: dict[str, Any] = {
        "year": 2026,
        "serial": number,
        "title": title or f"新就业形态劳动者心理疏导{number}",
        "fields": [ServiceField.PSYCHOLOGICAL],
        "category": PurchaseCategory.LIFE_SERVICE,
        "business_owner": owner or unit(),
        "test_concentrated": True,
        "test_benefit": True,
        "test_suitable": True,
        "budget": Decimal(budget),
        "starts_on": date(2026, 2, 1),
        "ends_on": date(2026, 12, 1),
        "target_person_times": 600,
        "target_persons": 300,
        "target_sessions": 20,
        "created_by_id": uuid7(),
        "decided_on": date(2026, 1, 20) if decided else None,
        "approved_on": date(2026, 1, 20) if approved else None,
        **(ruled or {}),
        **MADE,
        **fields,
    }
    row = ServiceProject.objects.create(state=state, **values)
    if funded and row.budget:
        FundingLine.objects.create(project=row, source=FundSource.UNION_FUNDS, amount=row.budget)
    return row


def record(project: ServiceProject, **fields: Any) -> ServiceRecord:
    """Thirty persons served on one day, ten of whom gave four of five marks."""
    values: dict[str, Any] = {
        "served_on": date(2026, 6, 10),
        "place": "芙蓉街道职工之家",
        "field": ServiceField.PSYCHOLOGICAL,
        "person_times": 40,
        "persons_new": 30,
        "satisfaction_sum": 40,
        "satisfaction_count": 10,
        "created_at": MADE_AT,
        "created_by_name": "王五",
        **fields,
    }
    return ServiceRecord.objects.create(project=project, **values)
