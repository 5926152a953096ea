"""Service projects: drafted, handed in, approved and refused; one that is entrusted directly, one renewed for the next year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from commons.codelists.services import FundSource, PurchaseCategory
from commons.codelists.services import ServiceField as F
from commons.codelists.services import TargetGroup as G
from commons.kit.clock import today
from commons.workflow.transitions import transition
from config.demo.cast import Cast
from tenants.needs.models import Need
from tenants.purchasing.actions import course, projects
from tenants.purchasing.enums import EvaluationKind
from tenants.purchasing.enums import ProcurementMethod as M
from tenants.purchasing.machines.evaluation import EVALUATION, EvaluationEvent
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.models import CatalogueItem, ServiceProject, UnionUnit
from tenants.purchasing.weighing import items_of

# (title, item of the catalogue, group, budget, method, how far it comes, which of the gathered needs it answers to)
_PROJECTS: list[tuple[str, str, G, int, M, str, Sequence[int]]] = [
    ("“心晴驿站”职工心理关爱服务", "职工心理关爱服务", G.ALL_WORKERS, 180_000, M.OPEN_CALL, "approved", (0, 1)),
    ("“清凉一夏”户外劳动者关爱服务", "户外劳动者关爱服务", G.OUTDOOR, 120_000, M.OPEN_CALL, "approved", (2, 3)),
    ("“小候鸟”职工子女暑期托管", "职工子女托管服务", G.FAMILY_MEMBERS, 96_000, M.OPEN_CALL, "approved", (4,)),
    ("“法援同行”农民工维权进工地", "职工法律援助服务", G.MIGRANT_WORKERS, 60_000, M.DIRECT, "approved", ()),
    ("养老护理员技能提升培训", "职工技能提升培训", G.LAID_OFF, 150_000, M.OPEN_CALL, "review", ()),
    ("新就业形态劳动者文化周", "职工文体活动组织", G.NEW_GENERATION, 80_000, M.OPEN_CALL, "rejected", ()),
    ("女职工健康服务进园区", "职工心理关爱服务", G.WOMEN, 72_000, M.OPEN_CALL, "draft", ()),
]


def fill(there: Cast, department: UnionUnit, needs: list[Need], *, at: datetime) -> list[ServiceProject]:
    """The approved projects, in their order."""
    items = {item.name: item for item in CatalogueItem.objects.filter(year=today(at).year)}
    approved = []
    for title, item, group, budget, method, until, answers in _PROJECTS:
        fields = _fields(there, f"{there.place}{title}", items[item], group, budget, method, at)
        fields |= {"business_owner": department, "need_ids": [needs[number].pk for number in answers]}
        funding = [{"source": FundSource.UNION_FUNDS, "amount": budget}]
        row = projects.create(fields=fields, funding=funding, by=there.staff, at=at)
        if until == "draft":
            continue
        transition(PROJECT, row, ProjectEvent.SUBMIT, by=there.staff, at=at)
        row.refresh_from_db()
        if until == "rejected":
            reason = "与宣传教育部已列支的“职工文化季”内容重复，建议并入后另行申报。"
            transition(PROJECT, row, ProjectEvent.REJECT, by=there.admin, at=at, reason=reason)
        if until != "approved":
            continue
        _score(there, row, at)
        transition(PROJECT, row, ProjectEvent.APPROVE, by=there.admin, at=at)
        row.refresh_from_db()
        approved.append(row)
    projects.renew(project=approved[1], by=there.staff, at=at)
    return approved


def _score(there: Cast, row: ServiceProject, at: datetime) -> None:
    """Scored by another person than who drafted it, concluded by the administrator. Source: E14."""
    sheet = course.open_evaluation(row, EvaluationKind.APPROVAL, by=there.secretariat, at=at)
    assert sheet.system is not None
    points: dict[str, Any] = {
        f"points_{item.code}": str(84 + 2 * number) for number, item in enumerate(items_of(sheet.system.content))
    }
    data = points | {"comment": "需求依据充分，目标可以衡量，预算测算合理，同意立项。"}
    transition(EVALUATION, sheet, EvaluationEvent.SCORE, by=there.secretariat, at=at, data=data)
    sheet.refresh_from_db()
    transition(EVALUATION, sheet, EvaluationEvent.CONCLUDE, by=there.admin, at=at, data={"conclusion": "pass"})


def _fields(
    there: Cast, title: str, item: CatalogueItem, group: G, budget: int, method: M, at: datetime
) -> dict[str, Any]:
    year = today(at).year
    return {
        "year": year,
        "title": title,
        "summary": f"面向{there.place}{group.label}，由专业社会组织提供“{item.name}”，重点覆盖园区、站点和街道工会服务站。",
        "method": method,
        "direct_reason": "本地具备劳动法律援助资质并长期驻点工地的单位只有一家。" if method == M.DIRECT else "",
        "fields": [F(item.field)],
        "category": PurchaseCategory(item.category),
        "catalogue_item": item,
        "target_groups": [group],
        "test_concentrated": True,
        "test_concentrated_note": "需求调查和基层工会反映集中，受益职工在百人以上。",
        "test_benefit": True,
        "test_benefit_note": "由专业社会组织提供，比工会自行组织成本低、覆盖面广。",
        "test_suitable": True,
        "test_suitable_note": "属于专业性服务，本地有三家以上社会组织能够承接。",
        "budget": Decimal(budget),
        "region_code": there.union.code,
        "starts_on": date(year + 1, 1, 15),
        "ends_on": date(year + 1, 11, 30),
        "midterm_on": date(year + 1, 6, 30),
        "target_person_times": budget // 60,
        "target_persons": budget // 150,
        "target_sessions": budget // 5_000,
    }
