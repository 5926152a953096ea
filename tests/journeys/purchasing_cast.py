"""The people of `tests.factories.purchasing.cast` at their browsers, and what they do more than once. Source: §4.2, F4."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from commons.hierarchy.models import TradeUnion
from commons.kit.clock import BEIJING
from commons.rollup.fold import fold_many
from tests.factories.purchasing.cast import ACCOUNT, AGENCY, KAIFU, LOTUS, stage
from tests.journeys.months import Months, Officer


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
    """Everybody at a browser."""
    set_up = stage()
    officers = {name: months.officer(one.user, set_up.union_of(name)) for name, one in set_up.acting.items()}
    experts = [months.officer(holder, KAIFU) for holder in set_up.experts]
    return Cast(months, officers, set_up.codes, experts, outside)


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
