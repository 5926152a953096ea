"""Departments, the catalogue and the means of the year, providers and the pool of experts."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from commons.access.actors import Actor, acting
from commons.codelists.services import PurchaseCategory, ServiceField
from commons.directory.enums import OrgType
from commons.kit.clock import BEIJING, today
from commons.people.enums import AccountKind, Role
from commons.people.models import RoleAssignment, User
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
# The bank account that a contract needs: of a shape in use, given to nobody.
BANK = "中国工商银行长沙分行营业部"
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


def fill(there: Cast, *, since: datetime, at: datetime) -> UnionUnit:
    """What has been there `since`, with the catalogues from that year on; the first department, which runs the projects."""
    by, day = there.admin, today(at)
    units = [
        bodies.save_unit(fields={"kind": UnitKind.DEPARTMENT, "name": name}, by=by, at=since) for name in _DEPARTMENTS
    ]
    for year in range(today(since).year, day.year + 1):
        begun = since if year == today(since).year else datetime(year, 1, 1, 9, tzinfo=BEIJING)
        for name, category, field in _CATALOGUE:
            catalogue.put(year=year, name=name, category=category, field=field, by=by, at=begun)
        capacity.set_capacity(
            year=year,
            purchase_budget=Decimal(3_000_000 if there.union.code == "430000" else 1_200_000),
            staff_full=6,
            staff_part=3,
            workers_count=286_000,
            union_members_count=231_500,
            by=by,
            at=begun,
        )
    chance = Random(f"bodies {there.union.code}")
    for number, (name, kind, org_type) in enumerate(_PROVIDERS):
        fields: dict[str, object] = {
            "vetting_result": VettingResult.CLEAR,
            "has_union": number % 2 == 0,
            "contact_name": invention.person(chance),
            "contact_phone": invention.phone(chance),
            **account_of(there, number),
        }
        if number == len(_PROVIDERS) - 1:
            fields["blocked_until"] = day + timedelta(days=300)
            fields["blocked_reason"] = "上年度“职工趣味运动会”项目绩效考核不合格，一年内不得承接新的项目。"
        code = invention.credit_code(there.union.code, org_type, 810_000 + number)
        bodies.add_provider(kind=kind, name=f"{there.place}{name}", uscc=code, fields=fields, by=by, at=since)
    for number, (expert, unit) in enumerate(_EXPERTS):
        fields = {"name": invention.person(chance), "kind": expert, "unit": unit, "phone": invention.phone(chance)}
        # The first is the account of the demonstration that reviews.
        actor = there.reviewer if number == 0 else _reviewer(there, number + 1, str(fields["name"]), since)
        bodies.save_expert(fields={**fields, "name": actor.name, "user_id": actor.user_id}, by=by, at=since)
    return units[0]


def account_of(there: Cast, number: int) -> dict[str, str]:
    return {"bank_name": BANK, "bank_account": f"1901{there.union.code}00{number:07d}"}


def _reviewer(there: Cast, number: int, name: str, at: datetime) -> Actor:
    """An account by which an expert reviews; nobody can sign in to it."""
    user = User(username=f"{there.prefix}.expert{number}", name=name, kind=AccountKind.EXPERT, password_changed_at=at)
    user.set_unusable_password()
    user.save(force_insert=True)
    RoleAssignment.objects.create(user=user, union=there.union, role=Role.REVIEWER, from_on=today(at), granted_at=at)
    actor = acting(user, there.union)
    assert actor is not None
    return actor
