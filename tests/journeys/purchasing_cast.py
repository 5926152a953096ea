"""Who is on the stage when 开福 buys a service: eleven people with the eight roles, three organizations, an agency. Source: §4.2, F4."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.core.management import call_command

from commons.access.actors import Actor
from commons.codelists.services import ServiceField
from commons.hierarchy.models import TradeUnion
from commons.kit.clock import BEIJING
from commons.people.enums import Role
from commons.rollup.fold import fold_many
from commons.tenancy.door import inside
from tenants.purchasing.actions import bodies
from tenants.purchasing.enums import ExpertKind, ProviderKind
from tests.factories import organizations, people
from tests.journeys.months import Months, Officer

KAIFU, NATION = "430105", "000000"
BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
DEADLINE = datetime(2026, 3, 16, 9, 0, tzinfo=BEIJING)
TITLE = "一线职工心理关爱服务"
STAR, LOTUS, RIVER = "长沙市星城职工服务中心", "开福区芙蓉社会工作服务社", "开福区湘江心理服务中心"
PRICES = {STAR: "80000.00", LOTUS: "79999.97", RIVER: "85000.50"}
MARKS = {STAR: "80", LOTUS: "90", RIVER: "70"}
RANKED = (LOTUS, STAR, RIVER)
SECRET = "密封的方案只有自己知道"
AGENCY = "湖南正衡评估有限公司"
ACCOUNT = {"bank_account": "6222020200112233", "bank_name": "中国工商银行长沙开福支行"}


@dataclass
class Cast:
    """Who is on the stage, by what they are."""

    months: Months
    people: dict[str, Officer]
    codes: dict[str, str]
    experts: list[Officer]
    # A folder that knows nothing of the platform, for whoever checks it.
    outside: Path
    panel: list[Officer] = field(default_factory=list)

    def __getattr__(self, name: str) -> Officer:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    @staticmethod
    def key(address: str) -> str:
        """The key at the end of an address."""
        return address.rsplit("/", 1)[-1]


def day(text: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=BEIJING) + timedelta(hours=hour)


def gather(months: Months, outside: Path) -> Cast:
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
        "neighbour": people.actor("430111", Role.UNION_ADMIN),
        "nation": people.actor(NATION, Role.LEADER),
    }
    codes = {name: organizations.credit_code() for name in (STAR, LOTUS, RIVER)}
    acting |= {name: people.organization(KAIFU, code) for name, code in codes.items()}
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
        bodies.save_unit(fields={"kind": "department", "name": "权益保障部"}, by=acting["admin"], at=BEGUN)
    officers = {
        name: months.officer(one.user, "430111" if name == "neighbour" else NATION if name == "nation" else KAIFU)
        for name, one in acting.items()
    }
    return Cast(months, officers, codes, [months.officer(holder, KAIFU) for holder in experts], outside)


def paid(cast: Cast) -> Decimal:
    """What the nation reads of all unions' payments of the year, on its page of numbers."""
    fold_many(list(TradeUnion.objects.all()))
    cast.nation.open("/numbers?period=2026&group=purchase")
    card = cast.nation.page.locator(".kpi").filter(
        has=cast.nation.page.get_by_role("heading", name="累计投入资金", exact=True)
    )
    return Decimal(card.locator(".kpi-value strong").inner_text().replace(",", ""))


def vet(cast: Cast, name: str) -> None:
    """Whom it is to contract with, and where it wants its money."""
    staff = cast.staff
    staff.open("/providers")
    staff.follow(name)
    staff.follow("修改")
    staff.send("保存", vetting_result="clear", vetting_until="2027-12-31", **ACCOUNT)
    staff.says("通过，至2027年12月31日", "************2233")


def drafted(cast: Cast, project: str, kind: str, parts: dict[str, tuple[str, str, str]]) -> str:
    staff = cast.staff
    staff.open(f"/contracts/new?kind={kind}&project={cast.key(project)}")
    if kind == "supervision":
        staff.choose_text("provider", AGENCY)
        staff.send("起草", amount="5000")
    else:
        staff.send("起草")
    address = staff.here
    staff.follow("设置付款节点")
    told = {}
    for no, (condition, share, on) in parts.items():
        told |= {f"condition_{no}": condition, f"share_{no}": share, f"planned_on_{no}": on}
    staff.send("保存", **told)
    return address


def serve(cast: Cast, project: str, on: str, times: str) -> None:
    lotus = cast.people[LOTUS]
    lotus.go(project)
    lotus.follow("登记服务")
    lotus.send(
        "保存", served_on=on, place="芙蓉北路街道", sessions="10", person_times=times, persons_new="30", union_staff="2",
        social_workers="3", volunteers="5", satisfaction_count="30", satisfaction_sum="141",
    )  # fmt: skip
