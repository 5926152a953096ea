"""A purchase of the past from its draft to its approval."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commons.codelists.services import FundSource, PurchaseCategory, ServiceField, TargetGroup
from config.demo.purchases.story import Story, working_day
from tenants.purchasing.actions import catalogue, course, projects
from tenants.purchasing.enums import EvaluationKind, MilestoneCondition
from tenants.purchasing.enums import ProcurementMethod as M
from tenants.purchasing.machines.evaluation import EVALUATION, EvaluationEvent
from tenants.purchasing.machines.project import PROJECT, ProjectEvent
from tenants.purchasing.models import CatalogueItem, Evaluation, ServiceProject
from tenants.purchasing.weighing import items_of


@dataclass(frozen=True)
class Life:
    """
    One purchase. Units: yuan; days before now, negative for those to come.

    `bidders` are places in the cast's organizations, the best first; `from_above` is the part that the union above pays.
    """

    title: str
    item: str
    category: PurchaseCategory
    field: ServiceField
    group: TargetGroup
    budget: int
    begins: int
    starts: int
    ends: int
    midterm: int | None = None
    bidders: tuple[int, ...] = (0, 1, 2)
    method: M = M.OPEN_CALL
    direct_reason: str = ""
    supervised: bool = False
    # Whether a question is asked and an objection is raised, which are answered.
    asked: bool = False
    from_above: int = 0
    # Yuan for each person-time that is aimed at.
    promised: int = 170
    # What is paid when: condition, share in per cent, days before now.
    parts: tuple[tuple[MilestoneCondition, int, int], ...] = ()


def begin(story: Story, life: Life) -> ServiceProject:
    """Drafted by the staff, scored by another, approved by the administrator."""
    there = story.there
    story.go(story.days_ago(life.begins))
    row = projects.create(fields=_fields(story, life), funding=_funding(story, life), by=there.staff, at=story.tick())
    story.take(PROJECT, row, ProjectEvent.SUBMIT, there.staff)
    story.go(story.day)
    sheet = course.open_evaluation(row, EvaluationKind.APPROVAL, by=there.secretariat, at=story.tick())
    score(story, sheet, 82, "需求依据充分，目标可以衡量，预算测算合理，同意立项。")
    story.take(EVALUATION, sheet, EvaluationEvent.CONCLUDE, there.admin, data={"conclusion": "pass"})
    story.take(PROJECT, row, ProjectEvent.APPROVE, there.admin)
    return row


def score(story: Story, sheet: Evaluation, points: int, comment: str) -> None:
    """Points around `points` for each item, by the secretariat; satisfaction follows from the records where there are any."""
    assert sheet.system is not None
    told: dict[str, Any] = {
        f"points_{item.code}": str(min(points + 2 * (number % 3), 98))
        for number, item in enumerate(items_of(sheet.system.content))
    }
    story.take(EVALUATION, sheet, EvaluationEvent.SCORE, story.there.secretariat, data={**told, "comment": comment})


def _item(story: Story, life: Life) -> CatalogueItem:
    found = CatalogueItem.objects.filter(year=story.day.year, name=life.item).first()
    return found or catalogue.put(
        year=story.day.year,
        name=life.item,
        category=life.category,
        field=life.field,
        by=story.there.admin,
        at=story.tick(),
    )


def _funding(story: Story, life: Life) -> list[dict[str, object]]:
    own = [{"source": FundSource.UNION_FUNDS, "amount": life.budget - life.from_above}]
    parent = story.there.union.parent
    if not life.from_above or parent is None:
        return own
    return [
        *own,
        {"source": FundSource.UPPER_SUBSIDY, "amount": life.from_above, "from_union_name": parent.name_zh},
    ]


def _fields(story: Story, life: Life) -> dict[str, Any]:
    place = story.there.place
    starts, ends = story.days_ago(life.starts), story.days_ago(life.ends)
    # What is over was reached; what goes on is on its way.
    times = min(life.budget // life.promised, 850 if life.ends > 0 else 1_400)
    midterm = working_day(story.days_ago(life.midterm)) if life.midterm is not None else None
    return {
        "year": story.day.year,
        "title": f"{place}{life.title}",
        "summary": f"面向{place}{life.group.label}，由专业社会组织提供“{life.item}”，在街道工会服务站和园区设点，定期上门。",
        "method": life.method,
        "direct_reason": life.direct_reason,
        "business_owner": story.department,
        "fields": [life.field],
        "category": life.category,
        "catalogue_item": _item(story, life),
        "target_groups": [life.group],
        "test_concentrated": True,
        "test_concentrated_note": "街道工会和企业工会反映集中，问卷中选择该项的职工超过三成。",
        "test_benefit": True,
        "test_benefit_note": "专业机构有稳定团队，单位服务成本低于工会自行组织。",
        "test_suitable": True,
        "test_suitable_note": "属于专业服务，不涉及工会应当直接履行的职责。",
        "budget": Decimal(life.budget),
        "region_code": story.there.union.code,
        "starts_on": starts,
        "ends_on": ends,
        "midterm_on": midterm,
        "third_party_required": life.supervised,
        # A session is served to some two dozen persons.
        "target_person_times": times,
        "target_persons": times // 2,
        "target_sessions": times // 26,
    }
