"""Departments, the catalogue and the means of the year, providers and the pool of experts."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from commons.codelists.services import PurchaseCategory, ServiceField
from commons.directory.enums import OrgType
from commons.kit.clock import today
from config.demo import invention
from config.demo.cast import Cast
from tenants.purchasing.actions import bodies, capacity, catalogue
from tenants.purchasing.enums import ExpertKind, ProviderKind, UnitKind, VettingResult
from tenants.purchasing.models import UnionUnit

_DEPARTMENTS = ("权益保障部", "基层工作部", "宣传教育部")
_CATALOGUE = [
    ("职工心理关爱服务", PurchaseCategory.LIFE_SERVICE, ServiceField.PSYCHOLOGICAL),
    ("户外劳动者关爱服务", PurchaseCategory.LIFE_SERVICE, ServiceField.HUMANISTIC_CARE),
    ("职工子女托管服务", PurchaseCategory.LIFE_SERVICE, ServiceField.CHILD_CARE),
    ("职工法律援助服务", PurchaseCategory.WORK_SERVICE, ServiceField.LEGAL_AID),
    ("职工技能提升培训", PurchaseCategory.CAREER_SERVICE, ServiceField.SKILLS_TRAINING),
    ("职工文体活动组织", PurchaseCategory.CULTURE_SERVICE, ServiceField.CULTURE_SPORTS),
]
_PROVIDERS = [
    ("心桥社会工作服务中心", ProviderKind.SOCIAL_ORG, OrgType.SOCIAL_SERVICE_INSTITUTION),
    ("乐业职业技能发展中心", ProviderKind.SOCIAL_ORG, OrgType.SOCIAL_SERVICE_INSTITUTION),
    ("正和公益评估中心", ProviderKind.SOCIAL_ORG, OrgType.SOCIAL_SERVICE_INSTITUTION),
    ("聚力职工文体促进会", ProviderKind.SOCIAL_ORG, OrgType.SOCIAL_GROUP),
]
_EXPERTS = [
    (ExpertKind.SCHOLAR, "大学社会工作系"),
    (ExpertKind.SCHOLAR, "高校公共管理学院"),
    (ExpertKind.OFFICIAL, "民政部门社会组织管理处"),
    (ExpertKind.UNION, "产业工会"),
    (ExpertKind.PRACTITIONER, "社会工作协会"),
    (ExpertKind.FINANCE, "会计师事务所"),
    (ExpertKind.LAW, "律师事务所"),
    (ExpertKind.PRACTITIONER, "心理咨询行业协会"),
]


def fill(there: Cast, *, at: datetime) -> UnionUnit:
    """The first department, which runs the projects."""
    by, day = there.admin, today(at)
    units = [
        bodies.save_unit(fields={"kind": UnitKind.DEPARTMENT, "name": name}, by=by, at=at) for name in _DEPARTMENTS
    ]
    for name, category, field in _CATALOGUE:
        catalogue.put(year=day.year, name=name, category=category, field=field, by=by, at=at)
    capacity.set_capacity(
        year=day.year,
        purchase_budget=Decimal(3_000_000 if there.union.code == "430000" else 1_200_000),
        staff_full=6,
        staff_part=3,
        workers_count=286_000,
        union_members_count=231_500,
        by=by,
        at=at,
    )
    chance = Random(f"bodies {there.union.code}")
    for number, (name, kind, org_type) in enumerate(_PROVIDERS):
        fields: dict[str, object] = {
            "vetting_result": VettingResult.CLEAR,
            "has_union": number % 2 == 0,
            "contact_name": invention.person(chance),
            "contact_phone": invention.phone(chance),
        }
        if number == len(_PROVIDERS) - 1:
            fields["blocked_until"] = day + timedelta(days=300)
            fields["blocked_reason"] = "上年度“职工趣味运动会”项目绩效考核不合格，一年内不得承接新的项目。"
        code = invention.credit_code(there.union.code, org_type, 810_000 + number)
        bodies.add_provider(kind=kind, name=f"{there.place}{name}", uscc=code, fields=fields, by=by, at=at)
    for number, (expert, unit) in enumerate(_EXPERTS):
        fields = {"name": invention.person(chance), "kind": expert, "unit": unit, "phone": invention.phone(chance)}
        if number == 0:
            # The account of the demonstration that reviews.
            fields |= {"name": there.reviewer.name, "user_id": there.reviewer.user_id}
        bodies.save_expert(fields=fields, by=by, at=at)
    return units[0]
