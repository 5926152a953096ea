"""Who is on the stage when 开福 buys a service: people with the eight roles, three organizations, an agency. Source: §4.2, F4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.management import call_command

from commons.access.actors import Actor
from commons.codelists.services import ServiceField
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import BEIJING
from commons.people.enums import Role
from commons.people.models import OrgAccountLink, User
from commons.tenancy.door import inside
from tenants.purchasing.actions import bodies
from tenants.purchasing.enums import ExpertKind, ProviderKind
from tests.factories import organizations, people

KAIFU, NATION, NEIGHBOUR = "430105", "000000", "430111"
BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
DEADLINE = datetime(2026, 3, 16, 9, 0, tzinfo=BEIJING)
TITLE = "一线职工心理关爱服务"
STAR, LOTUS, RIVER = "长沙市星城职工服务中心", "开福区芙蓉社会工作服务社", "开福区湘江心理服务中心"
PRICES = {STAR: "80000.00", LOTUS: "79999.97", RIVER: "85000.50"}
MARKS = {STAR: "80", LOTUS: "90", RIVER: "70"}
RANKED = (LOTUS, STAR, RIVER)
SECRET = "密封的方案只有自己知道"
AGENCY = "湖南正衡评估有限公司"
DEPARTMENT = "权益保障部"
ACCOUNT = {"bank_account": "6222020200112233", "bank_name": "中国工商银行长沙开福支行"}


@dataclass(frozen=True)
class Stage:
    """Who acts, by what they are; credit codes by name; experts in the order of their numbers, of whom the first knows STAR."""

    acting: dict[str, Actor]
    codes: dict[str, str]
    experts: list[User]

    @staticmethod
    def union_of(name: str) -> str:
        """The code of the union in which `name` acts."""
        return {"neighbour": NEIGHBOUR, "nation": NATION}.get(name, KAIFU)


def stage() -> Stage:
    """The people, their organizations on the ledger, the pool of experts, and the rules that every union begins with."""
    call_command("purchase_rules", verbosity=0)
    union = TradeUnion.objects.get(code=KAIFU)
    acting: dict[str, Actor] = {
        "admin": people.actor(KAIFU, Role.UNION_ADMIN),
        "staff": people.actor(KAIFU, Role.UNION_STAFF),
        "clerk": people.actor(KAIFU, Role.UNION_STAFF),
        "leader": people.actor(KAIFU, Role.LEADER),
        "finance": people.actor(KAIFU, Role.LEADER, Role.FINANCE),
        "secretariat": people.actor(KAIFU, Role.LEADER, Role.SECRETARIAT),
        "supervisor": people.actor(KAIFU, Role.SUPERVISOR),
        "neighbour": people.actor(NEIGHBOUR, Role.UNION_ADMIN),
        "nation": people.actor(NATION, Role.LEADER),
    }
    codes = {name: organizations.credit_code() for name in (STAR, LOTUS, RIVER)}
    acting |= {name: people.organization(KAIFU, code) for name, code in codes.items()}
    for name, code in codes.items():
        OrgAccountLink.objects.filter(uscc=code).update(organization_name=name)
    experts = []
    with inside(union):
        for name, code in codes.items():
            organizations.organization(name=name, uscc=code, registered_on=date(2020, 1, 1))
        for number in range(1, 6):
            holder = people.user(f"专家{number}")
            people.assign(holder, union, Role.REVIEWER)
            known = {
                "name": holder.name, "kind": ExpertKind.SCHOLAR, "fields": [ServiceField.PSYCHOLOGICAL.value],
                "user_id": holder.pk, "conflicts": [codes[STAR]] if number == 1 else [],
            }  # fmt: skip
            bodies.save_expert(fields=known, by=acting["admin"], at=BEGUN)
            experts.append(holder)
        bodies.add_provider(
            kind=ProviderKind.ENTERPRISE, name=AGENCY, uscc=organizations.credit_code(),
            fields={"vetting_result": "clear", "vetting_until": date(2028, 1, 1), **ACCOUNT}, by=acting["admin"], at=BEGUN,
        )  # fmt: skip
        bodies.save_unit(fields={"kind": "department", "name": DEPARTMENT}, by=acting["admin"], at=BEGUN)
    return Stage(acting, codes, experts)
