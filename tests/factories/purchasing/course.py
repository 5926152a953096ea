"""Running projects with their contract, and rows of their course, made directly in any state."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from commons.access.actors import Actor, system
from commons.workflow.rows import made
from tenants.purchasing.enums import (
    ContractKind,
    ContractState,
    EvaluationKind,
    ProjectState,
    ProviderKind,
    ReportKind,
    RuleKind,
    RuleState,
)
from tenants.purchasing.models import (
    Contract,
    Evaluation,
    Provider,
    PurchaseRule,
    Report,
    ServiceProject,
    ServiceRecord,
    Visit,
)

BEGUN_AT = datetime(2026, 2, 1, tzinfo=UTC)
# A provider whose code is right by GB 32100.
USCC = "52430100MJ9000001X"
OTHER_USCC = "52430100MJ9000002T"
# Beyond what a union's own numbering comes to in a test.
_serial = itertools.count(7001)
_by = system("测试")

# Appendix C, mid-term: the weights of the worked example.
ITEMS = [
    {"code": "progress", "name": "进度与计划", "weight": 30, "max": 100, "guide": "对照计划", "is_satisfaction": False},
    {"code": "quantity", "name": "服务数量", "weight": 20, "max": 100, "guide": "", "is_satisfaction": False},
    {"code": "quality", "name": "服务质量和满意度", "weight": 20, "max": 100, "guide": "", "is_satisfaction": True},
    {"code": "funds", "name": "经费使用", "weight": 20, "max": 100, "guide": "", "is_satisfaction": False},
    {"code": "records", "name": "档案和宣传", "weight": 10, "max": 100, "guide": "", "is_satisfaction": False},
]


def rule(kind: RuleKind, content: dict[str, Any] | None = None, **fields: Any) -> PurchaseRule:
    """A rule in force, the latest edition of its kind."""
    edition = PurchaseRule.objects.filter(kind=kind).count() + 1
    state = RuleState.IN_FORCE if edition == 1 else RuleState.REPEALED
    values = {"state": state, "in_force_from": date(2026, 1, 1), **fields}
    return PurchaseRule.objects.create(
        kind=kind, edition=edition, title=kind.label, content=content or {}, **values, **made(_by, BEGUN_AT)
    )


def provider(uscc: str = USCC, name: str = "长沙市星城职工服务中心") -> Provider:
    found = Provider.objects.filter(uscc=uscc).first()
    return found or Provider.objects.create(kind=ProviderKind.SOCIAL_ORG, name=name, uscc=uscc, **made(_by, BEGUN_AT))


def project(state: ProjectState = ProjectState.RUNNING, **fields: Any) -> ServiceProject:
    """A project of 2026 from February to August, with all the systems by which it is evaluated."""
    serial = next(_serial)
    systems = {
        f"{kind.value}": rule(kind, {"items": ITEMS, "pass_mark": 60})
        for kind in (RuleKind.APPROVAL_SYSTEM, RuleKind.MIDTERM_SYSTEM, RuleKind.PERFORMANCE_SYSTEM)
    }
    values: dict[str, Any] = {
        "title": "职工心理关爱服务",
        "category": "life_service",
        "fields": ["psychological"],
        "budget": Decimal("200000.00"),
        "starts_on": date(2026, 2, 10),
        "ends_on": date(2026, 8, 15),
        "midterm_on": date(2026, 5, 15),
        "state": state,
        **systems,
        **fields,
    }
    return ServiceProject.objects.create(year=2026, serial=serial, **values, **made(_by, BEGUN_AT))


def contract(of: ServiceProject, by: Provider | None = None, **fields: Any) -> Contract:
    """The project's contract, signed."""
    values: dict[str, Any] = {
        "kind": ContractKind.PROJECT,
        "title": f"{of.title}合同",
        "amount": Decimal("180000.00"),
        "starts_on": of.starts_on,
        "ends_on": of.ends_on,
        "signed_on": date(2026, 2, 5),
        "state": ContractState.PERFORMING,
        **fields,
    }
    return Contract.objects.create(
        year=2026, serial=next(_serial), project=of, provider=by or provider(), **values, **made(_by, BEGUN_AT)
    )


def report(of: Contract, kind: ReportKind = ReportKind.PROGRESS, **fields: Any) -> Report:
    lines = (
        []
        if kind == ReportKind.PROGRESS
        else [{"name": "人员经费", "budget": "100000.00"}, {"name": "活动经费", "budget": "80000.00"}]
    )
    values: dict[str, Any] = {
        "from_on": date(2026, 2, 10),
        "until_on": date(2026, 3, 31),
        "due_on": date(2026, 4, 10),
        "lines": lines,
        **fields,
    }
    return Report.objects.create(project=of.project, contract=of, kind=kind, **values, **made(_by, BEGUN_AT))


def visit(of: ServiceProject, **fields: Any) -> Visit:
    return Visit.objects.create(project=of, **{"visit_on": date(2026, 4, 20), **fields}, **made(_by, BEGUN_AT))


def evaluation(of: ServiceProject, kind: EvaluationKind = EvaluationKind.MIDTERM, **fields: Any) -> Evaluation:
    system_of = {
        EvaluationKind.APPROVAL: of.approval_system,
        EvaluationKind.MIDTERM: of.midterm_system,
        EvaluationKind.PERFORMANCE: of.performance_system,
    }
    values = {"system": system_of[kind], **fields}
    return Evaluation.objects.create(project=of, kind=kind, **values, **made(_by, BEGUN_AT))


def served(of: ServiceProject, **fields: Any) -> ServiceRecord:
    """A day of service: forty person-times, thirty of them new, forty marks that sum up to 174."""
    values: dict[str, Any] = {
        "served_on": date(2026, 3, 12),
        "field": "psychological",
        "person_times": 40,
        "persons_new": 30,
        "satisfaction_sum": 174,
        "satisfaction_count": 40,
        **fields,
    }
    return ServiceRecord.objects.create(project=of, **values, created_at=BEGUN_AT, created_by_name=by_name(None))


def by_name(actor: Actor | None) -> str:
    return actor.name if actor else "测试"
